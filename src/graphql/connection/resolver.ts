import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AdministerConnections, ConnectionResult } from '../../application/commands/administer-connections';
import type { ConnectionView, LocationView } from '../../application/ports/reads';
import type { UserError } from '../../domain/errors';
import { connectionNodeId, referenceOf } from '../../domain/node-ids';
import type { Context } from '../context';
import { pageCost } from '../limits/cost';
import { Location } from '../location/type';
import { locationLoaders } from '../location/loaders';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import type { FieldsOf } from '../types/fields';
import { NODE_ID } from '../types/node';
import { OpenTo } from '../types/scopes';
import { ConnectionRotateArgs, ConnectionSaveInput } from './input';
import { connectionLoaders } from './loaders';
import { ConnectionConnection, ConnectionNode, ConnectionPayload } from './type';

const CONNECTIONS: List = { name: 'connections', key: ['uuid'] };

/** Stands in a path for the token, which is not known any more. */
const TOKEN = '{token}';

@Resolver(() => ConnectionNode)
export class ConnectionResolver {
  @OpenTo('admin')
  @Query(() => ConnectionConnection, {
    description: "Lists the tenant's connections, also disabled ones, oldest first.",
    complexity: pageCost,
  })
  async connections(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ConnectionView>> {
    const cursors = new Cursors(CONNECTIONS, null);
    const page = await reads.connections(tenantId, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ connectionId }) => [connectionId]);
  }

  @OpenTo('admin')
  @Mutation(() => ConnectionPayload, {
    description:
      'Creates a connection, or changes the one with the `id`. Secrets that are not given are generated, and shown once, in this answer. The change is kept as an audit entry, without secrets.',
  })
  async connectionSave(
    @Arg('input', () => ConnectionSaveInput, { description: 'How the connection is to be.' })
    input: ConnectionSaveInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ConnectionPayload>> {
    const { id, name, kind, location, handle = null, settings, secrets } = input;
    const given = (secrets ?? []).map((secret) => ({ name: secret.name, value: secret.value ?? null }));
    // Null is refused as the text of it: left out, it would mean a connection without the `ipAllowList` that was meant.
    const settingsText = settings === undefined ? {} : { settings: settings ?? 'null' };
    const parts = { name, kind, handle, secrets: given, ...settingsText };
    const connections = administer(context);
    const result =
      id == null
        ? await connections.create(context.tenantId, { settings: '{}', ...parts, locationCode: location ?? null })
        : await connections.update(context.tenantId, referenceOf('Connection', id)?.id ?? null, {
            ...parts,
            ...(location === undefined ? {} : { locationCode: location }),
          });
    return payloadOf(context, result, ['input']);
  }

  @OpenTo('admin')
  @Mutation(() => ConnectionPayload, {
    description:
      'Replaces a secret of a connection, or its token, which are shown once, in this answer. The old one works until the overlap ends; one that was replaced before it stops at once. Refused with NOT_FOUND when there is no such connection.',
  })
  async connectionRotate(
    @Args(() => ConnectionRotateArgs) args: ConnectionRotateArgs,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ConnectionPayload>> {
    const { id, secret = null, value = null, token, overlapSeconds } = args;
    const connectionId = referenceOf('Connection', id)?.id ?? null;
    const what = { secret, value, token, overlapSeconds };
    return payloadOf(context, await administer(context).rotate(context.tenantId, connectionId, what));
  }

  @OpenTo('admin')
  @Mutation(() => ConnectionPayload, {
    description:
      'Disables a connection, or enables it again. A disabled one takes nothing: every gateway answers its counterpart as an unknown one, within a second. Refused with NOT_FOUND when there is no such connection, and with NOTHING_CHANGES when it is so already.',
  })
  async connectionDisable(
    @Arg('id', () => ID, { description: 'The `id` of the connection.' }) id: string,
    @Arg('disabled', () => Boolean, { defaultValue: true, description: 'False to enable it again.' }) disabled: boolean,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ConnectionPayload>> {
    const connectionId = referenceOf('Connection', id)?.id ?? null;
    return payloadOf(context, await administer(context).setDisabled(context.tenantId, connectionId, disabled));
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { connectionId }: ConnectionView): string {
    return connectionNodeId(connectionId);
  }

  @FieldResolver(() => Location, {
    nullable: true,
    description: 'The location that it is bound to. Null when it is bound to none.',
  })
  async location(@Root() { locationId }: ConnectionView, @Ctx() context: Context): Promise<LocationView | null> {
    return locationId === null ? null : context.loadersOf(locationLoaders).location.load(locationId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `Where the counterpart sends its messages. \`${TOKEN}\` stands for the token, which is not shown again. Orders in Winit's form go to \`/openapi/service\`.`,
  })
  url(@Root() { kind }: ConnectionView, @Ctx() { services, baseUrl }: Context): string {
    return baseUrl + services.connectionKinds[kind].path(TOKEN);
  }
}

@Resolver(() => ConnectionPayload)
export class ConnectionPayloadResolver {
  @FieldResolver(() => ConnectionNode, {
    nullable: true,
    description: 'The connection after the change. Null when it was refused.',
  })
  async connection(
    @Root() { connectionId }: FieldsOf<ConnectionPayload>,
    @Ctx() context: Context,
  ): Promise<ConnectionView | null> {
    return connectionId === null ? null : context.loadersOf(connectionLoaders).connection.load(connectionId);
  }
}

const administer = ({ services, principal, address }: Context): AdministerConnections =>
  services.administerConnectionsAs({ name: principal.clientName, keyId: principal.keyId, address });

function payloadOf(
  context: Context,
  { connectionId, kind, token, secrets, userErrors }: ConnectionResult,
  path: readonly string[] = [],
): FieldsOf<ConnectionPayload> {
  context.forgetLoaded();
  const spec = kind === null ? undefined : context.services.connectionKinds[kind];
  const shown = Object.entries(secrets).map(([name, value]) => ({ name, value }));
  if (token !== null && spec?.tokenIn === 'AUTHORIZATION') shown.push({ name: 'token', value: token });
  return {
    ...{ connectionId, secrets: shown },
    url: spec && (token !== null || spec.tokenIn !== 'PATH') ? context.baseUrl + spec.path(token ?? '') : null,
    userErrors: userErrors.map((error): UserError => ({ ...error, field: [...path, ...error.field] })),
  };
}
