import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { ItemView, LocationView, MovementView } from '../../application/ports/reads';
import { referenceOf, reservationNodeId } from '../../domain/node-ids';
import {
  committedOf,
  type Reservation as ReservationView,
  type ReservationLine as LineView,
} from '../../domain/reservation';
import { tidyName } from '../../domain/text';
import type { Context } from '../context';
import { itemLoaders } from '../item/loaders';
import { Item } from '../item/type';
import { ledgerLoaders } from '../ledger/loaders';
import { Movement } from '../ledger/type';
import { listCost, pageCost } from '../limits/cost';
import { locationLoaders } from '../location/loaders';
import { Location } from '../location/type';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';
import { isoOf, isoOrNull } from '../types/instants';
import { NODE_ID } from '../types/node';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';
import { ReservationArgs, reservationFilter, ReservationsArgs } from './input';
import { reservationLoaders } from './loaders';
import { Reservation, ReservationConnection, ReservationLine } from './type';

const RESERVATIONS: List = { name: 'reservations', key: ['uuid'] };

@Resolver(() => Reservation)
export class ReservationResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:read', 'orders:write')
  @Query(() => Reservation, {
    nullable: true,
    description: 'Finds a reservation as it is now. Give exactly one of `id` and `reference`. Null when there is none.',
  })
  async reservation(
    @Args(() => ReservationArgs) args: ReservationArgs,
    @Ctx() context: Context,
  ): Promise<ReservationView | null> {
    const { id, reference } = given(args);
    if ((id === undefined) === (reference === undefined)) {
      throw badUserInput('reservation takes exactly one of id and reference.');
    }
    if (reference !== undefined) {
      return (await context.reads.reservationByReference(context.tenantId, tidyName(reference))) ?? null;
    }
    const named = referenceOf('Reservation', id ?? '');
    return named ? context.loadersOf(reservationLoaders).reservation.load(named.id) : null;
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read', 'orders:write')
  @Query(() => ReservationConnection, {
    description: 'Lists reservations as they are now, oldest first.',
    complexity: pageCost,
  })
  async reservations(
    @Args(() => ReservationsArgs) args: ReservationsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ReservationView>> {
    const filter = reservationFilter(args.filter);
    const cursors = new Cursors(RESERVATIONS, filter);
    const page = pageRequest(args, cursors, selectionOf(info));
    return new Connection(await reads.reservations(tenantId, { filter, page }), cursors, ({ id }) => [id]);
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { id }: ReservationView): string {
    return reservationNodeId(id);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'From when on its held units are for sale again. Null when nothing is held, such as once it is committed.',
  })
  expiresAt(@Root() { expiresAtMs }: ReservationView): string | null {
    return isoOrNull(expiresAtMs);
  }

  @FieldResolver(() => [ReservationLine], { description: 'What is reserved, line by line.', complexity: listCost })
  lines(@Root() { lines }: ReservationView): readonly LineView[] {
    return lines.filter(({ quantity }) => quantity > 0);
  }

  @FieldResolver(() => [Movement], {
    description: 'Its movements, in the order of the ledger, up to 100. An expiry is among them once it is posted.',
    complexity: listCost,
  })
  async movements(@Root() { sequences }: ReservationView, @Ctx() context: Context): Promise<MovementView[]> {
    const { movement } = context.loadersOf(ledgerLoaders);
    const found = await Promise.all(sequences.slice(0, MAX_MOVEMENTS).map((sequence) => movement.load(sequence)));
    return found.filter((view) => view !== null);
  }

  @FieldResolver(() => DateTime, { description: "When it was created, by the ledger's clock." })
  createdAt(@Root() { createdAtMs }: ReservationView): string {
    return isoOf(createdAtMs);
  }
}

const MAX_MOVEMENTS = 100;

@Resolver(() => ReservationLine)
export class ReservationLineResolver {
  @FieldResolver(() => Item, { description: 'The item.' })
  item(@Root() { itemId }: LineView, @Ctx() context: Context): Promise<ItemView | null> {
    return context.loadersOf(itemLoaders).item.load(itemId);
  }

  @FieldResolver(() => Location, { description: 'The location that gives the units.' })
  location(@Root() { locationId }: LineView, @Ctx() context: Context): Promise<LocationView | null> {
    return context.loadersOf(locationLoaders).location.load(locationId);
  }

  @FieldResolver(() => Quantity, {
    description: 'Units that are sold and have not left yet: in the bucket COMMITTED.',
  })
  committed(@Root() line: LineView): number {
    return committedOf(line);
  }
}
