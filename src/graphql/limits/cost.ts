import type { ComplexityEstimator } from 'graphql-query-complexity';
import { DEFAULT_PAGE_SIZE } from './limits';

/**
 * The cost of a field is the number of objects that it can add to the response. That number drives the work of both the
 * database and the gateway. A plain value costs 0, an object 1, and a list as much as all that it may hold.
 */

/** The assumed length of a list without pages. */
const USUAL_LIST_LENGTH = 10;
export const TOTAL_COUNT_COST = 10;
/** High, because the body of a message can have 8 MiB. */
export const BODY_COST = 200;

/** The description of the schema has thousands of objects, and 75 kB even where little of them is asked for. */
export const INTROSPECTION_COSTS: ReadonlyMap<string, number> = new Map([
  ['__schema', 5_000],
  ['__type', 500],
]);

/** The cost of a page: the requested number of nodes. */
export const pageCost: ComplexityEstimator = ({ args, childComplexity }) => {
  const { first, last } = args as { first?: number | null; last?: number | null };
  return 1 + Math.max(first ?? last ?? DEFAULT_PAGE_SIZE, 1) * childComplexity;
};

/** The cost of a list without pages. */
export const listCost: ComplexityEstimator = ({ childComplexity }) => USUAL_LIST_LENGTH * (1 + childComplexity);

/** The cost of a list of things by their ids: as many as are asked for. */
export const nodesCost: ComplexityEstimator = ({ args, childComplexity }) => {
  const { ids } = args as { ids: readonly string[] };
  return 1 + Math.max(ids.length, 1) * (1 + childComplexity);
};
