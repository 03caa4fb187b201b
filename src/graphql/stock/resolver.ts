import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import {
  type ItemView,
  type LocationView,
  type StockLevelView,
  type StockView,
  type StockWants,
} from '../../application/ports/reads';
import type { Context } from '../context';
import { Item } from '../item/type';
import { listCost, pageCost } from '../limits/cost';
import { Location } from '../location/type';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { pageRequest } from '../paging/page-args';
import { onceASelection, selectionOf, selectsOfNodes } from '../paging/selection';
import type { FieldsOf } from '../types/fields';
import { momentOf, StockArgs, stockFilter, stockLevelFilter, StockLevelsArgs } from './input';
import { levelNodeId, stockNodeId } from '../node/ids';
import { VIEW_ID } from '../types/node';
import { Stock, StockChange, StockLevel, StockConnection, StockLevelConnection } from './type';
import { itemLoaders } from '../item/loaders';
import { locationLoaders } from '../location/loaders';
import { stockLoaders } from './loaders';

const STOCK: List = { name: 'stock', key: ['text', 'text', 'text'] };
const STOCK_LEVELS: List = { name: 'stockLevels', key: ['text', 'text', 'text', 'uuid'] };

/** The sums that are read only when one of them is selected. */
const BUCKET_FIELDS = [
  'reserved',
  'committed',
  'missing',
  'blocked',
  'onHold',
  'incoming',
  'reportedOnHand',
  'drift',
] as const satisfies readonly (keyof StockView)[];

const wantsOf = onceASelection((selection): StockWants => ({
  buckets: BUCKET_FIELDS.some((field) => selectsOfNodes(selection, field)),
  levels: selectsOfNodes(selection, 'levels'),
}));

@Resolver(() => Stock)
export class StockResolver {
  @Query(() => StockConnection, {
    description:
      'Lists the stock of each item at each location, ordered by sku, specification and location. An item appears at a location from its first entry or accepted count there.',
    complexity: pageCost,
  })
  async stock(
    @Args(() => StockArgs) args: StockArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<StockView>> {
    const filter = stockFilter(args.filter);
    const asOf = momentOf(args.asOf);
    const cursors = new Cursors(STOCK, { filter, asOf });
    const selection = selectionOf(info);
    const page = pageRequest(args, cursors, selection);
    return new Connection(
      await reads.stock(tenantId, { filter, asOf, page, wants: wantsOf(selection) }),
      cursors,
      ({ item, location }) => [item.sku, item.specification, location.code],
    );
  }

  @Query(() => StockLevelConnection, {
    description: 'Lists the quantities of single stock keys, ordered by sku, specification, location and id.',
    complexity: pageCost,
  })
  async stockLevels(
    @Args(() => StockLevelsArgs) args: StockLevelsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<StockLevelView>> {
    const filter = stockLevelFilter(args.filter);
    const asOf = momentOf(args.asOf);
    const cursors = new Cursors(STOCK_LEVELS, { filter, asOf });
    const page = pageRequest(args, cursors, selectionOf(info));
    return new Connection(
      await reads.stockLevels(tenantId, { filter, asOf, page }),
      cursors,
      ({ id, item, location }) => [item.sku, item.specification, location.code, id],
    );
  }

  @FieldResolver(() => ID, { description: VIEW_ID })
  id(@Root() { item, location, asOfSequence }: StockView): string {
    return stockNodeId(item.id, location.id, asOfSequence);
  }
}

@Resolver(() => StockLevel)
export class StockLevelResolver {
  @FieldResolver(() => ID, { description: VIEW_ID })
  id(@Root() { id, asOfSequence }: StockLevelView): string {
    return levelNodeId(id, asOfSequence);
  }
}

@Resolver(() => Item)
export class ItemStockResolver {
  @FieldResolver(() => [Stock], {
    description: 'The current stock of the item at each location, ordered by location code.',
    complexity: listCost,
  })
  stock(
    @Root() { id }: ItemView,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly StockView[]> {
    const withLevels = selectionOf(info).has('levels');
    return (
      withLevels ? context.loadersOf(stockLoaders).stockOfItemWithLevels : context.loadersOf(stockLoaders).stockOfItem
    ).load(id);
  }
}

@Resolver(() => StockChange)
export class StockChangeResolver {
  @FieldResolver(() => Item, { description: 'The item whose quantity changes.' })
  item(@Root() { itemId }: FieldsOf<StockChange>, @Ctx() context: Context): Promise<ItemView | null> {
    return context.loadersOf(itemLoaders).item.load(itemId);
  }

  @FieldResolver(() => Location, { description: 'The location where the quantity changes.' })
  location(@Root() { locationId }: FieldsOf<StockChange>, @Ctx() context: Context): Promise<LocationView | null> {
    return context.loadersOf(locationLoaders).location.load(locationId);
  }
}
