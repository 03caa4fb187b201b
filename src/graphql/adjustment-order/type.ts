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
import { Node } from '../types/node';
import { connectionOf, edgeOf } from '../paging/connection';
import { Quantity } from '../types/scalars';
import { OpenTo } from '../types/scopes';

@OpenTo('stock:read', 'orders:write')
@ObjectType({
  description: 'One side of a line of an adjustment order: the units taken out, or the units put in.',
  simpleResolvers: true,
})
export class AdjustmentOrderSide implements PostedSide {
  /** Shown as `item`, `packaging`, `barcode` and `owner`. */
  readonly key!: StockKey;

  @Field(() => Quantity, { description: 'The number of packages of this `packaging`, above 0.' })
  readonly quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of single units in one package, as stated in the order. Null when the order did not state it.',
  })
  readonly standardPartsQuantity!: number | null;
}

@OpenTo('stock:read', 'orders:write')
@ObjectType({
  description: 'One conversion: the units taken out, and the units put in instead.',
  simpleResolvers: true,
})
class AdjustmentOrderLine {
  @Field(() => AdjustmentOrderSide, { description: 'The units taken out of stock.' })
  readonly out!: PostedSide;

  @Field(() => AdjustmentOrderSide, { description: 'The units put into stock instead.' })
  readonly in!: PostedSide;
}

@OpenTo('stock:read', 'orders:write')
@ObjectType({
  description:
    'An order that converted units into others: unpacked them, changed their owner or changed their barcode. It is posted whole or not at all, and never edited.',
  implements: Node,
  simpleResolvers: true,
})
export class AdjustmentOrder implements AdjustmentOrderView {
  @Field(() => String, { description: "The gateway's number for the order: `WT` and 12 digits. Never used twice." })
  readonly orderNo!: string;

  @Field(() => AdjustmentOrderTypeEnum, {
    description: 'What the order converted. A reversal has the type of the order that it reverses.',
  })
  readonly type!: AdjustmentOrderType;

  @Field(() => AdjustmentOrderStatusEnum, { description: 'Whether the order stands or has been reversed.' })
  readonly status!: AdjustmentOrderStatus;

  /** Shown as `origin` of its movement. */
  readonly originId!: string;

  @Field(() => String, {
    nullable: true,
    description: "The client's own number for the order. Null when it gave none, and for reversals.",
  })
  readonly sellerOrderNo!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The warehouse's code for the service, as given. Null when none was given.",
  })
  readonly productCode!: string | null;

  /** Shown as `location`. */
  readonly locationId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The inventory organisation that gave the units, as stated. Null when none was stated.',
  })
  readonly turnOutOwner!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The inventory organisation that received the units, as stated. Null when none was stated.',
  })
  readonly turnInOwner!: string | null;

  @Field(() => [AdjustmentOrderLine], { description: 'What the order converted, line by line.', complexity: listCost })
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

@ObjectType({ description: 'An adjustment order and its cursor.', simpleResolvers: true })
class AdjustmentOrderEdge extends edgeOf(AdjustmentOrder) {}

@ObjectType({ description: 'A page of adjustment orders.', simpleResolvers: true })
export class AdjustmentOrderConnection extends connectionOf(AdjustmentOrder, AdjustmentOrderEdge) {}
