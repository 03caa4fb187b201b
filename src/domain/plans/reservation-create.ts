import type { Item, Location } from '../catalogue/catalogue';
import type { UserError } from '../errors';
import { itemLocationKey, type ItemLocation } from '../ledger/asked-reads';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { LegDraft, UnitOfWork } from '../ledger/unit-of-work';
import type { Reservation, ReservationCreate, ReservationLine } from '../reservation';
import { sourceDemands, type Demand, type Sourced } from '../sourcing';
import { evidenceOf, idempotencyId, planOnce, type Decision } from './command';
import {
  emptyLine,
  heldAt,
  joinAllocations,
  maySellAt,
  saleStockAt,
  stepLegs,
  summedLegs,
  takeUnits,
} from './sale-stock';
import { refusedReservation, type ReservationResult } from './reservation-result';

export function reservationCreateReads(command: ReservationCreate): PostingReads {
  return {
    outcomes: [idempotencyId(command.idempotencyKey)],
    keys: [],
    saleable: command.lines.map(({ item, location }) => ({ item, locations: location && [location] })),
  };
}

/** Plans a reservation: check and take are one decision, so no two reservations get the same unit. */
export function planReservationCreate(work: UnitOfWork, command: ReservationCreate): Planned<ReservationResult> {
  return planOnce(work, command, ['lines'], refusedReservation, decide);
}

/** A line as asked for, with what its names mean. */
interface ResolvedLine {
  /** Of the input. */
  readonly index: number;
  readonly item: Item;
  /** Null: any. */
  readonly location: Location | null;
  readonly quantity: number;
}

function decide(work: UnitOfWork, command: ReservationCreate): Decision<ReservationResult> {
  const { lines, errors } = resolveLines(work, command);
  if (errors.length > 0) return { refusal: refusedReservation(work, errors) };
  const stocks = stocksOf(work, command, lines);
  const demands = lines.map(({ item, location, quantity }): Demand => {
    return { itemId: item.id, locationId: location?.id ?? null, quantity };
  });
  const rules = { strategy: 'HIGHEST_STOCK', allowSplit: true, nowMs: work.recordedAtMs } as const;
  const sourced = sourceDemands(demands, stocks, rules);
  const short = shortages(work, command, lines, sourced, stocks);
  const nothing = sourced.every(({ now, later }) => now.length + later.length === 0);
  const takesLess = command.onShort === 'TAKE_WHAT_IS_THERE' && !nothing;
  if (short.length > 0 && !takesLess) return { refusal: refusedReservation(work, short) };
  return hold(work, command, lines, sourced);
}

function resolveLines(work: UnitOfWork, command: ReservationCreate): { lines: ResolvedLine[]; errors: UserError[] } {
  const errors: UserError[] = [];
  const lines = command.lines.flatMap((line, index): ResolvedLine[] => {
    const field = ['lines', String(index)];
    const item = work.resolveItem(line.item);
    const location = line.location && work.resolveLocation(line.location);
    if ('refused' in item) errors.push({ code: item.refused, message: item.message, field: [...field, 'sku'] });
    if (location && 'refused' in location) {
      errors.push({ code: location.refused, message: location.message, field: [...field, 'location'] });
    } else if (location && !maySellAt(command.limits, location.found.id)) {
      const message = `This API key may not sell from "${location.found.code}": it is limited to other locations.`;
      errors.push({ code: 'NOT_ALLOWED', message, field: [...field, 'location'] });
    }
    if ('refused' in item || (location && 'refused' in location)) return [];
    return [{ index, item: item.found, location: location && location.found, quantity: line.quantity }];
  });
  return { lines, errors };
}

type SaleStock = ReturnType<typeof saleStockAt>;

/** What can be sold at every place that a line may take from. Places are in the order of their codes. */
function stocksOf(work: UnitOfWork, command: ReservationCreate, lines: readonly ResolvedLine[]): SaleStock[] {
  const places = new Map<string, ItemLocation>();
  const add = (itemId: string, locationId: string): void => {
    places.set(itemLocationKey({ itemId, locationId }), { itemId, locationId });
  };
  for (const { item, location } of lines) {
    if (location) add(item.id, location.id);
    else for (const id of work.locationsOf(item)) if (maySellAt(command.limits, id)) add(item.id, id);
  }
  const codeOf = ({ locationId }: ItemLocation): string => work.catalogue.locationById(locationId)?.code ?? locationId;
  const stocks = [...places.values()].map((at) => saleStockAt(work, at, command.segment));
  return stocks.sort((a, b) => (codeOf(a) < codeOf(b) ? -1 : 1));
}

/** Lines of which not everything can be had. */
function shortages(
  work: UnitOfWork,
  { segment }: ReservationCreate,
  lines: readonly ResolvedLine[],
  sourced: readonly Sourced[],
  stocks: readonly SaleStock[],
): UserError[] {
  return lines.flatMap(({ item, location, quantity, index }, place): UserError[] => {
    const missing = sourced[place]?.missing ?? 0;
    if (missing === 0) return [];
    const at = stocks.filter((one) => one.itemId === item.id && (location === null || one.locationId === location.id));
    const held = at.reduce((sum, one) => sum + heldAt(work, one, segment), 0);
    const where = location ? ` at "${location.code}"` : '';
    const message = `There are ${quantity - missing} units of "${item.sku}" to sell${where}, and ${quantity} are asked for; ${held} more are held.`;
    const field = ['lines', String(index), 'quantity'];
    return [{ code: 'INSUFFICIENT_STOCK', message, field, current: quantity - missing, requested: quantity }];
  });
}

/** Takes the units, each line in its turn. Lines of the same item and location become one. */
function hold(
  work: UnitOfWork,
  command: ReservationCreate,
  asked: readonly ResolvedLine[],
  sourced: readonly Sourced[],
): Decision<ReservationResult> {
  const { segment, reference, idempotencyKey } = command;
  const lines = new Map<string, ReservationLine>();
  const legs: LegDraft[] = [];
  const taken = new Map<string, number>();
  const add = (at: ItemLocation, quantity: number, later: number): void => {
    const before = lines.get(itemLocationKey(at)) ?? emptyLine(at);
    const allocations = takeUnits(work, at, { segment, quantity, taken });
    const there = allocations.reduce((sum, { held }) => sum + held, 0);
    for (const one of allocations) {
      legs.push(...stepLegs(work, one, { from: 'AVAILABLE', to: 'RESERVED', units: one.held }));
    }
    lines.set(itemLocationKey(at), {
      ...before,
      quantity: before.quantity + quantity + later,
      // Stock that does not fall with orders can be sold beyond what is there.
      backOrdered: before.backOrdered + later + quantity - there,
      allocations: joinAllocations(before.allocations, allocations),
    });
  };
  asked.forEach(({ item: { id: itemId } }, place) => {
    const { now = [], later = [] } = sourced[place] ?? {};
    for (const { locationId, quantity } of now) add({ itemId, locationId }, quantity, 0);
    for (const { locationId, quantity } of later) add({ itemId, locationId }, 0, quantity);
  });
  const id = work.tools.newId();
  const posted =
    legs.length === 0
      ? undefined
      : work.post({
          ...{ reason: 'HOLD', reference, correlationId: id, externalId: idempotencyKey, occurredAtMs: null },
          ...evidenceOf(command),
          legs: summedLegs(legs),
        });
  const reservation: Reservation = {
    ...{ id, originId: work.origin.id, reference, status: 'ACTIVE', segment },
    ...{ createdAtMs: work.recordedAtMs, expiresAtMs: work.recordedAtMs + command.expiresInSeconds * 1_000 },
    ...{ lines: [...lines.values()], sequences: posted ? [posted.movement.sequence] : [], expired: null },
  };
  work.saveReservation(reservation);
  const done = { reservation: command.dryRun ? null : reservation, changes: posted?.changes ?? [], userErrors: [] };
  return {
    done: { ...done, replayed: false, ledgerSequence: work.sequence },
    sequence: posted?.movement.sequence ?? null,
  };
}
