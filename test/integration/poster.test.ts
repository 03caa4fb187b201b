import { LaneFullError, LedgerUnavailableError } from '../../src/application/ports/poster';
import type { DeliveryResult, Fact } from '../../src/domain/plans/delivery';
import type { Posting } from '../../src/domain/ledger/posting';
import type { StockAdjustResult } from '../../src/domain/plans/stock-adjust';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import {
  adjusted,
  adjustOf,
  at,
  atOrNew,
  byIdentifier,
  bySku,
  CLIENT,
  CONNECTION,
  delivered,
  deliveryOf,
  factOf,
  idOf,
  itemSaved,
  keyOf,
  postingOf,
  rowsOf,
  NOON,
  SECOND,
} from '../support/domain/test-ledger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { ALL_OUTCOMES, LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let harness: LedgerHarness;
let poster: TestPoster;
let tenantId: string;
let tenantNumber = 0;
let messageNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  poster = harness.openPoster();
});

beforeEach(async () => {
  tenantNumber += 1;
  [tenantId = ''] = await harness.tenants(`tenant-${tenantNumber}`);
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

const post = <Result>(posting: Posting<Result>, through = poster): Promise<Result> =>
  through.post({ ...posting, tenantId });

const deliver = (...facts: readonly Fact[]): Promise<DeliveryResult> =>
  post(delivered(deliveryOf((messageNumber += 1), rowsOf(...facts))));

const verdicts = ({ rows }: DeliveryResult): string[] => rows.map((row) => ('code' in row ? row.code : row.status));

/** Creates items with these skus, and the location MAIN. */
const stock = (...skus: readonly string[]): Promise<unknown> =>
  deliver(
    ...skus.map((sku) => factOf(`opening ${sku}`, { item: byIdentifier('CODE', sku), delta: 100, reason: 'OPENING' })),
  );

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('64 writers at once', () => {
  it('over shared levels end with exact sums and no error', async () => {
    const skus = ['TEA', 'SALT', 'RICE'];
    await stock(...skus);
    const writer = async (writerNumber: number): Promise<void> => {
      for (const turn of numbers(8)) {
        const id = `${writerNumber}/${turn}`;
        const sku = skus[(writerNumber + turn) % skus.length] ?? '';
        if (turn % 2 === 0) {
          await deliver(factOf(id, { item: byIdentifier('CODE', sku), delta: writerNumber - 32 }));
          continue;
        }
        const rows = skus.map((each) => ({ key: keyOf(each, 'MAIN', { bucket: 'RESERVED' }), delta: 1 }));
        const { userErrors } = await post(adjusted(adjustOf(id, { rows })));
        expect(userErrors).toEqual([]);
      }
    };
    await Promise.all(numbers(64).map(writer));
    const expected = new Map(skus.map((sku) => [sku, 100]));
    for (const writerNumber of numbers(64)) {
      for (const turn of [0, 2, 4, 6]) {
        const sku = skus[(writerNumber + turn) % skus.length] ?? '';
        expected.set(sku, (expected.get(sku) ?? 0) + writerNumber - 32);
      }
    }
    const quantities = await harness.quantities(tenantId);
    for (const sku of skus) {
      expect(quantities[`${sku} MAIN AVAILABLE`]).toBe(expected.get(sku));
      expect(quantities[`${sku} MAIN RESERVED`]).toBe(64 * 4);
    }
    expect(await harness.count('movement', tenantId)).toBe(1 * 3 + 64 * 8);
    expect(poster.retries).toEqual([]);
  });

  it('through two gateways end with exact sums as well', async () => {
    await stock('TEA');
    const other = harness.openPoster();
    const results = await Promise.all(
      numbers(64).map((n) =>
        post(
          adjusted(adjustOf(`take ${n}`, { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -2 }] })),
          n % 2 ? poster : other,
        ),
      ),
    );
    const refused = results.filter(({ userErrors }) => userErrors.length > 0);
    expect(refused.map(({ userErrors }) => userErrors[0]?.code)).toEqual(Array(14).fill('INSUFFICIENT_STOCK'));
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 0 });
  });
});

describe('a delivery', () => {
  it('that arrives twice, in sequence or at once, posts once', async () => {
    const facts = [factOf('a', { delta: 5 }), factOf('b', { delta: -2 })];
    const [first, second] = await Promise.all([deliver(...facts), deliver(...facts)]);
    const third = await deliver(...facts);
    expect([first, second, third].map(({ status }) => status)).toEqual(['APPLIED', 'DUPLICATE', 'DUPLICATE']);
    expect(third.rows.map((row) => 'sequence' in row && row.sequence)).toEqual([1, 2]);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 3 });
    expect(await harness.count('inbound_message', tenantId)).toBe(3);
  });

  describe('whose event has two legs', () => {
    const legs = [
      factOf('uuid/1', { eventId: 'uuid', delta: -3 }),
      factOf('uuid/2', { eventId: 'uuid', delta: 3, dimensions: { ...DEFAULT_DIMENSIONS, bucket: 'COMMITTED' } }),
    ] as const;
    const landed = { 'TEA MAIN AVAILABLE': -3, 'TEA MAIN COMMITTED': 3 };

    const correlated = async (): Promise<unknown[]> => {
      const sql = 'SELECT sequence FROM movement WHERE tenant_id = $1 AND correlation_id = $2 ORDER BY sequence';
      const { rows } = await harness.pool.query<number[]>({ text: sql, values: [tenantId, 'uuid'], rowMode: 'array' });
      return rows.flat();
    };

    it('is one movement', async () => {
      expect(verdicts(await deliver(...legs))).toEqual(['POSTED', 'POSTED']);
      expect(await correlated()).toEqual([1]);
      expect(await harness.quantities(tenantId)).toEqual(landed);
    });

    it('in two parts is posted completely, under one correlationId', async () => {
      await deliver(legs[0]);
      await deliver(legs[1]);
      expect(await correlated()).toEqual([1, 2]);
      expect(await harness.quantities(tenantId)).toEqual(landed);
    });

    it('in overlapping parts is posted completely and nothing twice', async () => {
      const results = await Promise.all([deliver(legs[0]), deliver(...legs), deliver(legs[1])]);
      expect(results.map(verdicts)).toEqual([['POSTED'], ['DUPLICATE', 'POSTED'], ['DUPLICATE']]);
      expect(await harness.quantities(tenantId)).toEqual(landed);
    });

    it('with other content under its ids goes to quarantine; the first remains', async () => {
      await deliver(...legs);
      const changed = legs.map((leg) => factOf(leg.externalId, { ...leg, delta: 99, fingerprint: 'cc'.repeat(32) }));
      const result = await deliver(...changed);
      expect(result.status).toBe('QUARANTINED');
      expect(verdicts(result)).toEqual(['EXTERNAL_ID_REUSED', 'EXTERNAL_ID_REUSED']);
      expect(await harness.quantities(tenantId)).toEqual(landed);
      const sql = 'SELECT row_index, code, open, row FROM quarantined_row WHERE tenant_id = $1 ORDER BY row_index';
      expect((await harness.pool.query(sql, [tenantId])).rows).toMatchObject([
        { row_index: 0, code: 'EXTERNAL_ID_REUSED', open: true, row: '{"id":"uuid/1"}' },
        { row_index: 1, code: 'EXTERNAL_ID_REUSED', open: true },
      ]);
    });
  });

  it('keeps texts of any alphabet, and clocks from before 1970, as they came', async () => {
    const note = 'Zählung "B"\t\\ \u2028 📦\n\u0001\u007f {NULL,"}';
    await deliver(factOf("o'clock {1}", { note, reference: '', occurredAtMs: -1 }));
    const sql = 'SELECT note, reference, external_id, occurred_at FROM movement WHERE tenant_id = $1';
    expect((await harness.pool.query(sql, [tenantId])).rows).toEqual([
      { note, reference: '', external_id: "o'clock {1}", occurred_at: '1969-12-31T23:59:59.999Z' },
    ]);
  });
});

describe('tenants', () => {
  it('never see data of each other, whatever their ids and names', async () => {
    const [other = ''] = await harness.tenants(`other-${tenantNumber}`);
    await Promise.all(
      [tenantId, other].flatMap((tenant, index) =>
        numbers(10).map((n) => {
          const posting = delivered(deliveryOf(5000 + n, rowsOf(factOf(`row ${n}`, { delta: index + 1 }))));
          return poster.post({ ...posting, tenantId: tenant });
        }),
      ),
    );
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 10 });
    expect(await harness.quantities(other)).toEqual({ 'TEA MAIN AVAILABLE': 20 });
    const { rows } = await harness.pool.query('SELECT item_id FROM item WHERE tenant_id = ANY ($1)', [
      [tenantId, other],
    ]);
    expect(new Set(rows.map((row: { item_id: string }) => row.item_id)).size).toBe(2);
  });

  it('without a ledger are refused, and nobody else waits for them', async () => {
    const posting = { ...adjusted(adjustOf('a')), tenantId: idOf(404) };
    await expect(poster.post(posting)).rejects.toThrow('has no ledger');
  });
});

describe('commands dated in the past', () => {
  it('at once take no more than there was at the lowest moment since', async () => {
    await stock('TEA');
    const at = NOON - 30 * SECOND;
    await deliver(factOf('out', { delta: -97, occurredAtMs: at }));
    await deliver(factOf('in', { delta: 50, occurredAtMs: NOON }));
    const results = await Promise.all(
      numbers(16).map((n) =>
        post(adjusted(adjustOf(`late ${n}`, { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -1 }], occurredAtMs: at }))),
      ),
    );
    const refused = results.flatMap(({ userErrors }) => userErrors);
    expect(refused).toHaveLength(13);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['NEGATIVE_IN_THE_PAST']));
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 50 });
  });
});

describe('identical commands', () => {
  it('64 at once have one effect and one answer', async () => {
    await stock('TEA');
    const command = adjustOf('once', { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -7 }] });
    const results = await Promise.all(numbers(64).map(() => post(adjusted(command))));
    const [first] = results;
    expect(first?.replayed).toBe(false);
    expect(results.slice(1)).toEqual(Array(63).fill({ ...first, replayed: true }));
    expect(await post(adjusted(command))).toEqual({ ...first, replayed: true });
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 93 });
  });

  it('that were refused stay refused, word for word', async () => {
    await stock('TEA');
    const command = adjustOf('too much', { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -101 }] });
    const first = await post(adjusted(command));
    expect(first.userErrors).toMatchObject([{ code: 'INSUFFICIENT_STOCK', current: 100, requested: 101 }]);
    await deliver(factOf('more', { delta: 50 }));
    const again = await post(adjusted(command));
    expect(again).toMatchObject({ movementSequence: null, changes: [], replayed: true });
    expect(again.userErrors).toMatchObject([{ code: 'INSUFFICIENT_STOCK', current: 100, requested: 101 }]);
    expect(await post(adjusted(command))).toEqual(again);
  });

  it('sent as a dry run leave nothing behind', async () => {
    await stock('TEA');
    const command = adjustOf('dry', { dryRun: true, rows: [{ key: keyOf('TEA', 'MAIN'), delta: -7 }] });
    const dry = await post(adjusted(command));
    const real = await post(adjusted({ ...command, dryRun: false }));
    expect(dry.changes).toEqual(real.changes);
    expect([dry.movementSequence, real.movementSequence, real.replayed]).toEqual([null, 2, false]);
    expect(await harness.count(ALL_OUTCOMES, tenantId)).toBe(2);
  });
});

describe('an item that does not exist yet', () => {
  it('is created once by deliveries that race for it, through two gateways', async () => {
    const other = harness.openPoster();
    await Promise.all(
      numbers(32).map((n) => post(delivered(deliveryOf(6000 + n, rowsOf(factOf(`r${n}`)))), n % 2 ? poster : other)),
    );
    expect(await harness.count('item', tenantId)).toBe(1);
    expect(await harness.count('location', tenantId)).toBe(1);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 32 });
  });

  it('is found by the next batch under its other identifiers, whichever gateway changed them', async () => {
    await deliver(factOf('a'));
    const other = harness.openPoster();
    await post(itemSaved({ sku: 'TEA', identifiers: [{ scheme: 'SERNO', value: '1' }] }), other);
    const item = byIdentifier('SERNO', '1', { whenUnknown: 'REFUSE' });
    expect(verdicts(await deliver(factOf('b', { item, location: at('MAIN') })))).toEqual(['POSTED']);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 2 });
  });
});

describe('an identifier that was just added', () => {
  const alias = { scheme: 'CLIENT_SKU', value: 'ALIAS' };
  const byAlias = byIdentifier(alias.scheme, alias.value, { whenUnknown: 'REFUSE' });

  const saved = (sku: string): Posting<unknown> => itemSaved({ sku, identifiers: [alias] });

  const taken = (quantity: number): Posting<StockAdjustResult> => {
    const command = adjustOf(`take ${quantity}`, {
      rows: [{ key: { ...keyOf('TEA', 'MAIN'), item: byAlias }, delta: -quantity }],
    });
    return adjusted(command);
  };

  it('finds the existing stock within the same batch', async () => {
    await stock('TEA');
    const [, result] = await Promise.all([post(saved('TEA')), post(taken(40))]);
    expect(result.userErrors).toEqual([]);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 60 });
  });

  it('finds the existing stock within the same delivery', async () => {
    await stock('TEA');
    const item = byIdentifier('CODE', 'TEA', { alsoKnownAs: [alias] });
    const result = await deliver(
      factOf('a', { item, delta: 1, location: atOrNew('SHOP') }),
      factOf('b', { item: byAlias, delta: 1 }),
    );
    expect(verdicts(result)).toEqual(['POSTED', 'POSTED']);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 101, 'TEA SHOP AVAILABLE': 1 });
  });
});

describe('a posting that the database refuses', () => {
  /** Strings that every edge refuses and PostgreSQL cannot store. */
  const nul = adjusted(adjustOf('nul', { note: 'a\0b' }));
  const outOfTime = adjusted(adjustOf('out of time', { occurredAtMs: 8.64e15 }));
  const badId = { ...adjusted(adjustOf('bad id')), origin: { kind: 'API_CLIENT', id: 'not a uuid' } } as const;

  it('fails alone, while its neighbours in the same batch are posted', async () => {
    await stock('TEA');
    const good = numbers(6).map((n) => post(adjusted(adjustOf(`good ${n}`))));
    const bad = [nul, outOfTime, badId].map((posting) => post(posting));
    const more = numbers(6).map((n) => deliver(factOf(`more ${n}`)));
    const settled = await Promise.allSettled([...good, ...bad, ...more]);
    expect(settled.map(({ status }) => status)).toEqual([
      ...Array<string>(6).fill('fulfilled'),
      ...Array<string>(3).fill('rejected'),
      ...Array<string>(6).fill('fulfilled'),
    ]);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 112 });
    expect(poster.retries).toEqual([]);
  });

  it('stores nothing: its key can be used again', async () => {
    await stock('TEA');
    await expect(post(nul)).rejects.toMatchObject({ code: '22021' });
    expect(await post(adjusted(adjustOf('nul')))).toMatchObject({ replayed: false, userErrors: [] });
  });

  it('by a plan that throws fails with that error, and its neighbours do not notice', async () => {
    await stock('TEA');
    const thrown = new Error('a bug');
    const broken = postingOf(() => {
      throw thrown;
    });
    const settled = await Promise.allSettled([
      post(adjusted(adjustOf('a'))),
      post(broken),
      post(adjusted(adjustOf('b'))),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: thrown });
  });
});

describe('a lane', () => {
  /** Holds the lock on the tenant's ledger head until it is released. */
  async function holdHead(): Promise<() => Promise<void>> {
    const client = await harness.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM ledger_head WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
    return async () => {
      await client.query('ROLLBACK');
      client.release();
    };
  }

  it('is bounded: postings beyond its limit are told to try again, accepted ones are posted', async () => {
    const nothing = postingOf(() => ({ keep: false, remember: [], result: 'ran' }));
    const letGo = await holdHead();
    const first = post(nothing);
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = numbers(10_000).map(() => post(nothing));
    await expect(post(nothing)).rejects.toThrow(LaneFullError);
    await letGo();
    expect(await first).toBe('ran');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['ran']));
    expect(await post(nothing)).toBe('ran');
  });

  it('does not wait for the lane of another tenant', async () => {
    const [other = ''] = await harness.tenants(`other-${tenantNumber}`);
    const letGo = await holdHead();
    const held = post(adjusted(adjustOf('held')));
    await poster.post({ ...delivered(deliveryOf(7000, rowsOf(factOf('free')))), tenantId: other });
    await letGo();
    await held;
    expect(await harness.quantities(other)).toEqual({ 'TEA MAIN AVAILABLE': 1 });
  });

  it('posts a posting that is larger than a batch', async () => {
    await stock('TEA');
    const rows = numbers(1500).map((n) => ({ key: keyOf('TEA', 'MAIN', { lot: `L${n}` }), delta: 1 }));
    expect((await post(adjusted(adjustOf('large', { rows })))).changes).toHaveLength(1500);
  });

  it('posts on closing what it accepted, and refuses what comes after', async () => {
    await stock('TEA');
    const closing = harness.openPoster();
    const taken = numbers(50).map((n) => post(adjusted(adjustOf(`taken ${n}`)), closing));
    const closed = closing.close();
    await expect(post(adjusted(adjustOf('late')), closing)).rejects.toThrow(LedgerUnavailableError);
    await expect(closing.post({ ...adjusted(adjustOf('late')), tenantId: idOf(1) })).rejects.toThrow(
      LedgerUnavailableError,
    );
    await closed;
    expect(await Promise.all(taken)).toHaveLength(50);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 150 });
  });
});

describe('the stored rows', () => {
  it('are those of the plan: movement, legs, levels, outcome and evidence', async () => {
    const fact = factOf('a', { delta: 5, reference: 'PO-1', note: 'n' });
    const delivery = deliveryOf((messageNumber += 1), rowsOf(fact));
    await post(delivered(delivery));
    const row = async (table: string): Promise<unknown> =>
      (await harness.pool.query(`SELECT * FROM ${table} WHERE tenant_id = $1`, [tenantId])).rows;
    expect(await row('movement')).toMatchObject([
      {
        sequence: 1,
        reason: 'ADJUSTMENT',
        reference: 'PO-1',
        note: 'n',
        correlation_id: 'a',
        origin_kind: 'CONNECTION',
        origin_id: CONNECTION.id,
        external_id: 'a',
        occurred_at: '2025-11-22T11:59:00.000Z',
        effective_at: '2025-11-22T11:59:00.000Z',
        inbound_message_id: delivery.id,
        fingerprint: Buffer.from(fact.fingerprint, 'hex'),
      },
    ]);
    expect(await row('ledger_entry')).toMatchObject([{ leg: 0, delta: 5, quantity_after: 5, level_version: 1 }]);
    expect(await row('stock_level')).toMatchObject([
      { quantity: 5, version: 1, has_baseline: false, counted_as_of: null },
    ]);
    expect(await row('outcome')).toEqual([]);
    expect(await row('inbound_message')).toMatchObject([{ status: 'APPLIED', first_sequence: 1, last_sequence: 1 }]);
    expect(await row('ledger_head')).toMatchObject([{ sequence: 1, catalogue_revision: 1 }]);
  });

  it('have a recordedAt in whole milliseconds that never goes back', async () => {
    await Promise.all(numbers(40).map((n) => deliver(factOf(`t${n}`))));
    const sql = `SELECT count(*) FILTER (WHERE recorded_at < before) AS back,
        count(*) FILTER (WHERE recorded_at <> date_trunc('milliseconds', recorded_at)) AS finer
      FROM (SELECT recorded_at, lag(recorded_at) OVER (ORDER BY sequence) AS before FROM movement WHERE tenant_id = $1) m`;
    expect((await harness.pool.query(sql, [tenantId])).rows).toEqual([{ back: 0, finer: 0 }]);
  });

  it('name the client, so that two clients may use the same idempotencyKey', async () => {
    await stock('TEA');
    const other = { ...adjusted(adjustOf('a')), origin: { kind: 'API_CLIENT', id: idOf(99) } } as const;
    const [one, two] = await Promise.all([post(adjusted(adjustOf('a'))), post(other)]);
    expect([one.replayed, two.replayed]).toEqual([false, false]);
    const sql = 'SELECT DISTINCT origin_id FROM movement WHERE tenant_id = $1 AND external_id = $2 ORDER BY 1';
    const { rows } = await harness.pool.query(sql, [tenantId, 'a']);
    expect(rows).toEqual([{ origin_id: idOf(99) }, { origin_id: CLIENT.id }]);
  });

  it('identify an item by sku and specification', async () => {
    await stock('TEA');
    expect(
      verdicts(await deliver(factOf('s', { item: bySku('TEA') }), factOf('t', { item: bySku('TEA', 'red') }))),
    ).toEqual(['POSTED', 'ITEM_NOT_FOUND']);
  });
});
