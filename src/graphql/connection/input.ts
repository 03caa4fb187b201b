import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { MAX_KEY_OVERLAP_SECONDS } from '../../application/ports/access';

@InputType({ description: 'A secret of a connection.' })
class ConnectionSecretInput {
  @Field(() => String, { description: 'The name of the secret, such as `apiPassword`.' })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The secret itself, if the counterpart has issued it. Left out: a new one is generated.',
  })
  readonly value?: string | null;
}

@InputType({ description: 'A new connection, or how an existing one is to be.' })
export class ConnectionSaveInput {
  @Field(() => ID, { nullable: true, description: 'The `id` of the connection to change. Left out: a new one.' })
  readonly id?: string | null;

  @Field(() => String, { description: 'The origin that its movements show. Unique.' })
  readonly name!: string;

  @Field(() => String, {
    description: 'The wire format: jerry, winit, increff, comestri or standard. It cannot be changed.',
  })
  readonly kind!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The code of the location that it is bound to, which is created if it does not exist. Null: bound to none. Left out: unchanged.',
  })
  readonly location?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The account name in the counterpart's calls: `app_key` for winit, `authUsername` for increff. Other kinds have none. Left out: unchanged.",
  })
  readonly handle?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'All settings, as a JSON object. Each kind has its own. Left out: unchanged, and for a new connection the defaults. Null is refused.',
  })
  readonly settings?: string | null;

  @Field(() => [ConnectionSecretInput], {
    nullable: true,
    description:
      'Secrets that take the place of the present ones at once. The others stay, and those that are missing are generated.',
  })
  readonly secrets?: ConnectionSecretInput[] | null;
}

@ArgsType()
export class ConnectionRotateArgs {
  @Field(() => ID, { description: 'The `id` of the connection.' })
  readonly id!: string;

  @Field(() => String, { nullable: true, description: 'The name of the secret to replace, such as `apiPassword`.' })
  readonly secret?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The new secret, if the counterpart has issued it. Left out: it is generated.',
  })
  readonly value?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether to replace the token in the path, or the bearer token.',
  })
  readonly token!: boolean;

  @Field(() => Int, {
    defaultValue: 86_400,
    description: `How long the old one still works, from 0 to ${MAX_KEY_OVERLAP_SECONDS} seconds.`,
  })
  readonly overlapSeconds!: number;
}
