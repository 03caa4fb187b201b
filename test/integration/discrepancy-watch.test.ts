import type { Pool } from 'pg';
import { AS_OPERATOR } from '../../src/persistence/database/data-source';
import type { PoolOptions } from '../../src/persistence/database/pool';
import { DiscrepancyWatch } from '../../src/persistence/discrepancies/watch';
import { at, atOrNew, byIdentifier, bySku, factOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { Commands } from '../support/commands';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let facts = 0;

beforeEach(async () => {
  gateway = await GraphqlHarness.open();
  await new Commands(gateway).catalogue(['TEA'], ['MAIN']);
});

afterEach(() => gateway.close());

async function report(delta: number, minute: number): Promise<void> {
  const names = { item: bySku('TEA'), location: at('MAIN'), occurredAtMs: NOON - 60 * MINUTE + minute * MINUTE };
  await gateway.deliver([factOf(`change ${(facts += 1)}`, { ...names, delta })]);
}

async function reportLate(): Promise<void> {
  await report(5, 10);
  await report(-2, 0);
}

/** As the gateway's. */
const openPool = (options: Partial<PoolOptions> = {}): Pool =>
  gateway.ledger.openPool({ max: 1, settings: AS_OPERATOR, ...options });

function watchWith(pool: Pool): { watch: DiscrepancyWatch; warnings: string[] } {
  const warnings: string[] = [];
  return { watch: new DiscrepancyWatch({ pool, warn: (message) => warnings.push(message) }), warnings };
}

const count = (): Promise<number> => gateway.ledger.count('discrepancy', gateway.tenants.ours);

/** Waits until something holds. The bound tells a stall from an answer. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not happen.');
}

it('finds what happens while it runs, and stops', async () => {
  const { watch, warnings } = watchWith(openPool());
  watch.start();
  watch.start();
  await reportLate();
  await until(async () => (await count()) === 1);
  await watch.close();
  expect(warnings).toEqual([]);
});

it('starts where the one before it stopped', async () => {
  await reportLate();
  await gateway.findDiscrepancies();
  await gateway.ledger.pool.query('DELETE FROM discrepancy');
  await gateway.findDiscrepancies();
  expect(await count()).toBe(0);
});

it('looks at each stretch of a ledger once when several processes watch', async () => {
  const watches = Array.from({ length: 4 }, () => watchWith(openPool()).watch);
  for (let round = 0; round < 5; round += 1) {
    await reportLate();
    await Promise.all(watches.map((watch) => watch.catchUp()));
  }
  await gateway.findDiscrepancies();
  const { rows } = await gateway.ledger.pool.query<{ entry_sequences: number[] }>(
    'SELECT entry_sequences FROM discrepancy',
  );
  const sequences = rows.flatMap((row) => row.entry_sequences);
  expect(sequences).toHaveLength(new Set(sequences).size);
  expect(sequences.length).toBeGreaterThan(0);
});

it('takes smaller stretches when one takes too long, and passes by a movement that takes too long alone', async () => {
  await reportLate();
  await report(1, 20);
  // Each statement on this movement takes longer than the session allows.
  await gateway.ledger.pool.query(`
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(5); RETURN NEW; END';
    CREATE TRIGGER dawdle BEFORE INSERT ON discrepancy FOR EACH ROW EXECUTE FUNCTION dawdle()`);
  const { watch, warnings } = watchWith(openPool({ statementTimeoutMs: 400 }));
  await watch.catchUp();
  expect(warnings).toEqual([expect.stringMatching(/^movement 2 of tenant \S+ was not looked at for discrepancies$/)]);
  const { rows } = await gateway.ledger.pool.query('SELECT sequence FROM ledger_follower WHERE tenant_id = $1', [
    gateway.tenants.ours,
  ]);
  expect(rows).toEqual([{ sequence: 3 }, { sequence: 3 }]);
});

it('goes on with the other tenants when one fails', async () => {
  const { ours, theirs } = gateway.tenants;
  for (const tenantId of [ours, theirs]) {
    const names = { item: byIdentifier('CODE', 'COFFEE'), location: atOrNew('SHELF') };
    const facts = [5, -2].map((delta, n) =>
      factOf(`${delta}`, { ...names, delta, occurredAtMs: NOON - (n + 1) * MINUTE }),
    );
    await gateway.deliver(facts, tenantId);
  }
  await gateway.ledger.pool.query(`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN IF NEW.tenant_id = ''${ours}'' THEN RAISE ''No.''; END IF; RETURN NEW; END';
    CREATE TRIGGER fail BEFORE INSERT ON discrepancy FOR EACH ROW EXECUTE FUNCTION fail()`);
  const { watch, warnings } = watchWith(openPool());
  expect(await watch.catchUp()).toBe(false);
  expect(warnings).not.toEqual([]);
  expect(await gateway.ledger.count('discrepancy', theirs)).toBe(1);
  await gateway.ledger.pool.query('DROP TRIGGER fail ON discrepancy');
  expect(await watch.catchUp()).toBe(true);
  expect(await count()).toBe(1);
});

it('takes many movements at a time', async () => {
  for (let minute = 0; minute < 12; minute += 1) await report(1, minute);
  const pool = openPool();
  const connect = jest.spyOn(pool, 'connect');
  await watchWith(pool).watch.catchUp();
  // Each of its two tasks takes one stretch. A statement of the pool itself connects with a callback.
  expect(connect.mock.calls.filter((given: unknown[]) => given.length === 0)).toHaveLength(2);
});

it('forgets what it has looked at, and does not read a long history again', async () => {
  await reportLate();
  expect(await gateway.ledger.count('late_entry', gateway.tenants.ours)).toBe(1);
  await gateway.findDiscrepancies();
  expect(await gateway.ledger.count('late_entry', gateway.tenants.ours)).toBe(0);
});

it('goes on after a fault of the database', async () => {
  await reportLate();
  const pool = openPool();
  const { watch, warnings } = watchWith(pool);
  jest.spyOn(pool, 'query').mockImplementationOnce(() => {
    throw new Error('The database is away.');
  });
  watch.start();
  await until(async () => (await count()) === 1);
  await watch.close();
  expect(warnings).toEqual(['discrepancies could not be looked for; trying again']);
});
