import { SumTooLargeError } from '../../application/ports/reads';
import { addQuantities, QuantityOverflowError } from '../../domain/ledger/quantity';
import { exactNumber } from '../tables/column-types';

/**
 * Reads a sum of quantities, which PostgreSQL writes as numeric. The sum of no rows is null, which is 0. Each level is
 * within ±(2^53−1), but several together can exceed it. Then it throws {@link SumTooLargeError}.
 */
export function exactSum(sum: string | null): number {
  return sum === null ? 0 : exactly(() => exactNumber(sum));
}

/** Adds up quantities. Throws {@link SumTooLargeError} when the sum has no exact number. */
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
