/** Quantities are whole base units within ±(2^53−1): exact in a JavaScript number, in JSON and in PostgreSQL's bigint. */
export const MAX_QUANTITY = Number.MAX_SAFE_INTEGER;

/**
 * Most units that one row of input may move, or count. The sum of thousands of such rows is still exact, so that no
 * message can make a sum that cannot be shown.
 */
export const MAX_ROW_QUANTITY = 1_000_000_000_000;

/** Whether a row of input may move or count so many units. */
export const isRowQuantity = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= MAX_ROW_QUANTITY;

/** A running sum left the range in which it is exact. Posted nowhere: the caller turns it into a refusal or a quarantined row. */
export class QuantityOverflowError extends Error {
  constructor() {
    super(`A stock level would leave the range of ±${MAX_QUANTITY} units.`);
  }
}

export function addQuantities(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum)) throw new QuantityOverflowError();
  return sum;
}
