import { setTimeout as delay } from 'node:timers/promises';
import { LedgerUnavailableError } from '../../src/application/ports/poster';
import type { ItemSaveResult } from '../../src/domain/plans/catalogue-save';
import type { DeliveryResult } from '../../src/domain/plans/delivery';
import type { Posting } from '../../src/domain/ledger/posting';
import type { StockAdjustResult } from '../../src/domain/plans/stock-adjust';
import {
  adjusted,
  adjustOf,
  delivered,
  deliveryOf,
  factOf,
  itemSaved,
  keyOf,
  rowsOf,
} from '../support/domain/test-ledger';
import type { CommitFate, CommitProxy } from '../support/commit-proxy';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { ALL_OUTCOMES, LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let harness: LedgerHarness;
let proxy: CommitProxy;
let poster: TestPoster;
let tenantId: string;
let testNumber = 0;
let messageNumber = 0;

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
  poster = harness.openPoster({ lockTimeoutMs: 200, applicationName: `poster ${testNumber}` }, proxy.url);
  await post(delivery('opening', 100));
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

const post = <Result>(posting: Posting<Result>): Promise<Result> => poster.post({ ...posting, tenantId });

const delivery = (id: string, delta: number): Posting<DeliveryResult> =>
  delivered(deliveryOf((messageNumber += 1), rowsOf(factOf(id, { delta }))));

const take = (id: string, quantity = 1): Posting<StockAdjustResult> =>
  adjusted(adjustOf(id, { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -quantity }] }));

const saveItem = (sku: string): Posting<ItemSaveResult> =>
  itemSaved({ sku, name: sku, identifiers: [{ scheme: 'CODE', value: sku }] });

const tea = async (): Promise<number | undefined> => (await harness.quantities(tenantId))['TEA MAIN AVAILABLE'];

const codeOf = (error: unknown): unknown => {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return code ?? cause?.code;
};

async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isTrue())) await delay(5);
}

/** The process id of a poster session that meets the condition. */
async function sessionWhere(condition: string): Promise<number> {
  const found: { pid: number }[] = [];
  const sql = `SELECT pid FROM pg_stat_activity WHERE application_name = 'poster ${testNumber}' AND ${condition}`;
  await until(async () => {
    found.push(...(await harness.pool.query<{ pid: number }>(sql)).rows);
    return found.length > 0;
  });
  return found[0]?.pid ?? 0;
}

async function terminate(pid: number): Promise<void> {
  await harness.pool.query('SELECT pg_terminate_backend($1)', [pid]);
}

async function holdHead(): Promise<() => Promise<void>> {
  const client = await harness.pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM ledger_head WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
  return async () => {
    await client.query('ROLLBACK');
    client.release();
  };
}

describe('a batch during a database failure', () => {
  it('waits for a head that another session holds beyond the lock timeout, and posts', async () => {
    const letGo = await holdHead();
    const posted = post(take('a'));
    await until(() => poster.retries.length >= 3);
    await letGo();
    expect(await posted).toMatchObject({ userErrors: [], replayed: false });
    expect(poster.retries).toMatchObject([{ code: '55P03' }, { code: '55P03' }, { code: '55P03' }]);
    expect(await tea()).toBe(99);
  });

  it('is recorded at the moment at which it got the head', async () => {
    const letGo = await holdHead();
    const posted = post(take('a'));
    await sessionWhere(`wait_event_type = 'Lock'`);
    const { rows } = await harness.pool.query<{ now: string }>('SELECT clock_timestamp() AS now');
    await letGo();
    expect(await posted).toMatchObject({ movementSequence: 2, userErrors: [] });
    const sql = 'SELECT FROM movement WHERE tenant_id = $1 AND sequence = 2 AND recorded_at >= $2';
    expect(await harness.pool.query(sql, [tenantId, rows[0]?.now])).toMatchObject({ rowCount: 1 });
  });

  /** The next inserts into a table fail with these SQLSTATEs, one after the other. */
  async function failing(table: string, codes: readonly string[], test: () => Promise<void>): Promise<void> {
    const name = `fail_${testNumber}`;
    await harness.pool.query(`CREATE SEQUENCE ${name}; GRANT USAGE ON SEQUENCE ${name} TO PUBLIC`);
    await harness.pool.query(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE code text := ('{${codes.join(',')}}'::text[])[nextval('${name}')];
      BEGIN
        IF code IS NOT NULL THEN RAISE EXCEPTION 'trouble' USING ERRCODE = code; END IF;
        RETURN NULL;
      END $$`);
    await harness.pool.query(`CREATE TRIGGER ${name} AFTER INSERT ON ${table} EXECUTE FUNCTION ${name}()`);
    await test();
    await harness.pool.query(`DROP TRIGGER ${name} ON ${table}`);
  }

  it('is tried again after a deadlock, a conflict, a cancel, a full disk and an internal error', async () => {
    const codes = ['40P01', '40001', '57014', '53100', 'XX000', '58030'];
    await failing('ledger_entry', codes, async () => {
      expect(await post(take('a'))).toMatchObject({ userErrors: [], replayed: false });
    });
    expect(poster.retries.map(codeOf)).toEqual(codes);
    expect(await tea()).toBe(99);
    expect(await harness.count(ALL_OUTCOMES, tenantId)).toBe(2);
  });

  it('is divided when it takes too long, so that its postings need not all be tried again together', async () => {
    const name = `large_${testNumber}`;
    await harness.pool.query(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT count(*) FROM added) > 10 THEN RAISE EXCEPTION 'too long' USING ERRCODE = '57014'; END IF;
        RETURN NULL;
      END $$`);
    await harness.pool.query(`CREATE TRIGGER ${name} AFTER INSERT ON ledger_entry
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`);
    const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => post(take(`${n}`))));
    await harness.pool.query(`DROP TRIGGER ${name} ON ledger_entry`);
    expect(answers.filter(({ userErrors }) => userErrors.length > 0)).toEqual([]);
    expect(await tea()).toBe(100 - 64);
  });

  it('is not tried again for an error that trying again cannot fix', async () => {
    await failing('ledger_entry', ['23514'], async () => {
      await expect(post(take('a'))).rejects.toMatchObject({ code: '23514' });
    });
    expect(poster.retries).toEqual([]);
    expect(await tea()).toBe(100);
  });

  it('survives the loss of its session while it waits for the head', async () => {
    const letGo = await holdHead();
    const posted = post(take('a'));
    await terminate(await sessionWhere(`wait_event_type = 'Lock'`));
    await until(() => poster.retries.length > 0);
    await letGo();
    expect(await posted).toMatchObject({ userErrors: [] });
    expect(await tea()).toBe(99);
  });

  it('survives the loss of its idle session', async () => {
    await terminate(await sessionWhere(`state = 'idle'`));
    expect(await post(take('a'))).toMatchObject({ userErrors: [] });
    expect(await tea()).toBe(99);
  });
});

describe('a poster that is closed', () => {
  it('tells waiting callers to try again while the database is away, and does not wait itself', async () => {
    const gone = await harness.openProxy();
    const closing = harness.openPoster({}, gone.url);
    await closing.post({ ...take('a'), tenantId });
    await gone.close();
    const posted = closing.post({ ...take('b'), tenantId });
    await until(() => closing.retries.length > 0);
    const waiting = closing.post({ ...take('c'), tenantId });
    const answers = Promise.allSettled([posted, waiting]);
    await closing.close();
    expect((await answers).map((answer) => answer.status === 'rejected' && (answer.reason as unknown))).toEqual([
      expect.any(LedgerUnavailableError),
      expect.any(LedgerUnavailableError),
    ]);
    expect(closing.retries.length).toBeLessThan(10);
    expect(await tea()).toBe(99);
  });
});

describe('a commit of unknown fate', () => {
  /** Cuts the next commit in this way and passes the later ones on. */
  function cutNext(fate: CommitFate): void {
    proxy.fateOf = () => {
      proxy.fateOf = () => 'PASS';
      return fate;
    };
  }

  const ways = ['CUT_BEFORE', 'CUT_AFTER'] as const;

  it.each(ways)('of a command (%s) takes effect once, and the caller gets its result', async (way) => {
    cutNext(way);
    const first = await post(take('a', 7));
    expect(first).toMatchObject({ movementSequence: 2, replayed: false, changes: [{ delta: -7, quantityAfter: 93 }] });
    expect(poster.retries).toHaveLength(1);
    expect(await post(take('a', 7))).toEqual({ ...first, replayed: true });
    expect(await tea()).toBe(93);
  });

  it.each(ways)('of a refusal (%s) is remembered once', async (way) => {
    cutNext(way);
    const first = await post(take('a', 101));
    expect(first).toMatchObject({
      movementSequence: null,
      replayed: false,
      userErrors: [{ code: 'INSUFFICIENT_STOCK' }],
    });
    expect(poster.retries).toHaveLength(1);
    expect(await post(take('a', 101))).toMatchObject({
      ...{ movementSequence: null, replayed: true },
      userErrors: [{ code: 'INSUFFICIENT_STOCK', message: expect.stringContaining('This was judged at') as string }],
    });
    expect(await harness.count(ALL_OUTCOMES, tenantId)).toBe(2);
  });

  it.each(ways)('of a delivery (%s) posts and stores it once', async (way) => {
    cutNext(way);
    const { rows, status } = await post(delivery('a', 5));
    expect([status, rows]).toEqual(['APPLIED', [{ index: 0, status: 'POSTED', sequence: 2 }]]);
    expect(await tea()).toBe(105);
    expect(await harness.count('inbound_message', tenantId)).toBe(2);
  });

  it.each(ways)('of an item (%s) creates it once', async (way) => {
    cutNext(way);
    const { item } = await post(saveItem('SALT'));
    expect(await post(saveItem('SALT'))).toEqual({ item, userErrors: [] });
    expect(await harness.count('item', tenantId)).toBe(2);
  });

  it.each(ways)('of a batch with all kinds of postings (%s) settles each of them once', async (way) => {
    const letGo = await holdHead();
    const first = post(take('first'));
    const all = Promise.all([
      post(take('a', 10)),
      post(delivery('b', 3)),
      post(saveItem('SALT')),
      post(take('c', 999)),
    ]);
    proxy.fateOf = () => {
      cutNext(way);
      return 'PASS';
    };
    await letGo();
    await first;
    const [a, b, c, d] = await all;
    expect([a.replayed, b.status, c.item?.sku, d.userErrors[0]?.code]).toEqual([
      false,
      'APPLIED',
      'SALT',
      'INSUFFICIENT_STOCK',
    ]);
    expect(await tea()).toBe(100 - 1 - 10 + 3);
    expect(await harness.count('movement', tenantId)).toBe(4);
  });

  it.each(ways)('that is repeated (%s) is still settled once', async (way) => {
    let left = 3;
    proxy.fateOf = () => (left-- > 0 ? way : 'PASS');
    expect(await post(take('a', 7))).toMatchObject({ movementSequence: 2, replayed: false });
    expect(await tea()).toBe(93);
  });

  /** Another gateway posts between the loss of a commit and the search for its fate. */
  async function withOtherBetween<Result>(way: CommitFate, posting: Posting<Result>): Promise<Result> {
    const other = harness.openPoster();
    cutNext(way);
    const cutsBefore = proxy.cuts;
    const posted = post(posting);
    await until(() => proxy.cuts > cutsBefore);
    proxy.pause();
    await other.post({ ...take('b', 1), tenantId });
    proxy.resume();
    return posted;
  }

  it.each(ways)('(%s) is resolved although another gateway has posted since', async (way) => {
    const posted = await withOtherBetween(way, take('a', 7));
    expect(posted).toMatchObject({ replayed: false, changes: [{ delta: -7 }] });
    expect(await tea()).toBe(92);
    expect(await harness.count('movement', tenantId)).toBe(3);
  });

  it.each(ways)('without a movement (%s) is resolved although another gateway has posted since', async (way) => {
    const posted = await withOtherBetween(way, take('a', 101));
    expect(posted).toMatchObject({ replayed: false, userErrors: [{ code: 'INSUFFICIENT_STOCK' }] });
    expect(await harness.count(ALL_OUTCOMES, tenantId)).toBe(3);
    expect(await harness.count('quiet_commit', tenantId)).toBe(1);
  });

  it('without a movement is forgotten after an hour', async () => {
    await post(take('a', 101));
    await harness.pool.query(`UPDATE quiet_commit SET recorded_at = recorded_at - interval '2 hours'`);
    await post(take('b', 101));
    expect(await harness.count('quiet_commit', tenantId)).toBe(1);
  });

  it.each(['', '40001', '23514', '53100', 'XX000'])(
    'is not believed to be lost because the COMMIT was rejected with the SQLSTATE "%s"',
    async (errorAfter) => {
      cutNext({ errorAfter });
      expect(await post(take('a', 7))).toMatchObject({ movementSequence: 2, replayed: false });
      cutNext({ errorAfter });
      expect(await post(take('b', 101))).toMatchObject({
        userErrors: [{ code: 'INSUFFICIENT_STOCK' }],
        replayed: false,
      });
      expect(poster.retries).toHaveLength(2);
      expect(await tea()).toBe(93);
      expect(await harness.count('movement', tenantId)).toBe(2);
    },
  );

  it('that a deferred constraint rejected fails only the posting at fault', async () => {
    const name = `refuse_${testNumber}`;
    await harness.pool.query(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.external_id LIKE '%bad' THEN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END IF;
        RETURN NULL;
      END $$`);
    await harness.pool.query(`CREATE CONSTRAINT TRIGGER ${name} AFTER INSERT ON outcome
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    const answers = await Promise.allSettled(['a', 'bad', 'b'].map((id) => post(take(id))));
    await harness.pool.query(`DROP TRIGGER ${name} ON outcome`);
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: '23514' } },
      { status: 'fulfilled' },
    ]);
    expect(await tea()).toBe(98);
  });

  it('is not mistaken for committed when the server ended the session in the middle of it', async () => {
    const name = `slow_${testNumber}`;
    await harness.pool.query(`CREATE SEQUENCE ${name}; GRANT USAGE ON SEQUENCE ${name} TO PUBLIC`);
    await harness.pool.query(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('${name}') = 1 THEN PERFORM pg_sleep(20); END IF;
        RETURN NULL;
      END $$`);
    await harness.pool.query(`CREATE CONSTRAINT TRIGGER ${name} AFTER INSERT ON outcome
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    const posted = post(take('a', 7));
    await terminate(await sessionWhere(`wait_event = 'PgSleep' AND query = 'COMMIT'`));
    expect(await posted).toMatchObject({ movementSequence: 2, replayed: false });
    await harness.pool.query(`DROP TRIGGER ${name} ON outcome`);
    expect(await tea()).toBe(93);
  });

  it('that happens constantly to many writers loses and doubles nothing', async () => {
    let commits = 0;
    proxy.fateOf = () => (['PASS', 'CUT_AFTER', 'PASS', 'CUT_BEFORE'] as const)[(commits += 1) % 4] ?? 'PASS';
    const writer = async (writerNumber: number): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        expect(await post(take(`${writerNumber}/${turn}`))).toMatchObject({ userErrors: [], replayed: false });
        expect(await post(delivery(`row ${writerNumber}/${turn}`, 2))).toMatchObject({ status: 'APPLIED' });
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, writerNumber) => writer(writerNumber)));
    expect(poster.retries.length).toBeGreaterThan(0);
    expect(await tea()).toBe(100 + 16 * 3);
    expect(await harness.count('movement', tenantId)).toBe(1 + 16 * 3 * 2);
  });
});
