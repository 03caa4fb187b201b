import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import * as head from '../../src/persistence/poster/lock-head';
import * as lostCommit from '../../src/persistence/poster/lost-commit';
import * as readCatalogue from '../../src/persistence/poster/read-catalogue';
import * as readDocuments from '../../src/persistence/poster/read-documents';
import * as readLedger from '../../src/persistence/poster/read-ledger';
import * as readReservations from '../../src/persistence/poster/read-reservations';
import * as writeBatch from '../../src/persistence/poster/write-batch';
import * as writeCatalogue from '../../src/persistence/poster/write-catalogue';
import * as writeDocuments from '../../src/persistence/poster/write-documents';
import * as writeInboundMessages from '../../src/persistence/poster/write-inbound-messages';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LedgerHarness } from '../support/ledger';

const POSTER = path.resolve(__dirname, '../../src/persistence/poster');
const STATEMENTS = [
  ...[head, lostCommit, readCatalogue, readDocuments, readLedger, readReservations],
  ...[writeBatch, writeCatalogue, writeDocuments, writeInboundMessages],
].flatMap((module) => module.STATEMENTS);

/** A row of each table that the poster looks something up in, or many: `n` is their number. */
const ROWS = [
  `INSERT INTO item (tenant_id, item_id, sku, specification, collision_key, specification_key)
   SELECT $1, ID, 'S' || n, '', 's' || n, '' FROM N`,
  `INSERT INTO item_identifier (tenant_id, scheme, value, specification, item_id, collision_key, gtin)
   SELECT $1, 'UPC', n, '', ID, n, n FROM N`,
  `INSERT INTO location (tenant_id, location_id, code, collision_key) SELECT $1, ID, 'L' || n, 'l' || n FROM N`,
  `INSERT INTO stock_level (tenant_id, level_id, item_id, location_id, owner, pool, channel, condition, packaging, barcode, lot,
     bucket, quantity, version, updated_at, has_baseline)
   SELECT $1, ID, ID, ID, '', '', '', 'GOOD', 'SINGLE', '', '', 'AVAILABLE', 1, 1, now(), false FROM N`,
  `INSERT INTO movement (tenant_id, sequence, reason, origin_kind, origin_id, external_id, occurred_at, effective_at, recorded_at,
     evidence_hash, hash, fingerprint) SELECT $1, n, 'RECEIPT', 'API_CLIENT', $1, 'e' || n, now(), now(), now(), '', '', '' FROM N`,
  `INSERT INTO ledger_entry (tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version)
   SELECT $1, n, 0, ID, ID, 1, 1, 1 FROM N`,
  `INSERT INTO outcome (tenant_id, origin_id, external_id, content_hash, sequence) SELECT $1, $1, 'e' || n, '', n FROM N`,
  `INSERT INTO inbound_message (tenant_id, message_id, connection_id, format, received_at, status, body_sha256, body, verdict)
   SELECT $1, ID, $1, 'jerry', now(), 'QUARANTINED', '', '', '' FROM N`,
  `INSERT INTO quarantined_row (tenant_id, message_id, row_index, code, detail, row, open, rejected, connection_id, row_hash,
     external_id)
   SELECT $1, ID, 0, 'UNKNOWN_ITEM', '', '', true, false, $1, sha256(n::text::bytea), n FROM N`,
  `INSERT INTO reservation (tenant_id, reservation_id, origin_id, reference, status, expires_at, created_at, segment, lines,
     sequences) SELECT $1, ID, $1, 'r' || n, 'ACTIVE', now(), now(), '{}', '[]', '[]' FROM N`,
  `INSERT INTO reservation_place (tenant_id, item_id, reservation_id, location_id, open, back_ordered)
   SELECT $1, ID, ID, ID, true, true FROM N`,
];

const rowsBetween = (text: string, first: number, last: number): string =>
  text
    .replace('FROM N', `FROM (SELECT n::text AS n FROM generate_series(${first}, ${last}) n) numbered`)
    .replaceAll('ID', `lpad(n, 32, '0')::uuid`)
    .replace(/SELECT (\$1, )n,/, 'SELECT $1n::bigint,')
    .replace(/, n FROM \(SELECT n::text/, text.includes('INTO outcome') ? ', n::bigint FROM (SELECT n::text' : '$&')
    .replaceAll('$1', `'${tenantId}'`);

/** How a plan reads its tables. */
const ACCESS =
  /(?:Index Scan|Index Only Scan|Tid Scan|Seq Scan|Bitmap Heap Scan|Hash Join|Merge Join|Index Cond)[^\n]*/g;
/** Where all rows of the tenant in an index are few, or only the first of them is read. */
const OF_ALL = [/ledger_head_pkey/, /quiet_commit_pkey/, /quarantined_row_code_idx on quarantined_row w/];

let database: TestDatabase;
let harness: LedgerHarness;
let pool: Pool;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  [tenantId = ''] = await harness.tenants('ours');
  pool = harness.openPostPool({ max: 1 });
});

afterAll(async () => {
  await harness.close();
  await database.drop();
});

/** How each statement reads its tables: the plan's scans and joins, without costs, that a new session of the poster makes now. */
async function plans(): Promise<Map<string, string[]>> {
  const client = await pool.connect();
  try {
    await client.query(`SELECT set_config('stockbridge.tenant', $1, false)`, [tenantId]);
    const found = new Map<string, string[]>();
    for (const { name, text } of STATEMENTS) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      found.set(
        name,
        [...plan.matchAll(ACCESS)].map(([scan]) => scan),
      );
    }
    return found;
  } finally {
    client.release(true);
  }
}

test('every statement of the poster is looked at', () => {
  const named = readdirSync(POSTER).flatMap(
    (file) => readFileSync(path.join(POSTER, file), 'utf8').match(/'poster_\w+'/g) ?? [],
  );
  expect(STATEMENTS.map(({ name }) => `'${name}'`).sort()).toEqual([...new Set(named)].sort());
});

test('a statement looks rows up by their keys, whatever the statistics say', async () => {
  const onEmpty = await plans();
  for (const [name, accesses] of onEmpty) {
    expect([name, accesses.filter((access) => /Seq Scan|Bitmap|Hash Join|Merge Join/.test(access))]).toEqual([
      name,
      [],
    ]);
    const wide = accesses.filter((_, index) => /Index Cond: \(tenant_id = \$1\)$/.test(accesses[index + 1] ?? ''));
    expect([name, wide.filter((access) => !OF_ALL.some((known) => known.test(access)))]).toEqual([name, []]);
  }
  await harness.pool.query('VACUUM ANALYZE');
  expect(await plans()).toEqual(onEmpty);
  for (const [first, last] of [
    [1, 1],
    [2, 5_000],
  ] as const) {
    for (const text of ROWS) await harness.pool.query(rowsBetween(text, first, last));
    await harness.pool.query('ANALYZE');
    expect(await plans()).toEqual(onEmpty);
  }
});
