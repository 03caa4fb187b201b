import { Field, InputType } from 'type-graphql';
import type { NamedKey } from '../../domain/ledger/posting-reads';
import {
  DEFAULT_DIMENSIONS,
  type Packaging,
  type StockBucket,
  type StockCondition,
  dimensionsOf,
  type StatedDimensions,
} from '../../domain/ledger/stock-key';
import { PackagingEnum, StockBucketEnum, StockConditionEnum } from '../types/enums';

const TEXT = { defaultValue: '' };

/** What every stock key says alike. */
@InputType()
class KeyNames {
  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, {
    ...TEXT,
    description: 'The specification of the item. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => String, { description: 'The code of the location.' })
  readonly location!: string;

  @Field(() => StockConditionEnum, {
    defaultValue: DEFAULT_DIMENSIONS.condition,
    description: 'The condition of the units.',
  })
  readonly condition!: StockCondition;

  @Field(() => StockBucketEnum, {
    defaultValue: DEFAULT_DIMENSIONS.bucket,
    description: 'The state of the units.',
  })
  readonly bucket!: StockBucket;
}

/** The stock key of a change: the defaults mean loose, good, available stock. */
@InputType()
export class ChangedKeyInput extends KeyNames {
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

  @Field(() => PackagingEnum, {
    defaultValue: DEFAULT_DIMENSIONS.packaging,
    description: 'How the units are packed. The quantity counts packages of this kind.',
  })
  readonly packaging!: Packaging;

  @Field(() => String, { ...TEXT, description: 'The barcode on the units. Empty when barcodes are not tracked.' })
  readonly barcode!: string;

  @Field(() => String, { ...TEXT, description: 'The lot or batch of the units. Empty when lots are not tracked.' })
  readonly lot!: string;
}

/** A dimension for which left out and empty mean different things, so it has no default. */
const STATED = { nullable: true };
const OR_LEFT_OUT = 'Empty: exactly the units without one. Left out: refused when other units of the item have one.';

/** The stock key of a count: it says of each dimension whether it states it. */
@InputType()
export class CountedKeyInput extends KeyNames implements StatedDimensions {
  @Field(() => String, { ...STATED, description: `The inventory organisation that owns the units. ${OR_LEFT_OUT}` })
  readonly owner?: string | null;

  @Field(() => String, { ...STATED, description: `The pool within the location. ${OR_LEFT_OUT}` })
  readonly pool?: string | null;

  @Field(() => String, { ...STATED, description: `The sales channel, such as \`2B\` or \`2C\`. ${OR_LEFT_OUT}` })
  readonly channel?: string | null;

  @Field(() => PackagingEnum, {
    ...STATED,
    description:
      'How the units are packed. Left out: SINGLE, and refused when units of the item are packed in another way.',
  })
  readonly packaging?: Packaging | null;

  @Field(() => String, { ...STATED, description: `The barcode on the units. ${OR_LEFT_OUT}` })
  readonly barcode?: string | null;

  @Field(() => String, { ...STATED, description: `The lot or batch of the units. ${OR_LEFT_OUT}` })
  readonly lot?: string | null;
}

const ANY = 'Empty: exactly the units without one. Left out: see the description of the key.';

@InputType({
  description:
    'The key of one stock level. Of the dimensions that are left out it means the default, or else the only level that there is. Refused when there are several.',
})
export class StockKeyInput extends KeyNames implements StatedDimensions {
  @Field(() => String, { ...STATED, description: `The inventory organisation that owns the units. ${ANY}` })
  readonly owner?: string | null;

  @Field(() => String, { ...STATED, description: `The pool within the location. ${ANY}` })
  readonly pool?: string | null;

  @Field(() => String, { ...STATED, description: `The sales channel, such as \`2B\` or \`2C\`. ${ANY}` })
  readonly channel?: string | null;

  @Field(() => PackagingEnum, { ...STATED, description: 'How the units are packed. The default is SINGLE.' })
  readonly packaging?: Packaging | null;

  @Field(() => String, { ...STATED, description: `The barcode on the units. ${ANY}` })
  readonly barcode?: string | null;

  @Field(() => String, { ...STATED, description: `The lot or batch of the units. ${ANY}` })
  readonly lot?: string | null;
}

/**
 * The key by its names, for commands. Commands never create the items and locations that they name. In the order of its
 * members' names, in which a fingerprint takes it as it is.
 */
export function namedKey(key: ChangedKeyInput | CountedKeyInput): NamedKey {
  const { sku, specification, location: code } = key;
  return {
    dimensions: dimensionsOf(key),
    item: { by: 'SKU', sku, specification },
    location: { by: 'CODE', code, whenUnknown: 'REFUSE' },
  };
}
