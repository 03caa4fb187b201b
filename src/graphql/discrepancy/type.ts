import { Field, ObjectType } from 'type-graphql';
import type { DiscrepancyKey, DiscrepancyKind, DiscrepancyView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import { connectionOf, edgeOf } from '../paging/connection';
import { DiscrepancyKindEnum } from '../types/enums';
import { Node } from '../types/node';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo } from '../types/scopes';
import { UserError } from '../types/user-error';

@OpenTo('stock:read')
@ObjectType({
  description:
    'A level whose facts do not fit together. Nothing is changed to hide it: it stays open until later facts or a count settle it. It opens and closes about a second after what causes it.',
  implements: Node,
  simpleResolvers: true,
})
export class Discrepancy implements DiscrepancyView {
  @Field(() => DiscrepancyKindEnum, { description: 'What does not fit together.' })
  readonly kind!: DiscrepancyKind;

  @Field(() => DateTime, { description: 'When the first fact that caused it was recorded.' })
  readonly openedAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the fact or count was recorded that settled it. Null while it is open.',
  })
  readonly closedAt!: string | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'What would fit, in units. DRIFT: the sum of the stock. CONFLICTING_COUNT: what the count says that stands; null when it is not among the last 1,000 counts of the level. UNMATCHED_ECHO: what the level would hold without the messages. Null for the other kinds, which any quantity from zero on would fit.',
  })
  readonly expected!: number | null;

  @Field(() => Quantity, {
    description:
      "What was found instead, in units. NEGATIVE_LEVEL: the lowest quantity while it was open. DRIFT: the warehouse's total. CONFLICTING_COUNT: what the last count says that was refused. UNMATCHED_ECHO: the level's quantity after the last of the messages. NEGATIVE_IN_THE_PAST: the lowest quantity since the moment that the facts are dated back to.",
  })
  readonly observed!: number;

  @Field(() => DateTime, {
    description:
      'When `observed` was found. NEGATIVE_IN_THE_PAST: the first moment at which the level had that quantity. CONFLICTING_COUNT: the moment that the counts are about. Otherwise when the movement was recorded that shows it.',
  })
  readonly observedAt!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What people have written about it. The mutation `discrepancyNote` sets it.',
  })
  readonly note!: string | null;

  /** Part of the `id`. */
  readonly openedSequence!: number;

  /** Shown as `level`. */
  readonly levelId!: string;

  /** Shown as `entries`. */
  readonly entrySequences!: readonly number[];
  readonly entryLegs!: readonly number[];
}

@OpenTo('stock:write')
@ObjectType({ description: 'The result of a `discrepancyNote`.', simpleResolvers: true })
export class DiscrepancyPayload {
  /** Shown as `discrepancy`. */
  readonly key!: DiscrepancyKey | null;

  @Field(() => [UserError], { description: 'Why the note was refused. Empty when it was set.' })
  readonly userErrors!: readonly UserErrorView[];
}

@ObjectType({ description: 'A discrepancy and its cursor.', simpleResolvers: true })
class DiscrepancyEdge extends edgeOf(Discrepancy) {}

@ObjectType({ description: 'A page of discrepancies.', simpleResolvers: true })
export class DiscrepancyConnection extends connectionOf(Discrepancy, DiscrepancyEdge) {}
