import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { ItemView, LocationView, MovementView } from '../../application/ports/reads';
import type { AdjustmentOrder as AdjustmentOrderView, PostedSide } from '../../domain/adjustment-order';
import type { Packaging } from '../../domain/ledger/stock-key';
import { tidyName } from '../../domain/text';
import type { Context } from '../context';
import { PackagingEnum } from '../types/enums';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';
import { isoOf } from '../types/instants';
import { Item } from '../item/type';
import { orderNodeId } from '../../domain/node-ids';
import { NODE_ID } from '../types/node';
import { Movement } from '../ledger/type';
import { pageCost } from '../limits/cost';
import { Location } from '../location/type';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { pageRequest } from '../paging/page-args';
import { DateTime } from '../types/scalars';
import { selectionOf } from '../paging/selection';
import { AdjustmentOrderArgs, AdjustmentOrdersArgs } from './input';
import { AdjustmentOrder, AdjustmentOrderConnection, AdjustmentOrderSide } from './type';
import { adjustmentOrderLoaders } from './loaders';
import { itemLoaders } from '../item/loaders';
import { ledgerLoaders } from '../ledger/loaders';
import { locationLoaders } from '../location/loaders';
import { ClosedToLimitedKeys, OpenTo } from '../types/scopes';

const ADJUSTMENT_ORDERS: List = { name: 'adjustmentOrders', key: ['text'] };

@Resolver(() => AdjustmentOrder)
export class AdjustmentOrderResolver {
  @OpenTo('stock:read', 'orders:write')
  @Query(() => AdjustmentOrder, {
    nullable: true,
    description:
      'Finds an adjustment order by its number. Give exactly one of `orderNo` and `sellerOrderNo`. Null when there is none.',
  })
  adjustmentOrder(
    @Args(() => AdjustmentOrderArgs) args: AdjustmentOrderArgs,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderView | null | undefined> {
    const { orderNo, sellerOrderNo } = given(args);
    const { reads, tenantId } = context;
    if (orderNo !== undefined && sellerOrderNo === undefined)
      return context.loadersOf(adjustmentOrderLoaders).order.load(orderNo);
    if (sellerOrderNo === undefined || orderNo !== undefined) {
      throw badUserInput('adjustmentOrder takes exactly one of orderNo and sellerOrderNo.');
    }
    return reads.orderBySellerOrderNo(tenantId, tidyName(sellerOrderNo));
  }

  @OpenTo('stock:read', 'orders:write')
  @Query(() => AdjustmentOrderConnection, {
    description: 'Lists adjustment orders, ordered by `orderNo`, oldest first.',
    complexity: pageCost,
  })
  async adjustmentOrders(
    @Args(() => AdjustmentOrdersArgs) args: AdjustmentOrdersArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AdjustmentOrderView>> {
    const { type = null, status = null } = args;
    const cursors = new Cursors(ADJUSTMENT_ORDERS, { type, status });
    const page = pageRequest(args, cursors, selectionOf(info));
    return new Connection(await reads.adjustmentOrders(tenantId, { type, status, page }), cursors, ({ orderNo }) => [
      orderNo,
    ]);
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { orderNo }: AdjustmentOrderView): string {
    return orderNodeId(orderNo);
  }

  @FieldResolver(() => Location, { description: 'The location whose stock was converted.' })
  location(@Root() { locationId }: AdjustmentOrderView, @Ctx() context: Context): Promise<LocationView | null> {
    return context.loadersOf(locationLoaders).location.load(locationId);
  }

  @FieldResolver(() => [Movement], {
    description:
      'The movement that the order posted. The movement that reverses it belongs to the order in `reversedBy`.',
  })
  async movements(@Root() { sequence }: AdjustmentOrderView, @Ctx() context: Context): Promise<MovementView[]> {
    const movement = await context.loadersOf(ledgerLoaders).movement.load(sequence);
    return movement ? [movement] : [];
  }

  @FieldResolver(() => AdjustmentOrder, {
    nullable: true,
    description: 'The order that reversed this one. Null when it has not been reversed.',
  })
  reversedBy(
    @Root() { reversedBy }: AdjustmentOrderView,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderView | null> | null {
    return reversedBy === null ? null : context.loadersOf(adjustmentOrderLoaders).order.load(reversedBy);
  }

  @FieldResolver(() => AdjustmentOrder, {
    nullable: true,
    description: 'The order that this one reverses. Null when it is not a reversal.',
  })
  reverses(
    @Root() { reverses }: AdjustmentOrderView,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderView | null> | null {
    return reverses === null ? null : context.loadersOf(adjustmentOrderLoaders).order.load(reverses);
  }

  @FieldResolver(() => DateTime, { description: "When the order was posted, by the ledger's clock." })
  createdAt(@Root() { createdAtMs }: AdjustmentOrderView): string {
    return isoOf(createdAtMs);
  }
}

@Resolver(() => AdjustmentOrderSide)
export class AdjustmentOrderSideResolver {
  @FieldResolver(() => Item, { description: 'The item of these units.' })
  item(@Root() { key }: PostedSide, @Ctx() context: Context): Promise<ItemView | null> {
    return context.loadersOf(itemLoaders).item.load(key.itemId);
  }

  @FieldResolver(() => PackagingEnum, {
    description: 'How the units were packed. `quantity` counts packages of this kind.',
  })
  packaging(@Root() { key }: PostedSide): Packaging {
    return key.packaging;
  }

  @FieldResolver(() => String, { description: 'The barcode on the units. Empty when barcodes are not tracked.' })
  barcode(@Root() { key }: PostedSide): string {
    return key.barcode;
  }

  @FieldResolver(() => String, {
    description: 'The inventory organisation that owned the units. Empty when stock is not kept by organisation.',
  })
  owner(@Root() { key }: PostedSide): string {
    return key.owner;
  }
}

@Resolver(() => Movement)
export class MovementOrderResolver {
  @ClosedToLimitedKeys()
  @FieldResolver(() => AdjustmentOrder, {
    nullable: true,
    description: 'The adjustment order that posted the movement. Null when no order did.',
  })
  adjustmentOrder(@Root() { sequence }: MovementView, @Ctx() context: Context): Promise<AdjustmentOrderView | null> {
    return context.loadersOf(adjustmentOrderLoaders).orderOfMovement.load(sequence);
  }
}
