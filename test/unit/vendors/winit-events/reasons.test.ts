import { MOVEMENT_REASONS } from '../../../../src/domain/ledger/movement';
import { reasonOf } from '../../../../src/vendors/winit-events/reasons';
import {
  DOC_TYPES,
  OPERATION_TYPES,
  type DocType,
  type OperationType,
} from '../../../../src/vendors/winit-events/wire';

test('every document and operation of the page have a reason together', () => {
  expect([DOC_TYPES.length, OPERATION_TYPES.length]).toEqual([20, 21]);
  for (const docType of DOC_TYPES) {
    for (const operationType of OPERATION_TYPES) expect(MOVEMENT_REASONS).toContain(reasonOf(docType, operationType));
  }
});

test.each<[DocType, OperationType, string]>([
  ['OUTBOUND', 'SUBMIT_ORDER', 'ALLOCATION'],
  ['OUTBOUND', 'CANCEL_ORDER', 'DEALLOCATION'],
  ['OUTBOUND', 'CANCEL', 'DEALLOCATION'],
  ['OUTBOUND', 'SHIPMENTS', 'SHIPMENT'],
  ['OUTBOUND', 'RESHELVES', 'DEALLOCATION'],
  ['OUTBOUND_TAKE_THEIR', 'SHIPMENTS', 'SHIPMENT'],
  ['OUTBOUND_DESTRUCTION', 'SHIPMENTS', 'LOSS'],
  ['OUTBOUND_ALLOCATION', 'SUBMIT_ORDER', 'ALLOCATION'],
  ['OUTBOUND_ALLOCATION', 'SHIPMENTS', 'TRANSFER'],
  ['INBOUND', 'SUBMIT_ORDER', 'RECEIPT'],
  ['INBOUND', 'INSPECTION', 'RECEIPT'],
  ['INBOUND', 'SHELVES', 'RECEIPT'],
  ['INBOUND_OVERSEAS', 'SHELVES_SUPPLY', 'RECEIPT'],
  ['INBOUND_DOMESTIC', 'INBOUND_LOST', 'LOSS'],
  ['INBOUND_RETURN', 'SHELVES', 'RETURN'],
  ['INBOUND_ALLOCATION', 'SHELVES', 'TRANSFER'],
  ['INBOUND_ALLOCATION', 'ALLOCATION_INBOUND', 'TRANSFER'],
  ['INVENTORY_FROZEN', 'FROZEN', 'HOLD'],
  ['INVENTORY_UNFROZEN', 'UNFROZEN', 'RELEASE'],
  ['INVENTORY_ADJUSTMENT', 'ADJUST', 'ADJUSTMENT'],
  ['INVENTORY_ADJUSTMENT', 'CANCEL', 'ADJUSTMENT'],
  ['INV_TYPE_ADJ', 'TRANSFORM', 'ADJUSTMENT'],
  ['ABNORMAL_PICKING', 'LOST_CONFIRMING', 'LOSS'],
  ['ABNORMAL_PICKING_SECOND', 'LOST', 'LOSS'],
  ['ABNORMAL_STOCKTAKING', 'INVENTORY_PROFIT', 'GAIN'],
  ['ABNORMAL_STOCKTAKING', 'INVENTORY_LOSS', 'LOSS'],
  ['RETURN_INVENTORY', 'RETURN_INVENTORY', 'RETURN'],
  ['TRANSFER_WHAREHOUSE', 'TRANSFER_WHAREHOUSE_IN', 'TRANSFER'],
  ['TRANSFER_WHAREHOUSE', 'TRANSFER_WHAREHOUSE_OUT', 'TRANSFER'],
])('%s with %s is a %s', (docType, operationType, reason) => {
  expect(reasonOf(docType, operationType)).toBe(reason);
});
