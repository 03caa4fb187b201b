import { Field, ObjectType } from 'type-graphql';
import type { UserError as UserErrorView } from '../../domain/errors';
import { Quantity } from './scalars';
import { UserError } from './user-error';

/** The fields that the payload of every command has. */
@ObjectType({ simpleResolvers: true })
export abstract class CommandPayload {
  @Field(() => [UserError], {
    description: 'Why the input was refused, one entry for each problem. Empty when nothing was refused.',
  })
  readonly userErrors!: readonly UserErrorView[];

  @Field(() => Boolean, {
    description:
      'True when the same command was sent before, by its `idempotencyKey` or order number. The payload then repeats the first answer, and nothing was posted again.',
  })
  readonly replayed!: boolean;

  @Field(() => Quantity, {
    nullable: true,
    description:
      "The sequence of the ledger's last movement after the command. A later read with at least this `ledgerSequence` includes the command. Null when the input was refused before the ledger was read.",
  })
  readonly ledgerSequence!: number | null;
}
