import type { ItemView, LocationView, StockView, StockWants } from '../../application/ports/reads';
import { joinLocation } from './look-ups';
import { LEDGER_HEAD } from './page';
import { LOCATION_COLUMNS, NO_LOCATION, toLocation, type LocationColumns } from './rows';
import { noStockColumns, stockColumns, stockOf, type SumColumns } from './stock-rows';

/**
 * The stock of items that the reader has. Hundreds of rows are at a few locations, which are read once each, before the
 * rows. So a row has neither.
 *
 * @param items a table with their ids, as `i`
 * @param sums a SELECT of the sums of the item `i` at each of its locations
 */
export const stockOfItemsText = (items: string, sums: string, wants: StockWants): string =>
  `WITH found AS MATERIALIZED (SELECT i.item_id, s.* FROM ${items} i (item_id) CROSS JOIN LATERAL (${sums}) s)
  SELECT head.sequence AS "ledgerSequence", part.* FROM (${LEDGER_HEAD}) head CROSS JOIN LATERAL (
    (SELECT ${LOCATION_COLUMNS}, NULL AS "itemId", NULL AS "heldAtId", NULL AS held, ${noStockColumns(wants)}
      FROM (SELECT DISTINCT found.location_id FROM found) of_place (location_id) ${joinLocation('of_place.location_id')}
      ORDER BY l.code)
    UNION ALL
    SELECT ${NO_LOCATION}, s.item_id, s.location_id, s.held, ${stockColumns(wants)} FROM found s) part`;

type LocationPart = LocationColumns & { readonly itemId: null };
type SumsPart = SumColumns & {
  readonly locationId: null;
  readonly itemId: string;
  readonly heldAtId: string;
  /** Whether any level is other than zero: if not, an archived location is left out. */
  readonly held: boolean;
};

/** A location, or the sums of an item at one of them. */
export type StockPart = LocationPart | SumsPart;

/** Puts the rows of {@link stockOfItemsText} together: of each item in the order of the locations. */
export function toStockOfItems(rows: readonly StockPart[], items: readonly ItemView[]): StockView[] {
  const itemById = new Map(items.map((item) => [item.itemId, item]));
  const places = new Map<string, { readonly location: LocationView; readonly stock: StockView[] }>();
  for (const row of rows) {
    if (row.itemId === null) {
      places.set(row.locationId, { location: toLocation(row), stock: [] });
      continue;
    }
    const item = itemById.get(row.itemId);
    const place = places.get(row.heldAtId);
    if (!item || !place) throw new TypeError('A row is about an item or a location that was not read.');
    const { location, stock } = place;
    if (row.held || location.archivedAtMs === null) stock.push(stockOf(row, { item, location, isPast: false }));
  }
  return [...places.values()].flatMap(({ stock }) => stock);
}
