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

  @Field(() => [String], {
    nullable: true,
    description:
      'Codes of locations, without their parts: the key sees and changes only stock there. It keeps its limit when one is renamed. Left out: it is not limited to locations. Null is refused.',
  })
  readonly locations?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Sales channels: the key sees and changes only stock of these. An empty text is the stock without a channel. Left out: it is not limited to channels. Null is refused.',
  })
  readonly channels?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Origins of web pages, such as `https://shop.example`: a request from another page is refused, and one without the header `Origin`. Required with SELLABLE_READ, and refused without it. Null is refused.',
  })
  readonly origins?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Addresses and networks, such as `203.0.113.7` and `2001:db8::/32`: a request from another address is refused as one with an unknown key. Left out: it may be used from any. Null is refused.',
  })
  readonly ipAllowList?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: `After how many days it is refused, from 1 to ${MAX_KEY_DAYS}. Left out: it does not expire. Null is refused.`,
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
