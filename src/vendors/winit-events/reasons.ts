import type { MovementReason } from '../../domain/ledger/movement';
import type { DocType, OperationType } from './wire';

/** What a document is about. Most operations mean the same under any; a few get their meaning from it. */
type Business = 'RECEIPT' | 'RETURN' | 'TRANSFER_IN' | 'TRANSFER_OUT' | 'OUTBOUND' | 'DISPOSAL' | 'STOCKKEEPING';

const BUSINESSES = {
  INBOUND: 'RECEIPT',
  INBOUND_RETURN: 'RETURN',
  INBOUND_DOMESTIC: 'RECEIPT',
  INBOUND_OVERSEAS: 'RECEIPT',
  INBOUND_ALLOCATION: 'TRANSFER_IN',
  OUTBOUND: 'OUTBOUND',
  OUTBOUND_TAKE_THEIR: 'OUTBOUND',
  OUTBOUND_DESTRUCTION: 'DISPOSAL',
  OUTBOUND_ALLOCATION: 'TRANSFER_OUT',
  INVENTORY_FROZEN: 'STOCKKEEPING',
  INVENTORY_UNFROZEN: 'STOCKKEEPING',
  INVENTORY_ADJUSTMENT: 'STOCKKEEPING',
  INV_TYPE_ADJ: 'STOCKKEEPING',
  ABNORMAL_PICKING: 'STOCKKEEPING',
  ABNORMAL_PICKING_SECOND: 'STOCKKEEPING',
  ABNORMAL_PACKING: 'STOCKKEEPING',
  ABNORMAL_STOCKTAKING: 'STOCKKEEPING',
  ABNORMAL_MOVEDOWN: 'STOCKKEEPING',
  RETURN_INVENTORY: 'RETURN',
  // A whole warehouse moves: its goods are allocated and leave like those of an outbound allocation.
  TRANSFER_WHAREHOUSE: 'TRANSFER_OUT',
} satisfies Record<DocType, Business>;

type ReasonByBusiness = Readonly<Record<Business, MovementReason>>;

/** Units are inspected or put on a shelf. Under an outbound document, they come back from its order. */
const ARRIVAL: ReasonByBusiness = {
  RECEIPT: 'RECEIPT',
  RETURN: 'RETURN',
  TRANSFER_IN: 'TRANSFER',
  TRANSFER_OUT: 'DEALLOCATION',
  OUTBOUND: 'DEALLOCATION',
  DISPOSAL: 'DEALLOCATION',
  STOCKKEEPING: 'ADJUSTMENT',
};

/** An order is created. An inbound one announces units (ONORDER); the others claim units that are in stock. */
const SUBMISSION: ReasonByBusiness = {
  RECEIPT: 'RECEIPT',
  RETURN: 'RETURN',
  TRANSFER_IN: 'TRANSFER',
  TRANSFER_OUT: 'ALLOCATION',
  OUTBOUND: 'ALLOCATION',
  DISPOSAL: 'ALLOCATION',
  STOCKKEEPING: 'ALLOCATION',
};

/** An order is cancelled: what it announced or claimed is undone, with the opposite sign. */
const WITHDRAWAL: ReasonByBusiness = {
  RECEIPT: 'RECEIPT',
  RETURN: 'RETURN',
  TRANSFER_IN: 'TRANSFER',
  TRANSFER_OUT: 'DEALLOCATION',
  OUTBOUND: 'DEALLOCATION',
  DISPOSAL: 'DEALLOCATION',
  STOCKKEEPING: 'DEALLOCATION',
};

/** Units leave. Those of an outbound order go to a customer; those of an inbound one travel to the warehouse. */
const DISPATCH: ReasonByBusiness = {
  RECEIPT: 'RECEIPT',
  RETURN: 'RETURN',
  TRANSFER_IN: 'TRANSFER',
  TRANSFER_OUT: 'TRANSFER',
  OUTBOUND: 'SHIPMENT',
  DISPOSAL: 'LOSS',
  STOCKKEEPING: 'SHIPMENT',
};

const REASONS: Readonly<Record<OperationType, MovementReason | ReasonByBusiness>> = {
  INSPECTION: ARRIVAL,
  SHELVES: ARRIVAL,
  SHELVES_SUPPLY: ARRIVAL,
  RESHELVES: ARRIVAL,
  SUBMIT_ORDER: SUBMISSION,
  CANCEL_ORDER: WITHDRAWAL,
  // Unlike CANCEL_ORDER not of an order: under a stockkeeping document it undoes a freeze or a correction alike.
  CANCEL: { ...WITHDRAWAL, STOCKKEEPING: 'ADJUSTMENT' },
  SHIPMENTS: DISPATCH,
  INVENTORY_PROFIT: 'GAIN',
  INVENTORY_LOSS: 'LOSS',
  FROZEN: 'HOLD',
  UNFROZEN: 'RELEASE',
  LOST_CONFIRMING: 'LOSS',
  LOST: 'LOSS',
  INBOUND_LOST: 'LOSS',
  ALLOCATION_INBOUND: 'TRANSFER',
  TRANSFER_WHAREHOUSE_IN: 'TRANSFER',
  TRANSFER_WHAREHOUSE_OUT: 'TRANSFER',
  RETURN_INVENTORY: 'RETURN',
  TRANSFORM: 'ADJUSTMENT',
  ADJUST: 'ADJUSTMENT',
};

/** Why stock moved, by the document and the operation. Every pair has a reason; the note keeps the raw words. */
export function reasonOf(docType: DocType, operationType: OperationType): MovementReason {
  const reason = REASONS[operationType];
  return typeof reason === 'string' ? reason : reason[BUSINESSES[docType]];
}
