import type { ComplexityEstimator } from 'graphql-query-complexity';
import { DEFAULT_PAGE_SIZE } from '../paging/page-args';

/**
 * What a field costs, in objects of the answer: that is what grows when a query asks for more, in the database and here.
 * Plain values cost nothing, an object one, a list as many as it may have.
 */

/** How many things a list without pages is taken to have. */
const USUAL_LIST_LENGTH = 10;
export const TOTAL_COUNT_COST = 10;
/** A message's body can have a megabyte. */
export const BODY_COST = 200;

/** A page: as many nodes as are asked for. */
export const pageCost: ComplexityEstimator = ({ args, childComplexity }) => {
  const { first, last } = args as { first?: number | null; last?: number | null };
  return 1 + Math.max(first ?? last ?? DEFAULT_PAGE_SIZE, 1) * childComplexity;
};

/** A list that has no pages. */
export const listCost: ComplexityEstimator = ({ childComplexity }) => USUAL_LIST_LENGTH * (1 + childComplexity);
