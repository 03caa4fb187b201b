import { Field, ObjectType } from 'type-graphql';
import type { UserError as UserErrorView, UserErrorCode } from '../../domain/errors';
import { UserErrorCodeEnum } from './enums';
import { Quantity } from './scalars';

@ObjectType({ description: 'One thing to mend in the input.', simpleResolvers: true })
export class UserError implements UserErrorView {
  @Field(() => UserErrorCodeEnum, { description: 'What is wrong.' })
  readonly code!: UserErrorCode;

  @Field(() => String, { description: 'A sentence that says what to mend.' })
  readonly message!: string;

  @Field(() => [String], { description: 'Path into the input, such as [rows, 3, delta].' })
  readonly field!: string[];

  @Field(() => Quantity, { nullable: true, description: 'The quantity that is there, where the refusal is about one.' })
  readonly current?: number;

  @Field(() => Quantity, { nullable: true, description: 'The quantity that was asked for.' })
  readonly requested?: number;
}
