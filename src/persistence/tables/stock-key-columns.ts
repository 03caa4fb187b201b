import type { StockDimensions, StockKey } from '../../domain/ledger/stock-key';

/** The columns of a stock level that form its key, beside item and location. */
export const DIMENSION_COLUMNS = [
  'owner',
  'pool',
  'channel',
  'condition',
  'packaging',
  'barcode',
  'lot',
  'bucket',
] as const satisfies readonly (keyof StockDimensions)[];

export const STOCK_KEY_COLUMNS = ['itemId', 'locationId', ...DIMENSION_COLUMNS] as const;

/** The stock key of a row that has its columns. */
export function stockKeyOf(row: StockKey): StockKey {
  const { itemId, locationId, owner, pool, channel, condition, packaging, barcode, lot, bucket } = row;
  return { itemId, locationId, owner, pool, channel, condition, packaging, barcode, lot, bucket };
}
