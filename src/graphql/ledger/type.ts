import { Field, Int, ObjectType } from 'type-graphql';
import type { LedgerEntryView, LedgerHeadView, MovementView } from '../../application/ports/reads';
import type { MovementReason } from '../../domain/ledger/movement';
import { MovementReasonEnum } from '../types/enums';
import { Node } from '../types/node';
import { connectionOf, edgeOf } from '../paging/connection';
import { DateTime, Quantity } from '../types/scalars';
import { ClosedToLimitedKeys, OpenTo, OpenToLimitedKeys } from '../types/scopes';

@OpenTo('stock:read')
@ObjectType({ description: 'The current end of the ledger.', simpleResolvers: true })
export class LedgerHead implements LedgerHeadView {
  @Field(() => Quantity, { description: 'The sequence of the last movement. 0 when the ledger is empty.' })
  readonly sequence!: number;

  @Field(() => String, {
    description:
      'The hash of the last movement, in hex. It covers all movements before it as well. 64 zeros when the ledger is empty.',
  })
  readonly hash!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the last movement was recorded. Null when the ledger is empty.',
  })
  readonly recordedAt!: string | null;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description: 'One change to one stock level, made by a movement. Entries are never changed or deleted.',
  simpleResolvers: true,
})
export class LedgerEntry implements LedgerEntryView {
  @Field(() => Quantity, { description: "The position of the entry's movement in the ledger." })
  readonly sequence!: number;

  @Field(() => Int, {
    description: 'The position of the entry in its movement, counted from 0. Absorbed ones are counted for themselves.',
  })
  readonly leg!: number;

  @Field(() => Quantity, { description: 'The change in units. Positive adds units, negative takes them away.' })
  readonly delta!: number;

  @Field(() => Quantity, { description: 'The quantity of the level after this entry.' })
  readonly quantityAfter!: number;

  @Field(() => Quantity, {
    description: 'The position of the entry among those of its level, counted from 1 without gaps.',
  })
  readonly levelVersion!: number;

  @Field(() => DateTime, { description: "When the entry was recorded, by the ledger's clock." })
  readonly recordedAt!: string;

  @Field(() => Boolean, {
    description:
      'True: the change had no effect, because an accepted count already included it. Then `quantityAfter` and `levelVersion` are those that it left as they were.',
  })
  readonly absorbed!: boolean;

  /** Shown as `level`. */
  readonly levelId!: string;

  /** Null when it was not read with the entry. The resolver then loads it. */
  readonly movement!: MovementView | null;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description:
    'One event that changed or counted stock, applied as a whole. It is either a fact that a warehouse reported or a command from a client.',
  implements: Node,
  simpleResolvers: true,
})
export class Movement implements MovementView {
  @Field(() => Quantity, { description: 'The position of the movement in the ledger, counted from 1 without gaps.' })
  readonly sequence!: number;

  @ClosedToLimitedKeys()
  @Field(() => String, {
    description:
      "SHA-256 in hex, over the previous movement's hash and this movement's content. The chain of hashes proves that nothing was altered.",
  })
  readonly hash!: string;

  @Field(() => MovementReasonEnum, { description: 'Why stock moved.' })
  readonly reason!: MovementReason;

  @Field(() => String, {
    nullable: true,
    description:
      "An id that related movements share: the source's event id, or the number of an adjustment order. A reversal has the number of the order that it reverses. Null when there is none.",
  })
  readonly correlationId!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The document that the movement belongs to, such as an order, a box or a stocktake. Null when none was given.',
  })
  readonly reference!: string | null;

  @Field(() => String, { description: 'The name of the connection or API client that caused the movement.' })
  readonly origin!: string;

  @Field(() => String, {
    description:
      "The origin's own id for the event or command. The same event or command sent again is not posted twice.",
  })
  readonly externalId!: string;

  @Field(() => String, { nullable: true, description: 'A note from the origin. Null when none was given.' })
  readonly note!: string | null;

  @Field(() => DateTime, {
    description:
      "When it happened, by the origin's clock, exactly as stated. It can lie in the future when that clock is wrong. Equal to `effectiveAt` when the origin stated no time.",
  })
  readonly occurredAt!: string;

  @Field(() => DateTime, {
    description:
      'The time that counts for the gateway: the earlier of `occurredAt` and when the gateway learned of it.',
  })
  readonly effectiveAt!: string;

  @Field(() => DateTime, {
    description:
      "When the movement was recorded, by the ledger's clock. It never decreases from one movement to the next.",
  })
  readonly recordedAt!: string;

  /** Shown as `inboundMessage`. */
  readonly inboundMessageId!: string | null;
}

@ObjectType({ description: 'A ledger entry and its cursor.', simpleResolvers: true })
class LedgerEntryEdge extends edgeOf(LedgerEntry) {}

@ObjectType({ description: 'A page of ledger entries.', simpleResolvers: true })
export class LedgerEntryConnection extends connectionOf(LedgerEntry, LedgerEntryEdge) {}

@ObjectType({ description: 'A movement and its cursor.', simpleResolvers: true })
class MovementEdge extends edgeOf(Movement) {}

@ObjectType({ description: 'A page of movements.', simpleResolvers: true })
export class MovementConnection extends connectionOf(Movement, MovementEdge) {}
