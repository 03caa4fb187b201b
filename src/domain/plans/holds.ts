import { groupBy } from '../group-by';
import { arrivedAt, isAt, joinAllocations, stepLegs, summedLegs, takeUnits } from './sale-stock';
import { expireLine } from './reservation-lines';
import { statusOf, type Reservation, type ReservationLine } from '../reservation';
import { itemLocationKey } from '../ledger/asked-reads';
import type { LedgerState } from '../ledger/ledger-state';
import type { MovementReason } from '../ledger/movement';
import type { PostingReads } from '../ledger/posting-reads';
import { UnitOfWork, type LegDraft, type PlanningTools, type Posted } from '../ledger/unit-of-work';

const NO_READS: PostingReads = { outcomes: [], keys: [] };

/** The ledger as the creator of a reservation changes it. */
const asOrigin = (state: LedgerState, { originId }: Reservation, tools: PlanningTools): UnitOfWork =>
  new UnitOfWork(state, { kind: 'API_CLIENT', id: originId }, tools, NO_READS);

/** Posts what became of a reservation by itself: nobody asked for it now, so its evidence is the reservation. */
function post(
  work: UnitOfWork,
  { id, reference }: Reservation,
  { reason, legs, occurredAtMs }: { reason: MovementReason; legs: LegDraft[]; occurredAtMs: number | null },
): Posted {
  const externalId = `reservation/${id}/${work.sequence + 1}`;
  return work.post({
    ...{ reason, reference, correlationId: id, externalId, occurredAtMs },
    evidenceHash: work.tools.sha256(externalId),
    legs: summedLegs(legs),
  });
}

/**
 * Posts that reservations have expired, before anything else of a batch: no plan sees a hold whose time is over. The
 * movement takes effect at the moment of expiry, whenever it is posted.
 */
export function expireDue(state: LedgerState, tools: PlanningTools): void {
  const due = [...state.reservations()].filter((one) => (one.expiresAtMs ?? Infinity) <= state.recordedAtMs);
  due.sort((a, b) => (a.expiresAtMs ?? 0) - (b.expiresAtMs ?? 0) || (a.id < b.id ? -1 : 1));
  for (const reservation of due) expire(asOrigin(state, reservation, tools), reservation);
}

function expire(work: UnitOfWork, reservation: Reservation): void {
  const { expiresAtMs: occurredAtMs, sequences, status } = reservation;
  const stepped = reservation.lines.map((line) => expireLine(work, line));
  const legs = stepped.flatMap((one) => one.legs);
  const lines = stepped.map(({ line }) => line);
  const posted = legs.length === 0 ? undefined : post(work, reservation, { reason: 'RELEASE', legs, occurredAtMs });
  const sequence = posted?.movement.sequence;
  work.saveReservation({
    ...{ ...reservation, lines, expiresAtMs: null },
    status: status === 'ACTIVE' ? 'EXPIRED' : statusOf(lines, status),
    sequences: sequence === undefined ? sequences : [...sequences, sequence],
    expired: sequence === undefined ? reservation.expired : { atMs: occurredAtMs ?? 0, sequence },
  });
}

/** Gives units that have come to those who wait for them, the oldest first, after everything else of a batch. */
export function fillBackOrders(state: LedgerState, tools: PlanningTools): void {
  if (state.head.backOrders === 0) return;
  const waiting = [...state.reservations()].flatMap((one) => one.lines.filter(({ backOrdered }) => backOrdered > 0));
  for (const [line] of groupBy(waiting, itemLocationKey).values()) {
    if (!line || !state.isSaleable(line)) continue;
    for (const reservation of state.backOrdersAt(line)) {
      fill(asOrigin(state, reservation, tools), state.reservation(reservation.id) ?? reservation, line);
    }
  }
}

function fill(work: UnitOfWork, reservation: Reservation, at: ReservationLine): void {
  const { segment, sequences } = reservation;
  const waiting = reservation.lines.find((line) => isAt(line, at));
  if (!waiting) return;
  const quantity = Math.min(arrivedAt(work, at, segment), waiting.backOrdered);
  const taken = takeUnits(work, at, { segment, quantity, taken: new Map() });
  if (taken.length === 0) return;
  const arrived = taken.reduce((sum, { held }) => sum + held, 0);
  // What is paid for comes before what may still expire.
  const committed = Math.min(arrived, waiting.backOrderedCommitted);
  const { allocations, legs } = split(work, taken, committed);
  const line: ReservationLine = {
    ...waiting,
    backOrdered: waiting.backOrdered - arrived,
    backOrderedCommitted: waiting.backOrderedCommitted - committed,
    allocations: joinAllocations(waiting.allocations, allocations),
  };
  const reason = committed === arrived ? 'ALLOCATION' : 'HOLD';
  const { movement } = post(work, reservation, { reason, legs, occurredAtMs: null });
  const lines = reservation.lines.map((one) => (one === waiting ? line : one));
  work.saveReservation({ ...reservation, lines, sequences: [...sequences, movement.sequence] });
}

/** Of the units that were taken, commits the first ones and holds the others. */
function split(
  work: UnitOfWork,
  taken: ReturnType<typeof takeUnits>,
  committed: number,
): { allocations: ReturnType<typeof takeUnits>; legs: LegDraft[] } {
  let open = committed;
  const legs: LegDraft[] = [];
  const allocations = taken.map((one) => {
    const sold = Math.min(open, one.held);
    open -= sold;
    const held = one.held - sold;
    legs.push(...stepLegs(work, one, { from: 'AVAILABLE', to: 'COMMITTED', units: sold }));
    legs.push(...stepLegs(work, one, { from: 'AVAILABLE', to: 'RESERVED', units: held }));
    return { ...one, held, committed: sold };
  });
  return { allocations, legs };
}
