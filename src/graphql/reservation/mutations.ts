import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { referenceOf } from '../../domain/node-ids';
import type { ReservationResult } from '../../domain/plans/reservation-result';
import type { Reservation as ReservationView } from '../../domain/reservation';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { listCost } from '../limits/cost';
import { changesView, StockChange } from '../stock/type';
import type { FieldsOf } from '../types/fields';
import { OpenTo, OpenToAnyKey, OpenToLimitedKeys } from '../types/scopes';
import {
  createCommand,
  partCommand,
  ReservationCommitArgs,
  ReservationCreateInput,
  ReservationExtendArgs,
  ReservationMoveArgs,
  ReservationPartArgs,
} from './input';
import { reservationLoaders } from './loaders';
import { Reservation } from './type';

@OpenToLimitedKeys()
@OpenToAnyKey()
@ObjectType({ description: 'The result of a command about a reservation.', simpleResolvers: true })
class ReservationPayload extends CommandPayload {
  /** Shown as `reservation`. */
  readonly left!: ReservationView | null;

  @Field(() => [StockChange], {
    description: 'The changes that were made, or on a dry run would be made. Empty when nothing moved.',
    complexity: listCost,
  })
  readonly changes!: readonly FieldsOf<StockChange>[];

  @Field(() => Boolean, { description: 'Whether this was a dry run: nothing was changed.' })
  readonly dryRun!: boolean;
}

@Resolver(() => ReservationPayload)
export class ReservationMutations {
  @OpenToLimitedKeys()
  @OpenTo('orders:write')
  @Mutation(() => ReservationPayload, {
    description:
      'Holds units so that nobody else sells them. Refused with INSUFFICIENT_STOCK when there are not enough that may be sold, and says how many are held. What `backOrderAllocation` allows is accepted as `backOrdered`.',
  })
  async reservationCreate(
    @Arg('input', () => ReservationCreateInput, { description: 'What to hold.' }) input: ReservationCreateInput,
    @Ctx() { services, principal }: Context,
  ): Promise<FieldsOf<ReservationPayload>> {
    return payloadOf(await services.reservations.create(principal, createCommand(input)), input.dryRun);
  }

  @OpenToLimitedKeys()
  @OpenTo('orders:write')
  @Mutation(() => ReservationPayload, {
    description:
      'Sells what is held: it does not expire any more. Refused with RESERVATION_EXPIRED when the time is over, and with RESERVATION_RELEASED when it was given up.',
  })
  async reservationCommit(
    @Args(() => ReservationCommitArgs) args: ReservationCommitArgs,
    @Ctx() { services, principal }: Context,
  ): Promise<FieldsOf<ReservationPayload>> {
    const { id, remainder, reacquire } = args;
    const command = { ...partCommand(args), ...named(id), remainder, reacquire };
    return payloadOf(await services.reservations.commit(principal, command));
  }

  @OpenToLimitedKeys()
  @OpenTo('orders:write')
  @Mutation(() => ReservationPayload, {
    description:
      'Notes that committed units have left. Refused with RESERVATION_NOT_COMMITTED while they are only held.',
  })
  async reservationFulfil(
    @Args(() => ReservationPartArgs) args: ReservationPartArgs,
    @Ctx() { services, principal }: Context,
  ): Promise<FieldsOf<ReservationPayload>> {
    return payloadOf(await services.reservations.fulfil(principal, { ...partCommand(args), ...named(args.id) }));
  }

  @OpenToLimitedKeys()
  @OpenTo('orders:write')
  @Mutation(() => ReservationPayload, {
    description: 'Gives up what is held, committed or back-ordered: it is for sale again.',
  })
  async reservationRelease(
    @Args(() => ReservationPartArgs) args: ReservationPartArgs,
    @Ctx() { services, principal }: Context,
  ): Promise<FieldsOf<ReservationPayload>> {
    return payloadOf(await services.reservations.release(principal, { ...partCommand(args), ...named(args.id) }));
  }

  @OpenToLimitedKeys()
  @OpenTo('orders:write')
  @Mutation(() => ReservationPayload, {
    description: 'Says from now on when the held units expire. Nothing moves, so there is no movement.',
  })
  async reservationExtend(
    @Args(() => ReservationExtendArgs) { id, ...args }: ReservationExtendArgs,
    @Ctx() { services, principal }: Context,
  ): Promise<FieldsOf<ReservationPayload>> {
    return payloadOf(await services.reservations.extend(principal, { ...args, ...named(id) }));
  }

  @OpenToLimitedKeys()
  @OpenTo('orders:write')
  @Mutation(() => ReservationPayload, {
    description:
      'Takes what is reserved at one location from another one instead, all or nothing. Refused with INSUFFICIENT_STOCK when there is not enough.',
  })
  async reservationMove(
    @Args(() => ReservationMoveArgs) { id, idempotencyKey, from, to }: ReservationMoveArgs,
    @Ctx() { services, principal }: Context,
  ): Promise<FieldsOf<ReservationPayload>> {
    const place = (code: string) => ({ by: 'CODE', code, whenUnknown: 'REFUSE' }) as const;
    const command = { ...named(id), idempotencyKey, from: place(from), to: place(to) };
    return payloadOf(await services.reservations.move(principal, command));
  }

  @FieldResolver(() => Reservation, {
    nullable: true,
    description:
      'The reservation as the command left it; where the answer is `replayed`, as it is now. Null on a dry run and when the command was refused.',
  })
  reservation(
    @Root() { left, replayed }: FieldsOf<ReservationPayload>,
    @Ctx() context: Context,
  ): Promise<ReservationView | null> | ReservationView | null {
    return left && replayed ? context.loadersOf(reservationLoaders).reservation.load(left.id) : left;
  }
}

/** A text that is no id of a reservation is the id of none. */
const named = (id: string): { readonly reservationId: string } => ({
  reservationId: referenceOf('Reservation', id)?.id ?? NO_RESERVATION,
});

const NO_RESERVATION = '00000000-0000-0000-0000-000000000000';

function payloadOf(
  { changes, reservation, ...result }: ReservationResult,
  dryRun = false,
): FieldsOf<ReservationPayload> {
  return { ...result, left: reservation, changes: changesView(changes), dryRun };
}
