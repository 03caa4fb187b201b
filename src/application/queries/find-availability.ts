import { availabilityOf, type Availability } from '../../domain/availability';
import { QuantityOverflowError } from '../../domain/ledger/quantity';
import {
  SumTooLargeError,
  type AvailabilityReads,
  type ItemView,
  type LocationReads,
  type SaleStock,
} from '../ports/reads';

/** What a client wants to sell. */
interface AvailabilityQuery {
  readonly sku: string;
  readonly specification: string;
  /** At least 1. */
  readonly quantity: number;
  /** Codes. Null: every location where the item is known. */
  readonly locations: readonly string[] | null;
}

/** The offers are in the order of the locations' codes. */
export interface AvailabilityAnswer extends Availability<SaleStock> {
  readonly item: ItemView;
  readonly quantity: number;
  readonly ledgerSequence: number;
}

/** Codes of the query that no location has. */
interface UnknownLocations {
  readonly unknownLocations: readonly string[];
}

/** Undefined when there is no such item. Rejects with {@link SumTooLargeError} when a sum has no exact number. */
export type FindAvailability = (
  reads: AvailabilityReads & Pick<LocationReads, 'locationByCode'>,
  tenantId: string,
  query: AvailabilityQuery,
) => Promise<AvailabilityAnswer | UnknownLocations | undefined>;

/** Finds the locations that can sell a quantity of an item now, or else when and on what terms. */
export function createFindAvailability(deps: { nowMs: () => number }): FindAvailability {
  return async (reads, tenantId, { sku, specification, quantity, locations }) => {
    const found = await reads.saleStocksOf(tenantId, sku, specification, locations);
    if (!found) return undefined;
    const { item, stocks, ledgerSequence } = found;
    const known = new Set(stocks.map(({ locationCode }) => locationCode));
    // A location that was renamed is found by its former code too, and shown under its present one.
    const unknownLocations: string[] = [];
    for (const code of locations ?? []) {
      if (!known.has(code) && !(await reads.locationByCode(tenantId, code))) unknownLocations.push(code);
    }
    if (unknownLocations.length > 0) return { unknownLocations };
    return { ...exactAvailability(stocks, quantity, deps.nowMs()), item, quantity, ledgerSequence };
  };
}

function exactAvailability(stocks: readonly SaleStock[], quantity: number, nowMs: number): Availability<SaleStock> {
  try {
    return availabilityOf(stocks, quantity, nowMs);
  } catch (error) {
    throw error instanceof QuantityOverflowError ? new SumTooLargeError(error) : error;
  }
}
