import { Field, ID, ObjectType } from 'type-graphql';
import type { QuarantineOutcome as OutcomeView } from '../../application/commands/quarantine-report';
import type { QuarantineGroup as GroupView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import { messageNodeId } from '../../domain/node-ids';
import { QuarantinedRow } from '../inbound-message/type';
import { connectionOf, edgeOf } from '../paging/connection';
import { changesView, StockChange } from '../stock/type';
import type { FieldsOf } from '../types/fields';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo, OpenToAnyKey } from '../types/scopes';
import { UserError } from '../types/user-error';

@ObjectType({ description: 'A row in quarantine and its cursor.', simpleResolvers: true })
class QuarantinedRowEdge extends edgeOf(QuarantinedRow) {}

@ObjectType({ description: 'A page of rows in quarantine.', simpleResolvers: true })
export class QuarantinedRowConnection extends connectionOf(QuarantinedRow, QuarantinedRowEdge) {}

@OpenTo('messages:read', 'stock:write')
@ObjectType({ description: 'Rows in quarantine that have their cause in common.', simpleResolvers: true })
export class QuarantineGroup implements GroupView {
  @Field(() => String, { description: 'Why the rows were not applied, as `code` of each of them.' })
  readonly code!: string;

  @Field(() => String, { description: 'The name of the connection that received them.' })
  readonly connection!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What the rows have in common: the identifier or location at fault, or else how their `detail` begins. Null when each row has its own.',
  })
  readonly subject!: string | null;

  @Field(() => Quantity, { description: 'How many rows there are.' })
  readonly count!: number;

  @Field(() => DateTime, { description: 'When the first message with such a row arrived.' })
  readonly oldest!: string;

  @Field(() => DateTime, { description: 'When the last message with such a row arrived.' })
  readonly newest!: string;
}

@OpenToAnyKey()
@ObjectType({
  description: 'What became of rows in quarantine, or would become of them.',
  simpleResolvers: true,
})
export class QuarantineOutcome {
  @Field(() => Quantity, { description: 'How many rows were looked at.' })
  readonly considered!: number;

  @Field(() => Quantity, { description: 'How many of them could be applied.' })
  readonly wouldApply!: number;

  @Field(() => Quantity, { description: 'How many of them were applied now. 0 for a preview.' })
  readonly applied!: number;

  @Field(() => Quantity, { description: 'How many of them were known: another row with their content was applied.' })
  readonly superseded!: number;

  @Field(() => Quantity, { description: 'How many rows were dismissed now.' })
  readonly dismissed!: number;

  @Field(() => Quantity, {
    description: 'How many of the rows looked at still wait. After a dismissal: how many rows of the filter do.',
  })
  readonly stillOpen!: number;

  @OpenTo('stock:write')
  @Field(() => [StockChange], {
    description:
      'What happens to each stock level, in units, for the first 200 levels. Of a preview, levels of items and locations that are yet to be made are left out.',
  })
  readonly changes!: FieldsOf<StockChange>[];

  @Field(() => Quantity, { description: 'How many stock levels change.' })
  readonly changedLevels!: number;

  @OpenTo('messages:read', 'stock:write')
  @Field(() => [QuarantineGroup], {
    description: 'Why the others of the rows looked at still wait. The 200 groups with most rows.',
  })
  readonly groupsLeft!: readonly GroupView[];

  @Field(() => Quantity, { description: 'The ledger sequence after the last step. 0 when no row was looked at.' })
  readonly ledgerSequence!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'Pass it as `after` to go on with the rows that this call did not reach. Null when it reached all.',
  })
  readonly next!: string | null;

  @Field(() => [UserError], { description: 'Why the command was refused. Empty when it was not.' })
  readonly userErrors!: readonly UserErrorView[];
}

export const outcomeView = ({ changes, next, ...rest }: OutcomeView): FieldsOf<QuarantineOutcome> => ({
  ...rest,
  changes: changesView(changes),
  next: next === null ? null : messageNodeId(next),
});
