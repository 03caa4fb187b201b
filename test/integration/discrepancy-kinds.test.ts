import type { QueryRunner } from 'typeorm';
import { KindsOfDiscrepancies1766448000000 } from '../../migrations/1766448000000-kinds-of-discrepancies';
import type { MovementReason } from '../../src/domain/ledger/movement';
import type { NamedKey } from '../../src/domain/ledger/posting-reads';
import { DEFAULT_DIMENSIONS, stockKey, type StockBucket } from '../../src/domain/ledger/stock-key';
import type { CountDraft, LegDraft, MovementDraft, UnitOfWork } from '../../src/domain/ledger/unit-of-work';
import type { LevelKey } from '../../src/domain/ledger/level-id';
import { openDataSource } from '../../src/persistence/database/data-source';
import { onConnection } from '../../src/persistence/database/pool';
import { setTenant } from '../../src/persistence/database/statement';
import { judgeLevels } from '../../src/persistence/discrepancies/judge-levels';
import { Commands } from '../support/commands';
import { expectedRows, keyOf, readWhole, type ModelRow } from '../support/discrepancy-model';
import { at, bySku, CLIENT, CONNECTION, NOON, SECOND } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(180_000);

const ITEMS = ['TEA', 'TIN'] as const;
const LOCATIONS = ['MAIN', 'SHELF'] as const;
const BUCKETS: readonly StockBucket[] = ['AVAILABLE', 'AVAILABLE', 'ON_HOLD', 'INCOMING', 'REPORTED_ON_HAND'];
const REASONS: readonly MovementReason[] = ['RECEIPT', 'SHIPMENT', 'ADJUSTMENT', 'OPENING', 'MERGE'];
const MOVEMENTS = 220;

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await new Commands(gateway).catalogue(ITEMS, LOCATIONS);
  for (const seed of [3, 8]) await fillLedger(seed);
});

afterAll(() => gateway.close());

/** Pseudo-random numbers that are the same in every run (a linear congruential generator). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface PlacedOrder {
  readonly orderNo: string;
  readonly sellerOrderNo: string | null;
  reversed: boolean;
}

let numbers = 0;

/** Fills the ledger with what opens and closes discrepancies of every kind. */
async function fillLedger(seed: number): Promise<void> {
  const below = numbersFrom(seed);
  const orders: PlacedOrder[] = [];
  for (let made = 0; made < MOVEMENTS; made += 1) {
    const kind = below(12);
    if (kind === 0) await placeOrder(below, orders);
    else if (kind === 1) await reverseOrder(orders.find(({ reversed }) => !reversed));
    else if (kind < 6) await postCount(below);
    else await postChange(below, orders);
  }
}

const randomKey = (below: (n: number) => number, place = below(ITEMS.length * LOCATIONS.length)): NamedKey => ({
  item: bySku(ITEMS[place % ITEMS.length] ?? 'TEA'),
  location: at(LOCATIONS[Math.floor(place / ITEMS.length)] ?? 'MAIN'),
  dimensions: {
    ...DEFAULT_DIMENSIONS,
    bucket: BUCKETS[below(BUCKETS.length)] ?? 'AVAILABLE',
    lot: below(4) === 0 ? 'L1' : '',
  },
});

function resolve(work: UnitOfWork, { item, location, dimensions }: NamedKey): LevelKey {
  const [foundItem, foundLocation] = [work.resolveItem(item), work.resolveLocation(location)];
  if (!('found' in foundItem) || !('found' in foundLocation)) throw new Error('The catalogue is not as made.');
  return work.levelKey(stockKey(dimensions, foundItem.found.id, foundLocation.found.id));
}

/** Posts a movement with these keys, and returns its sequence and the location of its first level. */
function post(
  keys: readonly NamedKey[],
  draft: (work: UnitOfWork, levels: readonly LevelKey[]) => Pick<MovementDraft, 'legs'> & Partial<MovementDraft>,
  origin = CONNECTION,
): Promise<{ sequence: number; locationId: string }> {
  numbers += 1;
  const external = { externalId: `movement ${numbers}`, evidenceHash: '00'.repeat(32), reason: 'ADJUSTMENT' as const };
  return gateway.post({
    origin,
    reads: { outcomes: [], keys },
    plan: (work) => {
      const levels = keys.map((key) => resolve(work, key));
      const { movement } = work.post({ ...external, occurredAtMs: null, ...draft(work, levels) });
      const result = { sequence: movement.sequence, locationId: levels[0]?.key.locationId ?? '' };
      return { keep: true, remember: [], result };
    },
  });
}

async function postChange(below: (n: number) => number, orders: readonly PlacedOrder[]): Promise<void> {
  // Several levels of one place, so that totals and stock may move together.
  const place = below(ITEMS.length * LOCATIONS.length);
  const keys = Array.from({ length: 1 + below(3) }, () => randomKey(below, below(3) > 0 ? place : undefined));
  const deltas = keys.map(() => below(13) - 6 || 1);
  const order = orders[below(orders.length)];
  const reference = below(2) === 0 ? (below(2) === 0 ? order?.orderNo : order?.sellerOrderNo) : `PO-${below(3)}`;
  const occurredAtMs = NOON - below(60) * SECOND;
  const reason = below(4) > 0 ? 'ADJUSTMENT' : (REASONS[below(REASONS.length)] ?? 'RECEIPT');
  const origin = below(5) === 0 ? CLIENT : CONNECTION;
  const legsOf = (levels: readonly LevelKey[]): LegDraft[] =>
    levels.map((level, index) => ({ ...level, delta: deltas[index] ?? 1 }));
  await post(
    keys,
    (_, levels) => ({ reason, occurredAtMs, reference: reference ?? null, legs: legsOf(levels) }),
    origin,
  );
}

/** A count that is accepted, with and without a change, or one that says otherwise than the last one. */
async function postCount(below: (n: number) => number): Promise<void> {
  const asOfMs = NOON - below(60) * SECOND;
  const [verdict, off] = [below(3), below(9) - 4];
  await post([randomKey(below)], (work, [level]) => {
    if (!level) throw new Error('There is no level.');
    const { quantity: previousQuantity } = work.level(level);
    const count = { ...level, previousQuantity, asOfMs, sourceSequence: null, code: null, accepted: null };
    const accept = (quantity: number): CountDraft['accepted'] => ({
      ...{ effectiveAtMs: asOfMs, explicit: true, quantity, originId: CONNECTION.id, sourceSequence: null },
    });
    const shared = { reason: 'COUNT' as const, occurredAtMs: asOfMs };
    if (verdict === 0 && work.hasLevel(level)) {
      const refused = {
        ...count,
        quantity: previousQuantity + 7,
        status: 'REJECTED' as const,
        code: 'AS_OF_CONFLICT' as const,
      };
      return { ...shared, legs: [], counts: [refused] };
    }
    if (verdict === 1 || off === 0) {
      const unchanged = { ...count, quantity: previousQuantity, status: 'UNCHANGED' as const };
      return { ...shared, legs: [], counts: [{ ...unchanged, accepted: accept(previousQuantity) }] };
    }
    const quantity = Math.max(0, previousQuantity + off);
    const applied = { ...count, quantity, status: 'APPLIED' as const, accepted: accept(quantity) };
    return { ...shared, legs: [{ ...level, delta: quantity - previousQuantity || 1 }], counts: [applied] };
  });
}

async function placeOrder(below: (n: number) => number, orders: PlacedOrder[]): Promise<void> {
  const key = { ...randomKey(below), dimensions: DEFAULT_DIMENSIONS };
  const { sequence, locationId } = await post(
    [key],
    (_, levels) => ({ legs: levels.map((level) => ({ ...level, delta: -2 })) }),
    CLIENT,
  );
  const orderNo = `WT${String(sequence).padStart(12, '0')}`;
  const sellerOrderNo = below(2) === 0 ? `SO-${sequence}` : null;
  await storeOrder({ orderNo, sellerOrderNo, sequence, locationId, reverses: null });
  orders.push({ orderNo, sellerOrderNo, reversed: false });
}

async function reverseOrder(order: PlacedOrder | undefined): Promise<void> {
  if (!order) return;
  const key: NamedKey = { item: bySku('TEA'), location: at('MAIN'), dimensions: DEFAULT_DIMENSIONS };
  const { sequence, locationId } = await post(
    [key],
    (_, levels) => ({ legs: levels.map((level) => ({ ...level, delta: 2 })) }),
    CLIENT,
  );
  const orderNo = `WT${String(sequence).padStart(12, '0')}`;
  await storeOrder({ orderNo, sellerOrderNo: null, sequence, locationId, reverses: order.orderNo });
  await gateway.ledger.pool.query(
    'UPDATE adjustment_order SET reversed_by = $1 WHERE tenant_id = $2 AND order_no = $3',
    [...[orderNo, gateway.tenants.ours, order.orderNo]],
  );
  order.reversed = true;
}

interface StoredOrder extends Omit<PlacedOrder, 'reversed'> {
  readonly sequence: number;
  readonly locationId: string;
  readonly reverses: string | null;
}

async function storeOrder({ orderNo, sellerOrderNo, sequence, locationId, reverses }: StoredOrder): Promise<void> {
  await gateway.ledger.pool.query(
    `INSERT INTO adjustment_order (tenant_id, order_no, type, status, origin_id, seller_order_no, location_id, lines,
       sequence, created_at, reverses)
     VALUES ($1, $2, 'UNPACK', 'COMPLETED', $3, $4, $5, '[]', $6, now(), $7)`,
    [gateway.tenants.ours, orderNo, CLIENT.id, sellerOrderNo, locationId, sequence, reverses],
  );
}

async function foundRows(): Promise<ModelRow[]> {
  const { rows } = await gateway.ledger.pool.query<ModelRow & { sequences: number[]; legs: number[] }>(
    `SELECT kind, opened_sequence AS opened, level_id AS "levelId", expected, observed, observed_at AS "observedAt",
       closed_at AS "closedAt", entry_sequences AS sequences, entry_legs AS legs
     FROM discrepancy WHERE tenant_id = $1 AND kind <> 'NEGATIVE_IN_THE_PAST'`,
    [gateway.tenants.ours],
  );
  return rows
    .map(({ sequences, legs, ...row }) => ({
      ...row,
      entries: sequences.map((sequence, n) => `${sequence}.${legs[n] ?? ''}`),
    }))
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

const pastRows = async (): Promise<unknown[]> =>
  (
    await gateway.ledger.pool.query<object>(
      `SELECT * FROM discrepancy WHERE tenant_id = $1 AND kind = 'NEGATIVE_IN_THE_PAST' ORDER BY opened_sequence, level_id`,
      [gateway.tenants.ours],
    )
  ).rows;

/** Judges the whole ledger in stretches of so many movements, as the gateway's role. */
async function judgeBy(size: number, head: number): Promise<void> {
  const tenantId = gateway.tenants.ours;
  const pool = gateway.ledger.openPool({ max: 1 });
  for (let after = 0; after < head; after += size) {
    await onConnection(await pool.connect(), async (session) => {
      await session.query('BEGIN');
      await setTenant(session, tenantId);
      await judgeLevels(session, { tenantId, after, upTo: Math.min(after + size, head) });
      await session.query('COMMIT');
    });
  }
}

it.each([1, 3, 50, 1_000])('are those of a model that adds up the whole ledger, in stretches of %i', async (size) => {
  const whole = await readWhole(gateway);
  const head = whole.movements.at(-1)?.sequence ?? 0;
  await gateway.ledger.pool.query('DELETE FROM discrepancy; DELETE FROM reported_level');
  await judgeBy(size, head);
  const expected = expectedRows(whole);
  expect(await foundRows()).toEqual(expected);
  for (const kind of ['NEGATIVE_LEVEL', 'DRIFT', 'CONFLICTING_COUNT', 'UNMATCHED_ECHO']) {
    const ofKind = expected.filter((row) => row.kind === kind);
    expect(ofKind.filter(({ closedAt }) => closedAt !== null).length).toBeGreaterThan(2);
    expect(ofKind.some(({ entries }) => entries.length > 1) || kind === 'CONFLICTING_COUNT').toBe(true);
  }
});

// Last, as the new table has no grants for the gateway's role.
it('are found by the gateway in a ledger from before they were looked for', async () => {
  await gateway.findDiscrepancies();
  const dataSource = await openDataSource(gateway.databaseUrl);
  try {
    await dataSource.transaction(async ({ queryRunner }) => {
      const migration = new KindsOfDiscrepancies1766448000000();
      await migration.down(queryRunner as QueryRunner);
      await migration.up(queryRunner as QueryRunner);
    });
  } finally {
    await dataSource.destroy();
  }
  expect(await gateway.ledger.count('discrepancy', gateway.tenants.ours)).toBe((await pastRows()).length);
  const past = await pastRows();
  await gateway.findDiscrepancies();
  expect(await foundRows()).toEqual(expectedRows(await readWhole(gateway)));
  expect(await pastRows()).toEqual(past);
});
