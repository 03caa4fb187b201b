import {
  execute,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
  validate,
  type ExecutionResult,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { RequestContext } from '../../src/graphql/context';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { createExecutor, type Executor } from '../../src/graphql/server/executor';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { SCOPES } from '../../src/application/ports/access';
import { CLIENT, factOf } from '../support/domain/test-ledger';
import { NO_MOMENTS, unlimitedSpending } from '../support/fake-gateway';
import { GraphqlHarness, HEAD_SIGNER } from '../support/graphql';
import { fillLedger } from '../support/random-ledger';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;
let schema: GraphQLSchema;
let executor: Executor;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: 40, seed: 9 });
  await gateway.deliver([factOf('one'), factOf('two')]);
  schema = buildStockbridgeSchema();
  executor = createExecutor(schema);
});

afterAll(() => gateway.close());

const ENOUGH_TO_BE_COMPILED = GRAPHQL_LIMITS.compileAfter + 1;

/** Runs a query until it is compiled. Returns the last answer and the answer of graphql-js. */
async function both(query: string, variables?: Record<string, unknown>): Promise<[ExecutionResult, ExecutionResult]> {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  let compiled: ExecutionResult = {};
  for (let times = 0; times < ENOUGH_TO_BE_COMPILED; times += 1) {
    compiled = await executor.execute({
      ...{ source: query, document, operation, variables, context: context() },
      operationName: undefined,
    });
  }
  const interpreted = await execute({
    ...{ schema, document, contextValue: context() },
    ...(variables === undefined ? {} : { variableValues: variables }),
  });
  return [compiled, interpreted];
}

const context = (): RequestContext => {
  const scopes = new Set(SCOPES);
  const client = {
    clientId: CLIENT.id,
    clientName: 'test',
    keyId: CLIENT.id,
    scopes,
    inventoryOrganisations: false,
    limits: null,
    origins: null,
    addresses: null,
  };
  const services = {
    openReads: () => ({ ...NO_MOMENTS, reads: gateway.reads }),
    headSigner: HEAD_SIGNER,
  } as unknown as ConstructorParameters<typeof RequestContext>[2];
  return new RequestContext(
    { tenantId: gateway.tenants.ours, ...client },
    'test',
    services,
    '127.0.0.1',
    'http://gateway',
    unlimitedSpending(),
  );
};

const plain = (result: ExecutionResult): unknown => JSON.parse(JSON.stringify(result));

const QUERIES: readonly (readonly [string, Record<string, unknown>?])[] = [
  [
    '{ stock(first: 5) { __typename ledgerSequence totalCount pageInfo { hasNextPage endCursor } nodes { id item { __typename sku } onHand drift levels { bucket } } edges { cursor node { id } } } }',
  ],
  [
    'query Named($size: Int!, $skus: [String!]) { stock(first: $size, filter: { skus: $skus }) { nodes { onHand } } }',
    { size: 2, skus: ['TEA', 'SALT'] },
  ],
  [
    'query ($filter: StockLevelFilter, $asOf: AsOf) { stockLevels(filter: $filter, asOf: $asOf) { nodes { quantity bucket condition updatedAt } } }',
    { filter: { buckets: ['AVAILABLE'], nonZero: true, lots: null }, asOf: { sequence: 20 } },
  ],
  [
    'query ($size: Int = 3, $after: String) { ledgerEntries(first: $size, after: $after) { nodes { sequence movement { reason inboundMessage { status movements { id } } } level { entries(first: 2) { nodes { delta } } } } } }',
    {},
  ],
  [
    'query ($from: DateTime!) { movements(filter: { recordedFrom: $from, reasons: [RECEIPT, OPENING] }) { nodes { id reason absorbedLegs { delta item { sku } } } } }',
    { from: '2020-01-01T00:00:00+02:00' },
  ],
  [
    'query ($sku: String!) { item(sku: $sku) { sku stock { onHand } } none: item(sku: "none") { sku } }',
    { sku: 'TEA' },
  ],
  [
    '{ ...Both locations { ...Page } } fragment Both on Query { items { nodes { ...Item } } } fragment Item on Item { sku ... on Item { identifiers { value } } } fragment Page on LocationConnection { nodes { code parent { code } } }',
  ],
  [
    '{ stock(first: 2) { nodes { id } } stock(first: 2) { nodes { onHand } totalCount } a: stock(last: 1) { nodes { id } } }',
  ],
  [
    'query ($with: Boolean!) { stock(first: 2) { nodes { ...S } } again: stock(first: 1) { nodes { ...S id } } } fragment S on Stock { id @include(if: $with) onHand @skip(if: $with) }',
    { with: true },
  ],
  ['{ stock(first: 1, last: 1) { nodes { id } } ledgerHead { sequence } }'],
  ['{ __proto__: ledgerHead { sequence } constructor: ledgerHead { toString: sequence __proto__: hash } }'],
  ['{ stock(after: "nonsense") { nodes { id } } }'],
  ['{ item(sku: "\\u0000") { sku } ledgerHead { sequence } }'],
];

it.each(QUERIES.map(([query, variables]) => ({ query, variables })))(
  'a compiled query answers as graphql-js does: $query',
  async ({ query, variables }) => {
    const [compiled, interpreted] = await both(query, variables);
    expect(plain(compiled)).toEqual(plain(interpreted));
  },
);

/** Every field without arguments, down to this depth. */
function everyFieldOf(type: GraphQLObjectType, depth: number): string {
  const selections = Object.values(type.getFields()).map((field) => {
    if (field.args.some(isRequiredArgument)) return '';
    const fieldType = getNamedType(field.type);
    if (isLeafType(fieldType)) return field.name;
    return isObjectType(fieldType) && depth > 1 ? `${field.name} ${everyFieldOf(fieldType, depth - 1)}` : '';
  });
  return `{ __typename ${selections.join(' ')} }`;
}

it.each([
  ...['stock(first: 4)', 'stockLevels(last: 4)', 'items(first: 3)', 'locations', 'ledgerEntries(last: 4)'],
  ...['movements(last: 4)', 'inboundMessages(last: 2)', 'adjustmentOrders', 'ledgerHead', 'item(sku: "TEA")'],
])('a compiled query answers as graphql-js does, whatever is selected of %s', async (root) => {
  const field = schema.getQueryType()?.getFields()[/^\w+/.exec(root)?.[0] ?? ''];
  const type = field && getNamedType(field.type);
  if (!isObjectType(type)) throw new TypeError(`${root} is not a query for objects.`);
  const [compiled, interpreted] = await both(`{ ${root} ${everyFieldOf(type, 4)} }`);
  expect(interpreted.errors).toBeUndefined();
  expect(plain(compiled)).toEqual(plain(interpreted));
});

it.each([
  ['a missing variable', {}],
  ['a null that may not be', { size: null }],
  ['a number that is no Int', { size: 2 ** 31 }],
  ['a text that is no Int', { size: '2' }],
])('a compiled query refuses %s with the message of graphql-js', async (_, variables) => {
  const query = 'query ($size: Int!) { stock(first: $size) { nodes { id } } }';
  const [compiled, interpreted] = await both(query, variables);
  expect(interpreted.data).toBeUndefined();
  const worded = ({ errors = [] }: ExecutionResult) => errors.map(({ message, locations }) => [message, locations]);
  expect(worded(compiled)).toEqual(worded(interpreted));
});
