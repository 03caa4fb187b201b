import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { AccessError, type Actor } from '../../application/ports/access';
import {
  ConnectionTakenError,
  type ChangedConnection,
  type Connection,
  type Connections,
  type ConnectionUpdate,
  type Overlap,
  type Rotation,
} from '../../application/ports/connections';
import { connectionNodeId } from '../../domain/node-ids';
import { codeOf } from '../database/errors';
import { ConnectionEntity } from '../tables/connection';
import type { RowOf } from '../tables/derived';
import { addAuditEntry } from './audit';
import { changedSecrets, openSecrets } from './connection-secrets';
import { handleHash as hashHandle } from './derived-ids';
import { hashSecret, newSecret, type SecretBox } from './secrets';

type Row = RowOf<ConnectionEntity>;
export type Ids = Pick<Row, 'tenantId' | 'connectionId'>;

/** Changes a connection that nobody else changes meanwhile, and keeps what was changed. Undefined where there is none. */
export async function changeConnection(
  manager: EntityManager,
  { box, actor }: { readonly box: SecretBox; readonly actor: Actor },
  { tenantId, connectionId }: Ids,
  decide: Parameters<Connections['change']>[2],
): Promise<ChangedConnection | undefined> {
  const row = await lockConnection(manager, { tenantId, connectionId });
  if (!row) return undefined;
  const change = decide(opened(row, box));
  if ('refused' in change) return change;
  const { columns, entries, ...changed } =
    'rotation' in change ? rotationOf(row, change.rotation, box) : updateOf(row, change, box);
  const { handleHash = row.handleHash } = columns;
  if (!handleHash.equals(row.handleHash)) await checkHandle(manager, { tenantId, handleHash });
  if (Object.keys(columns).length > 0) {
    await manager.update(ConnectionEntity, { tenantId, connectionId }, columns).catch((error: unknown) => {
      throw explainWrite(error, { tenantId, name: columns.name ?? row.name });
    });
  }
  const subject = connectionNodeId(connectionId);
  for (const entry of entries) await addAuditEntry(manager, actor, { tenantId, subject, ...entry });
  return changed;
}

/** What a change writes, what is kept of it, and what its maker is told. */
interface Written {
  readonly columns: Partial<Row>;
  readonly entries: readonly Pick<Entry, 'action' | 'before' | 'after'>[];
  readonly token: string | null;
  readonly overlaps: readonly Overlap[];
}

type Entry = Parameters<typeof addAuditEntry>[2];

/** How many connections of all tenants may share one account name: a message is tried with each of them. */
export const MAX_SHARED_HANDLES = 100;

/** How many of them a tenant may have, so that none can take a name from the others by using it up. */
const MAX_OWN_HANDLES = 10;

/** Throws ConnectionTakenError when too many connections have the account name. */
export async function checkHandle(
  manager: EntityManager,
  { tenantId, handleHash }: Pick<Row, 'tenantId' | 'handleHash'>,
): Promise<void> {
  const own = await manager.countBy(ConnectionEntity, { tenantId, handleHash });
  const all = own < MAX_OWN_HANDLES ? await manager.countBy(ConnectionEntity, { handleHash }) : own;
  if (own < MAX_OWN_HANDLES && all < MAX_SHARED_HANDLES) return;
  throw new ConnectionTakenError(`${all} connections have this account name already`, 'handle');
}

/** An error of a write, as those who asked for it can use it. */
export function explainWrite(error: unknown, { tenantId, name }: Pick<Row, 'tenantId' | 'name'>): unknown {
  switch (codeOf(error)) {
    case '23503':
      return new AccessError(`There is no tenant ${tenantId}`, { cause: error });
    case '23505':
      return new ConnectionTakenError(`The tenant has a connection named ${name} already`, 'name', { cause: error });
    case undefined:
    default:
      return error;
  }
}

/** Of two changes at a time, the second sees what the first has made. */
export function lockConnection(manager: EntityManager, ids: Ids): Promise<ConnectionEntity | null> {
  return manager.findOne(ConnectionEntity, { where: ids, lock: { mode: 'pessimistic_write' } });
}

/** A connection with its secrets. Throws SecretKeyError. */
export function opened(row: ConnectionEntity, box: SecretBox): Connection {
  const { tenantId, connectionId: id, name, kind, locationCode } = row;
  const { secrets, previousSecrets } = openSecrets(row, box);
  const previous = Object.keys(previousSecrets).length === 0 ? {} : { previousSecrets };
  return { tenantId, id, name, kind, locationCode, settings: settingsOf(row), secrets, ...previous };
}

/** The settings of a connection as they were given. */
export function settingsOf({ settings }: Pick<ConnectionEntity, 'settings'>): Readonly<Record<string, unknown>> {
  return settings as Readonly<Record<string, unknown>>;
}

/** What an audit entry shows of a connection. */
export const auditView = ({
  name,
  kind,
  locationCode,
  settings,
}: Pick<Row, 'name' | 'kind' | 'locationCode' | 'settings'>) => ({
  ...{ name, kind, location: locationCode, settings },
});

/** Nothing is written, or kept, where nothing changes. */
function updateOf(row: ConnectionEntity, change: ConnectionUpdate, box: SecretBox): Written {
  const { name = row.name, locationCode = row.locationCode, settings = settingsOf(row), handle, secrets = {} } = change;
  const given = Object.keys(secrets);
  const hash = handle === undefined ? row.handleHash : hashHandle(row.kind, handle);
  const isOtherHandle = !hash.equals(row.handleHash);
  const before = auditView(row);
  const after = auditView({ name, kind: row.kind, locationCode, settings });
  const told = { token: null, overlaps: [] };
  if (given.length === 0 && !isOtherHandle && isDeepStrictEqual(before, after)) {
    return { columns: {}, entries: [], ...told };
  }
  const sealed = given.length === 0 ? {} : changedSecrets(row, box, { next: secrets, until: null, dropped: [] });
  const hidden = {
    ...(isOtherHandle ? { handle: 'changed' } : {}),
    ...(given.length === 0 ? {} : { secretsReplaced: given }),
  };
  return {
    columns: { name, locationCode, settings, handleHash: hash, ...sealed },
    entries: [{ action: 'CONNECTION_UPDATED', before, after: { ...after, ...hidden } }],
    ...told,
  };
}

function rotationOf(row: ConnectionEntity, rotation: Rotation, box: SecretBox): Written {
  const { overlapMs, secret, withToken = false, dropped = [] } = rotation;
  // After the lock: waiting for it must not shorten the overlap.
  const until = new Date(Date.now() + overlapMs);
  const token = withToken ? newSecret() : null;
  const ofToken = token === null ? {} : tokenColumns(row, token, until);
  const next = secret && { [secret.name]: secret.value };
  const ofSecret = next ? changedSecrets(row, box, { next, until: overlapMs > 0 ? until : null, dropped }) : {};
  const rotated = [...(withToken ? [null] : []), ...(secret ? [secret.name] : [])];
  return {
    columns: { ...ofToken, ...ofSecret },
    entries: rotated.map((name) =>
      name === null
        ? { action: 'CONNECTION_TOKEN_RENEWED', before: null, after: { oldTokenUntil: until } }
        : {
            action: 'CONNECTION_SECRET_ROTATED',
            before: null,
            after: { secret: name, oldSecretUntil: until, dropped },
          },
    ),
    token,
    overlaps: rotated.map((name) => ({ secret: name, until })),
  };
}

const tokenColumns = ({ tokenHash }: ConnectionEntity, token: string, until: Date): Partial<Row> => ({
  tokenHash: hashSecret(token),
  previousTokenHash: tokenHash,
  previousTokenUntil: until,
});
