import { getMetadataStorage } from 'type-graphql';
import { buildStockbridgeSchema } from '../../../../src/graphql/server/schema';

buildStockbridgeSchema();

it('classes of input only declare fields, as resolvers get plain objects', () => {
  const { inputTypes, argumentTypes } = getMetadataStorage();
  const classes = [...inputTypes, ...argumentTypes].map(({ target }) => target);
  expect(classes.length).toBeGreaterThan(30);
  for (const { name, prototype } of classes) {
    expect([name, ...Object.getOwnPropertyNames(prototype)]).toEqual([name, 'constructor']);
  }
});
