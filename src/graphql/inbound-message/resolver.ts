import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import {
  isUuid,
  type InboundMessageView,
  type MovementView,
  type QuarantinedRowView,
} from '../../application/ports/reads';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import type { Context } from '../context';
import { InboundMessageStatusEnum } from '../types/enums';
import { badUserInput } from '../types/errors';
import { Movement } from '../ledger/type';
import { BODY_COST, listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { InboundMessage, InboundMessageConnection, QuarantinedRow } from './type';
import { inboundMessageLoaders } from './loaders';

const INBOUND_MESSAGES: List = { name: 'inboundMessages', key: ['uuid'] };

@ArgsType()
class InboundMessagesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only what came by the connection with this name.' })
  readonly connection?: string | null;

  @Field(() => InboundMessageStatusEnum, { nullable: true, description: 'Only what this has become of.' })
  readonly status?: InboundMessageStatus | null;
}

@Resolver(() => InboundMessage)
export class InboundMessageResolver {
  @Query(() => InboundMessage, { nullable: true, description: 'The delivery with this id; null where there is none.' })
  inboundMessage(
    @Arg('id', () => ID, { description: 'As its id field gives it.' }) id: string,
    @Ctx() context: Context,
  ): Promise<InboundMessageView | null> | null {
    return isUuid(id) ? context.loadersOf(inboundMessageLoaders).message.load(id.toLowerCase()) : null;
  }

  @Query(() => InboundMessageConnection, {
    description: 'The deliveries, in the order in which they came, the oldest first.',
    complexity: pageCost,
  })
  async inboundMessages(
    @Args(() => InboundMessagesArgs) args: InboundMessagesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<InboundMessageView>> {
    const { connection = null, status = null } = args;
    const cursors = new Cursors(INBOUND_MESSAGES, { connection, status });
    const page = pageRequest(args, cursors, selectionOf(info));
    return new Connection(await reads.inboundMessages(tenantId, { connection, status, page }), cursors, ({ id }) => [
      id,
    ]);
  }

  @Mutation(() => InboundMessage, {
    description:
      'Applies the rows of a delivery that still wait in quarantine and can be applied now, with their original clocks. Posts each once, however often it is asked for.',
  })
  async inboundMessageReplay(
    @Arg('id', () => ID, { description: 'The delivery, as its id field gives it.' }) id: string,
    @Ctx() context: Context,
  ): Promise<InboundMessageView | null> {
    const isKnown = isUuid(id) && (await context.services.replayMessage(context.tenantId, id));
    if (!isKnown) throw badUserInput('There is no inbound message with this id.');
    context.forgetLoaded();
    return context.loadersOf(inboundMessageLoaders).message.load(id.toLowerCase());
  }

  @FieldResolver(() => String, { description: 'The text as received, secrets redacted.', complexity: BODY_COST })
  async body(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<string | undefined> {
    return (await context.loadersOf(inboundMessageLoaders).body.load(id))?.body;
  }

  @FieldResolver(() => [Movement], {
    description: 'The movements that its rows became part of, in the order of the ledger.',
    complexity: listCost,
  })
  async movements(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<readonly MovementView[]> {
    return (await context.loadersOf(inboundMessageLoaders).movementsOfMessage.load(id)).map(({ movement }) => movement);
  }

  @FieldResolver(() => [QuarantinedRow], {
    description: 'Its rows that could not be applied when it came, also those that have been since.',
    complexity: listCost,
  })
  quarantined(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<readonly QuarantinedRowView[]> {
    return context.loadersOf(inboundMessageLoaders).quarantinedRowsOfMessage.load(id);
  }
}

@Resolver(() => Movement)
export class MovementMessageResolver {
  @FieldResolver(() => InboundMessage, {
    nullable: true,
    description: 'The delivery that it came with; null where it was not a delivery.',
  })
  inboundMessage(
    @Root() { inboundMessageId }: MovementView,
    @Ctx() context: Context,
  ): Promise<InboundMessageView | null> | null {
    return inboundMessageId === null ? null : context.loadersOf(inboundMessageLoaders).message.load(inboundMessageId);
  }
}
