import { Field, InputType, Int } from 'type-graphql';
import type { InventoryRecordInput as SaveRecordCommand } from '../../application/commands/save-inventory-record';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import { BackOrderHandlingEnum, DurationUnitEnum, InventoryStyleEnum, StockAvailabilityEnum } from '../types/enums';
import { DateTime, Decimal, Quantity } from '../types/scalars';

@InputType({
  description:
    'What a shop needs to know of an item at a location. Of the terms, what is left out stays as it is, and null says: none.',
})
export class InventoryRecordSaveInput {
  @Field(() => String, {
    description:
      'Your own id of this command. Sent again with the same input it changes nothing and gives the first answer again.',
  })
  readonly idempotencyKey!: string;

  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, { defaultValue: '', description: "The item's variant; empty where there are none." })
  readonly specification!: string;

  @Field(() => String, { description: 'Code of the location.' })
  readonly location!: string;

  @Field(() => String, { nullable: true, description: "The item's sku at this source." })
  readonly sourceSku?: string | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'How many units are there: a count of loose, good, available stock, posted as stockSet does. Refused with KEY_TOO_COARSE where stock is kept by finer keys. Left out or null: no count.',
  })
  readonly quantity?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the quantity was counted; now where it is left out. Where a later count has been accepted, all of the input is refused with STALE. Without quantity it means nothing.',
  })
  readonly asOf?: number | null;

  @Field(() => StockAvailabilityEnum, { nullable: true, description: 'Whether it can be sold, whatever the quantity.' })
  readonly stockAvailability?: StockAvailability | null;

  @Field(() => Int, { nullable: true, description: 'Units that are not sold. Not below zero.' })
  readonly outOfStockThreshold?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long it takes from the order to dispatch. Not below zero.' })
  readonly dispatchTime?: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'In what dispatchTime is measured.' })
  readonly dispatchTimeUnit?: DurationUnit | null;

  @Field(() => Int, { nullable: true, description: 'How long replenishment takes. Not below zero.' })
  readonly leadTime?: number | null;

  @Field(() => DurationUnitEnum, { nullable: true, description: 'In what leadTime is measured.' })
  readonly leadTimeUnit?: DurationUnit | null;

  @Field(() => DateTime, { nullable: true, description: 'When more will be there.' })
  readonly stockArrivalDate?: number | null;

  @Field(() => BackOrderHandlingEnum, {
    nullable: true,
    description: 'How units may be sold before they are there; null: they may not.',
  })
  readonly backOrderHandling?: BackOrderHandling | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many units may be sold before they are there. Not below zero.',
  })
  readonly backOrderAllocation?: number | null;

  @Field(() => Decimal, { nullable: true, description: 'What a unit costs. Not below zero.' })
  readonly unitCost?: string | null;

  @Field(() => InventoryStyleEnum, {
    nullable: true,
    description: 'Left out or null: unchanged; DYNAMIC for a new record.',
  })
  readonly style?: InventoryStyle | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: answers what would happen and changes nothing.' })
  readonly dryRun!: boolean;
}

export function saveRecordCommand(input: InventoryRecordSaveInput): SaveRecordCommand {
  const { idempotencyKey, sku, specification, location: code, quantity = null, asOf = null, dryRun } = input;
  return {
    idempotencyKey,
    externalId: idempotencyKey,
    item: { by: 'SKU', sku, specification },
    location: { by: 'CODE', code, whenUnknown: 'REFUSE' },
    terms: termsOf(input),
    quantity,
    asOfMs: asOf,
    staleIsError: true,
    dryRun,
  };
}

/** Undefined where a term was left out; every record has a style, so of that null says the same. */
function termsOf(input: InventoryRecordSaveInput): SaveRecordCommand['terms'] {
  return {
    sourceSku: input.sourceSku,
    stockAvailability: input.stockAvailability,
    outOfStockThreshold: input.outOfStockThreshold,
    dispatchTime: input.dispatchTime,
    dispatchTimeUnit: input.dispatchTimeUnit,
    leadTime: input.leadTime,
    leadTimeUnit: input.leadTimeUnit,
    stockArrivalDateMs: input.stockArrivalDate,
    backOrderHandling: input.backOrderHandling,
    backOrderAllocation: input.backOrderAllocation,
    unitCost: input.unitCost,
    style: input.style ?? undefined,
  };
}
