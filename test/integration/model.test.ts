import fc from 'fast-check';
import {
  itemSaveReads,
  locationSaveReads,
  planItemSave,
  planLocationSave,
} from '../../src/domain/plans/catalogue-save';
import type { Settled } from '../../src/domain/plans/plan-batch';
import type { Posting } from '../../src/domain/ledger/posting';
import { Transactions } from '../../src/persistence/poster/transactions';
import { Comparison } from '../support/domain/comparison';
import { TestGateway } from '../support/domain/gateway';
import { histories, KNOWN_LOCATIONS, KNOWN_SKUS, UNITS_PER_PACKAGE, type Round } from '../support/domain/histories';
import { NOON, postingOf, TestLedger } from '../support/domain/test-ledger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, MANY_ROWS, type TestPoster } from '../support/ledger';
import { readInto } from '../support/snapshot';

jest.setTimeout(120_000);

let database: TestDatabase;
let harness: LedgerHarness;
let poster: TestPoster;
let historyNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  poster = harness.openPoster();
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

/** Noon of a future day. The head sets the ledger's clock, which may be ahead of the server's but not behind. */
const LATER_NOON = Date.UTC(2096, 10, 22, 12);

/** The use cases over the tables of a new tenant. */
async function openGateway(): Promise<TestGateway> {
  const [tenantId = ''] = await harness.tenants(`history-${(historyNumber += 1)}`);
  await saveCatalogue(tenantId);
  const ledger = new TestLedger();
  const gateway = new TestGateway(ledger, async (postings, nowMs) => {
    const settled = await postAt(nowMs, tenantId, postings);
    await readInto(ledger, harness.pool, tenantId);
    return settled;
  });
  gateway.nowMs = LATER_NOON;
  await readInto(ledger, harness.pool, tenantId);
  return gateway;
}

async function saveCatalogue(tenantId: string): Promise<void> {
  for (const sku of KNOWN_SKUS) {
    const identifiers = [{ scheme: 'CODE', value: sku }];
    const command = { sku, specification: '', unitsPerPackage: UNITS_PER_PACKAGE[sku], identifiers };
    const posting = postingOf((work) => planItemSave(work, command), { reads: itemSaveReads(command) });
    await poster.post({ ...posting, tenantId });
  }
  for (const code of KNOWN_LOCATIONS) {
    const posting = postingOf((work) => planLocationSave(work, { code }), { reads: locationSaveReads({ code }) });
    await poster.post({ ...posting, tenantId });
  }
}

/** Posts at a given clock: the first posting as one batch, and the rest as another while the first is in flight. */
async function postAt(nowMs: number, tenantId: string, postings: readonly Posting<unknown>[]): Promise<Settled[]> {
  await setClock(tenantId, nowMs);
  // Where few legs are on their way, nothing is planned ahead.
  const post = (posting: Posting<unknown>): Promise<unknown> =>
    poster.post({ ...posting, tenantId, carries: MANY_ROWS });
  // An order can be reversed when it is known, or in its own batch. Nobody knows the number of a future order.
  const half = postings.some(({ reads }) => reads.orderNumbers?.length === 0) ? 0 : postings.length >> 1;
  const first = postings.slice(0, half).map(post);
  await new Promise((resolve) => setImmediate(resolve));
  const settled = await Promise.allSettled([...first, ...postings.slice(half).map(post)]);
  // The clock of the head is that of the last movement.
  await setClock(tenantId, null);
  return settled.map((one) => (one.status === 'fulfilled' ? { result: one.value } : { error: one.reason as unknown }));
}

async function setClock(tenantId: string, nowMs: number | null): Promise<void> {
  const last = '(SELECT max(recorded_at) FROM movement m WHERE m.tenant_id = $1)';
  const sql = `UPDATE ledger_head SET recorded_at = coalesce(to_timestamp($2::float8 / 1000), ${last}) WHERE tenant_id = $1`;
  await harness.pool.query(sql, [tenantId, nowMs]);
}

/** The same so much later. */
function shifted<Value>(value: Value, byMs: number): Value {
  if (Array.isArray(value)) return value.map((element: unknown) => shifted(element, byMs)) as Value;
  if (value === null || typeof value !== 'object' || value instanceof Set) return value;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => {
    const isMoment = (name === 'asOfMs' || name === 'occurredAtMs') && typeof member === 'number';
    return [name, isMoment ? member + byMs : shifted(member, byMs)];
  });
  return Object.fromEntries(members) as Value;
}

describe('the ledger in PostgreSQL', () => {
  it('answers any history of facts and commands as the model does, and stores the same', async () => {
    const ahead = jest.spyOn(Transactions.prototype, 'postAhead');
    const isPlannedAhead = async (): Promise<boolean> => {
      const results = await Promise.all(ahead.mock.results.map(({ value }) => value as unknown));
      return results.some(Boolean);
    };
    // Whether a batch is planned ahead depends on how soon a connection opens.
    for (let times = 0; times < 5 && !(await isPlannedAhead()); times += 1) {
      await fc.assert(
        fc.asyncProperty(histories, async (rounds: readonly Round[]) => {
          const comparison = new Comparison(await openGateway());
          for (const round of shifted(rounds, LATER_NOON - NOON)) await comparison.play(round);
        }),
        { numRuns: 40 },
      );
    }
    expect(poster.retries).toEqual([]);
    expect(await isPlannedAhead()).toBe(true);
  });
});
