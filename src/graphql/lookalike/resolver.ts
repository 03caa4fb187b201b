import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { ItemView, LocationView, LookalikeView } from '../../application/ports/reads';
import type { Context } from '../context';
import { itemLoaders } from '../item/loaders';
import { Item } from '../item/type';
import { listCost, pageCost } from '../limits/cost';
import { locationLoaders } from '../location/loaders';
import { Location } from '../location/type';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { Lookalike, LookalikeConnection } from './type';
import { OpenTo } from '../types/scopes';

const LOOKALIKES: List = { name: 'lookalikes', key: ['text', 'text', 'text'] };

@Resolver(() => Lookalike)
export class LookalikeResolver {
  @OpenTo('stock:read')
  @Query(() => LookalikeConnection, {
    description: 'Lists groups of names that differ only in form, ordered by kind, scope and form.',
    complexity: pageCost,
  })
  async lookalikes(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LookalikeView>> {
    const cursors = new Cursors(LOOKALIKES, null);
    const page = await reads.lookalikes(tenantId, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ kind, scope, collisionKey }) => [kind, scope, collisionKey]);
  }

  @FieldResolver(() => [Item], {
    description: 'The items that have the names. Empty for locations. At most 50 are shown.',
    complexity: listCost,
  })
  items(@Root() { itemIds }: LookalikeView, @Ctx() context: Context): Promise<readonly ItemView[]> {
    return loadAll(itemIds, (id) => context.loadersOf(itemLoaders).item.load(id));
  }

  @FieldResolver(() => [Location], {
    description: 'The locations that have the names. Empty for names of items. At most 50 are shown.',
    complexity: listCost,
  })
  locations(@Root() { locationIds }: LookalikeView, @Ctx() context: Context): Promise<readonly LocationView[]> {
    return loadAll(locationIds, (id) => context.loadersOf(locationLoaders).location.load(id));
  }
}

async function loadAll<View>(
  ids: readonly string[],
  load: (id: string) => Promise<View | null>,
): Promise<readonly View[]> {
  const loaded = await Promise.all(ids.map(load));
  return loaded.filter((view) => view !== null);
}
