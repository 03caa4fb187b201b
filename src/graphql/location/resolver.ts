import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { LocationView } from '../../application/ports/reads';
import { tidyName } from '../../domain/text';
import type { Context } from '../context';
import { pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { Location, LocationConnection } from './type';
import { locationLoaders } from './loaders';

const LOCATIONS: List = { name: 'locations', key: ['text'] };

@Resolver(() => Location)
export class LocationResolver {
  @Query(() => Location, { nullable: true, description: 'Finds a location by its code. Null when there is none.' })
  location(
    @Arg('code', () => String, { description: 'The exact code.' }) code: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<LocationView | undefined> {
    return reads.locationByCode(tenantId, tidyName(code));
  }

  @Query(() => LocationConnection, { description: 'Lists the locations, ordered by code.', complexity: pageCost })
  async locations(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LocationView>> {
    const cursors = new Cursors(LOCATIONS, null);
    const page = await reads.locations(tenantId, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ code }) => [code]);
  }

  @FieldResolver(() => Location, {
    nullable: true,
    description: 'The location that this one is a part of. Null when it is a part of none.',
  })
  parent(@Root() { parentId }: LocationView, @Ctx() context: Context): Promise<LocationView | null> | null {
    return parentId === null ? null : context.loadersOf(locationLoaders).location.load(parentId);
  }
}
