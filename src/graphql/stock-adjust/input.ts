import { Field, InputType } from 'type-graphql';
import type { StockAdjustInput as AdjustStockCommand } from '../../application/adjust-stock';
import type { MovementReason } from '../../domain/movement';
import { DEFAULT_DIMENSIONS, type Packaging, type StockBucket, type StockCondition } from '../../domain/stock-key';
import { MovementReasonEnum, PackagingEnum, StockBucketEnum, StockConditionEnum } from '../enums';
import { DateTime, Quantity } from '../scalars';

const TEXT = { defaultValue: '' };

@InputType({ description: 'A stock key and by how much to change it.' })
export class StockAdjustRowInput {
  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, { ...TEXT, description: "The item's variant; empty where there are none." })
  readonly specification!: string;

  @Field(() => String, { description: 'Code of the location.' })
  readonly location!: string;

  @Field(() => String, { ...TEXT, description: 'The inventory organisation that owns the units.' })
  readonly owner!: string;

  @Field(() => String, { ...TEXT, description: 'The pool within the location.' })
  readonly pool!: string;

  @Field(() => String, { ...TEXT, description: 'The sales channel that the units are for; empty: any.' })
  readonly channel!: string;

  @Field(() => StockConditionEnum, {
    defaultValue: DEFAULT_DIMENSIONS.condition,
    description: 'In which condition the units are.',
  })
  readonly condition!: StockCondition;

  @Field(() => PackagingEnum, { defaultValue: DEFAULT_DIMENSIONS.packaging, description: 'How the units are packed.' })
  readonly packaging!: Packaging;

  @Field(() => String, { ...TEXT, description: 'The barcode on the units.' })
  readonly barcode!: string;

  @Field(() => String, { ...TEXT, description: 'The lot or batch.' })
  readonly lot!: string;

  @Field(() => StockBucketEnum, {
    defaultValue: DEFAULT_DIMENSIONS.bucket,
    description: 'In which state the units are.',
  })
  readonly bucket!: StockBucket;

  @Field(() => Quantity, { description: 'Positive: more; negative: fewer, and no fewer than there are. Not zero.' })
  readonly delta!: number;
}

@InputType({ description: 'Changes of stock that are made together or not at all.' })
export class StockAdjustInput {
  @Field(() => String, {
    description:
      'Your own id of this command. Sent again with the same input it changes nothing and gives the first answer again.',
  })
  readonly idempotencyKey!: string;

  @Field(() => MovementReasonEnum, { description: 'Why. Not a reason that the gateway gives itself.' })
  readonly reason!: MovementReason;

  @Field(() => [StockAdjustRowInput], { description: 'From 1 to 300, each about a stock key of its own.' })
  readonly rows!: StockAdjustRowInput[];

  @Field(() => String, { nullable: true, description: 'The document that it belongs to.' })
  readonly reference?: string | null;

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly note?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it happened, by your clock. Left out: now.' })
  readonly occurredAt?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: answers what would happen and changes nothing.' })
  readonly dryRun!: boolean;
}

export function adjustStockCommand(input: StockAdjustInput): AdjustStockCommand {
  return {
    idempotencyKey: input.idempotencyKey,
    reason: input.reason,
    rows: input.rows.map(({ sku, specification, location, delta, ...dimensions }) => ({
      key: {
        item: { by: 'SKU', sku, specification },
        location: { by: 'CODE', code: location, whenUnknown: 'REFUSE' },
        dimensions,
      },
      delta,
    })),
    reference: input.reference ?? null,
    note: input.note ?? null,
    occurredAtMs: input.occurredAt ?? null,
    dryRun: input.dryRun,
  };
}
