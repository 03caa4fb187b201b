import { Field, ID, ObjectType } from 'type-graphql';
import type { StockLevelView, StockView } from '../../application/ports/reads';
import type { Packaging, StockBucket, StockCondition, StockDimensions } from '../../domain/ledger/stock-key';
import { PackagingEnum, StockBucketEnum, StockConditionEnum } from '../types/enums';
import { Item } from '../item/type';
import { listCost } from '../limits/cost';
import { Location } from '../location/type';
import { connectionOf, edgeOf } from '../paging/connection';
import { DateTime, Quantity } from '../types/scalars';

/** What a stock key consists of beside item and location. */
@ObjectType({ simpleResolvers: true })
abstract class Dimensions implements StockDimensions {
  @Field(() => String, { description: 'The inventory organisation that owns the units; empty where none is tracked.' })
  readonly owner!: string;

  @Field(() => String, { description: 'The pool within the location; empty where none is tracked.' })
  readonly pool!: string;

  @Field(() => String, { description: 'The sales channel that the units are for, such as 2B or 2C; empty: any.' })
  readonly channel!: string;

  @Field(() => StockConditionEnum, { description: 'In which condition the units are.' })
  readonly condition!: StockCondition;

  @Field(() => PackagingEnum, { description: 'How the units are packed.' })
  readonly packaging!: Packaging;

  @Field(() => String, { description: 'The barcode on the units; empty where none is tracked.' })
  readonly barcode!: string;

  @Field(() => String, { description: 'The lot or batch; empty where none is tracked.' })
  readonly lot!: string;

  @Field(() => StockBucketEnum, { description: 'In which state the units are.' })
  readonly bucket!: StockBucket;
}

@ObjectType({ description: 'The quantity of one stock key.', simpleResolvers: true })
export class StockLevel extends Dimensions implements StockLevelView {
  @Field(() => ID, { description: 'Derived from the stock key, so the same key has it in every copy of the ledger.' })
  readonly id!: string;

  @Field(() => Item, { description: 'What the quantity is of.' })
  readonly item!: Item;

  @Field(() => Location, { description: 'Where the units are.' })
  readonly location!: Location;

  @Field(() => Quantity, { description: 'Below zero where more was reported out than in: a discrepancy to look into.' })
  readonly quantity!: number;

  @Field(() => Quantity, { description: 'The number of entries posted to it, without gaps.' })
  readonly version!: number;

  @Field(() => DateTime, { description: 'When it last changed, by the clock of the ledger.' })
  readonly updatedAt!: string;

  /** Bounds `entries`, so that they add up to the quantity. */
  readonly shownSequence!: number;
}

@ObjectType({
  description: 'What one location holds of one item: its levels, summed by bucket.',
  simpleResolvers: true,
})
export class Stock implements StockView {
  @Field(() => Item, { description: 'What is held.' })
  readonly item!: Item;

  @Field(() => Location, { description: 'Where it is held.' })
  readonly location!: Location;

  @Field(() => Quantity, {
    description: 'Everything that is there: available, reserved, committed, missing, blocked and on hold.',
  })
  readonly onHand!: number;

  @Field(() => Quantity, { description: 'Free to be sold.' })
  readonly available!: number;

  @Field(() => Quantity, { description: 'Held by us for someone.' })
  readonly reserved!: number;

  @Field(() => Quantity, { description: 'Allocated to outbound orders.' })
  readonly committed!: number;

  @Field(() => Quantity, { description: 'Lost and being looked for.' })
  readonly missing!: number;

  @Field(() => Quantity, { description: 'Must not be shipped.' })
  readonly blocked!: number;

  @Field(() => Quantity, { description: 'Frozen for another cause.' })
  readonly onHold!: number;

  @Field(() => Quantity, { description: 'On its way; not part of onHand.' })
  readonly incoming!: number;

  @Field(() => Quantity, { nullable: true, description: "The warehouse's own total; null until it has a baseline." })
  readonly reportedOnHand!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description: 'reportedOnHand − onHand: what the warehouse counts more than we do; null where it reports no total.',
  })
  readonly drift!: number | null;

  @Field(() => [StockLevel], { description: 'The levels that the sums are made of.', complexity: listCost })
  readonly levels!: StockLevel[] | null;

  @Field(() => DateTime, { description: 'When any of its levels last changed, by the clock of the ledger.' })
  readonly updatedAt!: string;
}

const LEDGER_SEQUENCE = {
  description: 'The ledger sequence that this answer shows: everything up to there, and nothing beyond.',
};

@ObjectType({ description: 'Stock in a page.', simpleResolvers: true })
class StockEdge extends edgeOf(Stock) {}

@ObjectType({ description: 'A page of stock.', simpleResolvers: true })
export class StockConnection extends connectionOf(Stock, StockEdge) {
  @Field(() => Quantity, LEDGER_SEQUENCE)
  readonly ledgerSequence!: number;
}

@ObjectType({ description: 'A level in a page.', simpleResolvers: true })
class StockLevelEdge extends edgeOf(StockLevel) {}

@ObjectType({ description: 'A page of levels.', simpleResolvers: true })
export class StockLevelConnection extends connectionOf(StockLevel, StockLevelEdge) {
  @Field(() => Quantity, LEDGER_SEQUENCE)
  readonly ledgerSequence!: number;
}

/** A change as it is before its item and location are looked up. */
export interface StockChangeView extends StockDimensions {
  readonly itemId: string;
  readonly locationId: string;
  readonly delta: number;
  readonly quantityAfter: number;
}

@ObjectType({
  description: 'One stock key and what happens, or would happen, to it.',
  simpleResolvers: true,
})
export class StockChange extends Dimensions implements StockChangeView {
  /** Shown as `item`. */
  readonly itemId!: string;

  /** Shown as `location`. */
  readonly locationId!: string;

  @Field(() => Quantity, { description: 'By how much the quantity changes.' })
  readonly delta!: number;

  @Field(() => Quantity, { description: 'The quantity after it.' })
  readonly quantityAfter!: number;
}
