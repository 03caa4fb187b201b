import type { QueryResult } from 'pg';
import type { LedgerState } from '../../src/domain/ledger/ledger-state';
import type { Session } from '../../src/persistence/database/statement';
import { writeInboundMessages } from '../../src/persistence/poster/write-inbound-messages';
import { CONNECTION } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';
import { blocksOfPlan, planOf } from '../support/plans';

jest.setTimeout(60_000);

/** Rows that wait. Reading them all for each row that was applied takes a hundred times the blocks of looking rows up. */
const OPEN_ROWS = 500;
const APPLIED = 20;
const FEW_BLOCKS = 400;
const MESSAGE = '01900000-0000-7000-8000-000000000000';

const rowsOf = (from: number, count: number, isOpen: boolean): string =>
  `INSERT INTO quarantined_row (tenant_id, message_id, row_index, open, rejected, connection_id, row_hash, closed_at,
     closed_as, external_id, code, detail, row, item)
   SELECT $1, '${MESSAGE}', n, ${isOpen}, false, '${CONNECTION.id}', sha256(n::text::bytea),
     ${isOpen ? 'NULL, NULL' : `now(), 'APPLIED'`}, 'id-' || n, 'ITEM_NOT_FOUND', '', '', 'item'
   FROM generate_series(${from}, ${from + count - 1}) n`;

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const { pool } = gateway.ledger;
  const run = (text: string): Promise<unknown> => pool.query(text.replaceAll('$1', `'${gateway.tenants.ours}'`));
  await run(`INSERT INTO inbound_message (tenant_id, message_id, connection_id, format, received_at, body, body_sha256, verdict, status)
    VALUES ($1, '${MESSAGE}', '${CONNECTION.id}', 'standard', now(), '', '', '', 'PARTLY_QUARANTINED')`);
  await run(rowsOf(0, 20_000, false));
  // The statistics are from when no row waited, so the indexes of the rows that wait look empty.
  await run('VACUUM (ANALYZE) quarantined_row');
  await run(rowsOf(20_000, OPEN_ROWS, true));
});

afterAll(() => gateway.close());

/** Says how many blocks the statements read, planned as the gateway plans them. Nothing is kept. */
async function blocksOf(write: (session: Session, tenantId: string) => Promise<unknown>[]): Promise<number> {
  const tenantId = gateway.tenants.ours;
  const client = await gateway.ledger.openPostPool({ max: 1 }).connect();
  let blocks = 0;
  const explained = async ({ name = '', text, values = [] }: Parameters<Session['query']>[0]): Promise<QueryResult> => {
    await client.query(`PREPARE ${name} AS ${text}`);
    blocks += blocksOfPlan(await planOf(client, { name, values }, 'ANALYZE, BUFFERS'));
    return await client.query(`DEALLOCATE ${name}`);
  };
  let last: Promise<unknown> = Promise.resolve();
  const query = (asked: Parameters<Session['query']>[0]): Promise<unknown> =>
    (last = last.then(() => explained(asked)));
  try {
    await client.query('BEGIN');
    await client.query(`SELECT set_config('stockbridge.tenant', $1, true)`, [tenantId]);
    await Promise.all(write({ query: query as Session['query'] }, tenantId));
  } finally {
    await client.query('ROLLBACK');
    client.release(true);
  }
  return blocks;
}

it.each([
  ['none of which waits', 1_000_000],
  ['all of which wait', 20_000],
])('looks up what is applied under ids, %s, without reading all rows that wait', async (_, first) => {
  const outcomes = Array.from({ length: APPLIED }, (_one, index) => ({
    ...{ originId: CONNECTION.id, externalId: `id-${first + index}` },
    ...{ fingerprint: '', sequence: 1, result: null },
  }));
  const nothing = { inboundMessages: [], quarantinedRows: [], rejectedRows: [], messageStatuses: [], auditEntries: [] };
  const closed = { messageId: MESSAGE, index: 19_999, closed: true, closedAs: 'APPLIED', closedAtMs: 0 };
  const quarantineUpdates = [{ ...closed, sequence: 1, note: null }];
  const writes = { ...nothing, outcomes, movements: [], quarantineUpdates };
  const state = { writes, recordedAtMs: 0 } as unknown as Pick<LedgerState, 'writes' | 'recordedAtMs'>;
  expect(await blocksOf((session, tenantId) => writeInboundMessages(session, tenantId, state, true))).toBeLessThan(
    FEW_BLOCKS,
  );
});
