import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  AccessError,
  afterDays,
  MAX_KEY_DAYS,
  MAX_KEY_OVERLAP_SECONDS,
  type ApiKeys,
} from '../../application/ports/access';
import type { ApiKeyView, AuditEntryView } from '../../application/ports/reads';
import type { UserError, UserErrorCode } from '../../domain/errors';
import { apiKeyNodeId, auditEntryNodeId, referenceOf } from '../../domain/node-ids';
import { shown, tidyName } from '../../domain/text';
import { checkName } from '../../domain/validation';
import type { Context } from '../context';
import { pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import type { FieldsOf } from '../types/fields';
import { given } from '../types/given';
import { NODE_ID } from '../types/node';
import { OpenTo } from '../types/scopes';
import { ApiKeyCreateInput, AuditEntriesArgs } from './input';
import { administrationLoaders } from './loaders';
import { ApiKey, ApiKeyConnection, ApiKeyPayload, apiKeyView, AuditEntry, AuditEntryConnection, scopeOf } from './type';

const API_KEYS: List = { name: 'apiKeys', key: ['uuid'] };
const AUDIT_ENTRIES: List = { name: 'auditEntries', key: ['uuid'] };

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @OpenTo('admin')
  @Query(() => ApiKeyConnection, {
    description: "Lists the tenant's API keys, also those that no longer work, oldest first.",
    complexity: pageCost,
  })
  async apiKeys(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<FieldsOf<ApiKey>>> {
    const cursors = new Cursors(API_KEYS, null);
    const page = await reads.apiKeys(tenantId, pageRequest(args, cursors, selectionOf(info)));
    return new Connection({ ...page, rows: page.rows.map(apiKeyView) }, cursors, ({ keyId }) => [keyId]);
  }

  @OpenTo('admin')
  @Mutation(() => ApiKeyPayload, {
    description:
      'Creates an API key. It is shown once, in this answer. The change is kept as an audit entry. Refused with NOT_ALLOWED when it would have scopes, locations or channels that the key or token of the request has not.',
  })
  async apiKeyCreate(
    @Arg('input', () => ApiKeyCreateInput, { description: 'The new key.' }) input: ApiKeyCreateInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ApiKeyPayload>> {
    const clientName = tidyName(input.client);
    const { expiresInDays, locations, channels, origins, ipAllowList } = given(input);
    const userErrors = [
      ...checkName(clientName, ['input', 'client'], true),
      ...nullFaults(input),
      ...scopeFaults(input),
      ...lifeFaults(input),
    ];
    if (userErrors.length > 0) return refused(userErrors);
    const expiresAt = expiresInDays === undefined ? undefined : afterDays(expiresInDays);
    const scopes = input.scopes.map(scopeOf);
    const bounds = { locations, channels, origins, ipAllowList };
    const draft = { tenantId: context.tenantId, clientName, scopes, expiresAt, ...bounds };
    try {
      const { key, keyId } = await keysOf(context).create(draft);
      return { keyId, key, userErrors: [] };
    } catch (error) {
      return refusedBy(error, ['input', (error instanceof AccessError && error.part) || 'client']);
    }
  }

  @OpenTo('admin')
  @Mutation(() => ApiKeyPayload, {
    description:
      'Creates the next key of the same client, with the same scopes, limits, origins and addresses, and as long a life. It is shown once, in this answer. The old key works until the overlap ends. Refused with NOT_FOUND when there is no such key, with INVALID_INPUT when it does not work any more, and with NOT_ALLOWED when it can do more than the key or token of the request.',
  })
  async apiKeyRotate(
    @Arg('id', () => ID, { description: 'The `id` of the key.' }) id: string,
    @Arg('overlapSeconds', () => Int, {
      defaultValue: 86_400,
      description: `How long the old key still works, from 0 to ${MAX_KEY_OVERLAP_SECONDS} seconds.`,
    })
    overlapSeconds: number,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ApiKeyPayload>> {
    const known = await keyById(referenceOf('ApiKey', id)?.id, context);
    if (!known) return refused([noSuchKey(id)]);
    if (overlapSeconds < 0 || overlapSeconds > MAX_KEY_OVERLAP_SECONDS) {
      const message = `overlapSeconds is ${overlapSeconds}: give a number from 0 to ${MAX_KEY_OVERLAP_SECONDS}.`;
      return refused([invalid(['overlapSeconds'], message)]);
    }
    try {
      const { key, keyId } = await keysOf(context).rotate(context.tenantId, known.keyId, overlapSeconds * 1_000);
      context.forgetLoaded();
      return { keyId, key, userErrors: [] };
    } catch (error) {
      return refusedBy(error, ['id']);
    }
  }

  @OpenTo('admin')
  @Mutation(() => ApiKeyPayload, {
    description:
      'Revokes a key: every gateway refuses it within a second. Refused with NOT_FOUND when there is no such key, and with NOTHING_CHANGES when it is revoked already.',
  })
  async apiKeyRevoke(
    @Arg('id', () => ID, { description: 'The `id` of the key.' }) id: string,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ApiKeyPayload>> {
    const known = await keyById(referenceOf('ApiKey', id)?.id, context);
    if (!known) return refused([noSuchKey(id)]);
    const isRevoked = await keysOf(context).revoke(context.tenantId, known.keyId);
    context.forgetLoaded();
    const unchanged = fault('NOTHING_CHANGES', ['id'], 'The key is revoked already.');
    return { keyId: known.keyId, key: null, userErrors: isRevoked ? [] : [unchanged] };
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { keyId }: FieldsOf<ApiKey>): string {
    return apiKeyNodeId(keyId);
  }
}

@Resolver(() => ApiKeyPayload)
export class ApiKeyPayloadResolver {
  @FieldResolver(() => ApiKey, { nullable: true, description: 'The key after the change. Null when it was refused.' })
  async apiKey(@Root() { keyId }: FieldsOf<ApiKeyPayload>, @Ctx() context: Context): Promise<FieldsOf<ApiKey> | null> {
    const view = await keyById(keyId, context);
    return view && apiKeyView(view);
  }
}

@Resolver(() => AuditEntry)
export class AuditEntryResolver {
  @OpenTo('admin')
  @Query(() => AuditEntryConnection, {
    description: 'Lists the changes of API keys, token issuers, connections and trusted documents, oldest first.',
    complexity: pageCost,
  })
  async auditEntries(
    @Args(() => AuditEntriesArgs) args: AuditEntriesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AuditEntryView>> {
    const { subject = null, actor = null } = args;
    const cursors = new Cursors(AUDIT_ENTRIES, { subject, actor });
    const page = pageRequest(args, cursors, selectionOf(info));
    const entries = await reads.auditEntries(tenantId, { subject, actor, page });
    return new Connection(entries, cursors, ({ auditEntryId }) => [auditEntryId]);
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { auditEntryId }: AuditEntryView): string {
    return auditEntryNodeId(auditEntryId);
  }

  @FieldResolver(() => ApiKey, {
    nullable: true,
    description: 'The API key that was used. Null for an access token, and for the command line.',
  })
  async apiKey(@Root() { keyId }: AuditEntryView, @Ctx() context: Context): Promise<FieldsOf<ApiKey> | null> {
    const view = await keyById(keyId, context);
    return view && apiKeyView(view);
  }
}

/** Null where there is no id, or no key with it. */
async function keyById(id: string | null | undefined, context: Context): Promise<ApiKeyView | null> {
  return id == null ? null : context.loadersOf(administrationLoaders).apiKey.load(id);
}

const keysOf = ({ services, principal, address }: Context): ApiKeys =>
  services.apiKeysAs({ name: principal.clientName, keyId: principal.keyId, address }, principal);

const refused = (userErrors: readonly UserError[]): FieldsOf<ApiKeyPayload> => ({ keyId: null, key: null, userErrors });

/** Throws what is no refusal. */
function refusedBy(error: unknown, field: readonly string[]): FieldsOf<ApiKeyPayload> {
  if (error instanceof AccessError) return refused([fault(error.code, field, `${error.message}.`)]);
  throw error;
}

const fault = (code: UserErrorCode, field: readonly string[], message: string): UserError => ({ code, field, message });
const invalid = (field: readonly string[], message: string): UserError => fault('INVALID_INPUT', field, message);
const noSuchKey = (id: string): UserError =>
  fault('NOT_FOUND', ['id'], `There is no API key with the id "${shown(id)}".`);

/** What makes a key less powerful. */
const LIMITS = ['locations', 'channels', 'origins', 'ipAllowList', 'expiresInDays'] as const;

/** A client that fails to fill a variable may send null. It would get a key that can do more than it meant. */
const nullFaults = (input: ApiKeyCreateInput): UserError[] =>
  LIMITS.filter((name) => input[name] === null).map((name) =>
    invalid(['input', name], `${name} is null: give a value, or leave ${name} out for a key without this limit.`),
  );

function scopeFaults({ scopes }: ApiKeyCreateInput): UserError[] {
  return scopes.length > 0 ? [] : [invalid(['input', 'scopes'], 'scopes is empty: a key needs at least one scope.')];
}

function lifeFaults({ expiresInDays }: ApiKeyCreateInput): UserError[] {
  if (expiresInDays == null || (expiresInDays >= 1 && expiresInDays <= MAX_KEY_DAYS)) return [];
  return [
    invalid(['input', 'expiresInDays'], `expiresInDays is ${expiresInDays}: give a number from 1 to ${MAX_KEY_DAYS}.`),
  ];
}
