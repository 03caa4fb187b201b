import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { LocationView } from '../../application/ports/reads';
import { tidyName } from '../../domain/text';
import type { Context } from '../context';
import { pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { isoOf } from '../types/instants';
import { DateTime } from '../types/scalars';
import { Location, LocationConnection } from './type';
import { locationLoaders } from './loaders';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

const LOCATIONS: List = { name: 'locations', key: ['text'] };

@ArgsType()
class LocationsArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'True: list archived locations too.' })
  readonly includeArchived!: boolean;
}

@Resolver(() => Location)
export class LocationResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => Location, {
    nullable: true,
    description: 'Finds a location by its code, or by one that it had before it was renamed. Null when there is none.',
  })
  location(
    @Arg('code', () => String, { description: 'The exact code.' }) code: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<LocationView | undefined> {
    return reads.locationByCode(tenantId, tidyName(code));
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => LocationConnection, { description: 'Lists the locations, ordered by code.', complexity: pageCost })
  async locations(
    @Args(() => LocationsArgs) args: LocationsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LocationView>> {
    const { includeArchived } = args;
    const cursors = new Cursors(LOCATIONS, { includeArchived });
    const page = await reads.locations(tenantId, includeArchived, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ code }) => [code]);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the location was archived, by the clock of the ledger. An archived location is left out of lists and offers. Null while it is in use.',
  })
  archivedAt(@Root() { archivedAtMs }: LocationView): string | null {
    return archivedAtMs === null ? null : isoOf(archivedAtMs);
  }

  @FieldResolver(() => Location, {
    nullable: true,
    description: 'The location that this one is a part of. Null when it is a part of none.',
  })
  parent(@Root() { parentId }: LocationView, @Ctx() context: Context): Promise<LocationView | null> | null {
    return parentId === null ? null : context.loadersOf(locationLoaders).location.load(parentId);
  }
}
