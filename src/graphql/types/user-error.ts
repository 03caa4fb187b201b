import { Field, ObjectType } from 'type-graphql';
import type { UserError as UserErrorView, UserErrorCode } from '../../domain/errors';
import { UserErrorCodeEnum } from './enums';
import { Quantity } from './scalars';
import { OpenToAnyKey, OpenToLimitedKeys } from './scopes';

@OpenToLimitedKeys()
@OpenToAnyKey()
@ObjectType({
  description: 'One problem with the input of a mutation. Show `message` to people, and let code decide by `code`.',
  simpleResolvers: true,
})
export class UserError implements UserErrorView {
  @Field(() => UserErrorCodeEnum, {
    description: 'The kind of problem, from a closed list. Use it to decide how to react.',
  })
  readonly code!: UserErrorCode;

  @Field(() => String, { description: 'A sentence in English that says what is wrong and how to fix it.' })
  readonly message!: string;

  @Field(() => [String], {
    description: 'The path to the value at fault in the input, such as `["rows", "3", "delta"]`. Indexes count from 0.',
  })
  readonly field!: string[];

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The current quantity, when the refusal is about one. For AS_OF_CONFLICT, the quantity that the other count stated. Null otherwise.',
  })
  readonly current?: number;

  @Field(() => Quantity, {
    nullable: true,
    description: 'The quantity that the input asked for, when the refusal is about one. Null otherwise.',
  })
  readonly requested?: number;
}
