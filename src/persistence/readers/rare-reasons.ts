import type { LedgerEntryFilter } from '../../application/ports/reads';
import { EVERYDAY_REASONS } from '../tables/movement';
import type { Parameters } from './statement';

/** The condition of `movement_reason_idx`, in its own words: only so does PostgreSQL see that the index has the rows. */
const IS_INDEXED = `m.reason NOT IN (${EVERYDAY_REASONS.map((reason) => `'${reason}'`).join(', ')})`;

const EVERYDAY: ReadonlySet<string> = new Set(EVERYDAY_REASONS);

/** Rows of reasons, each of which has an index of its movements. */
interface RareReasons {
  readonly reasons: string;
  /** The condition on a movement `m` that it has one of them. */
  readonly condition: string;
}

/** The reasons that a filter asks for, where an index has all of them: the page is then that of each of them, merged. */
export function rareReasons(parameters: Parameters, { reasons }: LedgerEntryFilter): RareReasons | null {
  if (!reasons || reasons.some((reason) => EVERYDAY.has(reason))) return null;
  return {
    reasons: `unnest(${parameters.add([...new Set(reasons)], 'text[]')}) rare (reason)`,
    condition: `m.reason = rare.reason AND ${IS_INDEXED}`,
  };
}
