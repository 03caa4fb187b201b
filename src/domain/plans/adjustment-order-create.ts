import {
  orderNumber,
  type AdjustmentOrder,
  type AdjustmentOrderCreate,
  type AdjustmentOrderSide,
} from '../adjustment-order';
import { at, orderFaults } from './adjustment-order-rules';
import type { Item, Location } from '../catalogue/catalogue';
import type { CommandResult } from '../command';
import { evidenceOf, idempotencyId, planOnce, storeCall, type Decision } from './command';
import { itemFieldOf } from './named-key';
import { unpackFactorFaults } from './unpack-factor';
import type { UserError } from '../errors';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import { DEFAULT_DIMENSIONS, stockKey, type StockDimensions } from '../ledger/stock-key';
import type { LegDraft, StockChange, UnitOfWork } from '../ledger/unit-of-work';

export interface AdjustmentOrderResult extends CommandResult {
  /** Null on a dry run and where refused. */
  readonly orderNo: string | null;
  readonly changes: readonly StockChange[];
}

export type OrderLines = AdjustmentOrder['lines'];

export function adjustmentOrderReads(order: AdjustmentOrderCreate): PostingReads {
  const keys = order.lines.flatMap((line) =>
    (['out', 'in'] as const).map((side) => {
      const { item } = line[side];
      return { item, location: order.location, dimensions: dimensionsOf(order, side, line[side]) };
    }),
  );
  return { outcomes: outcomeIds(order), keys };
}

/** Plans an order: it is posted as a whole, or refused with everything that has to be fixed. */
export function planAdjustmentOrder(work: UnitOfWork, order: AdjustmentOrderCreate): Planned<AdjustmentOrderResult> {
  return planOnce(work, order, ['lines'], refused, decide);
}

function decide(work: UnitOfWork, order: AdjustmentOrderCreate): Decision<AdjustmentOrderResult> {
  const first = firstUnderOrderNumber(work, order);
  if (first) return first;
  const faults = orderFaults(order);
  const resolved = resolveLines(work, order);
  if (faults.length + resolved.errors.length > 0) return refuse(work, [...faults, ...resolved.errors]);
  const legs = orderLegs(work, resolved.lines);
  const short = shortages(work, legs);
  if (short.length > 0) return refuse(work, short);
  return createOrder(work, order, resolved.lines, legs, resolved.location as Location);
}

function outcomeIds({ idempotencyKey, businessKey }: AdjustmentOrderCreate): string[] {
  return [
    ...(idempotencyKey === null ? [] : [idempotencyId(idempotencyKey)]),
    ...(businessKey === null ? [] : [businessId(businessKey)]),
  ];
}

const businessId = ({ kind, value }: NonNullable<AdjustmentOrderCreate['businessKey']>): string => `${kind}/${value}`;

/** The answer given before under the order number, or the refusal of a number used up. */
function firstUnderOrderNumber(
  work: UnitOfWork,
  order: AdjustmentOrderCreate,
): Decision<AdjustmentOrderResult> | undefined {
  const { businessKey, fingerprint } = order;
  const used = businessKey && work.outcome(businessId(businessKey));
  if (!used) return undefined;
  if (used.fingerprint !== fingerprint) {
    const message = `${businessKey.value} was used before by another order; give this one a number of its own.`;
    return refuse(work, [{ code: 'SELLER_ORDER_NO_REUSED', message, field: [businessKey.kind] }]);
  }
  return { earlier: used };
}

function resolveLines(
  work: UnitOfWork,
  order: AdjustmentOrderCreate,
): { lines: OrderLines; location: Location | undefined; errors: UserError[] } {
  const errors: UserError[] = [];
  const location = work.resolveLocation(order.location);
  if ('refused' in location) {
    errors.push({ code: location.refused, message: location.message, field: ['location'] });
  }
  const lines = order.lines.flatMap((line, index) => {
    const outItem = resolveItem(work, line.out, index, 'out', errors);
    const inItem = resolveItem(work, line.in, index, 'in', errors);
    if (order.type === 'UNPACK' && outItem) errors.push(...unpackFactorFaults(line, index, outItem));
    if (!outItem || !inItem || 'refused' in location) return [];
    const posted = (side: 'out' | 'in', item: Item) => ({
      key: stockKey(dimensionsOf(order, side, line[side]), item.id, location.found.id),
      quantity: line[side].quantity,
      standardPartsQuantity: line[side].standardPartsQuantity,
    });
    return [{ out: posted('out', outItem), in: posted('in', inItem) }];
  });
  return { lines, location: 'found' in location ? location.found : undefined, errors };
}

function resolveItem(
  work: UnitOfWork,
  { item }: AdjustmentOrderSide,
  index: number,
  side: 'out' | 'in',
  errors: UserError[],
): Item | undefined {
  const resolved = work.resolveItem(item);
  if ('found' in resolved) return resolved.found;
  errors.push(at(index, side, itemFieldOf(resolved.refused), resolved.refused, resolved.message));
  return undefined;
}

function dimensionsOf(order: AdjustmentOrderCreate, side: 'out' | 'in', info: AdjustmentOrderSide): StockDimensions {
  const owner = (side === 'out' ? order.turnOutOwner : order.turnInOwner) ?? '';
  return {
    ...DEFAULT_DIMENSIONS,
    owner: order.type === 'OWNER_TRANSFER' || order.organisations ? owner : '',
    packaging: info.packaging,
    barcode: info.barcode,
  };
}

/**
 * Out legs that ask for more than the lines before them leave. Units that the order brings in do not count, so that the
 * order of its lines makes no difference.
 */
export function shortages(work: UnitOfWork, legs: readonly LegDraft[]): UserError[] {
  const taken = new Map<string, number>();
  const outLegs = legs.filter(({ delta }) => delta < 0);
  return outLegs.flatMap((leg, index) => {
    const level = work.level(leg);
    const requested = -leg.delta;
    const takenBefore = taken.get(level.id) ?? 0;
    const current = level.quantity - takenBefore;
    if (current >= requested) {
      taken.set(level.id, takenBefore + requested);
      return [];
    }
    const message = `Line ${index} asks for ${requested} units, and there are ${current}.`;
    return [at(index, 'out', 'quantity', 'INSUFFICIENT_STOCK', message, { current, requested })];
  });
}

function createOrder(
  work: UnitOfWork,
  order: AdjustmentOrderCreate,
  lines: OrderLines,
  legs: readonly LegDraft[],
  location: Location,
): Decision<AdjustmentOrderResult> {
  const before = work.sequence;
  const orderNo = orderNumber(work.takeOrderNumber());
  const externalId = order.businessKey?.value ?? order.idempotencyKey ?? orderNo;
  const { movement, changes } = work.post({
    reason: order.type,
    reference: orderNo,
    note: order.note,
    correlationId: orderNo,
    externalId,
    occurredAtMs: null,
    ...evidenceOf(order),
    legs,
  });
  const { sequence } = movement;
  work.storeOrder({
    orderNo,
    type: order.type,
    status: 'COMPLETED',
    originId: work.origin.id,
    sellerOrderNo: order.businessKey?.kind === 'sellerOrderNo' ? order.businessKey.value : null,
    productCode: order.productCode,
    locationId: location.id,
    turnOutOwner: order.turnOutOwner,
    turnInOwner: order.turnInOwner,
    lines,
    sequence,
    createdAtMs: work.recordedAtMs,
    reverses: null,
    reversedBy: null,
  });
  if (order.message) storeCall(work, order.message, before, [], 1);
  const answer = { changes, userErrors: [], replayed: false, ledgerSequence: sequence };
  if (order.businessKey) {
    const { fingerprint } = order;
    const result = { orderNo, ...answer };
    work.recordOutcome({ externalId: businessId(order.businessKey), fingerprint, sequence, result });
  }
  return { done: { orderNo: order.dryRun ? null : orderNo, ...answer }, sequence };
}

/** The legs of an order's lines, in their order: for each line one out, one in. */
export const orderLegs = (work: UnitOfWork, lines: OrderLines): LegDraft[] =>
  lines.flatMap((line) => [
    { ...work.levelKey(line.out.key), delta: -line.out.quantity },
    { ...work.levelKey(line.in.key), delta: line.in.quantity },
  ]);

/** The answer to an order that is not posted. */
export function refused(work: UnitOfWork, userErrors: readonly UserError[]): AdjustmentOrderResult {
  return { orderNo: null, changes: [], userErrors, replayed: false, ledgerSequence: work.sequence };
}

/** A refusal is remembered under the idempotency key only: the order number is used up by success alone. */
export const refuse = (work: UnitOfWork, userErrors: readonly UserError[]): Decision<AdjustmentOrderResult> => ({
  refusal: refused(work, userErrors),
});
