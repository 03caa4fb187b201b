import type { LedgerEntryFilter } from '../../application/ports/reads';
import { matching } from './count';
import { legsOf, ofEntries, united } from './ledger-filter';
import { between } from '../database/look-up';
import { JOIN_MOVEMENT, joinLegs } from './look-ups';

/** What is gone through for a count, and what of it matches. */
interface Passed {
  /** Conditions on a leg `e` that an index knows. Each begins with AND. */
  readonly where: string;
  /** Whether the index is one of movements `m`, and the conditions are about those. */
  readonly ofMovements?: boolean;
  /** Conditions on a leg that no index knows, and the join that they need. */
  readonly join: string;
  readonly conditions: readonly string[];
  /** The columns of the index, where it begins with another one than the sequence. */
  readonly order?: string;
  readonly tail: string;
}

/** A SELECT of legs: the `sequence` of each, and whether it `matches`. */
export type PassedLegs = (passed: Passed) => string;

/** The same for all legs that a filter can mean. `facts` are conditions on the movement. */
export function passedLegs(
  filter: LedgerEntryFilter,
  { facts, ofSequence }: { readonly facts: readonly string[]; readonly ofSequence: string },
): PassedLegs {
  return ({ where, ofMovements = false, join, conditions, order, tail }) => {
    const movement = facts.length > 0 ? JOIN_MOVEMENT : '';
    const matches = `SELECT e.sequence, ${matching([...facts, ...conditions])}`;
    const ends = ` ORDER BY ${order ?? (ofMovements ? 'm.sequence' : 'e.sequence, e.leg')}${tail}`;
    const selects = legsOf(filter).map((legs) =>
      ofMovements
        ? `${matches} FROM movement m ${joinLegs(legs)} ${join} WHERE m.tenant_id = $1${ofSequence}${where}${ends}`
        : `${matches} FROM ${legs} e ${join} ${movement} WHERE e.tenant_id = $1${ofEntries(ofSequence)}${where}${ends}`,
    );
    return united(selects, tail);
  };
}

/** The condition that a leg is one of a level that is asked for. */
export const OF_WANTED_LEVEL = between('e.level_id', 'wanted_level.level_id');

/** The legs of each level of a table `wanted_level`. */
export function passedOfLevels(levels: string, passed: PassedLegs, only: string, tail: string): string {
  const order = 'e.level_id, e.sequence, e.leg';
  const legs = passed({ where: ` AND ${OF_WANTED_LEVEL}`, join: '', conditions: [], order, tail });
  return `SELECT e.* FROM ${levels} CROSS JOIN LATERAL (${legs}) e WHERE true${only}${tail}`;
}
