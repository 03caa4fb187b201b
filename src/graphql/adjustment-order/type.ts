import { Field, Int, ObjectType } from 'type-graphql';
import type {
  AdjustmentOrder as AdjustmentOrderView,
  AdjustmentOrderStatus,
  AdjustmentOrderType,
  PostedSide,
} from '../../domain/adjustment-order';
import type { StockKey } from '../../domain/ledger/stock-key';
import { AdjustmentOrderStatusEnum, AdjustmentOrderTypeEnum } from '../types/enums';
import { listCost } from '../limits/cost';
import { connectionOf, edgeOf } from '../paging/connection';
import { Quantity } from '../types/scalars';

@ObjectType({ description: 'What left, or came, in one line of an adjustment order.', simpleResolvers: true })
export class AdjustmentOrderSide implements PostedSide {
  /** Shown part by part. */
  readonly key!: StockKey;

  @Field(() => Quantity, { description: 'How many of this packaging.' })
  readonly quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many single units a package holds, where the order said so.',
  })
  readonly standardPartsQuantity!: number | null;
}

@ObjectType({ description: 'What left, and what came for it.', simpleResolvers: true })
class AdjustmentOrderLine {
  @Field(() => AdjustmentOrderSide, { description: 'What left.' })
  readonly out!: PostedSide;

  @Field(() => AdjustmentOrderSide, { description: 'What came for it.' })
  readonly in!: PostedSide;
}

@ObjectType({
  description: 'An order that turned units into others. Posted whole or not at all, and never edited.',
  simpleResolvers: true,
})
export class AdjustmentOrder implements AdjustmentOrderView {
  @Field(() => String, { description: 'Our number of it: WT and 12 digits, never given twice.' })
  readonly orderNo!: string;

  @Field(() => AdjustmentOrderTypeEnum, { description: 'What it did; a reversal has the type of what it undid.' })
  readonly type!: AdjustmentOrderType;

  @Field(() => AdjustmentOrderStatusEnum, { description: 'How far it is.' })
  readonly status!: AdjustmentOrderStatus;

  /** Shown by its movement. */
  readonly originId!: string;

  @Field(() => String, { nullable: true, description: "The client's own number of it; null where it gave none." })
  readonly sellerOrderNo!: string | null;

  @Field(() => String, { nullable: true, description: "The warehouse's code of the service, as given." })
  readonly productCode!: string | null;

  /** Shown as `location`. */
  readonly locationId!: string;

  @Field(() => String, { nullable: true, description: 'The inventory organisation that gave, as stated.' })
  readonly turnOutOwner!: string | null;

  @Field(() => String, { nullable: true, description: 'The inventory organisation that received, as stated.' })
  readonly turnInOwner!: string | null;

  @Field(() => [AdjustmentOrderLine], { description: 'What it turned into what.', complexity: listCost })
  readonly lines!: AdjustmentOrderView['lines'];

  /** Shown as `movements`. */
  readonly sequence!: number;

  /** Shown as `createdAt`. */
  readonly createdAtMs!: number;

  /** Shown as an order. */
  readonly reverses!: string | null;

  /** Shown as an order. */
  readonly reversedBy!: string | null;
}

@ObjectType({ description: 'An adjustment order in a page.', simpleResolvers: true })
class AdjustmentOrderEdge extends edgeOf(AdjustmentOrder) {}

@ObjectType({ description: 'A page of adjustment orders.', simpleResolvers: true })
export class AdjustmentOrderConnection extends connectionOf(AdjustmentOrder, AdjustmentOrderEdge) {}
