import { Field, Int, ObjectType } from 'type-graphql';
import type { ItemLocation } from '../../application/ports/reads';
import type {
  BackOrderHandling,
  DurationUnit,
  InventoryRecord as StoredRecord,
  InventoryStyle,
  InventoryTerms,
  StockAvailability,
} from '../../domain/inventory-record';
import { BackOrderHandlingEnum, DurationUnitEnum, InventoryStyleEnum, StockAvailabilityEnum } from '../types/enums';
import { Node } from '../types/node';
import type { FieldsOf } from '../types/fields';
import { isoOf, isoOrNull } from '../types/instants';
import { DateTime, Decimal, Quantity } from '../types/scalars';
import { OpenTo } from '../types/scopes';

/** Terms that only records show, or that have another form in GraphQL. */
type OtherTerms = 'sourceSku' | 'reportedAvailable' | 'sourceTimestampMs' | 'unitCost' | 'stockArrivalDateMs';

/** The terms on which an item is sold at a location. */
@ObjectType({ simpleResolvers: true })
export abstract class SaleTerms implements Omit<InventoryTerms, OtherTerms> {
  @Field(() => StockAvailabilityEnum, {
    nullable: true,
    description:
      'Whether the location offers the item for sale, independent of the quantity. OUT_OF_STOCK makes `sellable` 0. Null when not stated, which works as IN_STOCK.',
  })
  readonly stockAvailability!: StockAvailability | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of units held back from sale. With this many units or fewer, `sellable` is 0. Null works as 0.',
  })
  readonly outOfStockThreshold!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Units that are held back from sale beside the threshold, for what a count may be wrong by. Null works as 0.',
  })
  readonly safetyStock!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'With this many available, good units or fewer, it is time to order more. It does not affect `sellable`. Null when not stated.',
  })
  readonly reorderPoint!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long it takes from order to dispatch, in `dispatchTimeUnit`. Null when not stated.',
  })
  readonly dispatchTime!: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'The unit of `dispatchTime`. Null when not stated.' })
  readonly dispatchTimeUnit!: DurationUnit | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long it takes to restock the item, in `leadTimeUnit`. Null when not stated.',
  })
  readonly leadTime!: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'The unit of `leadTime`. Null works as DAY.' })
  readonly leadTimeUnit!: DurationUnit | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When more units will arrive, as stated. Null when not stated.',
  })
  readonly stockArrivalDate!: string | null;

  @Field(() => BackOrderHandlingEnum, {
    nullable: true,
    description: 'How units may be sold before they arrive. Null means that they may not.',
  })
  readonly backOrderHandling!: BackOrderHandling | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of units that may be sold before they arrive. Null means as many as are `incoming`. Used only with `backOrderHandling`.',
  })
  readonly backOrderAllocation!: number | null;

  @Field(() => InventoryStyleEnum, {
    description: 'Whether the sellable quantity falls with every order. DYNAMIC when not stated.',
  })
  readonly style!: InventoryStyle;

  @Field(() => Boolean, {
    description:
      'Whether orders can be shipped from the location. True when not stated. It does not affect `sellable`.',
  })
  readonly supportShipping!: boolean;
}

@OpenTo('inventory:read', 'inventory:write')
@ObjectType({
  description:
    'The terms on which an item is sold at a location: availability, thresholds, times and back-orders. Quantities are in `Stock`. Records keep no history.',
  implements: Node,
  simpleResolvers: true,
})
export class InventoryRecord extends SaleTerms implements ItemLocation {
  @Field(() => String, {
    nullable: true,
    description: "The item's sku at the source of this record. Null when not stated.",
  })
  readonly sku!: string | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The available quantity that the source last reported (`available_qty`), for information only. Null when it reported none.',
  })
  readonly reportedAvailable!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "The source's own time of its last update. Null when it stated none.",
  })
  readonly sourceTimestamp!: string | null;

  @OpenTo('inventory:read')
  @Field(() => Decimal, {
    nullable: true,
    description: 'The cost of one unit. The currency is not stored. Null when not stated.',
  })
  readonly unitCost!: string | null;

  @Field(() => DateTime, { description: "When the record was last saved, by the ledger's clock." })
  readonly updatedAt!: string;

  /** Shown as `item`. */
  readonly itemId!: string;

  /** Shown as `location`. */
  readonly locationId!: string;
}

/** Terms, and whatever comes with them, in the form of the GraphQL types. */
export function termsView<Terms extends InventoryTerms>(terms: Terms): Terms & FieldsOf<SaleTerms> {
  return { ...terms, stockArrivalDate: isoOrNull(terms.stockArrivalDateMs) };
}

/** The fields of a record without its id, which is derived. */
export type RecordView = Omit<FieldsOf<InventoryRecord>, 'id'>;

/** A record in the form of its GraphQL type. */
export function recordView(record: StoredRecord | null | undefined): RecordView | null {
  if (!record) return null;
  return {
    ...termsView(record),
    sku: record.sourceSku,
    sourceTimestamp: isoOrNull(record.sourceTimestampMs),
    updatedAt: isoOf(record.updatedAtMs),
  };
}
