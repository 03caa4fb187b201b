import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { AccessError, type Actor } from '../../application/ports/access';
import {
  MAX_CONNECTIONS,
  type ConnectionDraft,
  type ConnectionInfo,
  type Connections,
} from '../../application/ports/connections';
import { connectionNodeId } from '../../domain/node-ids';
import { ConnectionEntity } from '../tables/connection';
import type { RowOf } from '../tables/derived';
import { addAuditEntry, COMMAND_LINE } from './audit';
import {
  auditView,
  changeConnection,
  checkHandle,
  explainWrite,
  lockConnection,
  opened,
  settingsOf,
  type Ids,
} from './change-connection';
import { overlapList } from './connection-secrets';
import { handleHash } from './derived-ids';
import { hashSecret, newSecret, type SecretBox } from './secrets';
import { checkStoredKeys } from './stored-secrets';
import { CHANGE_WITHIN_MS, orUnavailable } from './unavailable';

/** The connections of all tenants. Changes are kept as the actor's. */
export function createConnections(dataSource: DataSource, box: SecretBox, actor: Actor = COMMAND_LINE): Connections {
  const repository = dataSource.getRepository(ConnectionEntity);
  const transaction = <Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> =>
    orUnavailable(dataSource.transaction(work), CHANGE_WITHIN_MS);
  const connections: Connections = {
    create: (draft) => transaction((manager) => createConnection(manager, { box, actor }, draft)),
    async list(tenantId) {
      const rows = await orUnavailable(repository.find({ where: { tenantId }, order: { name: 'ASC' } }));
      return rows.map(withoutSecrets);
    },
    async find(tenantId, connectionId) {
      const row = await orUnavailable(repository.findOneBy({ tenantId, connectionId }));
      return row ? opened(row, box) : undefined;
    },
    change: (tenantId, connectionId, decide) =>
      transaction((manager) => changeConnection(manager, { box, actor }, { tenantId, connectionId }, decide)),
    async renewToken(tenantId, connectionId, overlapMs = 0) {
      const rotation = { overlapMs, withToken: true };
      const changed = await connections.change(tenantId, connectionId, () => ({ rotation }));
      const [overlap] = changed && 'token' in changed ? changed.overlaps : [];
      if (!changed || 'refused' in changed || changed.token === null || !overlap)
        throw new AccessError(`There is no connection ${connectionId}`);
      return { token: changed.token, oldTokenUntil: overlap.until };
    },
    disable: (tenantId, connectionId) =>
      transaction((manager) => setDisabledAt(manager, actor, { tenantId, connectionId }, new Date())),
    enable: (tenantId, connectionId) =>
      transaction((manager) => setDisabledAt(manager, actor, { tenantId, connectionId }, null)),
    checkSecretKey: () => checkStoredKeys(dataSource, box),
  };
  return connections;
}

async function createConnection(
  manager: EntityManager,
  { box, actor }: { readonly box: SecretBox; readonly actor: Actor },
  draft: ConnectionDraft,
): ReturnType<Connections['create']> {
  const connectionId = uuidv7();
  const token = newSecret();
  const row = newRow(draft, connectionId, token, box);
  const { tenantId } = row;
  if ((await manager.countBy(ConnectionEntity, { tenantId })) >= MAX_CONNECTIONS) {
    throw new AccessError(`The tenant has ${MAX_CONNECTIONS} connections already, and no more are allowed`);
  }
  await checkHandle(manager, row);
  await manager.insert(ConnectionEntity, row).catch((error: unknown) => {
    throw explainWrite(error, row);
  });
  const subject = connectionNodeId(connectionId);
  const what = { action: 'CONNECTION_CREATED', subject, before: null, after: auditView(row) } as const;
  await addAuditEntry(manager, actor, { tenantId, ...what });
  return { connectionId, token };
}

/** False where there is no connection, or it is so already. */
async function setDisabledAt(
  manager: EntityManager,
  actor: Actor,
  ids: Ids,
  disabledAt: Date | null,
): Promise<boolean> {
  const row = await lockConnection(manager, ids);
  if (!row || (row.disabledAt === null) === (disabledAt === null)) return false;
  await manager.update(ConnectionEntity, ids, { disabledAt });
  await addAuditEntry(manager, actor, {
    ...{ tenantId: ids.tenantId, subject: connectionNodeId(ids.connectionId) },
    action: disabledAt === null ? 'CONNECTION_ENABLED' : 'CONNECTION_DISABLED',
    ...{ before: { disabledAt: row.disabledAt }, after: { disabledAt } },
  });
  return true;
}

function newRow(draft: ConnectionDraft, connectionId: string, token: string, box: SecretBox): RowOf<ConnectionEntity> {
  const { tenantId, kind, name, locationCode, settings, secrets, handle } = draft;
  if (name.trim() === '') throw new AccessError('A connection needs a name');
  return {
    tenantId,
    connectionId,
    name,
    kind,
    locationCode,
    settings,
    secrets: box.seal(secrets, { tenantId, connectionId }),
    secretOverlaps: null,
    // Nobody sends our random id as an account name, so a connection without a handle is never found by one.
    handleHash: handleHash(kind, handle ?? connectionId),
    tokenHash: hashSecret(token),
    previousTokenHash: null,
    previousTokenUntil: null,
    createdAt: new Date(),
    disabledAt: null,
  };
}

function withoutSecrets(row: ConnectionEntity): ConnectionInfo {
  const { tenantId, connectionId: id, name, kind, locationCode, createdAt, disabledAt } = row;
  const settings = settingsOf(row);
  return { tenantId, id, name, kind, locationCode, settings, createdAt, disabledAt, overlaps: overlapList(row) };
}
