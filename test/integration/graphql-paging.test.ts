import fc from 'fast-check';
import { factOf } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';
import { fillLedger } from '../support/random-ledger';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: 60, seed: 3 });
  for (const number of [1, 2, 3, 4, 5]) await gateway.deliver([factOf(`fact ${number}`)]);
  // Some of the same moment.
  for (const names of [['a', 'b', 'c'], ['d'], ['e', 'f']]) {
    const texts = names.map((name) => ({ text: `query ${name} { __typename }`, operations: [name] }));
    await gateway.documents.add(gateway.tenants.ours, texts);
  }
});

afterAll(() => gateway.close());

/** A list field with its other arguments, and the key of its nodes. */
const LISTS = [
  { field: 'items', args: '', node: 'id' },
  { field: 'items', args: 'search: "t"', node: 'id' },
  { field: 'locations', args: '', node: 'id' },
  { field: 'stock', args: '', node: 'id' },
  { field: 'stock', args: 'filter: { locations: ["B", "Z"] }', node: 'id' },
  { field: 'stock', args: 'filter: { drifting: true }', node: 'id' },
  { field: 'stock', args: 'filter: { changedAfterSequence: 40 }', node: 'id' },
  { field: 'stock', args: 'asOf: { sequence: 30 }', node: 'id' },
  { field: 'stockLevels', args: '', node: 'id' },
  { field: 'stockLevels', args: 'filter: { buckets: [AVAILABLE], nonZero: true }', node: 'id' },
  { field: 'stockLevels', args: 'filter: { skus: ["TEA"] }, asOf: { sequence: 30 }', node: 'id' },
  { field: 'ledgerEntries', args: '', node: 'sequence leg' },
  { field: 'ledgerEntries', args: 'filter: { skus: ["TEA", "SALT"] }', node: 'sequence leg' },
  { field: 'ledgerEntries', args: 'filter: { references: ["PO-1", "PO-2"] }', node: 'sequence leg' },
  {
    field: 'ledgerEntries',
    args: 'filter: { skus: ["TEA", "TIN"], references: ["PO-1"], locations: ["MAIN"] }',
    node: 'sequence leg',
  },
  { field: 'movements', args: '', node: 'id' },
  { field: 'movements', args: 'filter: { skus: ["TEA", "SALT"], buckets: [AVAILABLE] }', node: 'id' },
  { field: 'movements', args: 'filter: { references: ["PO-0", "PO-3"] }', node: 'id' },
  { field: 'inboundMessages', args: '', node: 'id' },
  { field: 'trustedDocuments', args: '', node: 'id' },
] as const;

interface Page {
  readonly nodes: readonly unknown[];
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

async function page({ field, args, node }: (typeof LISTS)[number], paging: string): Promise<Page> {
  const query = `{ page: ${field}(${args === '' ? '' : `${args}, `}${paging}) {
    nodes { ${node} } edges { cursor node { ${node} } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  return (await gateway.data<{ page: Page }>(query)).page;
}

it('walks every list in either direction with any page size, and returns every node once and in order', async () => {
  const whole = new Map<string, Page>();
  for (const list of LISTS) whole.set(list.field + list.args, await page(list, 'first: 200'));
  const walk = fc.record({
    list: fc.constantFrom(...LISTS),
    size: fc.integer({ min: 1, max: 30 }),
    forward: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(walk, async ({ list, size, forward }) => {
      const expected = whole.get(list.field + list.args);
      const walked = forward ? await walkForward(list, size) : await walkBackward(list, size);
      expect(walked).toEqual(expected?.nodes);
      expect(expected?.totalCount).toBe(walked.length);
    }),
    { numRuns: 60, seed: 11 },
  );
});

async function walkForward(list: (typeof LISTS)[number], size: number): Promise<unknown[]> {
  const nodes: unknown[] = [];
  let after: string | null = null;
  for (;;) {
    const part: Page = await page(list, `first: ${size}, after: ${JSON.stringify(after)}`);
    expect(part.edges.map(({ node }) => node)).toEqual(part.nodes);
    expect(part.pageInfo.hasPreviousPage).toBe(nodes.length > 0);
    expect(part.pageInfo.startCursor).toBe(part.edges[0]?.cursor ?? null);
    nodes.push(...part.nodes);
    expect(part.pageInfo.hasNextPage).toBe(nodes.length < part.totalCount);
    if (!part.pageInfo.hasNextPage) return nodes;
    expect(part.nodes).toHaveLength(size);
    after = part.pageInfo.endCursor;
  }
}

async function walkBackward(list: (typeof LISTS)[number], size: number): Promise<unknown[]> {
  const nodes: unknown[] = [];
  let before: string | null = null;
  for (;;) {
    const part: Page = await page(list, `last: ${size}, before: ${JSON.stringify(before)}`);
    expect(part.pageInfo.hasNextPage).toBe(nodes.length > 0);
    expect(part.pageInfo.endCursor).toBe(part.edges.at(-1)?.cursor ?? null);
    nodes.unshift(...part.nodes);
    expect(part.pageInfo.hasPreviousPage).toBe(nodes.length < part.totalCount);
    if (!part.pageInfo.hasPreviousPage) return nodes;
    before = part.pageInfo.startCursor;
  }
}

it('returns the nodes between two cursors', async () => {
  for (const list of LISTS) {
    const { edges } = await page(list, 'first: 200');
    const [from, to] = [edges[0]?.cursor, edges.at(-1)?.cursor];
    const inner = edges.slice(1, -1).map(({ node }) => node);
    for (const [paging, expected] of [
      ['first: 200', inner],
      ['first: 2', inner.slice(0, 2)],
      ['last: 2', inner.slice(-2)],
    ] as const) {
      const between = await page(list, `${paging}, after: "${from ?? ''}", before: "${to ?? ''}"`);
      expect(between.nodes).toEqual(expected);
      if (edges.length > 1) expect(between.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    }
  }
});

it('pages the entries of every level as it pages a list', async () => {
  const query = `query ($size: Int, $after: String) { stockLevels(first: 1, filter: { nonZero: true }) { nodes {
    version quantity entries(first: $size, after: $after) { totalCount nodes { levelVersion quantityAfter }
      pageInfo { hasNextPage hasPreviousPage endCursor } } } } }`;
  interface Level {
    readonly version: number;
    readonly quantity: number;
    readonly entries: Page;
  }
  const versions: unknown[] = [];
  let after: string | null = null;
  let level: Level | undefined;
  do {
    const data: { stockLevels: { nodes: Level[] } } = await gateway.data(query, { size: 2, after });
    level = data.stockLevels.nodes[0];
    expect(level?.entries.pageInfo.hasPreviousPage).toBe(versions.length > 0);
    versions.push(...(level?.entries.nodes ?? []));
    after = level?.entries.pageInfo.endCursor ?? null;
  } while (level?.entries.pageInfo.hasNextPage);
  expect(versions).toHaveLength(level?.version ?? 0);
  expect(level?.entries.totalCount).toBe(level?.version);
  expect(versions.at(-1)).toEqual({ levelVersion: level?.version, quantityAfter: level?.quantity });
});

it('returns 50 nodes when no size is given, and an empty page for size 0', async () => {
  const entries = { field: 'ledgerEntries', args: '', node: 'sequence leg' } as const;
  expect((await page(entries, 'after: null')).nodes).toHaveLength(50);
  expect(await page(entries, 'first: 0')).toMatchObject({
    nodes: [],
    edges: [],
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

it('accepts a cursor when the filter is written in another order', async () => {
  const first = `{ stock(first: 1, filter: { skus: ["TEA", "SALT"], locations: ["B"] }) { pageInfo { endCursor } } }`;
  const { stock } = await gateway.data<{ stock: { pageInfo: { endCursor: string } } }>(first);
  const rest = `query ($after: String) { stock(first: 5, after: $after, filter: { locations: ["B"], skus: ["SALT", "TEA"] }) { nodes { id } } }`;
  expect(await gateway.data(rest, { after: stock.pageInfo.endCursor })).toHaveProperty('stock');
});

describe('refuses with BAD_USER_INPUT', () => {
  const cursorOf = async (list: string): Promise<string> => {
    const data = await gateway.data<{ list: { pageInfo: { endCursor: string } } }>(
      `{ list: ${list} { pageInfo { endCursor } } }`,
    );
    return data.list.pageInfo.endCursor;
  };
  const expectRefusal = async (query: string, words: string): Promise<void> => {
    const { errors } = await gateway.answer(query);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors?.[0]?.message).toContain(words);
  };

  it.each([
    ['a page counted from both sides', 'first: 1, last: 1', 'not both'],
    ['a page of more than 200', 'first: 201', 'from 0 to 200'],
    ['a page of fewer than none', 'last: -1', 'from 0 to 200'],
    ['a cursor that is none', 'after: "x"', 'not one of this list'],
    [
      'a cursor with a made-up place',
      `after: "${Buffer.from('["",{}]').toString('base64url')}"`,
      'not one of this list',
    ],
  ])('%s', async (_, paging, words) => {
    await expectRefusal(`{ stock(${paging}) { nodes { id } } }`, words);
  });

  it.each([
    ['another list', 'stockLevels(first: 1)', 'stock(first: 1, after: "CURSOR")'],
    ['another filter', 'stock(first: 1)', 'stock(first: 1, filter: { skus: ["TEA"] }, after: "CURSOR")'],
    ['another moment', 'stock(first: 1)', 'stock(first: 1, asOf: { sequence: 20 }, after: "CURSOR")'],
  ])('a cursor of %s', async (_, from, to) => {
    const query = `{ ${to.replace('CURSOR', await cursorOf(from))} { nodes { id } } }`;
    await expectRefusal(query, 'not one of this list');
  });
});
