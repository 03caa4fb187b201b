import { Field, InputType } from 'type-graphql';
import type { NamedKey } from '../../domain/ledger/posting-reads';
import {
  DEFAULT_DIMENSIONS,
  type Packaging,
  type StockBucket,
  type StockCondition,
  type StockDimensions,
} from '../../domain/ledger/stock-key';
import { PackagingEnum, StockBucketEnum, StockConditionEnum } from '../types/enums';

const TEXT = { defaultValue: '' };

@InputType({
  description: 'A stock key: what a quantity is about. What is left out is as for loose, good, available stock.',
})
export class StockKeyInput {
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
}

export function dimensionsOf(key: StockKeyInput): StockDimensions {
  const { owner, pool, channel, condition, packaging, barcode, lot, bucket } = key;
  return { owner, pool, channel, condition, packaging, barcode, lot, bucket };
}

/** The key by its names, for commands; they are never what makes an item or a location. */
export function namedKey(key: StockKeyInput): NamedKey {
  const { sku, specification, location: code } = key;
  return {
    item: { by: 'SKU', sku, specification },
    location: { by: 'CODE', code, whenUnknown: 'REFUSE' },
    dimensions: dimensionsOf(key),
  };
}
