import { verifyLedger, type LedgerVerdict, type VerifyProgress } from '../../src/persistence/verify';
import type { Planned } from '../../src/domain/ledger/posting';
import type { CountDraft, UnitOfWork } from '../../src/domain/ledger/unit-of-work';
import { DEFAULT_DIMENSIONS, stockKey } from '../../src/domain/ledger/stock-key';
import {
  CONNECTION,
  delivered,
  deliveryOf,
  factOf,
  keyOf,
  MINUTE,
  NOON,
  postingOf,
  rowsOf,
  sha256,
} from '../support/domain/test-ledger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let harness: LedgerHarness;
let tenantId: string;
let otherTenantId: string;

/** A ledger of several pages: 1,200 movements, including counts, absorbed legs and messages. */
beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  [tenantId = '', otherTenantId = ''] = await harness.tenants('one', 'two');
  const poster = harness.openPoster();
  const facts = Array.from({ length: 1200 }, (_, n) =>
    factOf(`row ${n}`, {
      delta: (n % 7) - 3 || 5,
      note: `note ${n}`,
      dimensions: { ...DEFAULT_DIMENSIONS, lot: n < 1190 ? `L${n % 40}` : '' },
    }),
  );
  for (const tenant of [tenantId, otherTenantId]) {
    await Promise.all(
      [0, 300, 600, 900].map((from) =>
        poster.post({ ...delivered(deliveryOf(from, rowsOf(...facts.slice(from, from + 300)))), tenantId: tenant }),
      ),
    );
    const reads = { outcomes: [], keys: [keyOf('TEA', 'MAIN')] };
    await poster.post({ ...postingOf(counted, { origin: CONNECTION, reads }), tenantId: tenant });
    const late = factOf('late', { delta: 4, occurredAtMs: NOON - 60 * MINUTE });
    await poster.post({ ...delivered(deliveryOf(1200, rowsOf(late))), tenantId: tenant });
  }
  for (const table of TABLES) await harness.pool.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

/** A count that is applied and one that is rejected, for TEA at MAIN. */
function counted(work: UnitOfWork): Planned<null> {
  const { item, location } = keyOf('TEA', 'MAIN');
  const [tea, main] = [work.resolveItem(item), work.resolveLocation(location)];
  if (!('found' in tea) || !('found' in main)) throw new Error('There is no TEA at MAIN.');
  const levelKey = work.levelKey(stockKey(DEFAULT_DIMENSIONS, tea.found.id, main.found.id));
  const previousQuantity = work.level(levelKey).quantity;
  const accepted = {
    effectiveAtMs: NOON,
    explicit: true,
    quantity: 77,
    originId: CONNECTION.id,
    sourceSequence: 9,
  };
  const count: CountDraft = {
    ...levelKey,
    status: 'APPLIED',
    quantity: 77,
    previousQuantity,
    asOfMs: NOON,
    sourceSequence: 9,
    code: null,
    accepted,
  };
  const rejected: CountDraft = {
    ...count,
    status: 'REJECTED',
    asOfMs: null,
    sourceSequence: null,
    code: 'X',
    accepted: null,
  };
  const draft = { reason: 'COUNT', externalId: 'count', occurredAtMs: NOON, evidenceHash: sha256('count') } as const;
  work.post({ ...draft, legs: [{ ...levelKey, delta: 77 - previousQuantity }], counts: [count, rejected] });
  return { keep: true, remember: [], result: null };
}

describe('an intact ledger', () => {
  it('is found intact, with its size and head', async () => {
    const { rows } = await harness.pool.query<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM ledger_head WHERE tenant_id = $1`,
      [tenantId],
    );
    expect(await verifyLedger(harness.pool, tenantId)).toEqual({
      ok: true,
      sequence: 1202,
      hash: rows[0]?.hash,
      movements: 1202,
      entries: 1201,
      levels: 41,
    });
  });

  it('has the counts and the absorbed leg of its history', async () => {
    expect(await harness.count('stock_count', tenantId)).toBe(2);
    expect(await harness.count('absorbed_leg', tenantId)).toBe(1);
    expect(await harness.quantities(tenantId)).toMatchObject({ 'TEA MAIN AVAILABLE': expect.any(Number) as number });
  });

  it('reports its progress up to the end', async () => {
    const steps: VerifyProgress[] = [];
    await verifyLedger(harness.pool, tenantId, { onProgress: (progress) => steps.push(progress) });
    const checked = steps.map((step) => step.checked);
    expect(checked).toEqual([...checked].sort((a, b) => a - b));
    expect(checked[0]).toBe(500);
    expect(steps.at(-1)).toEqual({ checked: 1243, total: 1243 });
  });

  it('may be empty', async () => {
    const [empty = ''] = await harness.tenants('empty');
    expect(await verifyLedger(harness.pool, empty)).toMatchObject({ ok: true, sequence: 0, hash: '0'.repeat(64) });
  });

  it('is verified soon when the database does not yet know how large it has become', async () => {
    for (const table of ['stock_level', 'ledger_entry']) {
      await harness.pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
      await harness.pool.query(`ANALYZE ${table}`);
    }
    const [grown = ''] = await harness.tenants('grown');
    const facts = Array.from({ length: 5000 }, (_, n) =>
      factOf(`row ${n}`, { dimensions: { ...DEFAULT_DIMENSIONS, lot: `L${n}` } }),
    );
    await harness.openPoster().post({ ...delivered(deliveryOf(0, rowsOf(...facts))), tenantId: grown });
    expect(await verifyLedger(harness.pool, grown)).toMatchObject({ ok: true, levels: 5000, entries: 5000 });
  });

  it('is verified as of one moment while posting goes on', async () => {
    const [busy = ''] = await harness.tenants('busy');
    const poster = harness.openPoster();
    const progress = { done: false };
    const posting = Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        poster.post({ ...delivered(deliveryOf(n, rowsOf(factOf(`busy ${n}`)))), tenantId: busy }),
      ),
    ).finally(() => (progress.done = true));
    while (!progress.done) expect(await verifyLedger(harness.pool, busy)).toMatchObject({ ok: true });
    await posting;
  });
});

const TABLES = [
  'movement',
  'ledger_entry',
  'absorbed_leg',
  'stock_count',
  'stock_level',
  'ledger_head',
  'inbound_message',
];

/**
 * Changes the ledger of the first tenant as the owner of the database with triggers disabled, verifies it, and undoes the
 * change.
 */
async function verdictAfter(statements: string | readonly string[], verified = tenantId): Promise<LedgerVerdict> {
  const client = await harness.pool.connect();
  try {
    await client.query('SET session_replication_role = replica');
    for (const statement of [statements].flat()) {
      const { rowCount } = await client.query(statement.replaceAll(':tenant', `'${tenantId}'`));
      expect(rowCount).toBeGreaterThan(0);
    }
    const verdict = await verifyLedger(harness.pool, verified);
    for (const table of TABLES.filter((name) => [statements].flat().some((statement) => statement.includes(name)))) {
      await client.query(`DELETE FROM ${table} WHERE tenant_id = '${tenantId}'`);
      await client.query(`INSERT INTO ${table} SELECT * FROM kept_${table} WHERE tenant_id = '${tenantId}'`);
    }
    return verdict;
  } finally {
    client.release(true);
  }
}

describe('a ledger that was changed by hand', () => {
  const edit = (table: string, change: string, where: string): string =>
    `UPDATE ${table} SET ${change} WHERE tenant_id = :tenant AND ${where}`;

  it.each([
    ['an edited entry', edit('ledger_entry', 'delta = delta + 1', 'sequence = 700')],
    ['an edited quantity after', edit('ledger_entry', 'quantity_after = quantity_after + 1', 'sequence = 700')],
    ['an edited level version', edit('ledger_entry', 'level_version = level_version + 1', 'sequence = 700')],
    ['an entry moved to another level', edit('ledger_entry', 'level_id = gen_random_uuid()', 'sequence = 700')],
    ['a number that no number of ours could be', edit('ledger_entry', 'delta = 9223372036854775807', 'sequence = 700')],
    ['a removed entry', `DELETE FROM ledger_entry WHERE tenant_id = :tenant AND sequence = 700`],
    ['an edited note', edit('movement', `note = 'nothing to see'`, 'sequence = 700')],
    ['a note taken away', edit('movement', `note = NULL`, 'sequence = 700')],
    ['an edited clock', edit('movement', `occurred_at = occurred_at + interval '1 ms'`, 'sequence = 700')],
    ['a clock that is no time', edit('movement', `recorded_at = 'infinity'`, 'sequence = 700')],
    ['another origin', edit('movement', 'origin_id = gen_random_uuid()', 'sequence = 700')],
    ['an edited hash', edit('movement', `hash = sha256('')`, 'sequence = 700')],
    [
      'an entry put in',
      `INSERT INTO ledger_entry SELECT tenant_id, sequence, 1, level_id, item_id, 1, 1, 999
       FROM ledger_entry WHERE tenant_id = :tenant AND sequence = 700`,
    ],
    [
      'an absorbed leg put in',
      `INSERT INTO absorbed_leg SELECT tenant_id, sequence, 0, level_id, 1
       FROM ledger_entry WHERE tenant_id = :tenant AND sequence = 700`,
    ],
    ['a leg given another place', edit('ledger_entry', 'leg = 1', 'sequence = 700')],
  ])('%s is found at its movement', async (_, statement) => {
    expect(await verdictAfter(statement)).toMatchObject({ ok: false, sequence: 700 });
  });

  it.each([
    ['an absorbed leg', edit('absorbed_leg', 'delta = 0', 'sequence = 1202'), 1202],
    ['a count', edit('stock_count', 'quantity = 78', 'ordinal = 0'), 1201],
    ['the moment of a count', edit('stock_count', `as_of = as_of - interval '1 hour'`, 'as_of IS NOT NULL'), 1201],
  ])('%s that was edited is found', async (_, statement, sequence) => {
    expect(await verdictAfter(statement)).toMatchObject({ ok: false, sequence });
  });

  it('a removed movement is found where it is missing', async () => {
    expect(await verdictAfter(`DELETE FROM movement WHERE tenant_id = :tenant AND sequence = 700`)).toEqual({
      ok: false,
      sequence: 700,
      problem: 'Movement 700 is missing; 701 comes next.',
    });
  });

  it('movements that swapped places are found', async () => {
    const swap = ['movement', 'ledger_entry'].flatMap((table) => [
      edit(table, 'sequence = -1', 'sequence = 700'),
      edit(table, 'sequence = 700', 'sequence = 701'),
      edit(table, 'sequence = 701', 'sequence = -1'),
    ]);
    expect(await verdictAfter(swap)).toMatchObject({ ok: false, sequence: 700 });
  });

  it('a last movement that was cut off with its legs is found by the head', async () => {
    const cut = ['movement', 'absorbed_leg'].map(
      (table) => `DELETE FROM ${table} WHERE tenant_id = :tenant AND sequence = 1202`,
    );
    expect(await verdictAfter(cut)).toEqual({
      ok: false,
      sequence: 1202,
      problem: 'The head stands at 1202, the last movement is 1201.',
    });
  });

  it('a head that was set back is found', async () => {
    const setBack = edit('ledger_head', 'sequence = 1000', 'true');
    expect(await verdictAfter(setBack)).toMatchObject({ ok: false, sequence: 1001 });
    expect(await verdictAfter(edit('ledger_head', `hash = sha256('')`, 'true'))).toMatchObject({ sequence: 1202 });
    const clock = edit('ledger_head', `recorded_at = recorded_at - interval '1 day'`, 'true');
    expect(await verdictAfter(clock)).toMatchObject({ ok: false, sequence: 1202 });
    expect(await verdictAfter(`DELETE FROM ledger_head WHERE tenant_id = :tenant`)).toMatchObject({
      ok: false,
      sequence: null,
    });
  });

  it('legs of a movement that does not exist are found', async () => {
    const stray = `INSERT INTO ledger_entry SELECT tenant_id, 5000, 0, level_id, item_id, 1, 1, 1
      FROM ledger_entry WHERE tenant_id = :tenant AND sequence = 1`;
    expect(await verdictAfter(stray)).toMatchObject({ ok: false, sequence: 5000 });
  });

  it('an edited level is found at its last entry', async () => {
    const verdict = await verdictAfter(edit('stock_level', 'quantity = quantity + 1', `lot = 'L7'`));
    expect(verdict).toMatchObject({ ok: false, sequence: 1168 });
    expect(!verdict.ok && verdict.problem).toMatch(/^Stock level .* holds -?\d+ units; its entries come to -?\d+\.$/);
  });

  it.each([
    ['version', edit('stock_level', 'version = version - 1', `lot = 'L7'`)],
    ['key', edit('stock_level', `lot = 'L7b'`, `lot = 'L7'`)],
    ['bucket', edit('stock_level', `bucket = 'BLOCKED'`, `lot = 'L7'`)],
  ])('a level with another %s is found', async (_, statement) => {
    expect(await verdictAfter(statement)).toMatchObject({ ok: false, sequence: 1168 });
  });

  it('a removed level is found at its first entry', async () => {
    expect(await verdictAfter(`DELETE FROM stock_level WHERE tenant_id = :tenant AND lot = 'L7'`)).toMatchObject({
      ok: false,
      sequence: 8,
    });
  });

  it('an inserted level is found', async () => {
    const made = `INSERT INTO stock_level SELECT tenant_id, gen_random_uuid(), item_id, location_id, owner, pool, channel,
      condition, packaging, barcode, 'NEW', bucket, 5, 1, updated_at, has_baseline FROM stock_level
      WHERE tenant_id = :tenant AND lot = 'L7'`;
    expect(await verdictAfter(made)).toMatchObject({ ok: false, sequence: null });
  });

  it('an entry that names another item than its level is found, though no hash covers that', async () => {
    const other = edit('ledger_entry', 'item_id = gen_random_uuid()', 'sequence = 700');
    expect(await verdictAfter(other)).toMatchObject({ ok: false, sequence: 700 });
  });

  it('an inbound message that is gone or was edited is found at its first movement', async () => {
    const problem = 'The inbound message that the movement rests on is missing, or another one.';
    const second = `first_sequence = 301`;
    expect(await verdictAfter(`DELETE FROM inbound_message WHERE tenant_id = :tenant AND ${second}`)).toEqual({
      ok: false,
      sequence: 301,
      problem,
    });
    expect(await verdictAfter(edit('inbound_message', `body_sha256 = sha256('')`, second))).toMatchObject({
      sequence: 301,
    });
  });

  it('the first of several faults is reported', async () => {
    const faults = [900, 650, 651].map((sequence) =>
      edit('ledger_entry', 'delta = delta + 1', `sequence = ${sequence}`),
    );
    expect(await verdictAfter(faults)).toMatchObject({ ok: false, sequence: 650 });
    const levels = ['L30', 'L7', 'L20'].map((lot) => edit('stock_level', 'quantity = quantity + 1', `lot = '${lot}'`));
    expect(await verdictAfter(levels)).toMatchObject({ ok: false, sequence: 1151 });
  });

  it('does not affect the verdict on another tenant', async () => {
    const statement = edit('ledger_entry', 'delta = 0', 'sequence = 1');
    expect(await verdictAfter(statement, otherTenantId)).toMatchObject({ ok: true });
  });
});
