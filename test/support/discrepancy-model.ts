import type { GraphqlHarness } from './graphql';
import { ON_HAND_BUCKETS, type StockBucket } from '../../src/domain/ledger/stock-key';

/** A discrepancy as the model and the database are compared. Times are left out where sequences say the same. */
export interface ModelRow {
  readonly kind: string;
  readonly opened: number;
  readonly levelId: string;
  expected: number | null;
  observed: number;
  observedAt: string;
  closedAt: string | null;
  entries: string[];
}

interface Movement {
  readonly sequence: number;
  readonly recordedAt: string;
  readonly effectiveAt: string;
  readonly reason: string;
  readonly reference: string | null;
  readonly originKind: string;
}

interface Level {
  readonly levelId: string;
  readonly itemId: string;
  readonly locationId: string;
  readonly bucket: StockBucket;
}

interface Entry {
  readonly sequence: number;
  readonly leg: number;
  readonly levelId: string;
  readonly delta: number;
}

interface Count {
  readonly sequence: number;
  readonly levelId: string;
  readonly status: string;
  readonly quantity: number;
  readonly code: string | null;
}

interface Order {
  readonly orderNo: string;
  readonly sellerOrderNo: string | null;
  readonly sequence: number;
  readonly reverses: string | null;
  readonly locationId: string;
}

/** Everything that a tenant's ledger holds. */
export interface WholeLedger {
  readonly movements: readonly Movement[];
  readonly levels: readonly Level[];
  readonly entries: readonly Entry[];
  readonly counts: readonly Count[];
  readonly orders: readonly Order[];
}

export async function readWhole({ ledger, tenants }: GraphqlHarness): Promise<WholeLedger> {
  const read = async <Row extends object>(columns: string, table: string, order: string): Promise<Row[]> =>
    (
      await ledger.pool.query<Row>(`SELECT ${columns} FROM ${table} WHERE tenant_id = $1 ORDER BY ${order}`, [
        tenants.ours,
      ])
    ).rows;
  return {
    movements: await read(
      `sequence, recorded_at AS "recordedAt", effective_at AS "effectiveAt", reason, reference, origin_kind AS "originKind"`,
      'movement',
      'sequence',
    ),
    levels: await read(
      `level_id AS "levelId", item_id AS "itemId", location_id AS "locationId", bucket`,
      'stock_level',
      'level_id',
    ),
    entries: await read(`sequence, leg, level_id AS "levelId", delta`, 'ledger_entry', 'sequence, leg'),
    counts: await read(`sequence, level_id AS "levelId", status, quantity, code`, 'stock_count', 'sequence, ordinal'),
    orders: await read(
      `order_no AS "orderNo", seller_order_no AS "sellerOrderNo", sequence, reverses, location_id AS "locationId"`,
      'adjustment_order',
      'sequence',
    ),
  };
}

/** The ledger up to and with a movement, added up from its beginning each time. */
class LedgerUpTo {
  constructor(
    private readonly whole: WholeLedger,
    private readonly sequence: number,
  ) {}

  quantity(levelId: string): number {
    const entries = this.whole.entries.filter((entry) => entry.levelId === levelId && entry.sequence <= this.sequence);
    return entries.reduce((sum, { delta }) => sum + delta, 0);
  }

  hasBaseline(levelId: string): boolean {
    const { counts, entries, movements } = this.whole;
    const openings = new Set(movements.filter(({ reason }) => reason === 'OPENING').map(({ sequence }) => sequence));
    const isKnown = (one: { sequence: number; levelId: string }): boolean =>
      one.levelId === levelId && one.sequence <= this.sequence;
    return (
      counts.some((one) => isKnown(one) && isAccepted(one)) ||
      entries.some((one) => isKnown(one) && openings.has(one.sequence))
    );
  }

  /** The orders of a number that are in effect just before this movement. */
  ordersInEffect(reference: string | null): Order[] {
    const before = this.whole.orders.filter(({ sequence }) => sequence < this.sequence);
    return before.filter(
      ({ orderNo, sellerOrderNo, reverses }) =>
        reverses === null &&
        reference !== null &&
        (orderNo === reference || sellerOrderNo === reference) &&
        !before.some((other) => other.reverses === orderNo),
    );
  }
}

const isAccepted = ({ status }: Pick<Count, 'status'>): boolean => status === 'APPLIED' || status === 'UNCHANGED';
const isOnHand = ({ bucket }: Level): boolean => ON_HAND_BUCKETS.some((other) => other === bucket);

/** The rows that a ledger should have, worked out one movement after the other from the entries alone. */
export function expectedRows(whole: WholeLedger): ModelRow[] {
  const model = new Model(whole);
  for (const movement of whole.movements) model.take(movement);
  return model.rows.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

export const keyOf = ({ opened, levelId, kind }: Pick<ModelRow, 'opened' | 'levelId' | 'kind'>): string =>
  `${String(opened).padStart(9, '0')} ${kind} ${levelId}`;

class Model {
  readonly rows: ModelRow[] = [];
  readonly #surplus = new Map<ModelRow, number>();
  readonly #lastEcho = new Map<ModelRow, string>();

  constructor(private readonly whole: WholeLedger) {}

  take(movement: Movement): void {
    const { sequence } = movement;
    const own = this.whole.entries.filter((entry) => entry.sequence === sequence);
    const at = new LedgerUpTo(this.whole, sequence);
    for (const levelId of new Set(own.map((entry) => entry.levelId))) this.#negative(movement, at, levelId, own);
    this.#drift(movement, at, own);
    this.#conflicts(movement);
    this.#echoes(movement, at, own);
    this.#reversals(movement);
    this.#settled(movement, own);
  }

  #open(kind: string, levelIds: readonly string[]): ModelRow | undefined {
    return this.rows.find((row) => row.kind === kind && levelIds.includes(row.levelId) && row.closedAt === null);
  }

  #opened(kind: string, { sequence }: Movement, levelId: string): ModelRow {
    const row = {
      kind,
      opened: sequence,
      levelId,
      expected: null,
      observed: 0,
      observedAt: '',
      closedAt: null,
      entries: [],
    };
    this.rows.push(row);
    return row;
  }

  #negative(movement: Movement, at: LedgerUpTo, levelId: string, own: readonly Entry[]): void {
    const quantity = at.quantity(levelId);
    const before = this.#open('NEGATIVE_LEVEL', [levelId]);
    if (quantity >= 0) {
      if (before) before.closedAt = movement.recordedAt;
      return;
    }
    const row = before ?? this.#opened('NEGATIVE_LEVEL', movement, levelId);
    if (quantity < row.observed) Object.assign(row, { observed: quantity, observedAt: movement.recordedAt });
    add(
      row,
      own.filter((entry) => entry.levelId === levelId),
    );
  }

  #drift(movement: Movement, at: LedgerUpTo, own: readonly Entry[]): void {
    const places = new Map(
      this.whole.levels.map(({ itemId, locationId }) => [`${itemId} ${locationId}`, { itemId, locationId }]),
    );
    for (const { itemId, locationId } of places.values()) {
      const levels = this.whole.levels.filter((level) => level.itemId === itemId && level.locationId === locationId);
      const totals = levels.filter(({ bucket, levelId }) => bucket === 'REPORTED_ON_HAND' && at.hasBaseline(levelId));
      const stock = levels.filter(isOnHand);
      const sum = (of: readonly Level[]): number => of.reduce((all, { levelId }) => all + at.quantity(levelId), 0);
      const before = this.#open(
        'DRIFT',
        levels.map(({ levelId }) => levelId),
      );
      const fits = totals.length === 0 || sum(totals) === sum(stock);
      if (fits) {
        if (before) before.closedAt = movement.recordedAt;
        continue;
      }
      const moved = own.filter((entry) => [...totals, ...stock].some(({ levelId }) => levelId === entry.levelId));
      if (moved.length === 0 && before?.expected === sum(stock) && before.observed === sum(totals)) continue;
      const row = before ?? this.#opened('DRIFT', movement, totals[0]?.levelId ?? '');
      Object.assign(row, { expected: sum(stock), observed: sum(totals), observedAt: movement.recordedAt });
      add(row, moved);
    }
  }

  #conflicts(movement: Movement): void {
    for (const count of this.whole.counts) {
      if (count.sequence !== movement.sequence || count.code !== 'AS_OF_CONFLICT') continue;
      const { levelId } = count;
      const standing = this.whole.counts
        .filter((other) => other.levelId === levelId && isAccepted(other) && other.sequence < count.sequence)
        .at(-1);
      const before = this.#open('CONFLICTING_COUNT', [levelId]);
      const row = before ?? this.#opened('CONFLICTING_COUNT', movement, levelId);
      Object.assign(row, { observed: count.quantity, observedAt: movement.effectiveAt });
      if (before) continue;
      row.expected = standing?.quantity ?? null;
      const ofStanding = ({ sequence, levelId: other }: Entry): boolean =>
        sequence === standing?.sequence && other === levelId;
      add(row, this.whole.entries.filter(ofStanding));
    }
  }

  /** What a message has moved of an order's items at the order's location. */
  #echoed(order: Order, own: readonly Entry[]): Entry[] {
    const levelOf = (levelId: string): Level | undefined =>
      this.whole.levels.find((level) => level.levelId === levelId);
    const items = this.whole.entries
      .filter(({ sequence }) => sequence === order.sequence)
      .map(({ levelId }) => levelOf(levelId)?.itemId);
    return own.filter(({ levelId }) => {
      const level = levelOf(levelId);
      return (
        level?.bucket !== 'REPORTED_ON_HAND' && level?.locationId === order.locationId && items.includes(level.itemId)
      );
    });
  }

  #echoes(movement: Movement, at: LedgerUpTo, own: readonly Entry[]): void {
    if (movement.originKind !== 'CONNECTION') return;
    const orders = at.ordersInEffect(movement.reference);
    const entries = own.filter((entry) => orders.some((order) => this.#echoed(order, own).includes(entry)));
    for (const levelId of new Set(entries.map((entry) => entry.levelId))) {
      const moved = entries.filter((entry) => entry.levelId === levelId);
      const delta = moved.reduce((sum, entry) => sum + entry.delta, 0);
      if (delta === 0) continue;
      const row = this.#open('UNMATCHED_ECHO', [levelId]) ?? this.#opened('UNMATCHED_ECHO', movement, levelId);
      const last = this.#lastEcho.get(row) ?? '';
      this.#lastEcho.set(row, last > movement.effectiveAt ? last : movement.effectiveAt);
      Object.assign(row, { observed: at.quantity(levelId), observedAt: movement.recordedAt });
      add(row, moved);
      this.#setSurplus(row, (this.#surplus.get(row) ?? 0) + delta, movement);
    }
  }

  #setSurplus(row: ModelRow, surplus: number, { recordedAt }: Movement, isReversal = false): void {
    this.#surplus.set(row, surplus);
    if (surplus === 0) row.closedAt = recordedAt;
    if (surplus !== 0 || !isReversal) row.expected = row.observed - surplus;
  }

  #reversals(movement: Movement): void {
    for (const reversal of this.whole.orders.filter(
      ({ sequence, reverses }) => reverses !== null && sequence === movement.sequence,
    )) {
      const order = this.whole.orders.find(({ orderNo }) => orderNo === reversal.reverses) as Order;
      for (const row of this.rows.filter(({ kind, closedAt }) => kind === 'UNMATCHED_ECHO' && closedAt === null)) {
        const echoes = this.whole.movements.filter(
          ({ sequence, originKind, reference }) =>
            originKind === 'CONNECTION' &&
            (reference === order.orderNo || (reference !== null && reference === order.sellerOrderNo)) &&
            sequence > order.sequence &&
            sequence < movement.sequence &&
            sequence >= row.opened,
        );
        const moved = echoes
          .flatMap(({ sequence }) =>
            this.#echoed(
              order,
              this.whole.entries.filter((entry) => entry.sequence === sequence),
            ),
          )
          .filter(({ levelId }) => levelId === row.levelId);
        const back = moved.reduce((sum, { delta }) => sum + delta, 0);
        if (moved.length > 0) this.#setSurplus(row, (this.#surplus.get(row) ?? 0) - back, movement, true);
      }
    }
  }

  #settled({ sequence, reason, recordedAt, effectiveAt }: Movement, own: readonly Entry[]): void {
    const counted = this.whole.counts
      .filter((count) => count.sequence === sequence && isAccepted(count))
      .map(({ levelId }) => levelId);
    const merged = reason === 'MERGE' ? own.map(({ levelId }) => levelId) : [];
    for (const row of this.rows.filter(({ closedAt }) => closedAt === null)) {
      const isCounted = counted.includes(row.levelId);
      const isAfter = row.kind !== 'UNMATCHED_ECHO' || effectiveAt >= (this.#lastEcho.get(row) ?? '');
      if (row.kind !== 'CONFLICTING_COUNT' && row.kind !== 'UNMATCHED_ECHO') continue;
      if ((isCounted && isAfter) || merged.includes(row.levelId)) row.closedAt = recordedAt;
    }
  }
}

function add(row: ModelRow, entries: readonly Entry[]): void {
  row.entries = [...row.entries, ...entries.map(({ sequence, leg }) => `${sequence}.${leg}`)].slice(0, 20);
}
