import { randomInt } from 'node:crypto';
import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { limitedUseOf } from '../../src/graphql/limits/openings';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { Commands } from '../support/commands';
import { GraphqlHarness, type Answer } from '../support/graphql';
import { Fuzzer } from '../support/graphql-fuzz';

jest.setTimeout(180_000);

const QUERIES = 1_500;
/** Set FUZZ_SEED to play what a failed run has printed. */
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

/** Units that are at no place of the key. No sum of others can have these digits. */
const HIDDEN_UNITS = 87_654_321_000;
const HIDDEN_PLACE = 'HIDDEN-PLACE';
const HIDDEN_CHANNEL = 'HIDDEN-CHANNEL';

let gateway: GraphqlHarness;
/** What must not be in any answer. */
let hidden: RegExp;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const commands = new Commands(gateway);
  await commands.catalogue(['TEA'], ['MAIN', HIDDEN_PLACE]);
  const own = { sku: 'TEA', location: 'MAIN', channel: '2C' };
  const others = [
    { ...own, location: HIDDEN_PLACE },
    { ...own, channel: HIDDEN_CHANNEL },
    { ...own, channel: '', lot: 'HIDDEN-LOT' },
  ];
  await commands.receive({ ...own, delta: 5 });
  for (const other of others) {
    await commands.receive({ ...other, delta: HIDDEN_UNITS }, { ...other, bucket: 'INCOMING', delta: HIDDEN_UNITS });
  }
  // A movement of both.
  await commands.receive({ ...own, delta: 1 }, ...others.map((other) => ({ ...other, delta: 1 })));
  const counts = [own, ...others].map((row) => ({
    ...{ lot: '', owner: '', pool: '', barcode: '', packaging: 'SINGLE', ...row },
    ...{ quantity: row === own ? 7 : HIDDEN_UNITS, changeFromQuantity: null },
  }));
  expect((await commands.send('stockSet', { rows: counts })).userErrors).toEqual([]);
  await commands.send('inventoryRecordSave', { sku: 'TEA', location: HIDDEN_PLACE, outOfStockThreshold: 876_543_210 });
  const { locations, stockLevels } = await gateway.data<{
    locations: { nodes: { id: string; code: string }[] };
    stockLevels: { nodes: { id: string; channel: string; location: { code: string } }[] };
  }>('{ locations { nodes { id code } } stockLevels { nodes { id channel location { code } } } }');
  const uuidOf = (id = ''): string => id.replace(/^\w+:/, '');
  const isOwn = (code: string): boolean => code === 'MAIN';
  const ownId = uuidOf(locations.nodes.find(({ code }) => isOwn(code))?.id);
  gateway.addKey('limited', 'ours', { limits: { locationIds: [ownId], channels: ['2C'] } });
  const ids = [
    ...locations.nodes.filter(({ code }) => !isOwn(code)),
    ...stockLevels.nodes.filter(({ channel, location }) => !isOwn(location.code) || channel !== '2C'),
  ].map(({ id }) => uuidOf(id));
  expect(ids.length).toBeGreaterThan(4);
  hidden = new RegExp(`HIDDEN|8765432|${ids.join('|')}`);
});

afterAll(() => gateway.close());

/** The part of the schema that limited keys may ask for. */
function openSchema(): GraphQLSchema {
  const schema = buildStockbridgeSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const fields = type.getFields();
    for (const [name, field] of Object.entries(fields)) {
      if (limitedUseOf(type, field) !== 'OPEN') Reflect.deleteProperty(fields, name);
    }
  }
  return schema;
}

it('the other key sees what has to be hidden', async () => {
  const query = '{ stockLevels { nodes { id quantity channel } } availability(sku: "TEA", quantity: 1) { sellable } }';
  expect(JSON.stringify(await gateway.data(query))).toMatch(hidden);
  expect(JSON.stringify(await gateway.data(query, {}, 'limited'))).not.toMatch(hidden);
});

it(`shows nothing of other places and channels in the answers of ${QUERIES} random queries`, async () => {
  const fuzzer = new Fuzzer(openSchema(), SEED);
  let answered = 0;
  for (let turn = 0; turn < QUERIES; turn += 1) {
    const { query, variables } = fuzzer.query();
    const response = await gateway.send(query, variables, 'limited');
    const { errors = [] } = response.json<Answer>();
    const told = { seed: SEED, query, variables: JSON.stringify(variables), body: response.body };
    const isFault = errors.some(({ extensions: { code } }) => ['INTERNAL', 'UNAVAILABLE', 'FORBIDDEN'].includes(code));
    const shows = hidden.test(response.body);
    expect({ ...told, isFault, shows, faults: gateway.faults }).toEqual({
      ...{ ...told, isFault: false, shows: false, faults: [] },
    });
    if (errors.length === 0) answered += 1;
  }
  // Otherwise the requests would not reach the readers.
  expect(answered).toBeGreaterThan(QUERIES / 10);
});
