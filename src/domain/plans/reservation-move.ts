import { itemLocationKey } from '../ledger/asked-reads';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { LegDraft, UnitOfWork } from '../ledger/unit-of-work';
import { type Reservation, type ReservationLine, type ReservationMove } from '../reservation';
import { planOnce, type Decision } from './command';
import { openReservation, reservationChangeReads, save, takeAt } from './reservation-change';
import { fulfillable, releasable, releaseUnits } from './reservation-lines';
import { refusedReservation, type ReservationResult } from './reservation-result';
import { emptyLine, joinAllocations, maySellAt, stepLegs } from './sale-stock';

export function reservationMoveReads(command: ReservationMove): PostingReads {
  return { ...reservationChangeReads(command), locations: [command.from, command.to] };
}

/** Plans that what is reserved at one location is reserved at another one instead: all of it, or nothing. */
export function planReservationMove(work: UnitOfWork, command: ReservationMove): Planned<ReservationResult> {
  return planOnce(work, command, ['id'], refusedReservation, decide);
}

function decide(work: UnitOfWork, command: ReservationMove): Decision<ReservationResult> {
  const found = openReservation(work, command);
  if ('refusal' in found) return found;
  const [from, to] = [work.resolveLocation(command.from), work.resolveLocation(command.to)];
  const fault = (code: Parameters<typeof refusedReservation>[1][number]['code'], message: string, field: string) => ({
    refusal: refusedReservation(work, [{ code, message, field: [field] }]),
  });
  if ('refused' in from) return fault(from.refused, from.message, 'from');
  if ('refused' in to) return fault(to.refused, to.message, 'to');
  const [{ id: fromId, code }, { id: toId }] = [from.found, to.found];
  if (fromId === toId) return fault('NOTHING_CHANGES', `Both names mean the location "${code}".`, 'to');
  if (!maySellAt(command.limits, toId)) {
    const message = `This API key may not sell from "${to.found.code}": it is limited to other locations.`;
    return fault('NOT_ALLOWED', message, 'to');
  }
  const leaving = found.lines.filter((line) => line.locationId === fromId && releasable(line) > 0);
  if (leaving.length === 0) return fault('NOTHING_CHANGES', `Nothing is reserved at "${code}".`, 'from');
  return move(work, command, found, leaving, toId);
}

function move(
  work: UnitOfWork,
  command: ReservationMove,
  reservation: Reservation,
  leaving: readonly ReservationLine[],
  locationId: string,
): Decision<ReservationResult> {
  const wanted = leaving.map((line) => ({ itemId: line.itemId, locationId, quantity: releasable(line) }));
  const taken = takeAt(work, reservation, wanted);
  if ('refusal' in taken) return taken;
  const lines = new Map(reservation.lines.map((line) => [itemLocationKey(line), line]));
  const legs: LegDraft[] = [];
  leaving.forEach((line, index) => {
    const { allocations = [], backOrdered = 0 } = taken[index] ?? {};
    const units = releasable(line);
    const left = releaseUnits(work, line, units);
    legs.push(...left.legs);
    // They are not given up, only elsewhere.
    lines.set(itemLocationKey(line), { ...left.line, quantity: line.quantity - units, released: line.released });
    const key = itemLocationKey({ itemId: line.itemId, locationId });
    const arrived = arrive(work, lines.get(key) ?? emptyLine({ itemId: line.itemId, locationId }), line, {
      allocations,
      backOrdered,
    });
    legs.push(...arrived.legs);
    lines.set(key, { ...arrived.line, quantity: arrived.line.quantity + units });
  });
  return save(work, command, reservation, { lines: [...lines.values()], legs }, 'HOLD');
}

/** Adds to a line what comes from another location: what was committed there is committed here, as far as it is there. */
function arrive(
  work: UnitOfWork,
  to: ReservationLine,
  from: ReservationLine,
  { allocations, backOrdered }: { allocations: ReservationLine['allocations']; backOrdered: number },
): { readonly line: ReservationLine; readonly legs: readonly LegDraft[] } {
  const legs: LegDraft[] = [];
  let committed = fulfillable(from) + from.backOrderedCommitted;
  const split = allocations.map((one) => {
    const sold = Math.min(committed, one.held);
    committed -= sold;
    const held = one.held - sold;
    legs.push(...stepLegs(work, one, { from: 'AVAILABLE', to: 'COMMITTED', units: sold }));
    legs.push(...stepLegs(work, one, { from: 'AVAILABLE', to: 'RESERVED', units: held }));
    return { ...one, held, committed: sold };
  });
  const line = {
    ...to,
    backOrdered: to.backOrdered + backOrdered,
    backOrderedCommitted: to.backOrderedCommitted + Math.min(committed, backOrdered),
    allocations: joinAllocations(to.allocations, split),
  };
  return { line, legs };
}
