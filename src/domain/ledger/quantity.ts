/** Quantities are whole base units within ±(2^53−1): exact in a JavaScript number, in JSON and in PostgreSQL's bigint. */
export const MAX_QUANTITY = Number.MAX_SAFE_INTEGER;

export function isQuantity(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

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
