import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import { ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT, WHOLE } from './columns';

/** What a shop needs to know about an item at a location, apart from its quantities. */
@Entity('inventory_record')
@Unique('inventory_record_vendor_id_key', ['tenantId', 'vendorId'])
export class InventoryRecordEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'inventory_record_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'inventory_record_pkey' })
  itemId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'inventory_record_pkey' })
  locationId!: string;

  @Column(WHOLE)
  vendorId!: number;

  @Column({ ...TEXT, ...NULLABLE })
  sourceSku!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  stockAvailability!: StockAvailability | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  outOfStockThreshold!: number | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  safetyStock!: number | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  reorderPoint!: number | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  dispatchTime!: number | null;

  @Column({ ...TEXT, ...NULLABLE })
  dispatchTimeUnit!: DurationUnit | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  leadTime!: number | null;

  @Column({ ...TEXT, ...NULLABLE })
  leadTimeUnit!: DurationUnit | null;

  @Column({ ...INSTANT, ...NULLABLE })
  stockArrivalDate!: Date | null;

  @Column({ ...TEXT, ...NULLABLE })
  backOrderHandling!: BackOrderHandling | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  backOrderAllocation!: number | null;

  @Column({ ...WHOLE, ...NULLABLE })
  reportedAvailable!: number | null;

  @Column({ ...INSTANT, ...NULLABLE })
  sourceTimestamp!: Date | null;

  /** An exact decimal. */
  @Column({ type: 'numeric', ...NULLABLE })
  unitCost!: string | null;

  @Column(TEXT)
  style!: InventoryStyle;

  @Column({ type: 'boolean' })
  supportShipping!: boolean;

  @Column(INSTANT)
  updatedAt!: Date;
}
