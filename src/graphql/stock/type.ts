import { Field, ID, ObjectType } from 'type-graphql';
import type { StockLevelView, StockTotalsView, StockView } from '../../application/ports/reads';
import type { Packaging, StockBucket, StockCondition, StockDimensions, StockKey } from '../../domain/ledger/stock-key';
import type { StockChange as PostedChange } from '../../domain/ledger/unit-of-work';
import { PackagingEnum, StockBucketEnum, StockConditionEnum } from '../types/enums';
import { Item } from '../item/type';
import { listCost } from '../limits/cost';
import { Location } from '../location/type';
import { Node, VIEW_ID } from '../types/node';
import { connectionOf, edgeOf } from '../paging/connection';
import type { FieldsOf } from '../types/fields';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

/** The parts of a stock key besides item and location. */
@ObjectType({ simpleResolvers: true })
abstract class Dimensions implements StockDimensions {
  @Field(() => String, {
    description: 'The inventory organisation that owns the units. Empty when owners are not tracked.',
  })
  readonly owner!: string;

  @Field(() => String, { description: 'The pool within the location. Empty when pools are not tracked.' })
  readonly pool!: string;

  @Field(() => String, {
    description: 'The sales channel that the units are for, such as `2B` or `2C`. Empty for any channel.',
  })
  readonly channel!: string;

  @Field(() => StockConditionEnum, { description: 'The condition of the units.' })
  readonly condition!: StockCondition;

  @Field(() => PackagingEnum, { description: 'How the units are packed. The quantity counts packages of this kind.' })
  readonly packaging!: Packaging;

  @Field(() => String, { description: 'The barcode on the units. Empty when barcodes are not tracked.' })
  readonly barcode!: string;

  @Field(() => String, { description: 'The lot or batch of the units. Empty when lots are not tracked.' })
  readonly lot!: string;

  @Field(() => StockBucketEnum, { description: 'The state of the units. Each bucket has a quantity of its own.' })
  readonly bucket!: StockBucket;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description:
    'The quantity of one stock key: an item at a location, with owner, pool, channel, condition, packaging, barcode, lot and bucket. `Stock` sums these up.',
  implements: Node,
  simpleResolvers: true,
})
export class StockLevel extends Dimensions implements StockLevelView {
  @Field(() => ID, { description: VIEW_ID })
  readonly id!: string;

  /** A part of the `id`. */
  readonly levelId!: string;

  @Field(() => Item, { description: 'The item that the quantity is of.' })
  readonly item!: Item;

  @Field(() => Location, { description: 'The location of the units.' })
  readonly location!: Location;

  @Field(() => Quantity, {
    description:
      'The units of this stock key. Negative when more units were reported out than in, which is a discrepancy to investigate.',
  })
  readonly quantity!: number;

  @Field(() => Quantity, { description: 'The number of entries posted to this level. It rises by 1 with each entry.' })
  readonly version!: number;

  @Field(() => DateTime, { description: "When this level last changed, by the ledger's clock." })
  readonly updatedAt!: string;

  /** The last sequence that `entries` may show, so that they add up to the quantity. */
  readonly shownSequence!: number;

  /** A part of the `id`. */
  readonly asOfSequence!: number | null;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description:
    'The stock of one item at one location, summed over its levels. Every quantity counts all owners, pools, channels, conditions, packagings, barcodes and lots.',
  implements: Node,
  simpleResolvers: true,
})
export class Stock implements StockView {
  @Field(() => ID, { description: VIEW_ID })
  readonly id!: string;

  @Field(() => Item, { description: 'The item in stock.' })
  readonly item!: Item;

  @Field(() => Location, { description: 'The location that holds the item.' })
  readonly location!: Location;

  @Field(() => Quantity, {
    description:
      'Total units at this location: `available` + `reserved` + `committed` + `missing` + `blocked` + `onHold`. Does not include `incoming`.',
  })
  readonly onHand!: number;

  @Field(() => Quantity, {
    description: 'Units in bucket AVAILABLE, damaged ones included. For what a shop can sell, see `sellable`.',
  })
  readonly available!: number;

  @Field(() => Quantity, { description: 'Units in bucket RESERVED: held by the gateway for someone.' })
  readonly reserved!: number;

  @Field(() => Quantity, { description: 'Units in bucket COMMITTED: allocated to outbound orders.' })
  readonly committed!: number;

  @Field(() => Quantity, { description: 'Units in bucket MISSING: lost, and being searched for.' })
  readonly missing!: number;

  @Field(() => Quantity, { description: 'Units in bucket BLOCKED: must not be shipped.' })
  readonly blocked!: number;

  @Field(() => Quantity, { description: 'Units in bucket ON_HOLD: frozen for a reason other than BLOCKED or MISSING.' })
  readonly onHold!: number;

  @Field(() => Quantity, {
    description: 'Units in bucket INCOMING: on their way to the location. Not part of `onHand`.',
  })
  readonly incoming!: number;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The on-hand total that the warehouse itself reports, for comparison. Null until the warehouse has reported an opening or a count of it.',
  })
  readonly reportedOnHand!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      '`reportedOnHand` − `onHand`. Positive when the warehouse counts more units than the gateway, 0 when both agree. Null when `reportedOnHand` is null.',
  })
  readonly drift!: number | null;

  @Field(() => [StockLevel], {
    description: 'The levels that the sums are made of, ordered by bucket.',
    complexity: listCost,
  })
  readonly levels!: StockLevel[] | null;

  @Field(() => DateTime, { description: "When any of the levels last changed, by the ledger's clock." })
  readonly updatedAt!: string;

  /** A part of the `id`. */
  readonly asOfSequence!: number | null;

  /** Not shown: a part of the cursor. */
  readonly sellableKey!: number | null;
}

const LEDGER_SEQUENCE = {
  description: 'The ledger sequence that this page shows. The page includes every movement up to it and none after it.',
};

@ObjectType({ description: 'The stock of an item at a location, and its cursor.', simpleResolvers: true })
class StockEdge extends edgeOf(Stock) {}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({ description: 'A page of stock.', simpleResolvers: true })
export class StockConnection extends connectionOf(Stock, StockEdge) {
  @Field(() => Quantity, LEDGER_SEQUENCE)
  readonly ledgerSequence!: number;
}

@ObjectType({ description: 'A stock level and its cursor.', simpleResolvers: true })
class StockLevelEdge extends edgeOf(StockLevel) {}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({ description: 'A page of stock levels.', simpleResolvers: true })
export class StockLevelConnection extends connectionOf(StockLevel, StockLevelEdge) {
  @Field(() => Quantity, LEDGER_SEQUENCE)
  readonly ledgerSequence!: number;
}

@OpenToLimitedKeys()
@OpenTo('stock:read', 'stock:write', 'orders:write')
@ObjectType({
  description: 'A change to the quantity of one stock key. On a dry run, the change that would be made.',
  simpleResolvers: true,
})
export class StockChange extends Dimensions implements StockKey {
  /** Shown as `item`. */
  readonly itemId!: string;

  /** Shown as `location`. */
  readonly locationId!: string;

  @Field(() => Quantity, { description: 'The change in units. Positive adds units, negative takes them away.' })
  readonly delta!: number;

  @Field(() => Quantity, { description: 'The quantity of the stock key after the change.' })
  readonly quantityAfter!: number;
}

/** The changes of a command's result in the form of their GraphQL type. Written out, as there are hundreds. */
export function changesView(changes: readonly PostedChange[]): FieldsOf<StockChange>[] {
  return changes.map(({ key, delta, quantityAfter }) => {
    const { itemId, locationId, owner, pool, channel, condition, packaging, barcode, lot, bucket } = key;
    return {
      itemId,
      locationId,
      owner,
      pool,
      channel,
      condition,
      packaging,
      barcode,
      lot,
      bucket,
      delta,
      quantityAfter,
    };
  });
}

const SUM = (what: string) => ({ description: `The sum of \`${what}\` over all stock of the filter.` });

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({ description: 'Sums over all stock of a filter, at one moment of the ledger.', simpleResolvers: true })
export class StockTotals implements StockTotalsView {
  @Field(() => Quantity, SUM('onHand'))
  readonly onHand!: number;

  @Field(() => Quantity, SUM('available'))
  readonly available!: number;

  @Field(() => Quantity, SUM('reserved'))
  readonly reserved!: number;

  @Field(() => Quantity, SUM('committed'))
  readonly committed!: number;

  @Field(() => Quantity, SUM('missing'))
  readonly missing!: number;

  @Field(() => Quantity, SUM('blocked'))
  readonly blocked!: number;

  @Field(() => Quantity, SUM('onHold'))
  readonly onHold!: number;

  @Field(() => Quantity, SUM('incoming'))
  readonly incoming!: number;

  @Field(() => Quantity, { description: 'The number of items at locations that were added up.' })
  readonly stocks!: number;

  @Field(() => Quantity, {
    description: 'The ledger sequence that the sums show. They include every movement up to it and none after it.',
  })
  readonly ledgerSequence!: number;
}
