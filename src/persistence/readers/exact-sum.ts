import { SumTooLargeError } from '../../application/ports/reads';
import { addQuantities, QuantityOverflowError } from '../../domain/ledger/quantity';
import { exactNumber } from '../tables/column-types';

/**
 * A sum of quantities, as PostgreSQL's numeric writes it, as a number; of no rows at all it is null, which is 0.
 * Each level is within ±(2^53−1), what several add up to need not be: then throws {@link SumTooLargeError}.
 */
export function exactSum(sum: string | null): number {
  return sum === null ? 0 : exactly(() => exactNumber(sum));
}

/** What quantities add up to. Throws {@link SumTooLargeError} where that has no exact number. */
export function exactTotal(quantities: readonly number[]): number {
  return exactly(() => quantities.reduce(addQuantities, 0));
}

function exactly(add: () => number): number {
  try {
    return add();
  } catch (error) {
    if (error instanceof RangeError || error instanceof QuantityOverflowError) throw new SumTooLargeError(error);
    throw error;
  }
}
