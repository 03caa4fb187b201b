import type { Command } from './command';
import type { ItemReference, LocationReference } from './catalogue/catalogue';
import type { ItemLocation } from './ledger/asked-reads';
import type { StockKey } from './ledger/stock-key';
import type { Segment } from './segment';

export type ReservationStatus = 'ACTIVE' | 'COMMITTED' | 'FULFILLED' | 'RELEASED' | 'EXPIRED';

/**
 * Which status may follow which. An expired one is committed only where all its units can be taken again. Units that a
 * warehouse has sent out although they were not committed take both steps at once.
 */
export const NEXT_RESERVATION_STATUSES: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  ACTIVE: ['COMMITTED', 'RELEASED', 'EXPIRED'],
  COMMITTED: ['FULFILLED', 'RELEASED'],
  FULFILLED: [],
  RELEASED: [],
  EXPIRED: ['COMMITTED'],
};

/** How long a hold lasts where its creator does not say. */
export const DEFAULT_EXPIRY_SECONDS = 900;
/** Longest time for which units are held without being committed. */
export const MAX_EXPIRY_SECONDS = 2_592_000;
/** Most lines of a reservation, and of a promise. */
export const MAX_RESERVATION_LINES = 100;

/** Units of one stock key that a line holds. */
export interface Allocation {
  /** The key of the units while they were available. */
  readonly key: StockKey;
  /** The level of that key, and that of the same key in the bucket RESERVED. */
  readonly levelId: string;
  readonly reservedLevelId: string;
  /** Units in the bucket RESERVED. */
  readonly held: number;
  /** Units in the bucket COMMITTED. */
  readonly committed: number;
}

/**
 * What is reserved of one item at one location. The quantity is the sum of what is held, committed, fulfilled, released
 * and back-ordered.
 */
export interface ReservationLine extends ItemLocation {
  readonly quantity: number;
  readonly fulfilled: number;
  readonly released: number;
  /** How many of those were released because the reservation has expired. */
  readonly expired: number;
  /** Accepted without units. */
  readonly backOrdered: number;
  /** How many of those are committed. The others are given up when the reservation expires. */
  readonly backOrderedCommitted: number;
  /** Committed units that the warehouse has taken into its own COMMITTED stock. */
  readonly echoed: number;
  readonly allocations: readonly Allocation[];
}

/** Stock that is promised to somebody. */
export interface Reservation {
  readonly id: string;
  readonly originId: string;
  /** The order, cart or customer that it is for. */
  readonly reference: string | null;
  readonly status: ReservationStatus;
  /** From when on the units that are held count as released. Null: none are. */
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  readonly segment: Segment;
  readonly lines: readonly ReservationLine[];
  /** The sequences of its movements. */
  readonly sequences: readonly number[];
  /** The moment at which it has expired, and the movement that says so. */
  readonly expired: { readonly atMs: number; readonly sequence: number } | null;
}

/** Units of a line in the bucket RESERVED. */
export const heldOf = ({ allocations }: Pick<ReservationLine, 'allocations'>): number =>
  allocations.reduce((sum, { held }) => sum + held, 0);

/** Units of a line in the bucket COMMITTED. */
export const committedOf = ({ allocations, echoed }: Pick<ReservationLine, 'allocations' | 'echoed'>): number =>
  allocations.reduce((sum, { committed }) => sum + committed, echoed);

/** Units and demand of a line that are neither sent out nor given up. */
export const outstandingOf = (line: ReservationLine): number => heldOf(line) + committedOf(line) + line.backOrdered;

/** Whether a reservation still has units or demand. */
export const isOpen = ({ lines }: Pick<Reservation, 'lines'>): boolean => lines.some((line) => outstandingOf(line) > 0);

/** Whether a reservation waits for units. */
export const isBackOrdered = ({ lines }: Pick<Reservation, 'lines'>): boolean =>
  lines.some(({ backOrdered }) => backOrdered > 0);

/** Whether anything of a reservation is given up when it expires. */
export const canExpire = ({ lines }: Pick<Reservation, 'lines'>): boolean =>
  lines.some((line) => heldOf(line) > 0 || line.backOrdered > line.backOrderedCommitted);

/** What the lines say of a reservation's status; `after` is what it was, which decides where they do not. */
export function statusOf(lines: readonly ReservationLine[], after: ReservationStatus): ReservationStatus {
  const any = (units: (line: ReservationLine) => number): boolean => lines.some((line) => units(line) > 0);
  if (any((line) => committedOf(line) + line.backOrderedCommitted)) return 'COMMITTED';
  if (any(outstandingOf)) return after === 'ACTIVE' ? 'ACTIVE' : 'COMMITTED';
  if (any((line) => line.fulfilled)) return 'FULFILLED';
  return 'RELEASED';
}

/** What somebody asks for in one line. */
export interface ReservationLineAsked {
  readonly item: ItemReference;
  /** Null: wherever there are most. */
  readonly location: LocationReference | null;
  /** At least 1. */
  readonly quantity: number;
}

export interface ReservationCreate extends Command {
  readonly idempotencyKey: string;
  readonly lines: readonly ReservationLineAsked[];
  readonly segment: Segment;
  readonly reference: string | null;
  readonly expiresInSeconds: number;
  readonly onShort: 'REJECT_ALL' | 'TAKE_WHAT_IS_THERE';
}

interface ReservationCommand extends Command {
  readonly idempotencyKey: string;
  readonly reservationId: string;
}

/** Part of a reservation; null: all of it. */
export type ReservationPart = readonly ReservationLineAsked[] | null;

export interface ReservationCommit extends ReservationCommand {
  readonly lines: ReservationPart;
  /** What becomes of the units that are not committed. */
  readonly remainder: 'RELEASE' | 'KEEP';
  /** Whether an expired reservation is taken again. */
  readonly reacquire: boolean;
}

export interface ReservationFulfil extends ReservationCommand {
  readonly lines: ReservationPart;
}

export interface ReservationRelease extends ReservationCommand {
  readonly lines: ReservationPart;
}

export interface ReservationExtend extends ReservationCommand {
  /** From now on. */
  readonly expiresInSeconds: number;
}

export interface ReservationMove extends ReservationCommand {
  readonly from: LocationReference;
  readonly to: LocationReference;
}

/** A reservation as it is at a moment: what has expired is released, whether that is posted yet or not. */
export function atMoment(reservation: Reservation, nowMs: number): Reservation {
  const { expiresAtMs, status, lines: before } = reservation;
  if (expiresAtMs === null || expiresAtMs > nowMs) return reservation;
  const lines = before.map((line): ReservationLine => {
    const demand = line.backOrdered - line.backOrderedCommitted;
    const expired = heldOf(line) + demand;
    const allocations = line.allocations.map((one) => ({ ...one, held: 0 }));
    const left = { ...line, allocations, backOrdered: line.backOrdered - demand };
    return { ...left, released: line.released + expired, expired: line.expired + expired };
  });
  return {
    ...reservation,
    lines,
    expiresAtMs: null,
    status: status === 'ACTIVE' ? 'EXPIRED' : statusOf(lines, status),
  };
}
