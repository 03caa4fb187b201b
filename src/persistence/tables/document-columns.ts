import { AdjustmentOrderEntity } from './adjustment-order';
import { selectPlain } from './derived';
import { InventoryRecordEntity } from './inventory-record';

/** The columns of an `adjustment_order` `o` as the domain has them. */
export const ADJUSTMENT_ORDER_COLUMNS = selectPlain(AdjustmentOrderEntity, 'o');

/** The columns of an `inventory_record` `r` as the domain has them. */
export const INVENTORY_RECORD_COLUMNS = selectPlain(InventoryRecordEntity, 'r');
