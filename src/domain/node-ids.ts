import { isUuid } from './uuid';

/**
 * The ids that clients see: opaque texts that say what they are of. They are derived from what they name, so they are not
 * stored. An id of a view as of a past moment has its sequence, since it is another object than the present one.
 *
 * A list shows hundreds, so they are plain texts, which cost next to nothing (ADR 12).
 */

/** What an id names. `sequence` of a view is null for the present. */
export type NodeReference =
  | { readonly type: 'Item'; readonly id: string }
  | { readonly type: 'Location'; readonly id: string }
  | { readonly type: 'InboundMessage'; readonly id: string }
  | { readonly type: 'StockLevel'; readonly id: string; readonly sequence: number | null }
  | {
      readonly type: 'Stock';
      readonly itemId: string;
      readonly locationId: string;
      readonly sequence: number | null;
    }
  | { readonly type: 'InventoryRecord'; readonly itemId: string; readonly locationId: string }
  | { readonly type: 'Movement'; readonly sequence: number }
  | { readonly type: 'AdjustmentOrder'; readonly orderNo: string }
  | { readonly type: 'Reservation'; readonly id: string }
  | { readonly type: 'QuarantinedRow'; readonly messageId: string; readonly index: number }
  | { readonly type: 'ApiKey'; readonly id: string }
  | { readonly type: 'AuditEntry'; readonly id: string }
  | { readonly type: 'Connection'; readonly id: string }
  | { readonly type: 'TrustedDocument'; readonly sha256: string }
  | { readonly type: 'Discrepancy'; readonly kind: string; readonly levelId: string; readonly openedSequence: number };

export type NodeType = NodeReference['type'];
type Of<Type extends NodeType> = Extract<NodeReference, { readonly type: Type }>;

export const itemNodeId = (id: string): string => `Item:${id}`;
export const locationNodeId = (id: string): string => `Location:${id}`;
export const messageNodeId = (id: string): string => `InboundMessage:${id}`;
export const levelNodeId = (id: string, sequence: number | null): string => `StockLevel:${id}${at(sequence)}`;
export const stockNodeId = (itemId: string, locationId: string, sequence: number | null): string =>
  `Stock:${itemId}:${locationId}${at(sequence)}`;
export const recordNodeId = (itemId: string, locationId: string): string => `InventoryRecord:${itemId}:${locationId}`;
export const movementNodeId = (sequence: number): string => `Movement:${sequence}`;
export const orderNodeId = (orderNo: string): string => `AdjustmentOrder:${orderNo}`;
export const quarantinedRowNodeId = (messageId: string, index: number): string =>
  `QuarantinedRow:${messageId}:${index}`;
export const reservationNodeId = (id: string): string => `Reservation:${id}`;
export const apiKeyNodeId = (id: string): string => `ApiKey:${id}`;
export const auditEntryNodeId = (id: string): string => `AuditEntry:${id}`;
export const connectionNodeId = (id: string): string => `Connection:${id}`;
export const tokenIssuerNodeId = (id: string): string => `TokenIssuer:${id}`;
export const documentNodeId = (sha256: string): string => `TrustedDocument:${sha256}`;
export const discrepancyNodeId = (kind: string, levelId: string, openedSequence: number): string =>
  `Discrepancy:${kind}:${levelId}:${openedSequence}`;

/** What an id names; undefined for a text that is no id. Whether there is such a thing is not looked up. */
export function nodeReference(id: string): NodeReference | undefined {
  if (id.length > MAX_LENGTH) return undefined;
  const [type = '', ...parts] = id.split(':');
  const read = Object.hasOwn(READERS, type) ? READERS[type as NodeType] : undefined;
  return read?.(parts);
}

/** What an id of this type names; undefined for an id of another type, and for any other text. */
export function referenceOf<Type extends NodeType>(type: Type, id: string): Of<Type> | undefined {
  const reference = nodeReference(id);
  return reference?.type === type ? (reference as Of<Type>) : undefined;
}

/** The longest id is that of stock at a past moment. */
const MAX_LENGTH = 160;

const at = (sequence: number | null): string => (sequence === null ? '' : `:${sequence}`);

const isId = (text: string | undefined): text is string =>
  text !== undefined && isUuid(text) && text === text.toLowerCase();

/** A value of an enum, as far as its form goes. */
const isWord = (text: string | undefined): text is string => text !== undefined && /^[A-Z_]+$/.test(text);

/** A whole number from 0; undefined for any other text. */
function whole(text: string | undefined): number | undefined {
  const value = text !== undefined && /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The moment of a view: null where it has none; undefined where it is none. */
const moment = (text: string | undefined): number | null | undefined => (text === undefined ? null : whole(text));

const READERS: { readonly [Type in NodeType]: (parts: readonly string[]) => Of<Type> | undefined } = {
  Item: (parts) => byId('Item', parts),
  Location: (parts) => byId('Location', parts),
  InboundMessage: (parts) => byId('InboundMessage', parts),
  Reservation: (parts) => byId('Reservation', parts),
  ApiKey: (parts) => byId('ApiKey', parts),
  AuditEntry: (parts) => byId('AuditEntry', parts),
  Connection: (parts) => byId('Connection', parts),
  StockLevel: ([id, text, ...others]) => {
    const sequence = moment(text);
    return isId(id) && sequence !== undefined && others.length === 0 ? { type: 'StockLevel', id, sequence } : undefined;
  },
  Stock: ([itemId, locationId, text, ...others]) => {
    const sequence = moment(text);
    if (!isId(itemId) || !isId(locationId) || sequence === undefined || others.length > 0) return undefined;
    return { type: 'Stock', itemId, locationId, sequence };
  },
  InventoryRecord: ([itemId, locationId, ...others]) =>
    isId(itemId) && isId(locationId) && others.length === 0
      ? { type: 'InventoryRecord', itemId, locationId }
      : undefined,
  Movement: ([text, ...others]) => {
    const sequence = whole(text);
    return sequence !== undefined && sequence > 0 && others.length === 0 ? { type: 'Movement', sequence } : undefined;
  },
  AdjustmentOrder: ([orderNo, ...others]) =>
    orderNo !== undefined && /^WT\d{12,}$/.test(orderNo) && others.length === 0
      ? { type: 'AdjustmentOrder', orderNo }
      : undefined,
  QuarantinedRow: ([messageId, text, ...others]) => {
    const index = whole(text);
    if (!isId(messageId) || index === undefined || others.length > 0) return undefined;
    return { type: 'QuarantinedRow', messageId, index };
  },
  TrustedDocument: ([sha256, ...others]) =>
    sha256 !== undefined && /^[\da-f]{64}$/.test(sha256) && others.length === 0
      ? { type: 'TrustedDocument', sha256 }
      : undefined,
  Discrepancy: ([kind, levelId, text, ...others]) => {
    const openedSequence = whole(text);
    if (!isWord(kind) || !isId(levelId) || openedSequence === undefined || others.length > 0) return undefined;
    return { type: 'Discrepancy', kind, levelId, openedSequence };
  },
};

function byId<
  Type extends 'Item' | 'Location' | 'InboundMessage' | 'ApiKey' | 'AuditEntry' | 'Connection' | 'Reservation',
>(type: Type, [id, ...others]: readonly string[]): { readonly type: Type; readonly id: string } | undefined {
  return isId(id) && others.length === 0 ? { type, id } : undefined;
}
