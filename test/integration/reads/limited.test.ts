import { UNMETERED, type PageRequest, type Reads } from '../../../src/application/ports/reads';
import { createReads, type ReadDatabase } from '../../../src/persistence/readers';
import type { ReadStatement } from '../../../src/persistence/readers/statement';
import { ENTITIES } from '../../../src/persistence/tables';
import { tableOf } from '../../../src/persistence/tables/derived';
import { GraphqlHarness } from '../../support/graphql';

jest.setTimeout(60_000);

const ID = '00000000-0000-7000-8000-000000000001';
const LIMITS = { locationIds: [ID], channels: ['2C'] };
const PAGE: PageRequest = {
  ...{ direction: 'FORWARD', size: 50, after: null, before: null },
  wants: { totalCount: true, hasNext: true, hasPrevious: true },
};

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
});

afterAll(() => gateway.close());

/** The statement of a read of a limited key. */
async function statementOf(read: (reads: Reads, tenantId: string) => Promise<unknown>): Promise<ReadStatement> {
  const statements: ReadStatement[] = [];
  const query: ReadDatabase['query'] = (statement) => {
    statements.push(statement);
    return Promise.resolve([]);
  };
  await read(createReads({ budget: UNMETERED, query }, LIMITS), gateway.tenants.ours);
  const [statement] = statements;
  if (!statement) throw new TypeError('Nothing was read.');
  return statement;
}

const wants = { buckets: true, levels: true };
const READS: readonly [name: string, read: (reads: Reads, tenantId: string) => Promise<unknown>][] = [
  ['stock', (reads, id) => reads.stock(id, { filter: {}, order: 'SKU', asOf: null, page: PAGE, wants })],
  [
    'past stock',
    (reads, id) => reads.stock(id, { filter: {}, order: 'SKU', asOf: { sequence: 1 }, page: PAGE, wants }),
  ],
  ['totals', (reads, id) => reads.stockTotals(id, { changedAfterSequence: 0 }, null)],
  ['levels', (reads, id) => reads.stockLevels(id, { filter: {}, asOf: null, page: PAGE })],
  ['entries', (reads, id) => reads.ledgerEntries(id, { filter: {}, page: PAGE, withMovement: true })],
  ['movements', (reads, id) => reads.movements(id, { filter: {}, page: PAGE })],
  ['a search', (reads, id) => reads.items(id, { search: 'green tea', includeArchived: false }, PAGE)],
];

it.each(READS)('%s is planned as conditions on the tables, not as copies of them', async (_, read) => {
  const { text, values } = await statementOf(read);
  const { rows } = await gateway.ledger.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
  const scanned = rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes('CTE Scan'));
  // A search has a query of its own.
  expect(scanned.filter((line) => !line.includes('CTE Scan on found'))).toEqual([]);
});

it('says of every table what a limited key sees: rows of its own, all, or nothing', async () => {
  const { text } = await statementOf((reads, id) => reads.itemsById(id, [ID]));
  const conditionOf = (table: string): string => {
    const cte = new RegExp(
      `\\b${table} AS NOT MATERIALIZED \\(SELECT \\* FROM (?:\\(SELECT[^]*?\\) )?${table} WHERE .* AND (.*)\\)`,
    );
    return cte.exec(text)?.[1] ?? 'all';
  };
  const tables = ENTITIES.map((entity) => tableOf(entity).name).sort();
  expect(tables.filter((table) => conditionOf(table) === 'all')).toEqual([
    ...['api_client', 'connection', 'item', 'item_identifier', 'ledger_follower', 'ledger_head', 'movement', 'outcome'],
    ...['reservation', 'reservation_place'],
  ]);
  expect(tables.filter((table) => !['all', 'false'].includes(conditionOf(table)))).toEqual([
    ...[
      'absorbed_leg',
      'discrepancy',
      'former_location_code',
      'inventory_record',
      'ledger_entry',
      'location',
      'stock_count',
    ],
    'stock_level',
  ]);
});
