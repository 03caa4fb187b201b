/** Ids that are derived from what they name, so they are not stored. Clients treat them as opaque. */

const MOVEMENT = /^movement:([1-9]\d{0,15})$/;

export function movementId(sequence: number): string {
  return opaque(`movement:${sequence}`);
}

/** The sequence in a movement's id. Undefined for any other text. */
export function sequenceOfMovementId(id: string): number | undefined {
  const digits = MOVEMENT.exec(Buffer.from(id, 'base64url').toString())?.[1];
  const sequence = Number(digits);
  return Number.isSafeInteger(sequence) && movementId(sequence) === id ? sequence : undefined;
}

export function stockId(itemId: string, locationId: string): string {
  return opaque(`stock:${itemId}:${locationId}`);
}

export function inventoryRecordId(itemId: string, locationId: string): string {
  return opaque(`inventoryRecord:${itemId}:${locationId}`);
}

export function quarantinedRowId(messageId: string, index: number): string {
  return opaque(`quarantined:${messageId}:${index}`);
}

const opaque = (text: string): string => Buffer.from(text).toString('base64url');
