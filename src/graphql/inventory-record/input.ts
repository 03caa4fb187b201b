import { Field, InputType, Int } from 'type-graphql';
import type { InventoryRecordInput as SaveRecordCommand } from '../../application/commands/save-inventory-record';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import { BackOrderHandlingEnum, DurationUnitEnum, InventoryStyleEnum, StockAvailabilityEnum } from '../types/enums';
import { DateTime, Decimal, Quantity } from '../types/scalars';

@InputType({
  description:
    'The terms on which an item is sold at a location, and optionally a count of its stock. Leave out a term to keep its current value, or pass null to remove it.',
})
export class InventoryRecordSaveInput {
  @Field(() => String, {
    description:
      'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.',
  })
  readonly idempotencyKey!: string;

  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, {
    defaultValue: '',
    description: 'The specification of the item. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => String, { description: 'The code of the location.' })
  readonly location!: string;

  @Field(() => String, {
    nullable: true,
    description: "The item's sku at the source of this record. Shown as `sku` of the record.",
  })
  readonly sourceSku?: string | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The number of units at the location: a count of loose, good, available stock, as in `stockSet`. Refused with KEY_TOO_COARSE when stock is kept under finer keys. Leave it out, or pass null, to make no count.',
  })
  readonly quantity?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When `quantity` was counted. Leave it out for now. When a later count was accepted, the whole input is refused with STALE. Ignored without `quantity`.',
  })
  readonly asOf?: number | null;

  @Field(() => StockAvailabilityEnum, {
    nullable: true,
    description:
      'Whether the location offers the item for sale, independent of the quantity. OUT_OF_STOCK makes `sellable` 0.',
  })
  readonly stockAvailability?: StockAvailability | null;

  @Field(() => Int, { nullable: true, description: 'The number of units to hold back from sale, 0 or more.' })
  readonly outOfStockThreshold?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of units to hold back from sale beside the threshold, 0 or more.',
  })
  readonly safetyStock?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'With this many available, good units or fewer, it is time to order more. Null: not stated.',
  })
  readonly reorderPoint?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long it takes from order to dispatch, in `dispatchTimeUnit`, 0 or more.',
  })
  readonly dispatchTime?: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'The unit of `dispatchTime`.' })
  readonly dispatchTimeUnit?: DurationUnit | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long it takes to restock the item, in `leadTimeUnit`, 0 or more.',
  })
  readonly leadTime?: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'The unit of `leadTime`. Null works as DAY.' })
  readonly leadTimeUnit?: DurationUnit | null;

  @Field(() => DateTime, { nullable: true, description: 'When more units will arrive.' })
  readonly stockArrivalDate?: number | null;

  @Field(() => BackOrderHandlingEnum, {
    nullable: true,
    description: 'How units may be sold before they arrive. Null means that they may not.',
  })
  readonly backOrderHandling?: BackOrderHandling | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of units that may be sold before they arrive, 0 or more. Null means as many as are incoming. Used only with `backOrderHandling`.',
  })
  readonly backOrderAllocation?: number | null;

  @Field(() => Decimal, { nullable: true, description: 'The cost of one unit, 0 or more, without a currency.' })
  readonly unitCost?: string | null;

  @Field(() => InventoryStyleEnum, {
    nullable: true,
    description:
      'Whether the sellable quantity falls with every order. Leave it out, or pass null, to keep the current style. A new record is DYNAMIC.',
  })
  readonly style?: InventoryStyle | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: check the command and return what would change, without changing anything.',
  })
  readonly dryRun!: boolean;
}

export function saveRecordCommand(input: InventoryRecordSaveInput): SaveRecordCommand {
  const { idempotencyKey, sku, specification, location: code, quantity = null, asOf = null, dryRun, ...given } = input;
  const { stockArrivalDate, style, ...terms } = given;
  return {
    idempotencyKey,
    externalId: idempotencyKey,
    item: { by: 'SKU', sku, specification },
    location: { by: 'CODE', code, whenUnknown: 'REFUSE' },
    // A term that was left out is undefined. Every record has a style, so a style of null counts as left out.
    terms: { ...terms, stockArrivalDateMs: stockArrivalDate, style: style ?? undefined },
    quantity,
    asOfMs: asOf,
    staleIsError: true,
    dryRun,
  };
}
