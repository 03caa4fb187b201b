import {
  getIntrospectionQuery,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { SCOPES, type Principal } from '../../src/application/ports/access';
import { schemaVisibility } from '../../src/graphql/limits/schema-visibility';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { GraphqlHarness } from '../support/graphql';

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open(undefined, { schemaViewers: 'admin' });
});

afterAll(() => gateway.close());

interface Misspelling {
  readonly query: string;
  readonly variables?: object;
}

const SLIPS: readonly ((name: string) => string)[] = [
  (name) => `${name}s`,
  (name) => name.slice(1),
  (name) => `${name.slice(0, -1)}${name.slice(-1).repeat(2)}`,
];

/** A name as graphql-js takes it for a slip of another one. */
let slipped = 0;
const slip = (name: string): string => SLIPS[(slipped += 1) % SLIPS.length]?.(name) ?? name;

const selected = ({ type }: GraphQLField<unknown, unknown>): string =>
  isObjectType(getNamedType(type)) || isInterfaceType(getNamedType(type)) ? '{ __typename }' : '';

/** A name of the schema misspelt in a document, in each place where it can stand. */
function inDocuments(schema: GraphQLSchema): Misspelling[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const roots = [schema.getQueryType(), schema.getMutationType()];
  return [
    ...types.map(({ name }) => ({ query: `query ($v: ${slip(name)}) { __typename }` })),
    ...types.filter(isObjectType).flatMap((type) =>
      Object.keys(type.getFields()).map((name) => ({
        query: `{ __typename ...F } fragment F on ${type.name} { ${slip(name)} }`,
      })),
    ),
    ...types
      .filter(isEnumType)
      .flatMap((type) =>
        type.getValues().map(({ name }) => ({ query: `query ($v: ${type.name} = ${slip(name)}) { __typename }` })),
      ),
    ...roots.flatMap((root) =>
      Object.values(root?.getFields() ?? {}).flatMap((field) =>
        field.args.map(({ name }) => ({
          query: `${root?.name.toLowerCase() ?? ''} { ${field.name}(${slip(name)}: 1) ${selected(field)} }`,
        })),
      ),
    ),
  ];
}

/** A name misspelt in the value of a variable, at any depth. */
function inVariables(schema: GraphQLSchema): Misspelling[] {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) => {
      const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
      const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
      const query = `${root?.name.toLowerCase() ?? ''} (${declared}) { ${field.name}(${passed}) ${selected(field)} }`;
      return field.args.flatMap(({ name, type }) =>
        badValues(type, new Set()).map((value) => ({ query, variables: { [name]: value } })),
      );
    }),
  );
}

function badValues(type: GraphQLInputType, within: ReadonlySet<GraphQLInputType>): unknown[] {
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues().map(({ name }) => slip(name));
  if (!isInputObjectType(named) || within.has(named)) return [];
  return Object.values(named.getFields()).flatMap((field) => [
    { [slip(field.name)]: null },
    ...badValues(field.type, new Set([...within, named])).map((value) => ({ [field.name]: value })),
  ]);
}

/** The messages for a key that has the scopes of queries, or of mutations, but not admin. */
async function messagesOf({ query, variables }: Misspelling, key?: string): Promise<string[]> {
  const { errors = [] } = await gateway.answer(query, variables, key);
  return errors.map(({ message }) => message);
}

describe.each([
  ['documents', inDocuments],
  ['variables', inVariables],
])('in %s', (_, misspelt) => {
  // Every third: enough of each kind, and the others take a minute.
  const all = misspelt(buildStockbridgeSchema()).filter((_one, at) => at % 3 === 0);

  it('names are suggested only to a key that may look at the schema', async () => {
    let suggested = 0;
    for (const one of all) {
      if (!(await messagesOf(one)).some((message) => message.includes('Did you mean'))) continue;
      suggested += 1;
      const others = await messagesOf(one, one.query.startsWith('mutation') ? 'ours-write' : 'ours-read');
      expect(others).not.toHaveLength(0);
      expect(others.filter((message) => /Did you mean/i.test(message))).toEqual([]);
    }
    // So that the cases are not of names that nothing is suggested for.
    expect(all.length).toBeGreaterThan(100);
    expect(suggested).toBeGreaterThan(all.length / 2);
  });
});

it('suggests nothing in a message whose middle is left out', async () => {
  const query = 'query ($v: StockFilter) { stock(filter: $v) { nodes { onHand } } }';
  for (let length = 300; length < 420; length += 7) {
    const variables = { v: { skus: ['x'.repeat(length)], skuss: 1 } };
    const [message = ''] = await messagesOf({ query, variables }, 'ours-read');
    expect(message).toMatch(/type "StockFilter"\.$/);
  }
});

it.each([
  getIntrospectionQuery(),
  '{ __schema { queryType { name } } }',
  '{ __type(name: "Stock") { name } }',
  '{ ledgerHead { sequence } ...F } fragment F on Query { a: __schema { queryType { name } } }',
  'query ($no: Boolean = false) { ledgerHead { sequence } __schema @include(if: $no) { queryType { name } } }',
])('shows the schema to a key that may look at it only: %s', async (query) => {
  expect((await gateway.send(query)).statusCode).toBe(200);
  const refused = await gateway.send(query, {}, 'ours-stock:write');
  const read = await gateway.send(query, {}, 'ours-read');
  for (const { statusCode, json } of [refused, read]) {
    expect(statusCode).toBe(403);
    expect(json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(json()).not.toHaveProperty('data');
  }
});

it('leaves __typename to everybody', async () => {
  expect(await gateway.data('{ __typename ledgerHead { __typename } }', {}, 'ours-read')).toEqual({
    ...{ __typename: 'Query', ledgerHead: { __typename: 'LedgerHead' } },
  });
});

it.each([getIntrospectionQuery(), '{ stok { onHand } }', 'query ($v: StockFilte) { __typename }'])(
  'says nothing of the schema to anybody without a key: %s',
  async (query) => {
    for (const key of [null, 'nobody']) {
      const { statusCode, body } = await gateway.send(query, {}, key);
      expect(statusCode).toBe(401);
      expect(body).not.toMatch(/stock\b|StockFilter|Did you mean/);
    }
  },
);

it.each(['admin', 'nobody'] as const)(
  'suggests what a checked document could mean, if %s may look',
  async (viewers) => {
    const other = viewers === 'admin' ? gateway : await GraphqlHarness.open(undefined, { schemaViewers: viewers });
    const { body } = await other.send(
      'mutation { trustedDocumentsAdd(documents: ["{ stok }"]) { userErrors { message } } }',
    );
    if (other !== gateway) await other.close();
    expect(body).toContain('Cannot query field');
    expect(body.includes('Did you mean')).toBe(viewers === 'admin');
  },
);

it.each(SCOPES)('opens the schema to a key with the scope %s, as configured', (scope) => {
  const principal = { scopes: new Set([scope]) } as unknown as Principal;
  // That key stands in a web page.
  expect(schemaVisibility('keys')(principal)).toBe(scope !== 'sellable:read');
  expect(schemaVisibility('admin')(principal)).toBe(scope === 'admin');
  expect(schemaVisibility('nobody')(principal)).toBe(false);
});
