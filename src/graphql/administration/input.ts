import { ArgsType, Field, InputType, Int } from 'type-graphql';
import { MAX_KEY_DAYS } from '../../application/ports/access';
import { PageArgs } from '../paging/page-args';
import { ApiKeyScopeEnum } from '../types/enums';
import type { ScopeName } from '../types/scopes';

@InputType({ description: 'A new API key.' })
export class ApiKeyCreateInput {
  @Field(() => String, {
    description:
      'The name of the API client that will use it: the origin that its movements show. Created when there is none.',
  })
  readonly client!: string;

  @Field(() => [ApiKeyScopeEnum], { description: 'What the key allows, at least one.' })
  readonly scopes!: ScopeName[];

  @Field(() => Int, {
    nullable: true,
    description: `After how many days it is refused, from 1 to ${MAX_KEY_DAYS}. Left out: it does not expire.`,
  })
  readonly expiresInDays?: number | null;
}

@ArgsType()
export class AuditEntriesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only changes of the thing with this `id`.' })
  readonly subject?: string | null;

  @Field(() => String, { nullable: true, description: 'Only changes that this API client made, or `command line`.' })
  readonly actor?: string | null;
}
