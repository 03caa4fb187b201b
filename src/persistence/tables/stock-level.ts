import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import {
  stockKey,
  type Packaging,
  type StockBucket,
  type StockCondition,
  type StockDimensions,
  type StockKey,
} from '../../domain/ledger/stock-key';
import { ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** The current quantity of one stock key. Only the poster writes it. */
@Entity('stock_level')
@Check('stock_level_quantity_check', 'quantity BETWEEN -9007199254740991 AND 9007199254740991')
@Index('stock_level_item_idx', ['tenantId', 'itemId', 'locationId'])
@Index('stock_level_location_idx', ['tenantId', 'locationId', 'itemId'])
@Index('stock_level_bucket_idx', ['tenantId', 'bucket', 'locationId'])
export class StockLevelEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'stock_level_pkey' })
  tenantId!: string;

  /** Derived from the stock key. */
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'stock_level_pkey' })
  levelId!: string;

  @Column(ID)
  itemId!: string;

  @Column(ID)
  locationId!: string;

  @Column(TEXT)
  owner!: string;

  @Column(TEXT)
  pool!: string;

  @Column(TEXT)
  channel!: string;

  @Column(TEXT)
  condition!: StockCondition;

  @Column(TEXT)
  packaging!: Packaging;

  @Column(TEXT)
  barcode!: string;

  @Column(TEXT)
  lot!: string;

  @Column(TEXT)
  bucket!: StockBucket;

  @Column(WHOLE)
  quantity!: number;

  @Column(WHOLE)
  version!: number;

  @Column(INSTANT)
  updatedAt!: Date;

  /** The latest moment at which one of its entries took effect; null: none has since this is kept. */
  @Column({ ...INSTANT, ...NULLABLE })
  lastEffectiveAt!: Date | null;

  @Column({ type: 'boolean' })
  hasBaseline!: boolean;

  @Column({ ...INSTANT, ...NULLABLE })
  countedAsOf!: Date | null;

  @Column({ ...INSTANT, ...NULLABLE })
  lastCountAt!: Date | null;

  @Column({ type: 'boolean', ...NULLABLE })
  lastCountExplicit!: boolean | null;

  @Column({ ...WHOLE, ...NULLABLE })
  lastCountQuantity!: number | null;

  @Column({ ...ID, ...NULLABLE })
  lastCountOriginId!: string | null;

  @Column({ ...WHOLE, ...NULLABLE })
  lastCountSourceSequence!: number | null;
}

/** The columns of a stock key besides item and location. */
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
export const stockKeyOf = (row: StockKey): StockKey => stockKey(row, row.itemId, row.locationId);
