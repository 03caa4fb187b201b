import * as fc from 'fast-check';
import { GraphqlHarness } from '../../support/graphql';

jest.setTimeout(60_000);

const LAMPS = 1_005;
/** What a pattern, a trigram or a lower case may stumble over. */
const SPECIAL: readonly (readonly [sku: string, name: string | null])[] = [
  ['100%', 'One hundred %'],
  ['100_A', 'under_score'],
  ['back\\slash', 'C:\\temp\\n'],
  ["o'brien", '"quoted" name'],
  ['KÖLN-4711', 'Eau de Cologne'],
  ['sku.with.dots', 'ÄÖÜ straße İstanbul'],
  ['番号123', '机 Desk'],
  ['NAMELESS', null],
  ['a-b--c', '   spaced   out   '],
];

let gateway: GraphqlHarness;
const items: { readonly sku: string; readonly name: string | null }[] = [
  ...SPECIAL.map(([sku, name]) => ({ sku, name })),
  ...Array.from({ length: LAMPS }, (_, index) => ({ sku: `L${index + 10_000}`, name: `Lamp ${index * 7}` })),
];

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const save = `mutation ($rows: [ItemSaveRowInput!]!) {
    itemsSave(input: { rows: $rows }) { rows { userErrors { message } } userErrors { message } } }`;
  for (const key of ['ours', 'theirs']) {
    for (let start = 0; start < items.length; start += 300) {
      const rows = items.slice(start, start + 300).map((item) => ({ ...item, name: item.name ?? undefined }));
      const data = await gateway.data(save, { rows }, key);
      expect(JSON.stringify(data)).not.toContain('message');
    }
  }
});

afterAll(() => gateway.close());

/** The letters that PostgreSQL folds in a database of the locale C. */
const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const matching = (search: string): string[] =>
  items
    .filter(({ sku, name }) => [sku, name ?? ''].some((text) => folded(text).includes(folded(search))))
    .map(({ sku }) => sku);

async function found(search: string): Promise<{ count: number; skus: string[] }> {
  const query = 'query ($search: String) { items(search: $search, first: 50) { totalCount nodes { sku } } }';
  const data = await gateway.data<{ items: { totalCount: number; nodes: { sku: string }[] } }>(query, { search });
  return { count: data.items.totalCount, skus: data.items.nodes.map(({ sku }) => sku) };
}

async function expectMatches(search: string): Promise<void> {
  const expected = matching(search);
  const { count, skus } = await found(search);
  expect({ search, count }).toEqual({ search, count: expected.length });
  expect(skus).toEqual(expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).slice(0, 50));
}

test('finds the same whether few or many match, with every part of a name', async () => {
  const parts = fc
    .tuple(fc.constantFrom(...items.slice(0, 40).flatMap(({ sku, name }) => [sku, name ?? sku])), fc.nat(), fc.nat())
    .map(([text, from, length]) => {
      const letters = Array.from(text);
      const start = from % letters.length;
      return letters.slice(start, start + 1 + (length % (letters.length - start))).join('');
    })
    .chain((text) => fc.constantFrom(text, text.toUpperCase(), folded(text)));
  await fc.assert(fc.asyncProperty(parts, expectMatches), { numRuns: 150 });
});

test.each([
  'lamp',
  'lamp 7',
  'L1',
  'l110',
  '%',
  '_',
  '\\',
  '\\%',
  '100%',
  '100_a',
  '%%%',
  'aaa',
  'C:\\temp',
  '番号1',
  'zzz 9',
])('finds what has %j in it', expectMatches);
