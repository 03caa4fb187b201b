import type { StockKey } from '../../domain/ledger/stock-key';

/** The columns of a stock level that form its key. */
export const STOCK_KEY_COLUMNS = [
  'itemId',
  'locationId',
  'owner',
  'pool',
  'channel',
  'condition',
  'packaging',
  'barcode',
  'lot',
  'bucket',
] as const satisfies readonly (keyof StockKey)[];

/** The stock key of a row that has its columns. */
export function stockKeyOf(row: StockKey): StockKey {
  const { itemId, locationId, owner, pool, channel, condition, packaging, barcode, lot, bucket } = row;
  return { itemId, locationId, owner, pool, channel, condition, packaging, barcode, lot, bucket };
}
