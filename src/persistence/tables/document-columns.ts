import { AdjustmentOrderEntity } from './adjustment-order';
import { selectPlain } from './derived';
import { InventoryRecordEntity } from './inventory-record';

/** Of an `adjustment_order` `o`, as the domain has it. */
export const ADJUSTMENT_ORDER_COLUMNS = selectPlain(AdjustmentOrderEntity, 'o');

/** Of an `inventory_record` `r`, as the domain has it. */
export const INVENTORY_RECORD_COLUMNS = selectPlain(InventoryRecordEntity, 'r');
