import { uuidv7 } from 'uuidv7';
import type { Pool } from 'pg';
import { RefusalKeeper } from '../../src/application/commands/keep-refusals';
import { MOST_REFUSALS } from '../../src/application/ports/reads';
import type { KeptRefusal, RefusalCount } from '../../src/application/ports/refusals';
import { createPool } from '../../src/persistence/database/pool';
import { createRefusalStore } from '../../src/persistence/refusals/store';
import { createTestDatabase, ownerRows, type TestDatabase } from '../support/database';
import { LedgerHarness } from '../support/ledger';

jest.setTimeout(120_000);

const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

let database: TestDatabase;
let pool: Pool;
let tenantIds: readonly string[];

beforeAll(async () => {
  database = await createTestDatabase();
  tenantIds = await new LedgerHarness(database).tenants('one', 'two');
  pool = createPool(database.gatewayUrl, { applicationName: 'test refusals', max: 4, log: () => undefined });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const countOf = (connectionId: string, refused: number, more: Partial<RefusalCount> = {}): RefusalCount => ({
  ...{ connectionId, reason: 'FORM', refused, lastAtMs: AT_MS },
  ...more,
});
const keptOf = (connectionId: string, n: number): KeptRefusal => ({
  ...{ id: uuidv7(), connectionId, reason: 'FORM', atMs: AT_MS, detail: `detail ${n}`, address: null },
  ...{ bytes: n, body: n % 2 === 0 ? null : `"body", {${n}} \\` },
});
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

const stored = (connectionId: string) =>
  ownerRows<{ tenant_id: string; detail: string; bytes: number; body: string | null }>(
    database,
    `SELECT tenant_id, detail, bytes, body FROM delivery_refusal WHERE connection_id = $1 ORDER BY refusal_id`,
    [connectionId],
  );
const counted = (connectionId: string) =>
  ownerRows<{ reason: string; refused: string; last_at: Date }>(
    database,
    `SELECT reason, refused::int, last_at FROM delivery_refusal_count WHERE connection_id = $1 ORDER BY reason`,
    [connectionId],
  );

it('adds up counts, and keeps the last refusals of each connection', async () => {
  const store = createRefusalStore(pool);
  const [tenantId = ''] = tenantIds;
  const [noisy, quiet] = [uuidv7(), uuidv7()];
  await store.add(tenantId, [countOf(quiet, 1)], [keptOf(quiet, 1)]);
  for (const from of numbers(0, 9)) {
    const kept = numbers(from * 10, from * 10 + 10).map((n) => keptOf(noisy, n));
    await store.add(tenantId, [countOf(noisy, 100), countOf(noisy, 1, { reason: 'RATE', lastAtMs: AT_MS - 9 })], kept);
  }
  await store.add(tenantId, [countOf(noisy, 5, { lastAtMs: AT_MS + 7 })], []);
  expect((await stored(noisy)).map(({ bytes }) => bytes)).toEqual(numbers(90 - MOST_REFUSALS, 90));
  expect((await stored(noisy)).at(-1)).toMatchObject({ tenant_id: tenantId, body: '"body", {89} \\' });
  expect(await stored(quiet)).toHaveLength(1);
  expect(await counted(noisy)).toEqual([
    { reason: 'FORM', refused: 905, last_at: new Date(AT_MS + 7) },
    { reason: 'RATE', refused: 9, last_at: new Date(AT_MS - 9) },
  ]);
});

it('loses no count when several processes store at the same time', async () => {
  const [tenantId = ''] = tenantIds;
  const connections = numbers(0, 20).map(() => uuidv7());
  const keepers = numbers(0, 4).map(
    () =>
      new RefusalKeeper({
        ...{ store: createRefusalStore(pool), newId: uuidv7 },
        log: { info: () => undefined, warn: (line) => void warnings.push(line) },
      }),
  );
  const warnings: object[] = [];
  const evidence = () => ({ detail: 'd', address: '192.0.2.1', bytes: 1, body: 'b' });
  for (const round of numbers(0, 10)) {
    for (const [at, keeper] of keepers.entries()) {
      const order = (round + at) % 2 === 0 ? connections : connections.toReversed();
      for (const id of order) keeper.note({ connection: { tenantId, id }, reason: 'FORM', atMs: AT_MS, evidence });
    }
    expect(await Promise.all(keepers.map((keeper) => keeper.flush()))).toEqual([true, true, true, true]);
  }
  await Promise.all(keepers.map((keeper) => keeper.close()));
  expect(warnings).toEqual([]);
  for (const id of connections) {
    expect(await counted(id)).toMatchObject([{ refused: 40 }]);
    expect((await stored(id)).length).toBeLessThanOrEqual(MOST_REFUSALS);
  }
});
