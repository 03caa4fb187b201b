import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import {
  type ItemView,
  type LocationView,
  type StockLevelView,
  type StockOrder,
  type StockTotalsView,
  type StockView,
  type StockWants,
} from '../../application/ports/reads';
import type { Context } from '../context';
import { Item } from '../item/type';
import { listCost, pageCost, TOTAL_COUNT_COST } from '../limits/cost';
import { Location } from '../location/type';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { pageRequest } from '../paging/page-args';
import { onceASelection, selectedOfNodes, selectionOf, selectsOfNodes, type Selection } from '../paging/selection';
import type { FieldsOf } from '../types/fields';
import { momentOf, StockArgs, stockFilter, stockLevelFilter, StockLevelsArgs, StockTotalsArgs } from './input';
import { Stock, StockChange, StockConnection, StockLevelConnection, StockTotals } from './type';
import { itemLoaders } from '../item/loaders';
import { locationLoaders } from '../location/loaders';
import { stockLoaders } from './loaders';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

const STOCK: List = { name: 'stock', key: ['text', 'text', 'text'] };
const STOCK_BY_SELLABLE: List = { name: 'stock by sellable', key: ['quantity', 'text', 'text', 'text'] };
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

/** The ids and names of items and locations. What else is selected of a node may need more of them. */
const NAMES = [
  ...['item', 'item.__typename', 'item.id', 'item.sku', 'item.specification', 'item.name'],
  ...['location', 'location.__typename', 'location.id', 'location.code', 'location.name'],
];
const STOCK_FIELDS: ReadonlySet<string> = new Set([
  ...['__typename', 'id', 'available', 'onHand', 'updatedAt'],
  ...BUCKET_FIELDS,
  ...NAMES,
]);
const LEVEL_FIELDS: ReadonlySet<string> = new Set([
  ...['__typename', 'id', 'quantity', 'version', 'updatedAt'],
  ...['owner', 'pool', 'channel', 'condition', 'packaging', 'barcode', 'lot', 'bucket'],
  ...NAMES,
]);

const shownOf = (selection: Selection, fields: ReadonlySet<string>): 'NAMES' | 'EVERYTHING' =>
  selectedOfNodes(selection).every((field) => fields.has(field)) ? 'NAMES' : 'EVERYTHING';

const wantsOf = onceASelection((selection): StockWants => ({
  buckets: BUCKET_FIELDS.some((field) => selectsOfNodes(selection, field)),
  levels: selectsOfNodes(selection, 'levels'),
  shown: selection.has('nodes') || selection.has('edges.node') ? shownOf(selection, STOCK_FIELDS) : 'POSITION',
}));

/** The same of a plain list. */
const wantsOfList = onceASelection((selection): StockWants => ({
  buckets: BUCKET_FIELDS.some((field) => selection.has(field)),
  levels: selection.has('levels'),
}));

const levelsShown = onceASelection((selection) => ({ shown: shownOf(selection, LEVEL_FIELDS) }));

const stockKey = ({ item, location }: StockView): [string, string, string] => [
  item.sku,
  item.specification,
  location.code,
];

/** What comes before the rest of the key where stock is ordered by what can be sold. */
function sellableKey({ sellableKey: sellable }: StockView, order: StockOrder): number[] {
  if (order === 'SKU' || sellable === null) return [];
  return [order === 'SELLABLE_ASC' ? sellable : 0 - sellable];
}

@Resolver(() => Stock)
export class StockResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => StockConnection, {
    description:
      'Lists the stock of each item at each location, ordered by sku, specification and location unless `orderBy` says otherwise. An item appears at a location from its first entry or accepted count there.',
    complexity: pageCost,
  })
  async stock(
    @Args(() => StockArgs) args: StockArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<StockView>> {
    const filter = stockFilter(args.filter);
    const asOf = momentOf(args.asOf);
    const { orderBy: order } = args;
    const isBySku = order === 'SKU';
    // The order is a part of the binding only where there is another one, so that cursors of before stay good.
    const cursors = new Cursors(isBySku ? STOCK : STOCK_BY_SELLABLE, { filter, asOf, ...(isBySku ? {} : { order }) });
    const selection = selectionOf(info);
    const page = pageRequest(args, cursors, selection);
    const stock = await reads.stock(tenantId, { filter, order, asOf, page, wants: wantsOf(selection) });
    return new Connection(stock, cursors, (row) => [...sellableKey(row, order), ...stockKey(row)]);
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => StockTotals, {
    description:
      'Adds up the stock of a filter, in one answer with the sequence that it shows. Fails with BAD_USER_INPUT when a sum has no exact number.',
    complexity: TOTAL_COUNT_COST,
  })
  stockTotals(
    @Args(() => StockTotalsArgs) { filter, asOf }: StockTotalsArgs,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<StockTotalsView> {
    return reads.stockTotals(tenantId, stockFilter(filter), momentOf(asOf));
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
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
    const selection = selectionOf(info);
    const page = pageRequest(args, cursors, selection);
    return new Connection(
      await reads.stockLevels(tenantId, { filter, asOf, page, ...levelsShown(selection) }),
      cursors,
      ({ levelId, item, location }) => [item.sku, item.specification, location.code, levelId],
    );
  }
}

@Resolver(() => Item)
export class ItemStockResolver {
  @OpenTo('stock:read')
  @FieldResolver(() => [Stock], {
    description: 'The current stock of the item at each location, ordered by location code.',
    complexity: listCost,
  })
  stock(
    @Root() item: ItemView,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly StockView[]> {
    return context
      .loadersOf(stockLoaders)
      .stockOfItem(wantsOfList(selectionOf(info)))
      .load(item);
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
