import type { StockBucket } from '../../src/domain/ledger/stock-key';
import { ON_HAND_BUCKETS } from '../../src/domain/ledger/stock-key';
import type { LedgerHarness } from './ledger';

/** A level, computed from its entries and counts up to a sequence. */
export interface ReplayedLevel {
  readonly id: string;
  readonly sku: string;
  readonly specification: string;
  readonly code: string;
  readonly bucket: StockBucket;
  readonly quantity: number;
  readonly version: number;
  readonly updatedAt: string;
  readonly hasBaseline: boolean;
  readonly lastSequence: number;
}

interface Happening {
  readonly sequence: number;
  readonly level_id: string;
  /** Null for an accepted count. */
  readonly delta: number | null;
  readonly reason: string;
  readonly recorded_at: string;
  readonly sku: string;
  readonly specification: string;
  readonly code: string;
  readonly bucket: StockBucket;
}

/** All entries and accepted counts of a tenant. They are added up to any moment in the simplest way. */
export class ReplayedLedger {
  private constructor(
    private readonly happenings: readonly Happening[],
    private readonly movements: readonly Pick<Happening, 'sequence' | 'recorded_at'>[],
  ) {}

  static async read({ pool }: LedgerHarness, tenantId: string): Promise<ReplayedLedger> {
    const { rows } = await pool.query<Happening>(
      `SELECT h.*, m.reason, m.recorded_at, i.sku, i.specification, p.code, l.bucket FROM (
         SELECT tenant_id, sequence, leg AS place, level_id, delta FROM ledger_entry
         UNION ALL SELECT tenant_id, sequence, ordinal + 1000, level_id, NULL FROM stock_count
           WHERE status IN ('APPLIED', 'UNCHANGED')) h
       JOIN movement m USING (tenant_id, sequence) JOIN stock_level l USING (tenant_id, level_id)
       JOIN item i USING (tenant_id, item_id) JOIN location p USING (tenant_id, location_id)
       WHERE h.tenant_id = $1 ORDER BY h.sequence, h.place`,
      [tenantId],
    );
    const movements = await pool.query<Happening>('SELECT sequence, recorded_at FROM movement WHERE tenant_id = $1', [
      tenantId,
    ]);
    return new ReplayedLedger(rows, movements.rows);
  }

  get recordedAts(): string[] {
    return [...new Set(this.movements.map((movement) => movement.recorded_at))].sort();
  }

  sequenceAt(recordedAt: string): number {
    return Math.max(0, ...this.movements.filter((one) => one.recorded_at <= recordedAt).map((one) => one.sequence));
  }

  /** In the order of the product's lists. */
  levelsAt(sequence: number): ReplayedLevel[] {
    const levels = new Map<string, ReplayedLevel>();
    for (const { level_id: id, delta, ...one } of this.happenings) {
      if (one.sequence > sequence) break;
      const before = levels.get(id);
      const { sku, specification, code, bucket } = one;
      levels.set(id, {
        ...{ id, sku, specification, code, bucket },
        quantity: (before?.quantity ?? 0) + (delta ?? 0),
        version: (before?.version ?? 0) + (delta === null ? 0 : 1),
        updatedAt: delta === null && before ? before.updatedAt : one.recorded_at,
        hasBaseline: before?.hasBaseline === true || delta === null || one.reason === 'OPENING',
        lastSequence: one.sequence,
      });
    }
    return [...levels.values()].sort(byBytes((level) => [level.sku, level.specification, level.code, level.id]));
  }

  /** Sums by item and location, in the order of the product's list. */
  stockAt(sequence: number) {
    const places = new Map<string, ReplayedLevel[]>();
    for (const level of this.levelsAt(sequence)) {
      const place = JSON.stringify([level.sku, level.specification, level.code]);
      places.set(place, [...(places.get(place) ?? []), level]);
    }
    return [...places.values()].map(summed);
  }
}

function summed(levels: readonly ReplayedLevel[]) {
  const sum = (...buckets: readonly StockBucket[]) =>
    levels.filter(({ bucket }) => buckets.includes(bucket)).reduce((total, { quantity }) => total + quantity, 0);
  const reported = levels.filter(({ bucket, hasBaseline }) => bucket === 'REPORTED_ON_HAND' && hasBaseline);
  const onHand = sum(...ON_HAND_BUCKETS);
  const reportedOnHand = reported.length === 0 ? null : reported.reduce((total, { quantity }) => total + quantity, 0);
  const [{ sku, specification, code } = { sku: '', specification: '', code: '' }] = levels;
  return {
    place: [sku, specification, code],
    available: sum('AVAILABLE'),
    reserved: sum('RESERVED'),
    onHold: sum('ON_HOLD'),
    incoming: sum('INCOMING'),
    onHand,
    reportedOnHand,
    drift: reportedOnHand === null ? null : reportedOnHand - onHand,
    updatedAt: levels
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1),
    lastSequence: Math.max(...levels.map(({ lastSequence }) => lastSequence)),
  };
}

function byBytes<Value>(key: (value: Value) => readonly string[]): (a: Value, b: Value) => number {
  const bytes = (value: Value) => key(value).map((part) => Buffer.from(part));
  return (a, b) => {
    const others = bytes(b);
    for (const [index, part] of bytes(a).entries()) {
      const order = part.compare(others[index] ?? Buffer.alloc(0));
      if (order !== 0) return order;
    }
    return 0;
  };
}
