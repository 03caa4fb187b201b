import { NEXT_STATUSES, orderNumber, type AdjustmentOrder } from '../adjustment-order';
import type { Command } from '../command';
import { evidenceOf, idempotencyId, planOnce, type Decision } from './command';
import {
  orderLegs,
  refuse,
  refused,
  shortages,
  type AdjustmentOrderResult,
  type OrderLines,
} from './adjustment-order-create';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { StockKey } from '../ledger/stock-key';
import type { LegDraft, UnitOfWork } from '../ledger/unit-of-work';

/** A reversal as asked for. */
export interface AdjustmentOrderReverse extends Command {
  readonly idempotencyKey: string;
  readonly orderNo: string;
  readonly note: string | null;
}

/** What a reversal reads. Without an order only the outcome: an order found later could not have its levels read with it. */
export function adjustmentOrderReverseReads(
  command: AdjustmentOrderReverse,
  order: AdjustmentOrder | undefined,
): PostingReads {
  return {
    outcomes: [idempotencyId(command.idempotencyKey)],
    keys: [],
    // The keys of an order's legs never change, so those of an earlier look-up are good.
    levels: order ? orderKeys(order.lines) : [],
    orderNumbers: order ? [order.orderNo] : [],
  };
}

/** Plans a reversal: the opposite legs under an order of its own, once, and only while the stock is still there. */
export function planAdjustmentOrderReverse(
  work: UnitOfWork,
  command: AdjustmentOrderReverse,
  /** The order as it was looked up for the reads; undefined where there was none. */
  found: AdjustmentOrder | undefined,
): Planned<AdjustmentOrderResult> {
  return planOnce(work, command, ['orderNo'], refused, () => decide(work, command, found));
}

function decide(
  work: UnitOfWork,
  command: AdjustmentOrderReverse,
  found: AdjustmentOrder | undefined,
): Decision<AdjustmentOrderResult> {
  const order = found ? work.order(found.orderNo) : work.orderCreatedInBatch(command.orderNo);
  if (!order) {
    const message = `There is no order ${command.orderNo}.`;
    return refuse(work, [{ code: 'NOT_FOUND', message, field: ['orderNo'] }]);
  }
  if (!NEXT_STATUSES[order.status].includes('REVERSED')) {
    const message = `Order ${order.orderNo} has been reversed already, by ${order.reversedBy ?? 'another order'}.`;
    return refuse(work, [{ code: 'ALREADY_REVERSED', message, field: ['orderNo'] }]);
  }
  const lines = order.lines.map((line) => ({ out: line.in, in: line.out }));
  const legs = orderLegs(work, lines);
  const short = shortages(work, legs).map((error) => ({ ...error, field: ['orderNo'] }));
  if (short.length > 0) return refuse(work, short);
  return reverse(work, command, order, lines, legs);
}

function reverse(
  work: UnitOfWork,
  command: AdjustmentOrderReverse,
  order: AdjustmentOrder,
  lines: OrderLines,
  legs: readonly LegDraft[],
): Decision<AdjustmentOrderResult> {
  const orderNo = orderNumber(work.takeOrderNumber());
  const { movement, changes } = work.post({
    reason: 'REVERSAL',
    reference: orderNo,
    note: command.note,
    correlationId: order.orderNo,
    externalId: command.idempotencyKey,
    occurredAtMs: null,
    ...evidenceOf(command),
    legs,
  });
  const { sequence } = movement;
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
  const reversed = command.dryRun ? null : order.orderNo;
  return {
    done: { orderNo: reversed, changes, userErrors: [], replayed: false, ledgerSequence: sequence },
    sequence,
  };
}

/** The stock keys that an order's legs are about. */
const orderKeys = (lines: OrderLines): StockKey[] => lines.flatMap((line) => [line.out.key, line.in.key]);
