import type { AdjustmentOrder, AdjustmentOrderStatus, AdjustmentOrderType } from '../../../domain/adjustment-order';
import type { Page, PageRequest } from './page';

interface AdjustmentOrderQuery {
  readonly type: AdjustmentOrderType | null;
  readonly status: AdjustmentOrderStatus | null;
  readonly page: PageRequest;
}

/** Adjustment orders, in the order of their numbers. */
export interface AdjustmentOrderReads {
  /** The newest order, when several clients used the same sellerOrderNo. */
  orderBySellerOrderNo(tenantId: string, sellerOrderNo: string): Promise<AdjustmentOrder | undefined>;
  /** In any order; unknown numbers are left out. */
  ordersByNumber(tenantId: string, orderNumbers: readonly string[]): Promise<readonly AdjustmentOrder[]>;
  /** The orders that posted these movements. */
  ordersBySequence(tenantId: string, sequences: readonly number[]): Promise<readonly AdjustmentOrder[]>;
  /** Sort key: order number. */
  adjustmentOrders(tenantId: string, query: AdjustmentOrderQuery): Promise<Page<AdjustmentOrder>>;
}
