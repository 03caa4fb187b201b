import fc from 'fast-check';
import type {
  AdjustmentOrderInput,
  AdjustmentOrderReverseInput,
} from '../../../src/application/commands/adjustment-orders';
import type { StockAdjustInput } from '../../../src/application/commands/adjust-stock';
import type { InventoryRecordInput } from '../../../src/application/commands/save-inventory-record';
import type { StockSetInput } from '../../../src/application/commands/set-stock';
import type { AdjustmentOrderLine } from '../../../src/domain/adjustment-order';
import type { Fact } from '../../../src/domain/plans/delivery';
import type { Origin } from '../../../src/domain/ledger/movement';
import type { NamedKey } from '../../../src/domain/ledger/posting-reads';
import {
  DEFAULT_DIMENSIONS,
  TRACKABLE_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../../src/domain/ledger/stock-key';
import type { ModelMerge } from './ledger-model';
import { at, atOrNew, byIdentifier, bySku, CLIENT, CONNECTION, factOf, MINUTE, NOON } from './test-ledger';

/** Random histories of all ledger input. They use few keys, moments and ids, so that conflicts are frequent. */

/** Null where unknown. */
export const UNITS_PER_PACKAGE = { TEA: 10, SALT: null, OLD: null };
/** Known from the start, except NEW, which the first allowed fact creates, and GHOST, which is never created. */
export const KNOWN_SKUS = ['TEA', 'SALT', 'OLD'] as const;
export const KNOWN_LOCATIONS = ['MAIN', 'SHOP'] as const;

export type Step =
  | { readonly kind: 'DELIVER'; readonly facts: readonly Fact[] }
  /** Replays the quarantined rows of a message. */
  | { readonly kind: 'REPLAY'; readonly pick: number }
  | { readonly kind: 'ADJUST'; readonly input: StockAdjustInput }
  | { readonly kind: 'SET'; readonly origin: Origin; readonly input: StockSetInput }
  | { readonly kind: 'ORDER'; readonly origin: Origin; readonly input: AdjustmentOrderInput }
  | { readonly kind: 'REVERSE'; readonly input: AdjustmentOrderReverseInput }
  | { readonly kind: 'MERGE'; readonly input: ModelMerge }
  | { readonly kind: 'RECORD'; readonly origin: Origin; readonly input: InventoryRecordInput };

/** The steps that arrive together, and how far our clock advances before them. */
export interface Round {
  readonly advanceMs: number;
  readonly steps: readonly Step[];
}

/** Null, or a value this many times as often. */
const orNull = <Value>(value: fc.Arbitrary<Value>, weight = 1): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 2 * weight, arbitrary: value });

const often = <Value>(usual: Value, weight: number, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const having = (more: Partial<StockDimensions>): StockDimensions => ({ ...DEFAULT_DIMENSIONS, ...more });
const BOX = { packaging: 'BOX' } as const;
const DIMENSIONS: readonly StockDimensions[] = [
  having(BOX),
  having({ owner: 'nj' }),
  having({ ...BOX, owner: 'nj' }),
  having({ ...BOX, owner: 'bj' }),
  having({ ...BOX, barcode: 'A' }),
  having({ ...BOX, barcode: 'B' }),
  having({ bucket: 'COMMITTED' }),
  having({ condition: 'DAMAGED' }),
];

const dimensions = often(DEFAULT_DIMENSIONS, 3, ...DIMENSIONS);
const moment = fc.integer({ min: -4, max: 6 }).map((minutes) => NOON + minutes * MINUTE);
const delta = fc.integer({ min: -6, max: 9 }).filter((value) => value !== 0);
const dryRun = often(false, 5, true);
const note = often<string | null>(null, 4, 'n');
const origin = often(CLIENT, 2, CONNECTION);

/** How many facts are sent repeatedly. */
const POOL = 20;

const fact: fc.Arbitrary<Fact> = fc
  .record({
    id: fc.nat(2 * POOL),
    event: fc.nat(POOL),
    sku: often('TEA', 6, 'SALT', 'OLD', 'OLD', 'NEW', 'NEW', 'new', 'tea', 'GHOST'),
    mayMake: often(false, 2, true),
    place: often('MAIN', 3, 'SHOP'),
    dimensions,
    delta,
    reason: often<Fact['reason']>('ADJUSTMENT', 8, 'RECEIPT', 'SHIPMENT', 'TRANSFER'),
    occurredAtMs: orNull(moment, 6),
  })
  .map(({ id, event, sku, mayMake, place, ...rest }) => {
    const whenUnknown = sku !== 'GHOST' && mayMake ? 'CREATE' : 'REFUSE';
    const item = byIdentifier('CODE', sku, { whenUnknown });
    return factOf(`row ${id}`, { ...rest, eventId: `event ${event}`, item, location: atOrNew(place) });
  });

/** Spellings of the same name. */
const spelled = often('', 6, ' ', '\u00a0', '\u3000\t');

const namedKey: fc.Arbitrary<NamedKey> = fc
  .record({
    sku: often('TEA', 9, 'SALT'),
    place: often('MAIN', 9, 'SHOP'),
    strange: often('', 25, 'OLD', 'NEW', 'GHOST', 'NOWHERE'),
    blank: spelled,
    dimensions,
  })
  .map(({ sku, place, strange, blank, dimensions: key }) => ({
    item: bySku(`${blank}${['OLD', 'NEW', 'GHOST'].includes(strange) ? strange : sku}`),
    location: at(`${strange === 'NOWHERE' ? strange : place}${blank}`),
    dimensions: { ...key, owner: `${key.owner}${blank}` },
  }));

const idempotencyKey = fc.nat(99).map((n) => `key ${n}`);

const FEW_ROWS = { minLength: 1, maxLength: 4 };
const adjustRow = fc.record({ key: namedKey, delta });

const adjust: fc.Arbitrary<StockAdjustInput> = fc.record({
  idempotencyKey,
  reason: often<StockAdjustInput['reason']>('ADJUSTMENT', 4, 'OPENING', 'LOSS', 'TRANSFER'),
  rows: fc.oneof(
    { weight: 6, arbitrary: fc.uniqueArray(adjustRow, { ...FEW_ROWS, selector: ({ key }) => JSON.stringify(key) }) },
    { weight: 1, arbitrary: fc.array(adjustRow, FEW_ROWS) },
  ),
  reference: fc.constant(null),
  note,
  occurredAtMs: orNull(moment),
  dryRun,
});

/** A late entry about stock of which little is left at some moments. */
const lateAdjust: fc.Arbitrary<StockAdjustInput> = fc
  .record({ idempotencyKey, delta: often(-1, 2, -2, -3, 2), occurredAtMs: moment })
  .map(({ delta: units, ...input }) => ({
    ...input,
    reason: 'ADJUSTMENT',
    rows: [{ key: { item: bySku('TEA'), location: at('MAIN'), dimensions: DEFAULT_DIMENSIONS }, delta: units }],
    reference: null,
    note: null,
    dryRun: false,
  }));

const TELLS_APART: readonly ReadonlySet<TrackableDimension>[] = [
  new Set(),
  new Set(['owner', 'packaging']),
  new Set(['packaging', 'barcode']),
];

const countRow: fc.Arbitrary<StockSetInput['rows'][number]> = fc.record({
  key: namedKey,
  quantity: fc.nat(9),
  changeFromQuantity: often<number | null>(null, 4, 0, 6, 9),
  asOfMs: orNull(moment, 3),
  sourceSequence: orNull(fc.nat(6), 0.5),
  tellsApart: often(new Set<TrackableDimension>(TRACKABLE_DIMENSIONS), 4, ...TELLS_APART),
  stated: fc.constant({}),
});

const stockSet: fc.Arbitrary<StockSetInput> = fc
  .record({
    idempotencyKey: orNull(idempotencyKey, 8),
    rows: fc.oneof(
      { weight: 6, arbitrary: fc.uniqueArray(countRow, { ...FEW_ROWS, selector: ({ key }) => JSON.stringify(key) }) },
      { weight: 1, arbitrary: fc.array(countRow, FEW_ROWS) },
    ),
    onRowError: fc.constantFrom('REJECT_ALL', 'REJECT_ROWS'),
    policy: fc.record({ staleIsError: often(false, 3, true), lagSeconds: often<number | null>(null, 2, 0, 60, 150) }),
    reference: fc.constant(null),
    note,
    dryRun,
  })
  .map((input) => ({ ...input, externalId: input.idempotencyKey ?? 'call' }));

const quantity = often(1, 3, 2, 3, 0);

const orderLine: fc.Arbitrary<AdjustmentOrderLine> = fc
  .record({
    sku: often('TEA', 8, 'SALT', 'GHOST', '\u2003TEA'),
    intoSku: orNull(fc.constantFrom('SALT', 'TEA'), 0.5),
    packaging: often('BOX', 6, 'SINGLE', 'SUITE'),
    intoPackaging: often('SAME', 4, 'SINGLE', 'BOX'),
    barcode: often('', 1, 'A', 'B'),
    intoBarcode: orNull(fc.constantFrom('', 'A', 'B')),
    quantity,
    factor: orNull(often(10, 4, 5)),
    gives: often(10, 6, 5, 1),
    unpacks: fc.boolean(),
  })
  .map((line) => {
    const common = { barcode: line.barcode, standardPartsQuantity: line.factor, quantity: line.quantity };
    const out = { ...common, item: sided(line.sku), packaging: line.packaging } as AdjustmentOrderLine['out'];
    const into = { ...out, item: sided(line.intoSku ?? line.sku), barcode: line.intoBarcode ?? line.barcode };
    if (line.unpacks) return { out, in: { ...into, packaging: 'SINGLE', quantity: line.quantity * line.gives } };
    const packaging = line.intoPackaging === 'SAME' ? out.packaging : (line.intoPackaging as typeof out.packaging);
    return { out, in: { ...into, packaging } };
  });

const sided = (sku: string) => ({ by: 'SKU', sku, specification: '' }) as const;

/** Usually an order that can fail only for lack of stock. */
const soundLine = (type: AdjustmentOrderInput['type']): fc.Arbitrary<AdjustmentOrderLine> =>
  fc
    .record({ quantity: fc.integer({ min: 1, max: 3 }), barcode: often('', 2, 'A', 'B') })
    .map(({ quantity: units, barcode }) => {
      const out = {
        item: sided('TEA'),
        packaging: 'BOX',
        barcode,
        quantity: units,
        standardPartsQuantity: null,
      } as const;
      if (type === 'UNPACK') return { out, in: { ...out, packaging: 'SINGLE', quantity: units * 10 } };
      return { out, in: type === 'OWNER_TRANSFER' ? out : { ...out, barcode: barcode === 'B' ? 'A' : 'B' } };
    });

const order: fc.Arbitrary<AdjustmentOrderInput> = fc
  .constantFrom('UNPACK' as const, 'OWNER_TRANSFER' as const, 'BARCODE_CHANGE' as const)
  .chain((type) =>
    fc.record({
      idempotencyKey: orNull(idempotencyKey),
      businessKey: orNull(
        fc.record({ kind: fc.constantFrom('sellerOrderNo', 'sign'), value: fc.constantFrom('S-1', 'S-2', 'S-3') }),
      ),
      type: fc.constant(type),
      productCode: fc.constant(null),
      location: often('MAIN', 8, 'SHOP', 'NOWHERE', ' MAIN').map(at),
      turnOutOwner: often<string | null>('nj', 5, 'bj', '', null),
      turnInOwner:
        type === 'OWNER_TRANSFER'
          ? often<string | null>('bj', 5, 'nj', null)
          : often<string | null>('nj', 5, 'bj', null),
      lines: fc.array(fc.oneof({ weight: 4, arbitrary: soundLine(type) }, { weight: 1, arbitrary: orderLine }), {
        minLength: 1,
        maxLength: 3,
      }),
      note,
      dryRun,
      organisations: often(false, 2, true),
    }),
  );

const reversal: fc.Arbitrary<AdjustmentOrderReverseInput> = fc.record({
  orderNo: often(1, 3, 2, 3, 4).map((n) => `WT${String(n).padStart(12, '0')}`),
  idempotencyKey,
  note,
  dryRun,
});

const record: fc.Arbitrary<InventoryRecordInput> = fc
  .record({
    idempotencyKey: orNull(idempotencyKey, 8),
    item: often('SALT', 6, 'TEA', 'GHOST', ' SALT', 'TEA\u00a0').map((sku) => bySku(sku)),
    location: often('SHOP', 6, 'MAIN', 'NOWHERE').map(at),
    terms: fc.record({ leadTime: orNull(fc.nat(3)), outOfStockThreshold: fc.nat(3) }, { requiredKeys: [] }),
    quantity: orNull(fc.nat(9), 2),
    asOfMs: orNull(moment),
    staleIsError: often(false, 3, true),
    lagSeconds: often<number | null>(null, 2, 0, 60, 150),
    dryRun,
  })
  .map((input) => ({ ...input, externalId: input.idempotencyKey ?? 'call' }));

/** An item turns out to be another one, also one that a fact has created. */
const merge: fc.Arbitrary<ModelMerge> = fc.record({
  idempotencyKey,
  from: often('OLD', 6, 'NEW', 'NEW', 'GHOST'),
  into: often('TEA', 5, 'SALT', 'SALT', 'NEW', 'OLD'),
  dryRun: often(false, 2, true),
});

/** Usually a fact of the pool: repeated, or changed under the same id. */
const deliveryOf = (pool: readonly Fact[]): fc.Arbitrary<Step> =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: fact }), {
      maxLength: 5,
    })
    .map((facts) => ({ kind: 'DELIVER', facts }));

const freshStep = (pool: readonly Fact[]): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: deliveryOf(pool) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('REPLAY' as const), pick: fc.nat(9) }) },
    { weight: 4, arbitrary: adjust.map((input) => ({ kind: 'ADJUST' as const, input })) },
    { weight: 4, arbitrary: lateAdjust.map((input) => ({ kind: 'ADJUST' as const, input })) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('SET' as const), origin, input: stockSet }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('ORDER' as const), origin, input: order }) },
    { weight: 3, arbitrary: reversal.map((input) => ({ kind: 'REVERSE' as const, input })) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('RECORD' as const), origin, input: record }) },
    { weight: 4, arbitrary: merge.map((input) => ({ kind: 'MERGE' as const, input })) },
  );

/** A new step, or an earlier step again, unchanged or as a dry run. */
const stepAmong = (pool: readonly Fact[]) =>
  fc.record({ fresh: freshStep(pool), again: orNull(fc.nat(40), 0.5), otherwise: often(false, 2, true) });

/** The opening stock for the commands. Each step is a short one, since others may overtake a long one. */
const OPENINGS = ['TEA', 'OLD'].map((sku): Step => ({
  kind: 'ADJUST',
  input: {
    idempotencyKey: `opening of ${sku}`,
    reason: 'OPENING',
    rows: [DEFAULT_DIMENSIONS, ...DIMENSIONS].map((key) => ({
      key: { item: bySku(sku), location: at('MAIN'), dimensions: key },
      delta: 6,
    })),
    reference: null,
    note: null,
    occurredAtMs: NOON - 5 * MINUTE,
    dryRun: false,
  },
}));

const pools = fc
  .array(fact, { minLength: POOL, maxLength: POOL })
  .map((facts) => facts.map((one, index) => ({ ...one, externalId: `row ${index}` })));

export const histories: fc.Arbitrary<Round[]> = pools.chain((pool) => {
  const steps = fc.array(stepAmong(pool), { minLength: 1, maxLength: 6 });
  const round = fc.record({ advanceMs: fc.constantFrom(0, 1, MINUTE, 2 * MINUTE), steps });
  return fc.array(round, { minLength: 1, maxLength: 10, size: 'max' }).map((rounds) => {
    const told = [...OPENINGS];
    const played = rounds.map(({ advanceMs, steps: drawn }) => ({
      advanceMs,
      steps: drawn.map(({ fresh, again, otherwise }) => {
        const earlier = again === null ? undefined : told[again % told.length];
        const step = earlier ? repetition(earlier, otherwise) : fresh;
        told.push(step);
        return step;
      }),
    }));
    return [{ advanceMs: 0, steps: OPENINGS }, ...played];
  });
});

function repetition(told: Step, otherwise: boolean): Step {
  if (!otherwise || !('input' in told)) return told;
  return { ...told, input: { ...told.input, dryRun: !told.input.dryRun } } as Step;
}
