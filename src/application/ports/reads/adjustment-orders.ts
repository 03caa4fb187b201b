import type { AdjustmentOrder, AdjustmentOrderStatus, AdjustmentOrderType } from '../../../domain/adjustment-order';
import type { Page, PageRequest } from './page';

interface AdjustmentOrderQuery {
  readonly type: AdjustmentOrderType | null;
  readonly status: AdjustmentOrderStatus | null;
  readonly page: PageRequest;
}

/** Adjustment orders, in the order of their numbers. */
export interface AdjustmentOrderReads {
  /** The newest where several clients use the same sellerOrderNo. */
  orderBySellerOrderNo(tenantId: string, sellerOrderNo: string): Promise<AdjustmentOrder | undefined>;
  /** In any order; unknown numbers are left out. */
  ordersByNumber(tenantId: string, orderNumbers: readonly string[]): Promise<readonly AdjustmentOrder[]>;
  /** The orders whose movements these are. */
  ordersBySequence(tenantId: string, sequences: readonly number[]): Promise<readonly AdjustmentOrder[]>;
  /** Sort key: order number. */
  adjustmentOrders(tenantId: string, query: AdjustmentOrderQuery): Promise<Page<AdjustmentOrder>>;
}
