import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { LedgerEntryView, LedgerHeadView, MovementView } from '../../application/ports/reads';
import type { MovementReason } from '../../domain/ledger/movement';
import { MovementReasonEnum } from '../types/enums';
import { connectionOf, edgeOf } from '../paging/connection';
import { DateTime, Quantity } from '../types/scalars';

@ObjectType({ description: 'The end of the ledger.', simpleResolvers: true })
export class LedgerHead implements LedgerHeadView {
  @Field(() => Quantity, { description: 'The sequence of the last movement; 0 where there is none.' })
  readonly sequence!: number;

  @Field(() => String, {
    description: 'The hash of the last movement, which vouches for all before it; 64 zeros where there is none.',
  })
  readonly hash!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was recorded; null where there is none.' })
  readonly recordedAt!: string | null;
}

@ObjectType({ description: 'One leg of a movement that had effect.', simpleResolvers: true })
export class LedgerEntry implements LedgerEntryView {
  @Field(() => Quantity, { description: "Its movement's place in the tenant's ledger." })
  readonly sequence!: number;

  @Field(() => Int, { description: 'Its place in the movement, from 0.' })
  readonly leg!: number;

  @Field(() => Quantity, { description: 'By how much the quantity changed.' })
  readonly delta!: number;

  @Field(() => Quantity, { description: "The level's quantity after it." })
  readonly quantityAfter!: number;

  @Field(() => Quantity, { description: 'Which entry of its level it is, counted from 1 without gaps.' })
  readonly levelVersion!: number;

  @Field(() => DateTime, { description: 'When it was recorded, by the clock of the ledger.' })
  readonly recordedAt!: string;

  /** Shown as `level`. */
  readonly levelId!: string;

  /** Null where it has still to be looked up. */
  readonly movement!: MovementView | null;
}

@ObjectType({ description: 'One fact or command, applied as a whole.', simpleResolvers: true })
export class Movement implements MovementView {
  @Field(() => ID, { description: 'Derived from the sequence.' })
  readonly id!: string;

  @Field(() => Quantity, { description: "Its place in the tenant's ledger, from 1 without gaps." })
  readonly sequence!: number;

  @Field(() => String, { description: 'Hex SHA-256 over the hash before it and its canonical bytes.' })
  readonly hash!: string;

  @Field(() => MovementReasonEnum, { description: 'Why stock moved.' })
  readonly reason!: MovementReason;

  @Field(() => String, {
    nullable: true,
    description: "What ties it to other movements: the source's id of the event that they are parts of.",
  })
  readonly correlationId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The document that it belongs to: an order, a box, a count.',
  })
  readonly reference!: string | null;

  @Field(() => String, { description: "Who caused it: a connection's or an API client's name." })
  readonly origin!: string;

  @Field(() => String, { description: "The origin's own id of it; posted once, however often it is sent." })
  readonly externalId!: string;

  @Field(() => String, { nullable: true, description: 'What else the origin said.' })
  readonly note!: string | null;

  @Field(() => DateTime, { description: 'When it happened, by the clock of the origin, as stated.' })
  readonly occurredAt!: string;

  @Field(() => DateTime, {
    description: 'When it counts as having happened: the earlier of what the origin says and when we learned of it.',
  })
  readonly effectiveAt!: string;

  @Field(() => DateTime, { description: 'When it was recorded, by the clock of the ledger; never falls.' })
  readonly recordedAt!: string;

  /** Shown as `inboundMessage`. */
  readonly inboundMessageId!: string | null;
}

@ObjectType({ description: 'An entry in a page.', simpleResolvers: true })
class LedgerEntryEdge extends edgeOf(LedgerEntry) {}

@ObjectType({ description: 'A page of entries.', simpleResolvers: true })
export class LedgerEntryConnection extends connectionOf(LedgerEntry, LedgerEntryEdge) {}

@ObjectType({ description: 'A movement in a page.', simpleResolvers: true })
class MovementEdge extends edgeOf(Movement) {}

@ObjectType({ description: 'A page of movements.', simpleResolvers: true })
export class MovementConnection extends connectionOf(Movement, MovementEdge) {}
