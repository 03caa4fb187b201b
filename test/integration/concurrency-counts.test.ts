import fc from 'fast-check';
import { createAdjustStock } from '../../src/application/commands/adjust-stock';
import { createAdjustmentOrders, type AdjustmentOrderInput } from '../../src/application/commands/adjustment-orders';
import type { Caller } from '../../src/application/ports/caller';
import type { Poster } from '../../src/application/ports/poster';
import { createSetStock, type StockSetInput } from '../../src/application/commands/set-stock';
import type { AdjustmentOrderLine, AdjustmentOrderSide } from '../../src/domain/adjustment-order';
import { CatalogueMap } from '../../src/domain/catalogue/catalogue-map';
import { askedReads } from '../../src/domain/ledger/asked-reads';
import type { DeliveryResult, Fact } from '../../src/domain/plans/delivery';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import { readDeltasAfter } from '../../src/persistence/poster/read-ledger';
import { createReadPool, createReads, sharedPool } from '../../src/persistence/readers';
import { sha256 } from '../../src/persistence/sha256';
import { countOf, setOf } from '../support/domain/gateway';
import { LedgerModel, type ModelAnswer } from '../support/domain/ledger-model';
import { modelAnswer, plainAnswer } from '../support/domain/plain-answers';
import {
  adjustOf,
  at,
  bySku,
  CLIENT,
  CONNECTION,
  delivered,
  deliveryOf,
  factOf,
  keyOf,
  MINUTE,
  itemSaved,
  rowsOf,
  SECOND,
} from '../support/domain/test-ledger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(60_000);

/** SQLSTATE; PostgreSQL manual, appendix A. */
const LOCK_NOT_AVAILABLE = '55P03';

let database: TestDatabase;
let harness: LedgerHarness;
/** Two gateways on one database. */
let posters: readonly TestPoster[];
let tenantId: string;
let tenantNumber = 0;
let messageNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  posters = [harness.openPoster(), harness.openPoster()];
});

beforeEach(async () => {
  [tenantId = ''] = await harness.tenants(`tenant-${(tenantNumber += 1)}`);
});

afterEach(() => {
  // On a slow machine, a lock timeout may cause a retry. A deadlock never may.
  const codes = posters.flatMap(({ retries }) => retries.map((error) => (error as { code?: unknown }).code));
  expect(codes.filter((code) => code !== LOCK_NOT_AVAILABLE)).toEqual([]);
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const clientCaller = (): Caller => ({ tenantId, origin: CLIENT });

/** The gateway that the n-th caller uses. */
const gatewayOf = (n: number): Poster => posters[n % posters.length] as TestPoster;

const setStock = (n: number, input: StockSetInput) =>
  createSetStock({ poster: gatewayOf(n), nowMs: Date.now })(clientCaller(), input);

function deliver(n: number, facts: readonly Fact[], receivedAtMs: number): Promise<DeliveryResult> {
  const delivery = { ...deliveryOf((messageNumber += 1), rowsOf(...facts)), receivedAtMs };
  return gatewayOf(n).post({ ...delivered(delivery), tenantId });
}

/** Creates TEA (also CODE TEA) and MAIN, with this quantity. */
async function openTea(quantity: number): Promise<void> {
  await deliver(0, [factOf('opening', { delta: quantity, reason: 'OPENING', occurredAtMs: 0 })], Date.now());
}

interface NamedRow {
  sequence: number;
  recordedAtMs: number;
  reason: string;
  delta: number | null;
  quantityAfter: number | null;
}

/** The movements in the tables, with the entries of the only level. */
async function movementsOf(): Promise<NamedRow[]> {
  const { rows } = await harness.pool.query<NamedRow>(
    `SELECT m.sequence, m.reason, (extract(epoch FROM m.recorded_at) * 1000)::bigint AS "recordedAtMs", e.delta,
       e.quantity_after AS "quantityAfter"
     FROM movement m LEFT JOIN ledger_entry e USING (tenant_id, sequence)
     WHERE m.tenant_id = $1 ORDER BY m.sequence, e.leg`,
    [tenantId],
  );
  return rows;
}

/** An act that many callers do at the same time, and the same act in the model. */
interface Act {
  readonly ask: () => Promise<unknown>;
  readonly expect: (model: LedgerModel) => ModelAnswer;
}

describe('counts that race with deltas on one key', () => {
  const nameOf = (): string => 'TEA//MAIN////GOOD/SINGLE///AVAILABLE';

  /** The position of an act in the ledger: its movement, or, if it has none, right after the last movement it saw. */
  function placeOf(answer: unknown): { sequence: number; moved: boolean } {
    const { rows, ledgerSequence } = answer as { rows?: { sequence: number }[]; ledgerSequence?: number };
    const sequence = rows?.[0]?.sequence ?? ledgerSequence ?? 0;
    return { sequence, moved: !hasNoMovement(answer) };
  }

  function hasNoMovement(answer: unknown): boolean {
    const { userErrors = [] } = answer as { userErrors?: unknown[] };
    return userErrors.length > 0;
  }

  const ACTS = 240;

  it.each([
    ['that say when they were made', true],
    ['of which some have no clock', false],
  ])('%s end with the result of some serial order of the same operations', async (_which, areDated) => {
    const startMs = Date.now();
    await openTea(50);
    const acts = numbers(ACTS).map((n) => actOf(n, startMs, areDated));
    const answers = await Promise.all(acts.map(({ ask }) => ask()));
    const order = numbers(acts.length)
      .map((index) => ({ index, ...placeOf(answers[index]) }))
      .sort((a, b) => a.sequence - b.sequence || Number(b.moved) - Number(a.moved));

    const recorded = await movementsOf();
    const recordedAt = new Map(recorded.map(({ sequence, recordedAtMs }) => [sequence, recordedAtMs]));
    const model = new LedgerModel(['TEA'], ['MAIN']);
    model.nowMs = recordedAt.get(1) ?? 0;
    model.deliver(CONNECTION.id, rowsOf(factOf('opening', { delta: 50, reason: 'OPENING', occurredAtMs: 0 })), startMs);
    for (const { index, sequence } of order) {
      model.nowMs = recordedAt.get(sequence) ?? 0;
      const expected = acts[index]?.expect(model) ?? {};
      expect(plainAnswer(answers[index], nameOf)).toEqual(modelAnswer(expected));
    }
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': model.quantity(teaOf()) });
    expect(
      recorded.map(({ sequence, reason, delta, quantityAfter }) => [sequence, reason, delta, quantityAfter]),
    ).toEqual(
      model.state.movements.map(({ sequence, reason, entries }) => [
        sequence,
        reason,
        entries[0]?.delta ?? null,
        entries[0]?.quantityAfter ?? null,
      ]),
    );
    const results = answers.flatMap((answer) => (answer as { results?: { status: string }[] }).results ?? []);
    const statuses = new Set(results.map(({ status }) => status));
    expect([...statuses]).toEqual(expect.arrayContaining(['APPLIED', 'STALE_IGNORED']));
  });

  const teaOf = () => ({ sku: 'TEA', location: 'MAIN', dimensions: DEFAULT_DIMENSIONS });

  /** A fact, a count or a shipment. Later acts mostly have later moments. */
  function actOf(n: number, startMs: number, areDated: boolean): Act {
    const momentMs = startMs - Math.floor((ACTS - n) / 4) * SECOND - (n % 5) * 2 * SECOND;
    const asOfMs = areDated || n % 8 !== 0 ? momentMs : null;
    switch (n % 6) {
      case 0:
      case 1:
        return factAct(
          n,
          factOf(`row ${n}`, { delta: (n % 9) - 4 || 5, occurredAtMs: n % 8 ? momentMs : null }),
          startMs,
        );
      case 2:
        return countAct(n, { asOfMs });
      case 3:
        return countAct(n, { asOfMs, changeFromQuantity: n % 4 ? null : 50 });
      case 4:
        return countAct(n, { asOfMs, sourceSequence: n - (n % 5) });
      default:
        return takingAct(n, n % 4 ? momentMs : null);
    }
  }

  function factAct(n: number, fact: Fact, receivedAtMs: number): Act {
    return {
      ask: async () => {
        const { belowZero, rows } = await deliver(n, [fact], receivedAtMs);
        return { belowZero, rows };
      },
      expect: (model) => model.deliver(CONNECTION.id, rowsOf(fact), receivedAtMs),
    };
  }

  function countAct(n: number, more: Parameters<typeof countOf>[1]): Act {
    const input = setOf([countOf(40 + (n % 11), more)], { idempotencyKey: `count ${n}`, externalId: `count ${n}` });
    return { ask: () => setStock(n, input), expect: (model) => model.set(CLIENT.id, input) };
  }

  function takingAct(n: number, occurredAtMs: number | null): Act {
    const rows = [{ key: keyOf('TEA', 'MAIN'), delta: -(n % 13) - 1 }];
    const { fingerprint: _, ...input } = adjustOf(`take ${n}`, { rows, occurredAtMs });
    const principal = {
      tenantId,
      clientId: CLIENT.id,
      clientName: 'test',
      keyId: '',
      scopes: new Set<never>(),
      inventoryOrganisations: false,
      limits: null,
      origins: null,
      addresses: null,
    };
    return {
      ask: () => createAdjustStock({ poster: gatewayOf(n) })(principal, input),
      expect: (model) => model.adjust(CLIENT.id, input),
    };
  }
});

describe('one stockSet sent 64 times at once', () => {
  it.each([
    ['that is applied', countOf(7), 'APPLIED'],
    ['that is refused', countOf(7, { changeFromQuantity: 1 }), 'REJECTED'],
  ])('%s has one effect and 64 equal answers', async (_what, row, status) => {
    await openTea(50);
    const input = setOf([row, countOf(3, { key: keyOf('TEA', 'MAIN', { lot: 'L' }) })], { idempotencyKey: 'once' });
    const answers = await Promise.all(numbers(64).map((n) => setStock(n, input)));
    const [first, ...others] = answers.toSorted((a, b) => Number(a.replayed) - Number(b.replayed));
    expect(first?.replayed).toBe(false);
    expect(first?.results[0]?.status).toBe(status);
    const again = await setStock(0, input);
    for (const answer of others) expect(answer).toEqual(again);
    expect(withoutJudgement(again)).toEqual({ ...first, replayed: true });
    expect(await harness.count('movement', tenantId)).toBe(status === 'APPLIED' ? 2 : 1);
  });
});

/** An answer without the sentences that say when a refusal was judged. */
const withoutJudgement = (answer: object): unknown =>
  JSON.parse(
    JSON.stringify(answer).replaceAll(/ This was judged at \S+Z; a new idempotencyKey is judged again\./g, ''),
  );

describe('adjustment orders over many items at once', () => {
  const ITEMS = 50;
  const OWNERS = ['nj', 'bj'] as const;
  const BARCODES = ['', 'A', 'B'] as const;

  function ordersAt(n: number) {
    return createAdjustmentOrders({ poster: gatewayOf(n), reads: createReads(sharedPool(readPool).ofStatements) });
  }

  let readPool: ReturnType<typeof createReadPool>;

  beforeAll(() => {
    readPool = createReadPool(database.gatewayUrl, { applicationName: 'test reads', max: 4, log: () => undefined });
  });

  afterAll(() => readPool.end());

  const skuOf = (n: number): string => `SKU ${n}`;

  /** Boxes of ten of every item, by owner and by barcode. */
  async function openBoxes(): Promise<void> {
    for (const n of numbers(ITEMS)) {
      await gatewayOf(0).post({ ...itemSaved({ sku: skuOf(n), unitsPerPackage: 10 }), tenantId });
    }
    const boxes = [...OWNERS.map((owner) => ({ owner })), ...BARCODES.map((barcode) => ({ barcode }))];
    for (const [batch, more] of boxes.entries()) {
      const facts = numbers(ITEMS).map((n) =>
        factOf(`opening ${batch}/${n}`, {
          item: bySku(skuOf(n)),
          dimensions: { ...DEFAULT_DIMENSIONS, packaging: 'BOX', ...more },
          delta: 20,
          occurredAtMs: 0,
        }),
      );
      await deliver(0, facts, Date.now());
    }
  }

  /** A pseudo-random number, the same in every run. */
  const draw = (seed: number, below: number): number =>
    Number(((BigInt(seed * 7919 + 13) * 2654435761n) >> 7n) % BigInt(below));

  function orderOf(n: number): AdjustmentOrderInput {
    const type = (['UNPACK', 'OWNER_TRANSFER', 'BARCODE_CHANGE'] as const)[n % 3] ?? 'UNPACK';
    const from = draw(n, 2);
    const length = 2 + draw(n + 1000, 49);
    return {
      idempotencyKey: `order ${n}`,
      businessKey: { kind: 'sellerOrderNo', value: `S-${n}` },
      type,
      productCode: null,
      location: at('MAIN'),
      turnOutOwner: type === 'OWNER_TRANSFER' ? (OWNERS[from] ?? null) : null,
      turnInOwner: type === 'OWNER_TRANSFER' ? (OWNERS[1 - from] ?? null) : null,
      lines: numbers(length).map((line) => lineOf(type, draw(n * 50 + line, ITEMS), n * 50 + line)),
      note: null,
      dryRun: false,
      organisations: false,
    };
  }

  function lineOf(type: AdjustmentOrderInput['type'], item: number, seed: number): AdjustmentOrderLine {
    const barcode = type === 'OWNER_TRANSFER' ? '' : (BARCODES[draw(seed + 7, 3)] ?? '');
    const out: AdjustmentOrderSide = {
      item: { by: 'SKU', sku: skuOf(item), specification: '' },
      packaging: 'BOX',
      barcode,
      quantity: 1 + draw(seed + 3, 3),
      standardPartsQuantity: null,
    };
    if (type === 'OWNER_TRANSFER') return { out, in: out };
    if (type === 'UNPACK') return { out, in: { ...out, packaging: 'SINGLE', quantity: 10 * out.quantity } };
    return { out, in: { ...out, barcode: BARCODES[(BARCODES.indexOf(barcode) + 1) % 3] ?? '' } };
  }

  /** Single units of every item. A box has ten. */
  async function unitsByItem(): Promise<Record<string, number>> {
    const { rows } = await harness.pool.query<{ sku: string; units: number }>(
      `SELECT i.sku, sum(l.quantity * CASE l.packaging WHEN 'BOX' THEN 10 ELSE 1 END)::bigint AS units
       FROM stock_level l JOIN item i USING (tenant_id, item_id) WHERE l.tenant_id = $1 GROUP BY i.sku ORDER BY i.sku`,
      [tenantId],
    );
    return Object.fromEntries(rows.map(({ sku, units }) => [sku, units]));
  }

  it('post completely or not at all, without deadlock, and lose no unit; so do their reversals', async () => {
    await openBoxes();
    const before = await unitsByItem();
    const opened = await harness.count('movement', tenantId);
    const inputs = numbers(90).map(orderOf);
    const results = await Promise.all(inputs.map((input, n) => ordersAt(n).create(clientCaller(), input)));

    const placed = results.flatMap(({ orderNo }) => orderNo ?? []);
    const codes = new Set(results.flatMap(({ userErrors }) => userErrors.map(({ code }) => code)));
    expect(codes).toEqual(new Set(['INSUFFICIENT_STOCK']));
    expect(placed.length).toBeGreaterThan(10);
    expect([...placed].sort()).toEqual(numbers(placed.length).map((n) => `WT${String(n + 1).padStart(12, '0')}`));
    for (const [n, { orderNo, changes }] of results.entries()) {
      expect(changes).toHaveLength(orderNo === null ? 0 : 2 * (inputs[n]?.lines.length ?? 0));
    }
    expect(await unitsByItem()).toEqual(before);
    expect(await harness.count('movement', tenantId)).toBe(opened + placed.length);
    expect(await negativeLevels()).toBe(0);

    const reversals = await Promise.all(
      [...placed, ...placed].map((orderNo, n) =>
        ordersAt(n).reverse(clientCaller(), { orderNo, idempotencyKey: `reverse ${n}`, note: null, dryRun: false }),
      ),
    );
    const reversed = reversals.filter(({ userErrors }) => userErrors.length === 0);
    expect(new Set(reversed.map(({ orderNo }) => orderNo)).size).toBe(reversed.length);
    expect(reversed.length).toBeGreaterThan(10);
    for (const { userErrors } of reversals) {
      for (const { code } of userErrors) expect(['ALREADY_REVERSED', 'INSUFFICIENT_STOCK']).toContain(code);
    }
    expect(await unitsByItem()).toEqual(before);
    expect(await negativeLevels()).toBe(0);
    expect(await harness.count('adjustment_order', tenantId)).toBe(placed.length + reversed.length);
  });

  async function negativeLevels(): Promise<number> {
    const sql = 'SELECT count(*) AS count FROM stock_level WHERE tenant_id = $1 AND quantity < 0';
    return (await harness.pool.query<{ count: number }>(sql, [tenantId])).rows[0]?.count ?? 0;
  }
});

describe('the sum of deltas after a moment', () => {
  interface TableLeg {
    levelId: string;
    delta: number;
    reason: string;
    effectiveAtMs: number;
    recordedAtMs: number;
  }

  async function legsOf(): Promise<TableLeg[]> {
    const { rows } = await harness.pool.query<TableLeg>(
      `SELECT leg.level_id AS "levelId", leg.delta, m.reason,
         (extract(epoch FROM m.effective_at) * 1000)::bigint AS "effectiveAtMs",
         (extract(epoch FROM m.recorded_at) * 1000)::bigint AS "recordedAtMs"
       FROM (SELECT tenant_id, sequence, level_id, delta FROM ledger_entry
         UNION ALL SELECT tenant_id, sequence, level_id, delta FROM absorbed_leg) leg
       JOIN movement m USING (tenant_id, sequence) WHERE tenant_id = $1`,
      [tenantId],
    );
    return rows;
  }

  /** The ids of TEA and MAIN. */
  async function catalogueOf(): Promise<CatalogueMap> {
    const catalogue = new CatalogueMap();
    const items = await harness.pool.query<{ id: string; sku: string }>(
      'SELECT item_id AS id, sku FROM item WHERE tenant_id = $1',
      [tenantId],
    );
    for (const row of items.rows) {
      catalogue.addItem({
        ...row,
        specification: '',
        name: null,
        unitsPerPackage: null,
        archivedAtMs: null,
        mergedIntoId: null,
      });
    }
    const places = await harness.pool.query<{ id: string; code: string }>(
      'SELECT location_id AS id, code FROM location WHERE tenant_id = $1',
      [tenantId],
    );
    for (const row of places.rows)
      catalogue.addLocation({ ...row, name: null, parentId: null, vendorId: null, archivedAtMs: null });
    catalogue.asked.skus.add('TEA');
    catalogue.asked.locationCodes.add('MAIN');
    return catalogue;
  }

  /** What the poster reads for counts as of these moments, by level and moment. */
  async function readAfter(moments: readonly number[], lots: readonly string[], catalogue: CatalogueMap) {
    const counts = moments.flatMap((asOfMs) => lots.map((lot) => ({ key: keyOf('TEA', 'MAIN', { lot }), asOfMs })));
    const { deltasAfter } = askedReads([{ reads: { outcomes: [], keys: [], counts } }], catalogue, sha256);
    const client = await harness.pool.connect();
    try {
      return await readDeltasAfter(client, tenantId, deltasAfter);
    } finally {
      client.release();
    }
  }

  const LOTS = ['', 'L'];
  const history = fc.array(
    fc.record({
      lot: fc.constantFrom(...LOTS),
      delta: fc.integer({ min: -9, max: 9 }).filter((delta) => delta !== 0),
      minutesAgo: fc.option(fc.integer({ min: -1, max: 6 }), { nil: null }),
      counts: fc.boolean(),
    }),
    { minLength: 5, maxLength: 25 },
  );

  it('is the same in SQL as over all legs in memory, at any moment', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(history, async (acts) => {
        [tenantId = ''] = await harness.tenants(`sums-${(run += 1)}`);
        const startMs = Date.now();
        await openTea(3);
        for (const [n, { lot, delta, minutesAgo, counts }] of acts.entries()) {
          const momentMs = minutesAgo === null ? null : startMs - minutesAgo * MINUTE;
          const key = keyOf('TEA', 'MAIN', { lot });
          if (counts) await setStock(n, setOf([countOf(Math.abs(delta), { key, asOfMs: momentMs })]));
          else {
            const dimensions = { ...DEFAULT_DIMENSIONS, lot };
            await deliver(n, [factOf(`row ${n}`, { delta, dimensions, occurredAtMs: momentMs })], Date.now());
          }
        }
        const legs = await legsOf();
        const stated = legs.flatMap(({ effectiveAtMs, recordedAtMs }) => [effectiveAtMs, recordedAtMs]);
        const moments = [...new Set(stated.flatMap((ms) => [ms - 1, ms, ms + 1]))];
        const sums = await readAfter(moments, LOTS, await catalogueOf());
        expect(sums).toHaveLength(moments.length * LOTS.length);
        for (const { levelId, asOfMs, sum } of sums) {
          const later = legs.filter((leg) => leg.reason !== 'COUNT' && leg.effectiveAtMs > asOfMs);
          expect([asOfMs, sum]).toEqual([
            asOfMs,
            later.reduce((total, leg) => (leg.levelId === levelId ? total + leg.delta : total), 0),
          ]);
        }
        expect(legs.some(({ reason }) => reason !== 'COUNT')).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
});
