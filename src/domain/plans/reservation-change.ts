import type { UserError, UserErrorCode } from '../errors';
import { itemLocationKey, type ItemLocation } from '../ledger/asked-reads';
import type { MovementReason } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { LegDraft, UnitOfWork } from '../ledger/unit-of-work';
import {
  canExpire,
  isOpen,
  NEXT_RESERVATION_STATUSES,
  statusOf,
  type Reservation,
  type ReservationCommit,
  type ReservationExtend,
  type ReservationFulfil,
  type ReservationLine,
  type ReservationPart,
  type ReservationRelease,
  type ReservationStatus,
} from '../reservation';
import { evidenceOf, idempotencyId, planOnce, type Decision } from './command';
import {
  committable,
  commitUnits,
  fulfillable,
  fulfilUnits,
  releasable,
  releaseUnits,
  type StepOf,
} from './reservation-lines';
import { refusedReservation, type ReservationResult } from './reservation-result';
import { joinAllocations, maySellAt, saleStockAt, stepLegs, summedLegs, takeUnits } from './sale-stock';
import { sourceDemands } from '../sourcing';

/** What the commands about one reservation have in common. */
export type ReservationChange = Parameters<typeof reservationChangeReads>[0] & {
  readonly fingerprint: string;
  readonly dryRun: boolean;
};

/** What a command about a reservation reads. The names of its lines are looked up with it. */
export function reservationChangeReads(command: {
  readonly idempotencyKey: string;
  readonly reservationId: string;
  readonly lines?: ReservationPart;
}): PostingReads {
  const lines = command.lines ?? [];
  return {
    outcomes: [idempotencyId(command.idempotencyKey)],
    ...{ keys: [], reservations: [command.reservationId] },
    items: lines.map(({ item }) => item),
    locations: lines.flatMap(({ location }) => location ?? []),
  };
}

/** Plans a commit: the units that are held are sold. Of a race with expiry or a release, the first in the ledger wins. */
export function planReservationCommit(work: UnitOfWork, command: ReservationCommit): Planned<ReservationResult> {
  return planOnce(work, command, ['lines'], refusedReservation, () => {
    const found = openReservation(work, command, command.reacquire ? ['EXPIRED'] : []);
    if ('refusal' in found) return found;
    if (found.status === 'EXPIRED') return reacquire(work, command, found);
    const left = found.lines.some((line) => committable(line) > 0);
    if (!left)
      return refusal(work, 'RESERVATION_COMMITTED', `Reservation ${command.reservationId} is committed already.`);
    const stepped = step(work, found, command.lines, { name: 'committed', most: committable, by: commitUnits });
    if ('refusal' in stepped) return stepped;
    const rest = command.remainder === 'KEEP' ? stepped : releaseRest(work, stepped);
    return save(work, command, found, rest, 'ALLOCATION');
  });
}

/** Plans that committed units have left. */
export function planReservationFulfil(work: UnitOfWork, command: ReservationFulfil): Planned<ReservationResult> {
  return planOnce(work, command, ['lines'], refusedReservation, () => {
    const found = openReservation(work, command);
    if ('refusal' in found) return found;
    if (found.status === 'ACTIVE') {
      const message = `Reservation ${command.reservationId} is held and not committed; commit it first.`;
      return refusal(work, 'RESERVATION_NOT_COMMITTED', message);
    }
    const stepped = step(work, found, command.lines, { name: 'sent out', most: fulfillable, by: fulfilUnits });
    return 'refusal' in stepped ? stepped : save(work, command, found, stepped, 'SHIPMENT');
  });
}

/** Plans that units are given up: they are for sale again. */
export function planReservationRelease(work: UnitOfWork, command: ReservationRelease): Planned<ReservationResult> {
  return planOnce(work, command, ['lines'], refusedReservation, () => {
    const found = openReservation(work, command);
    if ('refusal' in found) return found;
    const stepped = step(work, found, command.lines, { name: 'released', most: releasable, by: releaseUnits });
    const reason = found.status === 'ACTIVE' ? 'RELEASE' : 'DEALLOCATION';
    return 'refusal' in stepped ? stepped : save(work, command, found, stepped, reason);
  });
}

/** Plans that units are held for longer, or shorter, from now on. */
export function planReservationExtend(work: UnitOfWork, command: ReservationExtend): Planned<ReservationResult> {
  return planOnce(work, command, ['expiresInSeconds'], refusedReservation, () => {
    const found = openReservation(work, command);
    if ('refusal' in found) return found;
    if (!canExpire(found)) {
      return refusal(
        work,
        'RESERVATION_COMMITTED',
        `Reservation ${command.reservationId} is committed, so it does not expire.`,
      );
    }
    const expiresAtMs = work.recordedAtMs + command.expiresInSeconds * 1_000;
    return save(work, command, { ...found, expiresAtMs }, { lines: found.lines, legs: [] }, 'HOLD');
  });
}

type Refusal = Extract<Decision<ReservationResult>, { readonly refusal: unknown }>;

const refusal = (
  work: UnitOfWork,
  code: UserErrorCode,
  message: string,
  field: readonly string[] = ['id'],
): Refusal => ({
  refusal: refusedReservation(work, [{ code, message, field }]),
});

const CLOSED: { readonly [Status in ReservationStatus]?: { readonly code: UserErrorCode; readonly how: string } } = {
  EXPIRED: { code: 'RESERVATION_EXPIRED', how: 'has expired' },
  RELEASED: { code: 'RESERVATION_RELEASED', how: 'was released' },
  FULFILLED: { code: 'RESERVATION_FULFILLED', how: 'was fulfilled' },
};

/** The reservation that a command is about, or the refusal that says what became of it. */
export function openReservation(
  work: UnitOfWork,
  { reservationId, limits }: { reservationId: string; limits?: Parameters<typeof maySellAt>[0] },
  also: readonly ReservationStatus[] = [],
): Reservation | Refusal {
  const found = work.reservation(reservationId);
  const isSeen = found?.lines.every(
    ({ locationId, allocations }) =>
      maySellAt(limits, locationId) && allocations.every(({ key }) => limits?.channels?.includes(key.channel) ?? true),
  );
  if (!found || !isSeen) return refusal(work, 'NOT_FOUND', `There is no reservation ${reservationId}.`);
  if (isOpen(found) || also.includes(found.status)) return found;
  const closed = CLOSED[found.status];
  const when = found.expired && found.status === 'EXPIRED' ? ` at ${new Date(found.expired.atMs).toISOString()}` : '';
  const message = `Reservation ${reservationId} ${closed?.how ?? 'is closed'}${when}.`;
  return refusal(work, closed?.code ?? 'NOTHING_CHANGES', message);
}

/** What a step makes of all lines. */
interface SteppedLines {
  readonly lines: readonly ReservationLine[];
  readonly legs: readonly LegDraft[];
}

interface StepRule {
  /** What happens to the units, for messages. */
  readonly name: string;
  readonly most: (line: ReservationLine) => number;
  readonly by: StepOf;
}

/** Takes a step with part of a reservation, or with all that can take it. */
function step(
  work: UnitOfWork,
  { lines }: Reservation,
  asked: ReservationPart,
  rule: StepRule,
): SteppedLines | Refusal {
  const chosen = chosenUnits(work, lines, asked, rule);
  if ('errors' in chosen) return { refusal: refusedReservation(work, chosen.errors) };
  const stepped = lines.map((line, index) => rule.by(work, line, chosen.units[index] ?? 0));
  return { lines: stepped.map(({ line }) => line), legs: stepped.flatMap(({ legs }) => legs) };
}

/** How many units of each line are asked for. A part may name an item at several locations: the first gives first. */
function chosenUnits(
  work: UnitOfWork,
  lines: readonly ReservationLine[],
  asked: ReservationPart,
  { name, most }: Pick<StepRule, 'name' | 'most'>,
): { readonly units: readonly number[] } | { readonly errors: readonly UserError[] } {
  const all = lines.map(most);
  const total = all.reduce((sum, units) => sum + units, 0);
  if (asked === null && total > 0) return { units: all };
  if (asked === null) {
    return {
      errors: [{ code: 'NOTHING_CHANGES', message: `No unit of the reservation can be ${name}.`, field: ['id'] }],
    };
  }
  const units = lines.map(() => 0);
  const errors = asked.flatMap(({ item: itemAsked, location: locationAsked, quantity }, place): UserError[] => {
    const field = ['lines', String(place)];
    const item = work.resolveItem(itemAsked);
    const location = locationAsked && work.resolveLocation(locationAsked);
    if ('refused' in item) return [{ code: item.refused, message: item.message, field: [...field, 'sku'] }];
    if (location && 'refused' in location) {
      return [{ code: location.refused, message: location.message, field: [...field, 'location'] }];
    }
    let open = quantity;
    lines.forEach((line, index) => {
      if (line.itemId !== item.found.id || (location && line.locationId !== location.found.id)) return;
      const here = Math.min(open, (all[index] ?? 0) - (units[index] ?? 0));
      units[index] = (units[index] ?? 0) + here;
      open -= here;
    });
    if (open === 0) return [];
    const message = `${quantity - open} units of "${item.found.sku}" can be ${name}, and ${quantity} are asked for.`;
    return [
      {
        code: 'INVALID_QUANTITY',
        message,
        field: [...field, 'quantity'],
        current: quantity - open,
        requested: quantity,
      },
    ];
  });
  return errors.length > 0 ? { errors } : { units };
}

function releaseRest(work: UnitOfWork, { lines, legs }: SteppedLines): SteppedLines {
  const released = lines.map((line) => releaseUnits(work, line, committable(line)));
  return {
    lines: released.map(({ line }) => line),
    legs: [...legs, ...released.flatMap((one) => one.legs)],
  };
}

/** Posts a step, and keeps what it makes of the reservation. */
export function save(
  work: UnitOfWork,
  command: ReservationChange,
  reservation: Reservation,
  { lines, legs }: SteppedLines,
  reason: MovementReason,
): Decision<ReservationResult> {
  const status = statusOf(lines, reservation.status);
  const isAllowed = status === reservation.status || follows(reservation.status, status);
  if (!isAllowed) throw new Error(`Bug: reservation ${reservation.id} goes from ${reservation.status} to ${status}.`);
  const { id, reference, sequences } = reservation;
  const summed = summedLegs(legs);
  const posted =
    summed.length === 0
      ? undefined
      : work.post({
          ...{ reason, reference, correlationId: id, externalId: command.idempotencyKey, occurredAtMs: null },
          ...evidenceOf(command),
          legs: summed,
        });
  const sequence = posted?.movement.sequence ?? null;
  const next: Reservation = {
    ...{ ...reservation, status, lines },
    expiresAtMs: canExpire({ lines }) ? reservation.expiresAtMs : null,
    sequences: sequence === null ? sequences : [...sequences, sequence],
  };
  work.saveReservation(next);
  const done = { reservation: next, changes: posted?.changes ?? [], userErrors: [], replayed: false };
  return { done: { ...done, ledgerSequence: work.sequence }, sequence };
}

/** Whether a status follows another, directly or by the steps in between. */
const follows = (status: ReservationStatus, next: ReservationStatus): boolean =>
  NEXT_RESERVATION_STATUSES[status].some((one) => one === next || follows(one, next));

/** Takes the units of an expired reservation again and commits them, all or none. */
function reacquire(
  work: UnitOfWork,
  command: ReservationCommit,
  reservation: Reservation,
): Decision<ReservationResult> {
  const rule = { name: 'committed again', most: (line: ReservationLine) => line.expired };
  const chosen = chosenUnits(work, reservation.lines, command.lines, rule);
  if ('errors' in chosen) return { refusal: refusedReservation(work, chosen.errors) };
  const wanted = reservation.lines.map((line, index) => ({ line, units: chosen.units[index] ?? 0 }));
  const taken = takeAt(
    work,
    reservation,
    wanted.map(({ line, units }) => ({ itemId: line.itemId, locationId: line.locationId, quantity: units })),
  );
  if ('refusal' in taken) return taken;
  const legs = taken.flatMap(({ allocations }) =>
    allocations.flatMap((one) => stepLegs(work, one, { from: 'AVAILABLE', to: 'COMMITTED', units: one.held })),
  );
  const lines = wanted.map(({ line, units }, index): ReservationLine => {
    const { allocations = [], backOrdered = 0 } = taken[index] ?? {};
    const committed = allocations.map((one) => ({ ...one, held: 0, committed: one.held }));
    return {
      ...line,
      ...{ released: line.released - units, expired: line.expired - units },
      backOrdered: line.backOrdered + backOrdered,
      backOrderedCommitted: line.backOrderedCommitted + backOrdered,
      allocations: joinAllocations(line.allocations, committed),
    };
  });
  return save(work, command, reservation, { lines, legs }, 'ALLOCATION');
}

/** Takes units at given places, or says where there are too few. What may be sold before it arrives is demand. */
export function takeAt(
  work: UnitOfWork,
  { segment }: Reservation,
  wanted: readonly (ItemLocation & { readonly quantity: number })[],
): { allocations: ReturnType<typeof takeUnits>; backOrdered: number }[] | Refusal {
  const places = new Map(wanted.map((at) => [itemLocationKey(at), saleStockAt(work, at, segment)]));
  const rules = { strategy: 'PRIORITY', allowSplit: true, nowMs: work.recordedAtMs } as const;
  const sourced = sourceDemands(wanted, [...places.values()], rules);
  const errors = sourced.flatMap(({ missing }, index): UserError[] => {
    const { itemId, locationId, quantity = 0 } = wanted[index] ?? { itemId: '', locationId: '' };
    if (missing === 0) return [];
    const [sku, code] = [work.catalogue.itemById(itemId)?.sku, work.catalogue.locationById(locationId)?.code];
    const message = `There are ${quantity - missing} units of "${sku ?? itemId}" to sell at "${code ?? locationId}", and ${quantity} are asked for.`;
    return [{ code: 'INSUFFICIENT_STOCK', message, field: ['id'], current: quantity - missing, requested: quantity }];
  });
  if (errors.length > 0) return { refusal: refusedReservation(work, errors) };
  const taken = new Map<string, number>();
  return wanted.map((at, index) => {
    const now = sourced[index]?.now.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
    const allocations = takeUnits(work, at, { segment, quantity: now, taken });
    const there = allocations.reduce((sum, { held }) => sum + held, 0);
    return { allocations, backOrdered: at.quantity - there };
  });
}
