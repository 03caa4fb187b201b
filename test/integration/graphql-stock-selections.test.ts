import { GraphqlHarness } from '../support/graphql';
import { fillLedger } from '../support/random-ledger';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;
let everything: readonly Node[];

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: 80, seed: 11 });
  everything = await nodesOf(`nodes { ${PLACE} ${FIELDS.join(' ')} }`);
});

afterAll(() => gateway.close());

/** Every quantity that stock has, and its clock. */
const FIELDS = [
  ...['onHand', 'available', 'reserved', 'committed', 'missing', 'blocked', 'onHold', 'incoming'],
  ...['reportedOnHand', 'drift', 'updatedAt'],
];
const PLACE = 'item { sku specification } location { code }';

type Node = Readonly<Record<string, unknown>>;

async function nodesOf(selection: string, args = '', variables: object = {}, operation = ''): Promise<Node[]> {
  const query = `${operation} { stock(last: 200${args}) { ${selection} } }`;
  const { stock } = await gateway.data<{ stock: { nodes: Node[] } }>(query, variables);
  return stock.nodes;
}

const only = (...fields: string[]): Node[] =>
  everything.map((node) => Object.fromEntries(fields.map((field) => [field, node[field]])));

it('has stock of every kind to select from', () => {
  expect(everything.length).toBeGreaterThan(5);
  for (const field of ['available', 'reserved', 'onHold', 'incoming', 'reportedOnHand', 'drift']) {
    expect(everything.some((node) => node[field] !== 0 && node[field] !== null)).toBe(true);
  }
});

it.each(FIELDS)('shows the same %s whether it is selected alone or with all fields', async (field) => {
  expect(await nodesOf(`nodes { ${field} }`)).toEqual(only(field));
});

it.each(FIELDS)('shows the same %s in edges as in nodes', async (field) => {
  const query = `{ stock(last: 200) { edges { node { ${field} } } } }`;
  const { stock } = await gateway.data<{ stock: { edges: { node: Node }[] } }>(query);
  expect(stock.edges.map(({ node }) => node)).toEqual(only(field));
});

it('shows the same sums under aliases, in fragments and with levels', async () => {
  const query = `{ stock(last: 200) { nodes { ...Sums } nodes { onHold levels { quantity } } } }
    fragment Sums on Stock { left: incoming ... on Stock { drift } }`;
  const { stock } = await gateway.data<{ stock: { nodes: Node[] } }>(query);
  const shown = stock.nodes.map(({ left: incoming, drift, onHold }) => ({ incoming, drift, onHold }));
  expect(shown).toEqual(only('incoming', 'drift', 'onHold'));
});

describe('of items and locations', () => {
  const DETAILS = [
    ...['item { name }', 'item { unitsPerPackage }', 'item { archivedAt }', 'item { mergedInto { sku } }'],
    ...['location { name }', 'location { parent { code } }', 'location { archivedAt }'],
    'levels { item { unitsPerPackage } location { parent { code } } }',
  ];
  const WHOLE = `item { name unitsPerPackage archivedAt mergedInto { sku } }
    location { name parent { code } archivedAt } levels { item { unitsPerPackage } location { parent { code } } }`;
  let whole: readonly Node[];

  beforeAll(async () => {
    const [{ item, location } = {}] = (await nodesOf(`nodes { ${PLACE} }`)) as { item: object; location: object }[];
    await gateway.data(
      `mutation ($sku: String!, $specification: String!, $code: String!) {
        itemSave(sku: $sku, specification: $specification, name: "Lamp", unitsPerPackage: 6) { userErrors { code } }
        whole: locationSave(code: "WHOLE") { userErrors { code } }
        part: locationSave(code: $code, name: "Hall", parent: "WHOLE") { userErrors { code } }
      }`,
      { ...item, ...location },
    );
    whole = await nodesOf(`nodes { ${WHOLE} }`);
  });

  it('has details to select from', () => {
    expect(JSON.stringify(whole)).toMatch(/"unitsPerPackage":6.*"levels"/s);
    expect(JSON.stringify(whole)).toMatch(/"parent":{"code":"WHOLE"}.*"levels"/s);
  });

  it.each(DETAILS)('shows the same %s alone, in fragments and in edges', async (selection) => {
    const alone = await nodesOf(`nodes { ${selection} }`);
    const { stock } = await gateway.data<{ stock: { nodes: Node[]; edges: { node: Node }[] } }>(
      `{ stock(last: 200) { nodes { ...Details } edges { node { ...Details } } } }
       fragment Details on Stock { ${selection} }`,
    );
    expect(whole).toMatchObject(alone);
    expect(stock.nodes).toEqual(alone);
    expect(stock.edges.map(({ node }) => node)).toEqual(alone);
  });

  it('gives the same cursors when no node is selected', async () => {
    const cursorsOf = async (more: string): Promise<string[]> => {
      const { stock } = await gateway.data<{ stock: { edges: { cursor: string }[] } }>(
        `{ stock(last: 200) { edges { cursor ${more} } } }`,
      );
      return stock.edges.map(({ cursor }) => cursor);
    };
    const cursors = await cursorsOf('');
    expect(cursors).toEqual(await cursorsOf('node { onHand }'));
    const { stock } = await gateway.data<{ stock: { pageInfo: Node } }>(
      '{ stock(last: 200) { pageInfo { startCursor endCursor } } }',
    );
    expect(stock.pageInfo).toEqual({ startCursor: cursors[0], endCursor: cursors.at(-1) });
  });
});

it.each([true, false])('shows what a directive includes when its variable is %s', async (with_) => {
  const selection = 'nodes { onHand reserved @include(if: $with) drift @skip(if: $with) }';
  const nodes = await nodesOf(selection, '', { with: with_ }, 'query ($with: Boolean!)');
  expect(nodes).toEqual(only('onHand', with_ ? 'reserved' : 'drift'));
});

it('reads sums other than on hand and available only when they are selected', async () => {
  const statementOf = async (selection: string): Promise<string | undefined> => {
    gateway.statements.length = 0;
    await nodesOf(selection);
    return gateway.statements[0];
  };
  const few = await statementOf('nodes { onHand }');
  expect(await statementOf('nodes { id available updatedAt }')).toBe(few);
  const all = await statementOf('nodes { drift }');
  expect(all).not.toBe(few);
  expect(await statementOf('edges { node { missing onHand } }')).toBe(all);
});

it('finds the same by one name as by a list with unknown names', async () => {
  const selection = `nodes { ${PLACE} onHand }`;
  const byNames = (skus: readonly string[], locations: readonly string[]) =>
    nodesOf(selection, ', filter: { skus: $skus, locations: $locations }', { skus, locations }, OPERATION);
  const all = await nodesOf(selection);
  for (const place of await nodesOf(`nodes { ${PLACE} }`)) {
    const [{ sku }, { code }] = [place['item'] as { sku: string }, place['location'] as { code: string }];
    const one = await byNames([sku], [code]);
    expect(one).toEqual(all.filter((node) => isAt(node, sku, code)));
    expect(await byNames([sku, 'none'], [code, 'nowhere'])).toEqual(one);
  }
  expect(await byNames(['none'], ['nowhere'])).toEqual([]);
  expect(await byNames([], [])).toEqual([]);
});

const OPERATION = 'query ($skus: [String!], $locations: [String!])';

function isAt(node: Node, sku: string, code: string): boolean {
  return (node['item'] as { sku: string }).sku === sku && (node['location'] as { code: string }).code === code;
}

describe('hasNextPage and hasPreviousPage', () => {
  interface Page {
    readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>>;
  }
  const pageInfoOf = async (args: string, fields: string): Promise<Partial<Page['pageInfo']>> => {
    const { stock } = await gateway.data<{ stock: Page }>(`{ stock(${args}) { pageInfo { ${fields} } } }`);
    return stock.pageInfo;
  };

  it('are the same whether one or both are selected', async () => {
    const { stock } = await gateway.data<{ stock: { edges: { cursor: string }[] } }>(
      '{ stock(first: 200) { edges { cursor } } }',
    );
    const cursors = stock.edges.map(({ cursor }) => cursor);
    const [first = '', second = '', last = ''] = [cursors[0], cursors[1], cursors.at(-1)];
    const pages: readonly (readonly [string, boolean, boolean])[] = [
      ['first: 1', false, true],
      ['first: 200', false, false],
      [`first: 1, after: "${first}"`, true, true],
      [`first: 200, after: "${first}"`, true, false],
      [`first: 1, before: "${second}"`, false, true],
      [`first: 200, after: "${first}", before: "${last}"`, true, true],
      ['last: 1', true, false],
      [`last: 1, before: "${last}"`, true, true],
      [`last: 200, before: "${last}"`, false, true],
      [`last: 200, after: "${first}"`, true, false],
    ];
    for (const [args, hasPreviousPage, hasNextPage] of pages) {
      expect(await pageInfoOf(args, 'hasNextPage hasPreviousPage')).toEqual({ hasNextPage, hasPreviousPage });
      expect(await pageInfoOf(args, 'hasNextPage')).toEqual({ hasNextPage });
      expect(await pageInfoOf(args, 'hasPreviousPage')).toEqual({ hasPreviousPage });
    }
  });
});
