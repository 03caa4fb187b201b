import { Field, ID, Int, ObjectType } from 'type-graphql';
import { inventoryRecordId, type Place } from '../../application/ports/reads';
import {
  DEFAULT_TERMS,
  type BackOrderHandling,
  type DurationUnit,
  type InventoryRecord as StoredRecord,
  type InventoryStyle,
  type StockAvailability,
} from '../../domain/inventory-record';
import { BackOrderHandlingEnum, DurationUnitEnum, InventoryStyleEnum, StockAvailabilityEnum } from '../types/enums';
import type { FieldsOf } from '../types/fields';
import { isoOf, isoOrNull } from '../types/instants';
import { DateTime, Decimal, Quantity } from '../types/scalars';

/** On what terms an item is sold at a location. */
@ObjectType({ simpleResolvers: true })
export abstract class SaleTerms {
  @Field(() => StockAvailabilityEnum, {
    nullable: true,
    description: 'Whether it can be sold, whatever the quantity; null where nothing is said.',
  })
  readonly stockAvailability!: StockAvailability | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Units that are not sold: with as many or fewer, the item counts as out of stock. Null: as 0.',
  })
  readonly outOfStockThreshold!: number | null;

  @Field(() => Int, { nullable: true, description: 'How long it takes from the order to dispatch.' })
  readonly dispatchTime!: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'In what dispatchTime is measured.' })
  readonly dispatchTimeUnit!: DurationUnit | null;

  @Field(() => Int, { nullable: true, description: 'How long replenishment takes.' })
  readonly leadTime!: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'In what leadTime is measured; null: as DAY.' })
  readonly leadTimeUnit!: DurationUnit | null;

  @Field(() => DateTime, { nullable: true, description: 'When more will be there, as stated.' })
  readonly stockArrivalDate!: string | null;

  @Field(() => BackOrderHandlingEnum, {
    nullable: true,
    description: 'How units may be sold before they are there; null: they may not.',
  })
  readonly backOrderHandling!: BackOrderHandling | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many units may be sold before they are there; null: as many as are on their way.',
  })
  readonly backOrderAllocation!: number | null;

  @Field(() => InventoryStyleEnum, {
    description: 'Whether what can be sold falls with every order; DYNAMIC where nothing is said.',
  })
  readonly style!: InventoryStyle;

  @Field(() => Boolean, {
    description: 'Whether orders can be shipped from the location; what can be sold does not depend on it.',
  })
  readonly supportShipping!: boolean;
}

@ObjectType({
  description: 'What a shop needs to know of an item at a location beside its quantities.',
  simpleResolvers: true,
})
export class InventoryRecord extends SaleTerms implements Place {
  @Field(() => ID, { description: 'Derived from item and location.' })
  readonly id!: string;

  @Field(() => String, { nullable: true, description: "The item's sku at this source; null where none is said." })
  readonly sku!: string | null;

  @Field(() => Quantity, {
    nullable: true,
    description: 'The available_qty of the source, as it said it; compared with nothing.',
  })
  readonly reportedAvailable!: number | null;

  @Field(() => DateTime, { nullable: true, description: "The source's own clock when it last said something." })
  readonly sourceTimestamp!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'What a unit costs.' })
  readonly unitCost!: string | null;

  @Field(() => DateTime, { description: 'When it was last saved, by the clock of the ledger.' })
  readonly updatedAt!: string;

  /** Shown as `item`. */
  readonly itemId!: string;

  /** Shown as `location`. */
  readonly locationId!: string;
}

/** The terms of a record, or where there is none those that hold without one. */
export function termsView(record: StoredRecord | null): FieldsOf<SaleTerms> {
  const terms = record ?? DEFAULT_TERMS;
  return {
    stockAvailability: terms.stockAvailability,
    outOfStockThreshold: terms.outOfStockThreshold,
    dispatchTime: terms.dispatchTime,
    dispatchTimeUnit: terms.dispatchTimeUnit,
    leadTime: terms.leadTime,
    leadTimeUnit: terms.leadTimeUnit,
    stockArrivalDate: isoOrNull(terms.stockArrivalDateMs),
    backOrderHandling: terms.backOrderHandling,
    backOrderAllocation: terms.backOrderAllocation,
    style: terms.style,
    supportShipping: terms.supportShipping,
  };
}

/** A record as its fields show it; null where there is none. */
export function recordView(record: StoredRecord | null | undefined): FieldsOf<InventoryRecord> | null {
  if (!record) return null;
  return {
    ...termsView(record),
    id: inventoryRecordId(record.itemId, record.locationId),
    sku: record.sourceSku,
    reportedAvailable: record.reportedAvailable,
    sourceTimestamp: isoOrNull(record.sourceTimestampMs),
    unitCost: record.unitCost,
    updatedAt: isoOf(record.updatedAtMs),
    itemId: record.itemId,
    locationId: record.locationId,
  };
}
