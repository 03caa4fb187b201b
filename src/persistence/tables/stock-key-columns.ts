import type { StockDimensions, StockKey } from '../../domain/ledger/stock-key';

/** The columns of a stock level that make its key. */
export interface StockKeyColumns extends StockDimensions {
  readonly item_id: string;
  readonly location_id: string;
}

/** The stock key of a row of `stock_level`. */
export function stockKeyOf(row: StockKeyColumns): StockKey {
  return {
    itemId: row.item_id,
    locationId: row.location_id,
    owner: row.owner,
    pool: row.pool,
    channel: row.channel,
    condition: row.condition,
    packaging: row.packaging,
    barcode: row.barcode,
    lot: row.lot,
    bucket: row.bucket,
  };
}
