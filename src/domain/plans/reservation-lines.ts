import type { LegDraft, UnitOfWork } from '../ledger/unit-of-work';
import { committedOf, heldOf, type Allocation, type ReservationLine } from '../reservation';
import { stepLegs } from './sale-stock';

/** What a step makes of a line: its units have moved by these legs. */
export interface Stepped {
  readonly line: ReservationLine;
  readonly legs: readonly LegDraft[];
}

/** A step with so many units of a line, as many as {@link Units} says at most. */
export type StepOf = (work: UnitOfWork, line: ReservationLine, units: number) => Stepped;

const part = (all: number, most: number): number => Math.min(all, most);

/** Moves units of the allocations of a line from one bucket to another, the first allocation first. */
function move(
  work: UnitOfWork,
  line: ReservationLine,
  { from, to, units }: { from: 'held' | 'committed'; to: 'AVAILABLE' | 'COMMITTED' | null; units: number },
): Stepped & { readonly moved: number } {
  const legs: LegDraft[] = [];
  let open = units;
  const allocations = line.allocations.map((allocation): Allocation => {
    const moved = part(open, allocation[from]);
    open -= moved;
    legs.push(...stepLegs(work, allocation, { from: from === 'held' ? 'RESERVED' : 'COMMITTED', to, units: moved }));
    const left = { ...allocation, [from]: allocation[from] - moved };
    return to === 'COMMITTED' ? { ...left, committed: left.committed + moved } : left;
  });
  const kept = allocations.filter(({ held, committed }) => held + committed > 0);
  return { line: { ...line, allocations: kept }, legs, moved: units - open };
}

/** Demand of a line that is not committed. */
const uncommittedDemand = ({ backOrdered, backOrderedCommitted }: ReservationLine): number =>
  backOrdered - backOrderedCommitted;

/** Units and demand that can be committed. */
export const committable = (line: ReservationLine): number => heldOf(line) + uncommittedDemand(line);

/** Commits units, those that are there before those that are waited for. */
export const commitUnits: StepOf = (work, line, units) => {
  const { line: moved, legs, moved: there } = move(work, line, { from: 'held', to: 'COMMITTED', units });
  const waited = part(units - there, uncommittedDemand(line));
  return { line: { ...moved, backOrderedCommitted: moved.backOrderedCommitted + waited }, legs };
};

/** Units that can be sent out: not those that the warehouse has in its own stock already. */
export const fulfillable = (line: ReservationLine): number => committedOf(line) - line.echoed;

/** Sends committed units out. */
export const fulfilUnits: StepOf = (work, line, units) => {
  const { line: left, legs, moved } = move(work, line, { from: 'committed', to: null, units });
  return { line: { ...left, fulfilled: left.fulfilled + moved }, legs };
};

/** Units and demand that can be given up. */
export const releasable = (line: ReservationLine): number => heldOf(line) + fulfillable(line) + line.backOrdered;

/** Gives units up: first what is only waited for, then what is held, then what is committed. */
export const releaseUnits: StepOf = (work, line, units) => {
  const demand = part(units, uncommittedDemand(line));
  const held = move(work, line, { from: 'held', to: 'AVAILABLE', units: units - demand });
  const committed = move(work, held.line, { from: 'committed', to: 'AVAILABLE', units: units - demand - held.moved });
  const waited = part(units - demand - held.moved - committed.moved, line.backOrderedCommitted);
  const left = committed.line;
  return {
    line: {
      ...left,
      backOrdered: left.backOrdered - demand - waited,
      backOrderedCommitted: left.backOrderedCommitted - waited,
      released: left.released + demand + held.moved + committed.moved + waited,
    },
    legs: [...held.legs, ...committed.legs],
  };
};

/** Gives up what is not committed, because the time is over. */
export function expireLine(work: UnitOfWork, line: ReservationLine): Stepped {
  const demand = uncommittedDemand(line);
  const { line: left, legs, moved } = move(work, line, { from: 'held', to: 'AVAILABLE', units: heldOf(line) });
  const expired = moved + demand;
  return {
    line: {
      ...left,
      backOrdered: left.backOrdered - demand,
      released: left.released + expired,
      expired: left.expired + expired,
    },
    legs,
  };
}
