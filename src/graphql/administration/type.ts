import { Field, ObjectType } from 'type-graphql';
import type { Scope } from '../../application/ports/access';
import type { ApiKeyView, AuditEntryView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import { connectionOf, edgeOf } from '../paging/connection';
import type { FieldsOf } from '../types/fields';
import { ApiKeyScopeEnum } from '../types/enums';
import { Node } from '../types/node';
import { DateTime } from '../types/scalars';
import { OpenTo, type ScopeName } from '../types/scopes';
import { UserError } from '../types/user-error';

@OpenTo('admin')
@ObjectType({
  description: 'A key of an API client. Its secret was shown when it was created, and is not stored.',
  implements: Node,
  simpleResolvers: true,
})
export class ApiKey {
  /** Part of the `id`. */
  readonly keyId!: string;

  @Field(() => String, { description: 'The name of the API client: the origin that its movements show.' })
  readonly client!: string;

  @Field(() => [ApiKeyScopeEnum], { description: 'What the key allows.' })
  readonly scopes!: readonly ScopeName[];

  @Field(() => [String], {
    nullable: true,
    description: 'The codes of the locations that the key is limited to. Null when it is not limited to locations.',
  })
  readonly locations!: readonly string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The channels that the key is limited to. An empty text is the stock without a channel. Null when it is not limited to channels.',
  })
  readonly channels!: readonly string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The origins of the web pages that a publishable key is bound to. Null for other keys.',
  })
  readonly origins!: readonly string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The addresses and networks that the key may be used from. Null when it may be used from any.',
  })
  readonly ipAllowList!: readonly string[] | null;

  @Field(() => DateTime, { description: 'When the key was created.' })
  readonly createdAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'From when on it is refused. Null when it does not expire.' })
  readonly expiresAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last used, to about a minute. Null when never.' })
  readonly lastUsedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked. Null when it was not.' })
  readonly revokedAt!: string | null;
}

const scopeName = (scope: Scope): ScopeName => scope.replace(':', '_').toUpperCase() as ScopeName;
export const scopeOf = (name: ScopeName): Scope => name.replace('_', ':').toLowerCase() as Scope;

export function apiKeyView({ scopes, ...view }: ApiKeyView): FieldsOf<ApiKey> {
  return { ...view, scopes: scopes.map(scopeName) };
}

@ObjectType({ description: 'An API key and its cursor.', simpleResolvers: true })
class ApiKeyEdge extends edgeOf(ApiKey) {}

@ObjectType({ description: 'A page of API keys.', simpleResolvers: true })
export class ApiKeyConnection extends connectionOf(ApiKey, ApiKeyEdge) {}

@OpenTo('admin')
@ObjectType({ description: 'The result of a change of API keys.', simpleResolvers: true })
export class ApiKeyPayload {
  /** Shown as `apiKey`. */
  readonly keyId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The key itself, which is shown only here. Null when none was created.',
  })
  readonly key!: string | null;

  @Field(() => [UserError], {
    description: 'Why the change was refused, one entry for each problem. Empty when it was made.',
  })
  readonly userErrors!: readonly UserErrorView[];
}

@OpenTo('admin')
@ObjectType({
  description:
    'One change of an API key, token issuer, connection or trusted document: who made it, when and from where. Never edited or deleted.',
  implements: Node,
  simpleResolvers: true,
})
export class AuditEntry implements AuditEntryView {
  /** Part of the `id`. */
  readonly auditEntryId!: string;

  @Field(() => DateTime, { description: 'When the change was made.' })
  readonly at!: string;

  @Field(() => String, { description: 'The API client that made the change, or `command line`.' })
  readonly actor!: string;

  /** Shown as `apiKey`. */
  readonly keyId!: string | null;

  @Field(() => String, { description: 'What was done, such as API_KEY_CREATED.' })
  readonly action!: AuditEntryView['action'];

  @Field(() => String, { description: 'The `id` of what was changed.' })
  readonly subject!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What it was before, as JSON without secrets. Null when it was not there, or only a secret changed.',
  })
  readonly before!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What it was afterwards, as JSON without secrets. Null when only a secret changed.',
  })
  readonly after!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the request came from. Null for the command line.' })
  readonly address!: string | null;
}

@ObjectType({ description: 'An audit entry and its cursor.', simpleResolvers: true })
class AuditEntryEdge extends edgeOf(AuditEntry) {}

@ObjectType({ description: 'A page of audit entries.', simpleResolvers: true })
export class AuditEntryConnection extends connectionOf(AuditEntry, AuditEntryEdge) {}
