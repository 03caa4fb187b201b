import {
  NEXT_STATUSES,
  orderNumber,
  type AdjustmentOrder,
  type AdjustmentOrderCreate,
  type AdjustmentOrderSide,
} from './adjustment-order';
import { at, orderFaults } from './adjustment-order-rules';
import type { Item, Location } from './catalogue';
import { idempotencyId, refusalOutcome, replayOf, type CommandResult } from './command';
import { USER_ERROR_CODES, type UserError } from './errors';
import type { Planned, PostingReads } from './posting';
import { QuantityOverflowError } from './quantity';
import { DEFAULT_DIMENSIONS, type StockDimensions, type StockKey } from './stock-key';
import type { LegDraft, StockChange, UnitOfWork } from './unit-of-work';

export interface AdjustmentOrderResult extends CommandResult {
  /** Null on a dry run and where refused. */
  readonly orderNo: string | null;
  readonly changes: readonly StockChange[];
}

type OrderLines = AdjustmentOrder['lines'];

export function adjustmentOrderReads(order: AdjustmentOrderCreate): PostingReads {
  const keys = order.lines.flatMap((line) =>
    (['out', 'in'] as const).map((side) => {
      const { item } = line[side];
      return { item, location: order.location, dimensions: dimensionsOf(order, side, line[side]) };
    }),
  );
  return { outcomes: outcomeIds(order), keys };
}

/** Plans an order: posted whole or not at all, refused with everything that is to mend. */
export function planAdjustmentOrder(work: UnitOfWork, order: AdjustmentOrderCreate): Planned<AdjustmentOrderResult> {
  const first = firstOutcome(work, order);
  if (first) return { keep: false, result: first };
  const faults = orderFaults(order);
  const resolved = resolveLines(work, order);
  if (faults.length + resolved.errors.length > 0) return refuse(work, order, [...faults, ...resolved.errors]);
  const short = shortages(work, resolved.lines);
  if (short.length > 0) return refuse(work, order, short);
  try {
    return place(work, order, resolved.lines, resolved.location as Location);
  } catch (error) {
    if (!(error instanceof QuantityOverflowError)) throw error;
    return refuse(work, order, [{ code: 'INVALID_QUANTITY', message: error.message, field: ['lines'] }]);
  }
}

function outcomeIds({ idempotencyKey, businessKey }: AdjustmentOrderCreate): string[] {
  return [
    ...(idempotencyKey === null ? [] : [idempotencyId(idempotencyKey)]),
    ...(businessKey === null ? [] : [`${businessKey.kind}/${businessKey.value}`]),
  ];
}

/** The answer given before under the idempotency key or the order number, or the refusal of a number used up. */
function firstOutcome(work: UnitOfWork, order: AdjustmentOrderCreate): AdjustmentOrderResult | undefined {
  const { idempotencyKey, businessKey, fingerprint } = order;
  if (idempotencyKey !== null) {
    const replay = replayOf(work, { ...order, idempotencyKey });
    if (replay)
      return replay.refused ? refused(work, [replay.refused]) : (replay.first as unknown as AdjustmentOrderResult);
  }
  const used = businessKey && work.outcome(`${businessKey.kind}/${businessKey.value}`);
  if (!used) return undefined;
  if (used.fingerprint === fingerprint) {
    return { ...(used.result as unknown as AdjustmentOrderResult), replayed: true };
  }
  const message = `${businessKey.value} was used before by another order; give this one a number of its own.`;
  return refused(work, [{ code: 'SELLER_ORDER_NO_REUSED', message, field: ['sellerOrderNo'] }]);
}

function resolveLines(
  work: UnitOfWork,
  order: AdjustmentOrderCreate,
): { lines: OrderLines; location: Location | undefined; errors: UserError[] } {
  const errors: UserError[] = [];
  const location = work.location(order.location);
  if ('refused' in location) {
    errors.push({ code: location.refused, message: USER_ERROR_CODES[location.refused], field: ['location'] });
  }
  const lines = order.lines.flatMap((line, index) => {
    const outItem = resolveItem(work, line.out, index, 'out', errors);
    const inItem = resolveItem(work, line.in, index, 'in', errors);
    if (order.type === 'UNPACK' && outItem) errors.push(...factorFaults(line, index, outItem));
    if (!outItem || !inItem || 'refused' in location) return [];
    const posted = (side: 'out' | 'in', item: Item) => ({
      key: { ...dimensionsOf(order, side, line[side]), itemId: item.id, locationId: location.found.id },
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
  const resolved = work.item(item);
  if ('found' in resolved) return resolved.found;
  const name = resolved.refused === 'SPECIFICATION_REQUIRED' ? 'specification' : 'sku';
  errors.push(at(index, side, name, resolved.refused, USER_ERROR_CODES[resolved.refused]));
  return undefined;
}

/** An unpacked package gives as many units as it holds: by the line's word, else by the item's. */
function factorFaults(line: AdjustmentOrderCreate['lines'][number], index: number, item: Item): UserError[] {
  const factor = line.out.standardPartsQuantity ?? item.unitsPerPackage;
  if (factor === null) {
    const message = 'Say how many units a package holds: standardPartsQuantity, or unitsPerPackage of the item.';
    return [at(index, 'out', 'standardPartsQuantity', 'UNPACK_FACTOR_REQUIRED', message)];
  }
  const expected = line.out.quantity * factor;
  if (line.in.quantity === expected) return [];
  const message = `${line.out.quantity} packages of ${factor} give ${expected} units, not ${line.in.quantity}.`;
  return [at(index, 'in', 'quantity', 'QUANTITY_MISMATCH', message, { requested: line.in.quantity })];
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

/** Out legs that ask for more than is left after the lines before them. */
function shortages(work: UnitOfWork, lines: OrderLines): UserError[] {
  const taken = new Map<string, number>();
  return lines.flatMap(({ out }, index) => {
    const level = work.level(out.key);
    const current = level.quantity - (taken.get(level.id) ?? 0);
    taken.set(level.id, (taken.get(level.id) ?? 0) + out.quantity);
    if (current >= out.quantity) return [];
    const message = `Line ${index} asks for ${out.quantity} units, and there are ${current}.`;
    return [at(index, 'out', 'quantity', 'INSUFFICIENT_STOCK', message, { current, requested: out.quantity })];
  });
}

function place(
  work: UnitOfWork,
  order: AdjustmentOrderCreate,
  lines: OrderLines,
  location: Location,
): Planned<AdjustmentOrderResult> {
  const before = work.sequence;
  const orderNo = orderNumber(work.state.takeOrderNumber());
  const externalId = order.businessKey?.value ?? order.idempotencyKey ?? orderNo;
  const { movement, changes } = work.post({
    reason: order.type,
    reference: orderNo,
    note: order.note,
    correlationId: orderNo,
    externalId,
    occurredAtMs: null,
    evidenceHash: order.message?.bodySha256 ?? order.fingerprint,
    inboundMessageId: order.message?.id ?? null,
    legs: legsOf(lines),
  });
  const { sequence } = movement;
  const result = { orderNo, changes, userErrors: [], replayed: false, ledgerSequence: sequence };
  if (order.dryRun) return { keep: false, result: { ...result, orderNo: null, ledgerSequence: before } };
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
  if (order.message) {
    work.storeMessage({ ...order.message, status: 'APPLIED', sequences: { first: sequence, last: sequence } });
  }
  for (const externalKey of outcomeIds(order)) {
    const { fingerprint } = order;
    work.recordOutcome({ externalId: externalKey, fingerprint, sequence, result: { ...result } });
  }
  return { keep: true, result };
}

const legsOf = (lines: OrderLines): LegDraft[] =>
  lines.flatMap((line) => [
    { key: line.out.key, delta: -line.out.quantity },
    { key: line.in.key, delta: line.in.quantity },
  ]);

function refused(work: UnitOfWork, userErrors: readonly UserError[]): AdjustmentOrderResult {
  return { orderNo: null, changes: [], userErrors, replayed: false, ledgerSequence: work.sequence };
}

/** A refusal is remembered under the idempotency key only: the order number is used up by success alone. */
function refuse(
  work: UnitOfWork,
  order: Pick<AdjustmentOrderCreate, 'idempotencyKey' | 'fingerprint' | 'dryRun'>,
  userErrors: readonly UserError[],
): Planned<AdjustmentOrderResult> {
  const result = refused(work, userErrors);
  const { idempotencyKey } = order;
  return {
    keep: false,
    result,
    remember: idempotencyKey === null ? [] : refusalOutcome({ ...order, idempotencyKey }, { ...result }),
  };
}

/** A reversal as asked for. */
export interface AdjustmentOrderReverse {
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly orderNo: string;
  readonly note: string | null;
  readonly dryRun: boolean;
}

/** What a reversal reads; the keys are those of the order's own legs, which never change. */
export function adjustmentOrderReverseReads(command: AdjustmentOrderReverse, keys: readonly StockKey[]): PostingReads {
  return {
    outcomes: [idempotencyId(command.idempotencyKey)],
    keys: [],
    levels: keys,
    orderNumbers: [command.orderNo],
  };
}

/** Plans a reversal: the opposite legs under an order of its own, once, and only while the stock is still there. */
export function planAdjustmentOrderReverse(
  work: UnitOfWork,
  command: AdjustmentOrderReverse,
): Planned<AdjustmentOrderResult> {
  const replay = replayOf(work, command);
  if (replay)
    return {
      keep: false,
      result: replay.refused ? refused(work, [replay.refused]) : (replay.first as unknown as AdjustmentOrderResult),
    };
  const order = work.order(command.orderNo);
  if (!order) {
    const message = `There is no order ${command.orderNo}.`;
    return refuse(work, command, [{ code: 'NOT_FOUND', message, field: ['orderNo'] }]);
  }
  if (!NEXT_STATUSES[order.status].includes('REVERSED')) {
    const message = `Order ${order.orderNo} has been reversed already, by ${order.reversedBy ?? 'another order'}.`;
    return refuse(work, command, [{ code: 'ALREADY_REVERSED', message, field: ['orderNo'] }]);
  }
  const lines = order.lines.map((line) => ({ out: line.in, in: line.out }));
  const short = shortages(work, lines).map((error) => ({ ...error, field: ['orderNo'] }));
  if (short.length > 0) return refuse(work, command, short);
  return reverse(work, command, order, lines);
}

function reverse(
  work: UnitOfWork,
  command: AdjustmentOrderReverse,
  order: AdjustmentOrder,
  lines: OrderLines,
): Planned<AdjustmentOrderResult> {
  const before = work.sequence;
  const orderNo = orderNumber(work.state.takeOrderNumber());
  const { movement, changes } = work.post({
    reason: 'REVERSAL',
    reference: orderNo,
    note: command.note,
    correlationId: order.orderNo,
    externalId: command.idempotencyKey,
    occurredAtMs: null,
    evidenceHash: command.fingerprint,
    legs: legsOf(lines),
  });
  const { sequence } = movement;
  const result = { orderNo: order.orderNo, changes, userErrors: [], replayed: false, ledgerSequence: sequence };
  if (command.dryRun) return { keep: false, result: { ...result, orderNo: null, ledgerSequence: before } };
  work.storeOrder({
    ...order,
    orderNo,
    status: 'COMPLETED',
    originId: work.origin.id,
    sellerOrderNo: null,
    turnOutOwner: order.turnInOwner,
    turnInOwner: order.turnOutOwner,
    lines,
    sequence,
    createdAtMs: work.recordedAtMs,
    reverses: order.orderNo,
    reversedBy: null,
  });
  work.changeOrder({ ...order, status: 'REVERSED', reversedBy: orderNo });
  const { idempotencyKey, fingerprint } = command;
  work.recordOutcome({ externalId: idempotencyId(idempotencyKey), fingerprint, sequence, result: { ...result } });
  return { keep: true, result };
}

/** The stock keys that an order's legs are about. */
export const orderKeys = (lines: OrderLines): StockKey[] => lines.flatMap((line) => [line.out.key, line.in.key]);
