import { Field, ObjectType } from 'type-graphql';
import type { UserError as UserErrorView } from '../../domain/errors';
import { Quantity } from './scalars';
import { UserError } from './user-error';

/** What every payload of a command has. Fields of a payload come in the order in which they are declared. */
@ObjectType({ simpleResolvers: true })
export abstract class CommandPayload {
  @Field(() => [UserError], { description: 'What to mend; empty where nothing was refused.' })
  readonly userErrors!: readonly UserErrorView[];

  @Field(() => Boolean, {
    description:
      'True where this is the first answer to the same command again, by its idempotencyKey or order number.',
  })
  readonly replayed!: boolean;

  @Field(() => Quantity, {
    nullable: true,
    description: "The ledger's sequence after the command; null where the input was refused before it was looked at.",
  })
  readonly ledgerSequence!: number | null;
}
