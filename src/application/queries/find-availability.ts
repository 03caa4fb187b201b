import { availabilityOf, type Availability, type LocationOffer } from '../../domain/availability';
import { QuantityOverflowError } from '../../domain/ledger/quantity';
import { SumTooLargeError, type ItemView, type SalesReads, type SaleStock } from '../ports/reads';

/** What someone wants to sell. */
interface AvailabilityQuery {
  readonly sku: string;
  readonly specification: string;
  /** At least 1. */
  readonly quantity: number;
  /** Codes; null: wherever the item is known. */
  readonly locations: readonly string[] | null;
}

/** What one location can give, with the stock and terms from which that follows. */
export interface LocationAvailability {
  readonly stock: SaleStock;
  readonly offer: LocationOffer;
}

export interface AvailabilityAnswer extends Omit<Availability, 'offers'> {
  readonly item: ItemView;
  readonly quantity: number;
  /** In the order of the locations' codes. */
  readonly locations: readonly LocationAvailability[];
  readonly ledgerSequence: number;
}

/** Codes of the query that no location has. */
interface UnknownLocations {
  readonly unknownLocations: readonly string[];
}

/** Undefined where there is no such item. Rejects with {@link SumTooLargeError} where a sum has no exact number. */
export type FindAvailability = (
  tenantId: string,
  query: AvailabilityQuery,
) => Promise<AvailabilityAnswer | UnknownLocations | undefined>;

/** Finds out from where a quantity of an item can be sold now, and if not now, when and on what terms. */
export function createFindAvailability(deps: { reads: SalesReads; nowMs: () => number }): FindAvailability {
  return async (tenantId, { sku, specification, quantity, locations }) => {
    const found = await deps.reads.saleStocksOf(tenantId, sku, specification, locations);
    if (!found) return undefined;
    const { item, stocks, ledgerSequence } = found;
    const known = new Set(stocks.map(({ locationCode }) => locationCode));
    const unknownLocations = (locations ?? []).filter((code) => !known.has(code));
    if (unknownLocations.length > 0) return { unknownLocations };
    const { offers, ...availability } = exactAvailability(stocks, quantity, deps.nowMs());
    const byLocation = new Map(offers.map((offer) => [offer.locationId, offer]));
    const answered = stocks.flatMap((stock) => {
      const offer = byLocation.get(stock.locationId);
      return offer ? [{ stock, offer }] : [];
    });
    return { ...availability, item, quantity, locations: answered, ledgerSequence };
  };
}

function exactAvailability(stocks: readonly SaleStock[], quantity: number, nowMs: number): Availability {
  try {
    return availabilityOf(stocks, quantity, nowMs);
  } catch (error) {
    throw error instanceof QuantityOverflowError ? new SumTooLargeError(error) : error;
  }
}
