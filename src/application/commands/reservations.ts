import type { UserError } from '../../domain/errors';
import type { Posting } from '../../domain/ledger/posting';
import {
  planReservationCommit,
  planReservationExtend,
  planReservationFulfil,
  planReservationRelease,
  reservationChangeReads,
} from '../../domain/plans/reservation-change';
import { planReservationCreate, reservationCreateReads } from '../../domain/plans/reservation-create';
import { planReservationMove, reservationMoveReads } from '../../domain/plans/reservation-move';
import type { ReservationResult } from '../../domain/plans/reservation-result';
import {
  MAX_EXPIRY_SECONDS,
  MAX_RESERVATION_LINES,
  type ReservationCommit,
  type ReservationCreate,
  type ReservationExtend,
  type ReservationFulfil,
  type ReservationLineAsked,
  type ReservationMove,
  type ReservationPart,
  type ReservationRelease,
} from '../../domain/reservation';
import { withinLimits, type Segment } from '../../domain/segment';
import { tidyName } from '../../domain/text';
import {
  checkItem,
  checkLocation,
  checkName,
  checkRowCount,
  checkRowQuantity,
  checkText,
  tidyItem,
  tidyLocation,
} from '../../domain/validation';
import type { Principal } from '../ports/access';
import { callerOfPrincipal } from '../ports/caller';
import type { Poster } from '../ports/poster';
import { commandFingerprint } from './fingerprint';

type Asked<Whole> = Omit<Whole, 'fingerprint' | 'limits' | 'dryRun'>;

/** A reservation as asked for. */
export interface ReservationCreateInput extends Asked<ReservationCreate> {
  readonly dryRun: boolean;
}

/** Holds stock, and changes what is held. Refusals are values: see `userErrors`. */
export interface Reservations {
  create(principal: Principal, input: ReservationCreateInput): Promise<ReservationResult>;
  commit(principal: Principal, input: Asked<ReservationCommit>): Promise<ReservationResult>;
  fulfil(principal: Principal, input: Asked<ReservationFulfil>): Promise<ReservationResult>;
  release(principal: Principal, input: Asked<ReservationRelease>): Promise<ReservationResult>;
  extend(principal: Principal, input: Asked<ReservationExtend>): Promise<ReservationResult>;
  move(principal: Principal, input: Asked<ReservationMove>): Promise<ReservationResult>;
}

export function createReservations({ poster }: { poster: Poster }): Reservations {
  const post = async <Command extends object>(
    principal: Principal,
    name: string,
    input: Command,
    faults: readonly UserError[],
    posting: (command: Command & { fingerprint: string }) => Pick<Posting<ReservationResult>, 'reads' | 'plan'>,
  ): Promise<ReservationResult> => {
    if (faults.length > 0) return refusedBeforehand(faults);
    const { limits, ...caller } = callerOfPrincipal(principal);
    const allowed = { ...input, ...(limits && { limits }) };
    return poster.post({ ...caller, ...posting({ ...allowed, fingerprint: commandFingerprint(name, allowed) }) });
  };
  const done = { dryRun: false } as const;
  return {
    create: (principal, given) => {
      const input = tidiedCreate(given);
      const segment = withinLimits(input.segment, principal.limits ?? undefined);
      const faults = [...createFaults(input), ...segmentFaults(segment)];
      const command = { ...input, segment: 'notAllowed' in segment ? input.segment : segment };
      return post(principal, 'reservationCreate', command, faults, (whole) => ({
        reads: reservationCreateReads(whole),
        plan: (work) => planReservationCreate(work, whole),
      }));
    },
    commit: (principal, given) => {
      const command = { ...given, ...done, lines: tidiedPart(given.lines) };
      return post(principal, 'reservationCommit', command, changeFaults(command), (whole) => ({
        reads: reservationChangeReads(whole),
        plan: (work) => planReservationCommit(work, whole),
      }));
    },
    fulfil: (principal, given) => {
      const command = { ...given, ...done, lines: tidiedPart(given.lines) };
      return post(principal, 'reservationFulfil', command, changeFaults(command), (whole) => ({
        reads: reservationChangeReads(whole),
        plan: (work) => planReservationFulfil(work, whole),
      }));
    },
    release: (principal, given) => {
      const command = { ...given, ...done, lines: tidiedPart(given.lines) };
      return post(principal, 'reservationRelease', command, changeFaults(command), (whole) => ({
        reads: reservationChangeReads(whole),
        plan: (work) => planReservationRelease(work, whole),
      }));
    },
    extend: (principal, given) => {
      const command = { ...given, ...done };
      const faults = [...changeFaults({ ...command, lines: null }), ...expiryFaults(given.expiresInSeconds)];
      return post(principal, 'reservationExtend', command, faults, (whole) => ({
        reads: reservationChangeReads(whole),
        plan: (work) => planReservationExtend(work, whole),
      }));
    },
    move: (principal, given) => {
      const command = { ...given, ...done, from: tidyLocation(given.from), to: tidyLocation(given.to) };
      const faults = [
        ...changeFaults({ ...command, lines: null }),
        ...named(checkLocation(command.from, []), 'from'),
        ...named(checkLocation(command.to, []), 'to'),
      ];
      return post(principal, 'reservationMove', command, faults, (whole) => ({
        reads: reservationMoveReads(whole),
        plan: (work) => planReservationMove(work, whole),
      }));
    },
  };
}

const refusedBeforehand = (userErrors: readonly UserError[]): ReservationResult => ({
  ...{ reservation: null, changes: [], userErrors, replayed: false, ledgerSequence: null },
});

const named = (errors: readonly UserError[], field: string): UserError[] =>
  errors.map((error) => ({ ...error, field: [field] }));

const tidiedLine = ({ item, location, quantity }: ReservationLineAsked): ReservationLineAsked => ({
  ...{ item: tidyItem(item), location: location && tidyLocation(location), quantity },
});

const tidiedPart = (lines: ReservationPart): ReservationPart => lines && lines.map(tidiedLine);

const tidiedNames = (names: readonly string[] | null): readonly string[] | null => names && names.map(tidyName);

/** A segment with clean names. */
const tidiedSegment = ({ channels, pools, owners }: Segment): Segment => ({
  ...{ channels: tidiedNames(channels), pools: tidiedNames(pools), owners: tidiedNames(owners) },
});

function tidiedCreate(input: ReservationCreateInput): ReservationCreateInput {
  return {
    ...input,
    reference: input.reference === null ? null : tidyName(input.reference),
    lines: input.lines.map(tidiedLine),
    segment: tidiedSegment(input.segment),
  };
}

function createFaults(input: ReservationCreateInput): UserError[] {
  const { lines, idempotencyKey, reference, expiresInSeconds } = input;
  return [
    ...checkText(idempotencyKey, ['idempotencyKey'], true),
    ...checkName(reference, ['reference'], true),
    ...expiryFaults(expiresInSeconds),
    ...lineFaults(lines),
  ];
}

function lineFaults(lines: readonly ReservationLineAsked[]): UserError[] {
  return [
    ...checkRowCount(lines.length, ['lines'], MAX_RESERVATION_LINES),
    ...lines.slice(0, MAX_RESERVATION_LINES).flatMap(({ item, location, quantity }, index) => {
      const field = ['lines', String(index)];
      return [
        ...checkItem(item, field),
        ...(location ? checkLocation(location, field) : []),
        ...checkRowQuantity(quantity, field, 'quantity'),
        ...(quantity > 0 ? [] : [atLeastOne(quantity, [...field, 'quantity'])]),
      ];
    }),
  ];
}

const atLeastOne = (quantity: number, field: readonly string[]): UserError => ({
  ...{ code: 'INVALID_QUANTITY', message: `The quantity is ${quantity}; it has to be 1 or more.`, field },
});

const invalid = (message: string, field: readonly string[]): UserError => ({ code: 'INVALID_INPUT', message, field });

function changeFaults({ idempotencyKey, lines }: { idempotencyKey: string; lines: ReservationPart }): UserError[] {
  return [...checkText(idempotencyKey, ['idempotencyKey'], true), ...(lines === null ? [] : lineFaults(lines))];
}

function expiryFaults(seconds: number): UserError[] {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_EXPIRY_SECONDS) return [];
  const message = `expiresInSeconds is ${seconds}; it must be a whole number from 1 to ${MAX_EXPIRY_SECONDS}.`;
  return [invalid(message, ['expiresInSeconds'])];
}

function segmentFaults(segment: ReturnType<typeof withinLimits>): UserError[] {
  if (!('notAllowed' in segment)) return [];
  const channels = segment.notAllowed.map((channel) => `"${channel}"`).join(', ');
  const message = `This API key may not sell stock of the channels ${channels}: it is limited to others.`;
  return [{ code: 'NOT_ALLOWED', message, field: ['segment', 'channels'] }];
}
