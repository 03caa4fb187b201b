import { setTimeout as delay } from 'node:timers/promises';
import type { Posting } from '../../src/domain/ledger/posting';
import type { StockAdjustResult } from '../../src/domain/plans/stock-adjust';
import { Transactions, type Foreseen, type Foundation } from '../../src/persistence/poster/transactions';
import {
  adjusted,
  adjustOf,
  byIdentifier,
  delivered,
  deliveryOf,
  factOf,
  idOf,
  keyOf,
  rowsOf,
  sha256,
} from '../support/domain/test-ledger';
import type { CommitProxy } from '../support/commit-proxy';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, MANY_ROWS, type TestPoster } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let harness: LedgerHarness;
let proxy: CommitProxy;
let poster: TestPoster;
let tenantId: string;
let testNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  proxy = await harness.openProxy();
});

/** Each test has a ledger with 100 TEA at MAIN, and a poster whose connections go through the proxy. */
beforeEach(async () => {
  testNumber += 1;
  [tenantId = ''] = await harness.tenants(`tenant-${testNumber}`);
  proxy.fateOf = () => 'PASS';
  poster = harness.openPoster({ applicationName: `poster ${testNumber}` }, proxy.url);
  await post(delivered(deliveryOf(testNumber, rowsOf(factOf('opening', { delta: 100 })))));
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

/** Posts as large messages are posted: where few legs are on their way, nothing is planned ahead. */
const post = <Result>(posting: Posting<Result>, on = poster): Promise<Result> =>
  on.post({ ...posting, tenantId, carries: MANY_ROWS });

const take = (id: string, quantity: number): Posting<StockAdjustResult> =>
  adjusted(adjustOf(id, { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -quantity }] }));

const tea = async (): Promise<number | undefined> => (await harness.quantities(tenantId))['TEA MAIN AVAILABLE'];

async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isTrue())) await delay(5);
}

/** Whether this many sessions of the poster wait for the head. */
async function areWaiting(sessions: number): Promise<boolean> {
  const sql = `SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`;
  return (await harness.pool.query(sql, [`poster ${testNumber}`])).rowCount === sessions;
}

/** Posts `first` and holds its COMMIT. Meanwhile `second` has been planned and waits for the head. */
async function postBehindHeldCommit<A, B>(first: Posting<A>, second: Posting<B>): Promise<[Promise<A>, Promise<B>]> {
  proxy.fateOf = () => 'HOLD';
  const a = post(first);
  // When the writes of the first are sent, the second already waits.
  await new Promise((resolve) => setImmediate(resolve));
  const b = post(second);
  await until(() => areWaiting(1));
  proxy.fateOf = () => 'PASS';
  return [a, b];
}

describe('a batch that is planned while the previous one is being committed', () => {
  it('sees the stock that the previous one leaves', async () => {
    const [a, b] = await postBehindHeldCommit(take('a', 60), take('b', 30));
    proxy.passHeld();
    expect(await a).toMatchObject({ movementSequence: 2, changes: [{ delta: -60, quantityAfter: 40 }] });
    expect(await b).toMatchObject({ movementSequence: 3, changes: [{ delta: -30, quantityAfter: 10 }] });
    expect(poster.retries).toEqual([]);
  });

  it('cannot take stock that the previous one has taken', async () => {
    const [a, b] = await postBehindHeldCommit(take('a', 60), take('b', 60));
    proxy.passHeld();
    expect(await a).toMatchObject({ userErrors: [] });
    expect(await b).toMatchObject({ userErrors: [{ code: 'INSUFFICIENT_STOCK' }] });
    expect(await tea()).toBe(40);
  });

  it('knows the outcomes of the previous one', async () => {
    const postAhead = jest.spyOn(Transactions.prototype, 'postAhead');
    const [a, b] = await postBehindHeldCommit(take('same', 60), take('same', 60));
    proxy.passHeld();
    expect(await a).toMatchObject({ replayed: false, movementSequence: 2 });
    expect(await b).toEqual({ ...(await a), replayed: true });
    expect(await tea()).toBe(40);
    // Not because of a conflict with an existing row.
    expect(await postAhead.mock.results.at(-1)?.value).toHaveLength(1);
  });

  it('does not rely on a previous batch that is lost, and is posted after its retry', async () => {
    const [a, b] = await postBehindHeldCommit(take('a', 60), take('b', 60));
    proxy.cutHeld();
    expect(await a).toMatchObject({ movementSequence: 2, userErrors: [] });
    expect(await b).toMatchObject({ userErrors: [{ code: 'INSUFFICIENT_STOCK' }] });
    expect(poster.retries).toHaveLength(1);
    expect(await tea()).toBe(40);
  });

  it('is planned again when another gateway has written in between', async () => {
    const other: TestPoster = harness.openPoster();
    const [a, b] = await postBehindHeldCommit(take('a', 10), take('b', 60));
    // When the first batch's session ends, the next session in line gets its lock.
    const c = post(take('c', 60), other);
    proxy.cutHeld();
    const [resultA, ...rivals] = await Promise.all([a, b, c]);
    expect(resultA.userErrors).toEqual([]);
    expect(rivals.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(await tea()).toBe(30);
  });

  it('is settled when the fate of its own commit is unknown', async () => {
    const [a, b] = await postBehindHeldCommit(take('a', 60), take('b', 30));
    proxy.fateOf = () => {
      proxy.fateOf = () => 'PASS';
      return 'CUT_AFTER';
    };
    proxy.passHeld();
    expect(await a).toMatchObject({ movementSequence: 2 });
    expect(await b).toMatchObject({ movementSequence: 3, replayed: false, changes: [{ quantityAfter: 10 }] });
    expect(await harness.count('movement', tenantId)).toBe(3);
  });

  it('waits for a previous batch that creates an item', async () => {
    const postAhead = jest.spyOn(Transactions.prototype, 'postAhead');
    proxy.fateOf = () => 'HOLD';
    const sugar = factOf('sugar', { item: byIdentifier('CODE', 'SUGAR') });
    const a = post(delivered(deliveryOf(100 + testNumber, rowsOf(sugar))));
    await new Promise((resolve) => setImmediate(resolve));
    const b = post(take('b', 1));
    await until(() => proxy.held === 1);
    proxy.fateOf = () => 'PASS';
    proxy.passHeld();
    expect([(await a).status, (await b).movementSequence]).toEqual(['APPLIED', 3]);
    expect(postAhead).not.toHaveBeenCalled();
  });

  it('is answered after the previous one, and closing waits for both', async () => {
    const order: string[] = [];
    proxy.fateOf = () => {
      proxy.fateOf = () => 'PASS';
      return 'CUT_AFTER';
    };
    const a = post(take('a', 60)).finally(() => order.push('a'));
    await new Promise((resolve) => setImmediate(resolve));
    const b = post(take('b', 30)).finally(() => order.push('b'));
    await until(() => poster.retries.length === 1);
    await poster.close();
    order.push('closed');
    expect([(await a).movementSequence, (await b).movementSequence]).toEqual([2, 3]);
    expect(order).toEqual(['a', 'b', 'closed']);
  });

  it('does not wait for a session that cannot be opened', async () => {
    proxy.pause();
    for (let turn = 0; turn < 20; turn++) {
      const a = post(take(`a ${turn}`, 1));
      await new Promise((resolve) => setImmediate(resolve));
      const b = post(take(`b ${turn}`, 1));
      expect([(await a).userErrors, (await b).userErrors]).toEqual([[], []]);
    }
    proxy.resume();
    expect(await tea()).toBe(60);
  });
});

describe('a plan made ahead', () => {
  it('is dropped when the last movement differs, whatever the version of the row', async () => {
    const pool = harness.openPool({ pipeline: true });
    const transactions = new Transactions(tenantId, { pool, tools: { sha256, newId: () => idOf(1) } });
    const foundations: Foundation[] = [];
    const note = (foreseen: Foreseen): unknown =>
      foundations.push({ ...foreseen, settled: new Promise(() => undefined) });
    await transactions.post([{ ...take('a', 60), tenantId }], undefined, note);
    const [foundation] = foundations as [Foundation];
    const next = [{ ...take('b', 1), tenantId }];
    expect(await transactions.postAhead(next, { ...foundation, attempt: idOf(9) }, note)).toBeUndefined();
    expect(await harness.count('movement', tenantId)).toBe(2);
    expect(await transactions.postAhead(next, foundation, note)).toMatchObject([{ result: { movementSequence: 3 } }]);
  });
});
