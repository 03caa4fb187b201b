import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import { printedSchema } from '../../../../src/graphql/server/printed-schema';
import { buildStockbridgeSchema } from '../../../../src/graphql/server/schema';

const schema = buildStockbridgeSchema();

it('schema.graphql is what the code says', () => {
  const committed = readFileSync(path.join(__dirname, '../../../../schema.graphql'), 'utf8');
  expect(committed).toBe(printedSchema(schema));
});

it('every type, field, argument and enum value is described', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  expect(types.flatMap(undescribedIn)).toEqual([]);
});

/** Query and Mutation are known to everyone. */
function undescribedIn(type: GraphQLNamedType): string[] {
  const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
  return [...(isRoot || type.description ? [] : [type.name]), ...membersOf(type)];
}

function membersOf(type: GraphQLNamedType): string[] {
  const without = (members: readonly { name: string; description?: string | null | undefined }[], of: string) =>
    members.filter(({ description }) => !description).map(({ name }) => `${of}.${name}`);
  if (isEnumType(type)) return without(type.getValues(), type.name);
  if (isInputObjectType(type)) return without(Object.values(type.getFields()), type.name);
  if (!isObjectType(type)) return [];
  const fields = Object.values(type.getFields());
  return [...without(fields, type.name), ...fields.flatMap(({ name, args }) => without(args, `${type.name}.${name}`))];
}
