import type { LedgerEntryFilter } from '../../application/ports/reads';
import { matching } from './count';
import { legsOf, ofEntries, united } from './ledger-filter';

/** What is gone through for a count, and what of it matches. */
interface Passed {
  /** Conditions on a leg `e`, or on its movement `m`, that an index knows. Each begins with AND. */
  readonly where: string;
  readonly ofMovement?: boolean;
  /** Conditions on a leg that no index knows, and the join that they need. */
  readonly join: string;
  readonly conditions: readonly string[];
  readonly tail: string;
}

/** A SELECT of legs: the `sequence` of each, and whether it `matches`. */
export type PassedLegs = (passed: Passed) => string;

/** The same for all legs that a filter can mean. `facts` are conditions on the movement. */
export function passedLegs(
  filter: LedgerEntryFilter,
  { facts, ofSequence }: { readonly facts: readonly string[]; readonly ofSequence: string },
): PassedLegs {
  return ({ where, ofMovement = facts.length > 0, join, conditions, tail }) => {
    const movement = ofMovement ? 'JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence' : '';
    const bounds = ofEntries(ofSequence) + (ofMovement ? ofSequence : '');
    const selects = legsOf(filter).map(
      (legs) => `SELECT e.sequence, ${matching([...facts, ...conditions])} FROM ${legs} e ${movement} ${join}
        WHERE e.tenant_id = $1${bounds}${where}${tail}`,
    );
    return united(selects, tail);
  };
}

/** The legs of few levels, behind the WITH query of `wantedLevels`. */
export function passedOfWanted(passed: PassedLegs, only: string, tail: string): string {
  const legs = passed({ where: ' AND e.level_id = wanted_level.level_id', join: '', conditions: [], tail });
  return `SELECT e.* FROM wanted_level CROSS JOIN LATERAL (${legs}) e WHERE true${only}${tail}`;
}
