import type { AdjustmentOrderCreate } from '../../domain/adjustment-order';
import { orderFaults } from '../../domain/plans/adjustment-order-rules';
import type { UserError } from '../../domain/errors';
import {
  adjustmentOrderReads,
  planAdjustmentOrder,
  type AdjustmentOrderResult,
} from '../../domain/plans/adjustment-order-create';
import { adjustmentOrderReverseReads, planAdjustmentOrderReverse } from '../../domain/plans/adjustment-order-reverse';
import { tidyName } from '../../domain/text';
import {
  checkItem,
  checkLocation,
  checkName,
  checkRowCount,
  checkText,
  MAX_ROWS,
  tidyItem,
  tidyLocation,
} from '../../domain/validation';
import type { Caller } from '../ports/caller';
import { commandFingerprint } from './fingerprint';
import type { Poster } from '../ports/poster';
import type { AdjustmentOrderReads } from '../ports/reads';

export type AdjustmentOrderInput = Omit<AdjustmentOrderCreate, 'fingerprint'>;

export interface AdjustmentOrderReverseInput {
  readonly orderNo: string;
  readonly idempotencyKey: string;
  readonly note: string | null;
  readonly dryRun: boolean;
}

export interface AdjustmentOrders {
  create(caller: Caller, input: AdjustmentOrderInput): Promise<AdjustmentOrderResult>;
  reverse(caller: Caller, input: AdjustmentOrderReverseInput): Promise<AdjustmentOrderResult>;
}

/** Creates and reverses adjustment orders. Refusals are values: see `userErrors`. */
export function createAdjustmentOrders(deps: {
  poster: Poster;
  reads: Pick<AdjustmentOrderReads, 'ordersByNumber'>;
}): AdjustmentOrders {
  return {
    async create(caller, given) {
      const input = tidied(given);
      const order = { ...input, fingerprint: commandFingerprint('adjustmentOrderCreate', input) };
      const faults = inputFaults(order);
      if (faults.length > 0) return refusedBeforehand([...faults, ...orderFaults(bounded(order))]);
      return deps.poster.post({
        ...caller,
        reads: adjustmentOrderReads(order),
        carries: { rows: order.lines.length, characters: order.message?.body.length ?? 0 },
        plan: (work) => planAdjustmentOrder(work, order),
      });
    },
    async reverse(caller, input) {
      const userErrors = [
        ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
        ...checkText(input.orderNo, ['orderNo'], true),
        ...checkText(input.note, ['note']),
      ];
      if (userErrors.length > 0) return refusedBeforehand(userErrors);
      const { orderNo, note } = input;
      const command = { ...input, fingerprint: commandFingerprint('adjustmentOrderReverse', { orderNo, note }) };
      const [order] = await deps.reads.ordersByNumber(caller.tenantId, [orderNo]);
      return deps.poster.post({
        ...caller,
        reads: adjustmentOrderReverseReads(command, order),
        plan: (work) => planAdjustmentOrderReverse(work, command, order),
      });
    },
  };
}

const refusedBeforehand = (userErrors: readonly UserError[]): AdjustmentOrderResult => ({
  orderNo: null,
  changes: [],
  userErrors,
  replayed: false,
  ledgerSequence: null,
});

/** The order with at most as many lines as one may have; the others are not checked. */
const bounded = <Order extends AdjustmentOrderInput>(order: Order): Order => ({
  ...order,
  lines: order.lines.slice(0, MAX_ROWS),
});

const tidyOrNull = (name: string | null): string | null => (name === null ? null : tidyName(name));

function tidied(input: AdjustmentOrderInput): AdjustmentOrderInput {
  const { businessKey, location, turnOutOwner, turnInOwner, lines } = input;
  const side = <Side extends AdjustmentOrderInput['lines'][number]['out']>(given: Side): Side => ({
    ...given,
    item: tidyItem(given.item),
    barcode: tidyOrNull(given.barcode),
  });
  return {
    ...input,
    businessKey: businessKey && { ...businessKey, value: tidyName(businessKey.value) },
    location: tidyLocation(location),
    turnOutOwner: tidyOrNull(turnOutOwner),
    turnInOwner: tidyOrNull(turnInOwner),
    lines: lines.map((line) => ({ ...line, out: side(line.out), in: side(line.in) })),
  };
}

function inputFaults(input: AdjustmentOrderInput): UserError[] {
  const businessField = input.businessKey?.kind ?? 'sellerOrderNo';
  return [
    ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
    ...checkName(input.businessKey?.value, [businessField], true),
    ...checkText(input.productCode, ['productCode']),
    ...checkLocation(input.location, []),
    ...checkName(input.turnOutOwner, ['turnOutOwner']),
    ...checkName(input.turnInOwner, ['turnInOwner']),
    ...checkText(input.note, ['note']),
    ...checkRowCount(input.lines.length, ['lines']),
    ...bounded(input).lines.flatMap((line, index) =>
      (['out', 'in'] as const).flatMap((side) => {
        const { item, barcode } = line[side];
        const field = ['lines', String(index), side];
        return [...checkItem(item, field), ...checkName(barcode, [...field, 'barcode'])];
      }),
    ),
  ];
}
