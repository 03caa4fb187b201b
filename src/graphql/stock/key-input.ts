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
  description: 'A stock key: exactly which units a quantity is about. The defaults mean loose, good, available stock.',
})
export class StockKeyInput {
  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, {
    ...TEXT,
    description: 'The specification of the item. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => String, { description: 'The code of the location.' })
  readonly location!: string;

  @Field(() => String, {
    ...TEXT,
    description: 'The inventory organisation that owns the units. Empty when owners are not tracked.',
  })
  readonly owner!: string;

  @Field(() => String, { ...TEXT, description: 'The pool within the location. Empty when pools are not tracked.' })
  readonly pool!: string;

  @Field(() => String, {
    ...TEXT,
    description: 'The sales channel that the units are for, such as `2B` or `2C`. Empty for any channel.',
  })
  readonly channel!: string;

  @Field(() => StockConditionEnum, {
    defaultValue: DEFAULT_DIMENSIONS.condition,
    description: 'The condition of the units.',
  })
  readonly condition!: StockCondition;

  @Field(() => PackagingEnum, {
    defaultValue: DEFAULT_DIMENSIONS.packaging,
    description: 'How the units are packed. The quantity counts packages of this kind.',
  })
  readonly packaging!: Packaging;

  @Field(() => String, { ...TEXT, description: 'The barcode on the units. Empty when barcodes are not tracked.' })
  readonly barcode!: string;

  @Field(() => String, { ...TEXT, description: 'The lot or batch of the units. Empty when lots are not tracked.' })
  readonly lot!: string;

  @Field(() => StockBucketEnum, {
    defaultValue: DEFAULT_DIMENSIONS.bucket,
    description: 'The state of the units.',
  })
  readonly bucket!: StockBucket;
}

export function dimensionsOf(key: StockKeyInput): StockDimensions {
  const { owner, pool, channel, condition, packaging, barcode, lot, bucket } = key;
  return { owner, pool, channel, condition, packaging, barcode, lot, bucket };
}

/** The key by its names, for commands. Commands never create the items and locations that they name. */
export function namedKey(key: StockKeyInput): NamedKey {
  const { sku, specification, location: code } = key;
  return {
    item: { by: 'SKU', sku, specification },
    location: { by: 'CODE', code, whenUnknown: 'REFUSE' },
    dimensions: dimensionsOf(key),
  };
}
