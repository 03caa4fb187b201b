import { createAdjustStock, type AdjustStock } from '../../../src/application/commands/adjust-stock';
import {
  createAdjustmentOrders,
  type AdjustmentOrderInput,
  type AdjustmentOrders,
} from '../../../src/application/commands/adjustment-orders';
import type { Caller } from '../../../src/application/ports/caller';
import type { Poster } from '../../../src/application/ports/poster';
import type { AdjustmentOrderReads } from '../../../src/application/ports/reads';
import {
  createSaveInventoryRecord,
  type InventoryRecordInput,
  type SaveInventoryRecord,
} from '../../../src/application/commands/save-inventory-record';
import { createSetStock, type SetStock, type StockSetInput } from '../../../src/application/commands/set-stock';
import { createUpkeep, type Upkeep } from '../../../src/application/commands/upkeep';
import type { AdjustmentOrderLine, AdjustmentOrderSide } from '../../../src/domain/adjustment-order';
import type { DeliveryResult, Fact } from '../../../src/domain/plans/delivery';
import type { CommandResult } from '../../../src/domain/command';
import type { Movement } from '../../../src/domain/ledger/movement';
import type { Settled } from '../../../src/domain/plans/plan-batch';
import type { Posting } from '../../../src/domain/ledger/posting';
import type { StockSetResult } from '../../../src/domain/plans/stock-set';
import {
  TRACKABLE_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../../src/domain/ledger/stock-key';
import {
  at,
  bySku,
  CLIENT,
  deliveryOf,
  delivered,
  keyOf,
  NOON,
  resultOf,
  rowsOf,
  TENANT,
  TestLedger,
} from './test-ledger';

/** Orders as a test ledger holds them. */
export const orderReads = ({ orders }: TestLedger): Pick<AdjustmentOrderReads, 'ordersByNumber'> => ({
  ordersByNumber: (_tenantId, orderNumbers) =>
    Promise.resolve([...orders.values()].filter(({ orderNo }) => orderNumbers.includes(orderNo))),
});

/** The default caller. */
export const CALLER: Caller = { tenantId: TENANT, origin: CLIENT };

type SetRow = StockSetInput['rows'][number];

interface Waiting {
  readonly posting: Posting<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The stock use cases over a ledger in memory. Each call is a batch, at a clock that tests set. */
export class TestGateway {
  nowMs = NOON;
  readonly poster: Poster;
  readonly setStock: SetStock;
  readonly orders: AdjustmentOrders;
  readonly saveRecord: SaveInventoryRecord;
  readonly adjustStock: AdjustStock;
  readonly upkeep: Upkeep;
  #messages = 0;
  #waiting: Waiting[] = [];
  #gathers = false;

  constructor(
    readonly ledger = new TestLedger(),
    /** Posts a batch. `ledger` shows the result. */
    private readonly settle: (
      postings: readonly Posting<unknown>[],
      nowMs: number,
    ) => Settled[] | Promise<Settled[]> = (postings, nowMs) => ledger.batch(postings, nowMs),
  ) {
    const poster: Poster = { post: (posting) => this.#post(posting) };
    this.poster = poster;
    this.setStock = createSetStock({ poster, nowMs: () => this.nowMs });
    this.saveRecord = createSaveInventoryRecord({ poster, nowMs: () => this.nowMs });
    this.adjustStock = createAdjustStock({ poster });
    this.upkeep = createUpkeep({ poster });
    this.orders = createAdjustmentOrders({ poster, reads: orderReads(ledger) });
  }

  /** The last movement of the ledger. */
  get last(): Movement {
    const movement = this.ledger.movements.at(-1);
    if (!movement) throw new Error('There is no movement.');
    return movement;
  }

  /** Runs calls and posts all their postings in order, as one batch. */
  async atOnce<Result>(...calls: readonly (() => Promise<Result>)[]): Promise<Result[]> {
    this.#gathers = true;
    const answers: Promise<Result>[] = [];
    for (const call of calls) {
      answers.push(call());
      // By the next turn of the event loop, a call has either posted or been refused.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#gathers = false;
    const waiting = this.#waiting.splice(0);
    const settled = await this.settle(
      waiting.map(({ posting }) => posting),
      this.nowMs,
    );
    waiting.forEach(({ resolve, reject }, index) => {
      const one = settled[index];
      if (one && 'result' in one) resolve(one.result);
      else reject(one?.error);
    });
    return Promise.all(answers);
  }

  /** The posting for a delivery of facts received now. */
  delivery(...facts: readonly Fact[]): Posting<DeliveryResult> {
    return delivered({ ...deliveryOf((this.#messages += 1), rowsOf(...facts)), receivedAtMs: this.nowMs });
  }

  /** Delivers facts, received now. */
  deliver(...facts: readonly Fact[]): DeliveryResult {
    return this.ledger.post(this.delivery(...facts), this.nowMs);
  }

  /** Sets stock, by default under a new idempotency key. */
  set(rows: readonly SetRow[], more: Partial<StockSetInput> = {}, caller = CALLER): Promise<StockSetResult> {
    return this.setStock(caller, setOf(rows, more));
  }

  /** Counts one key and returns the result of its row. */
  async count(row: SetRow, more: Partial<StockSetInput> = {}, caller = CALLER): Promise<StockSetResult['results'][0]> {
    const [result] = (await this.set([row], more, caller)).results;
    if (!result) throw new Error('The call was refused as a whole.');
    return result;
  }

  async #post<Result>(posting: Posting<Result>): Promise<Result> {
    if (!this.#gathers) return resultOf((await this.settle([posting], this.nowMs))[0]) as Result;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ posting, resolve: resolve as Waiting['resolve'], reject });
    });
  }
}

/** A ledger with the items TEA (also UPC TEA) and SALT, and the locations MAIN and SHOP. */
export function knownLedger(): TestLedger {
  const ledger = new TestLedger();
  ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
  ledger.addItem('SALT', '', [{ scheme: 'CODE', value: 'SALT' }]);
  ledger.addLocation('MAIN');
  ledger.addLocation('SHOP');
  return ledger;
}

/** A count that states every dimension. */
const TELLS_ALL_APART: ReadonlySet<TrackableDimension> = new Set(TRACKABLE_DIMENSIONS);

/** By default, an unconditional count of TEA at MAIN now. */
export function countOf(quantity: number, more: Partial<SetRow> = {}): SetRow {
  const key = more.key ?? keyOf('TEA', 'MAIN');
  const told = { stated: key.dimensions, tellsApart: TELLS_ALL_APART };
  return { key, ...told, quantity, changeFromQuantity: null, asOfMs: null, sourceSequence: null, ...more };
}

/** By default, a count of TEA at MAIN with dimensions. */
export const countIn = (dimensions: Partial<StockDimensions>, quantity: number, more: Partial<SetRow> = {}): SetRow =>
  countOf(quantity, { key: keyOf('TEA', 'MAIN', dimensions), ...more });

let calls = 0;

export function setOf(rows: readonly SetRow[], more: Partial<StockSetInput> = {}): StockSetInput {
  const idempotencyKey = `set ${(calls += 1)}`;
  return {
    idempotencyKey,
    externalId: more.idempotencyKey ?? idempotencyKey,
    rows,
    onRowError: 'REJECT_ALL',
    policy: { staleIsError: false },
    reference: null,
    note: null,
    dryRun: false,
    ...more,
  };
}

/** One side of an order line: by default a BOX of TEA without a barcode. */
const sideOf = (more: Partial<AdjustmentOrderSide> = {}): AdjustmentOrderSide => ({
  item: bySku('TEA'),
  packaging: 'BOX',
  barcode: '',
  quantity: 1,
  standardPartsQuantity: null,
  ...more,
});

/** A line with equal sides by default. */
export const lineOf = (
  out: Partial<AdjustmentOrderSide> = {},
  into: Partial<AdjustmentOrderSide> = {},
): AdjustmentOrderLine => ({ out: sideOf(out), in: sideOf({ ...out, ...into }) });

/** By default, unpacks boxes of ten at MAIN, under a new idempotency key. */
export function orderOf(more: Partial<AdjustmentOrderInput> = {}): AdjustmentOrderInput {
  return {
    idempotencyKey: `order ${(calls += 1)}`,
    businessKey: null,
    type: 'UNPACK',
    productCode: null,
    location: at('MAIN'),
    turnOutOwner: null,
    turnInOwner: null,
    lines: [lineOf({ standardPartsQuantity: 10 }, { packaging: 'SINGLE', quantity: 10 })],
    note: null,
    dryRun: false,
    organisations: false,
    ...more,
  };
}

/** By default, the record of TEA at MAIN without a quantity. */
export function recordOf(more: Partial<InventoryRecordInput> = {}): InventoryRecordInput {
  const idempotencyKey = `record ${(calls += 1)}`;
  return {
    idempotencyKey,
    externalId: idempotencyKey,
    item: bySku('TEA'),
    location: at('MAIN'),
    terms: {},
    quantity: null,
    asOfMs: null,
    staleIsError: false,
    dryRun: false,
    ...more,
  };
}

/** A refusal as its retry is answered: it says when it was judged. */
export function judgedAt<Answer extends CommandResult>(judgedAtMs: number, answer: Answer): Answer {
  const when = ` This was judged at ${new Date(judgedAtMs).toISOString()}; a new idempotencyKey is judged again.`;
  const dated = JSON.stringify(answer, (name, value: unknown) =>
    name === 'message' ? `${String(value)}${when}` : value,
  );
  return { ...(JSON.parse(dated) as Answer), replayed: true };
}
