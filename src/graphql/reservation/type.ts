import { Field, ObjectType } from 'type-graphql';
import type { ReservationStatus } from '../../domain/reservation';
import { connectionOf, edgeOf } from '../paging/connection';
import { ReservationStatusEnum } from '../types/enums';
import { Node } from '../types/node';
import { Quantity } from '../types/scalars';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

@OpenToLimitedKeys()
@OpenTo('stock:read', 'orders:write')
@ObjectType({
  description:
    'What is reserved of one item at one location. `quantity` is the sum of what is held, `committed`, `fulfilled`, `released` and `backOrdered`.',
  simpleResolvers: true,
})
export class ReservationLine {
  /** Shown as `item` and `location`. */
  readonly itemId!: string;
  readonly locationId!: string;

  @Field(() => Quantity, { description: 'Units that the line was created with.' })
  readonly quantity!: number;

  @Field(() => Quantity, { description: 'Units that have left.' })
  readonly fulfilled!: number;

  @Field(() => Quantity, { description: 'Units that were given up, by a command or because the time was over.' })
  readonly released!: number;

  @Field(() => Quantity, {
    description:
      'Units that were accepted before they are there, by `backOrderAllocation`. They are held, or committed, as soon as they arrive: the oldest reservation first.',
  })
  readonly backOrdered!: number;
}

@OpenToLimitedKeys()
@OpenTo('stock:read', 'orders:write')
@ObjectType({
  description:
    'Stock that is held for a cart or an order, so that nobody else sells it. Each step is a movement: held units go from AVAILABLE to RESERVED, committed ones to COMMITTED, and fulfilled ones out.',
  implements: Node,
  simpleResolvers: true,
})
export class Reservation {
  @Field(() => String, {
    nullable: true,
    description: 'The cart, order or customer that it is for, as given. Null when none was given.',
  })
  readonly reference!: string | null;

  @Field(() => ReservationStatusEnum, { description: 'What has become of it.' })
  readonly status!: ReservationStatus;
}

@ObjectType({ description: 'A reservation and its cursor.', simpleResolvers: true })
class ReservationEdge extends edgeOf(Reservation) {}

@ObjectType({ description: 'A page of reservations.', simpleResolvers: true })
export class ReservationConnection extends connectionOf(Reservation, ReservationEdge) {}
