import { IsNull, type DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import type { Connection, ConnectionKind } from '../../application/ports/connections';
import { ConnectionEntity } from '../tables/connection';
import type { RowOf } from '../tables/derived';
import { codeOf } from '../database/errors';
import { hashSecret, newSecret, type SecretBox, type Secrets } from './secrets';
import { checkStoredKeys } from './stored-secrets';
import { handleHash } from './derived-ids';
import { AccessError, type Actor } from '../../application/ports/access';
import { connectionNodeId } from '../../domain/node-ids';
import { addAuditEntry, COMMAND_LINE } from './audit';

export interface ConnectionDraft {
  readonly tenantId: string;
  readonly kind: ConnectionKind;
  /** Unique in the tenant. */
  readonly name: string;
  readonly locationCode: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Secrets;
  /** The account name in the vendor's messages; left out for kinds that have none. */
  readonly handle?: string;
}

interface CreatedConnection {
  readonly connectionId: string;
  /** The secret in its webhook's path, or its bearer token. It is shown only here: the database has its hash. */
  readonly token: string;
}

interface RenewedToken {
  /** Shown only here: the database has its hash. */
  readonly token: string;
  /** Until when the token before works too. */
  readonly oldTokenUntil: Date;
}

/** A connection without its secrets. */
export interface ConnectionInfo extends Omit<Connection, 'secrets'> {
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

export interface Connections {
  /** Throws AccessError when there is no such tenant, or it has a connection of that name. */
  create(draft: ConnectionDraft): Promise<CreatedConnection>;
  /** A tenant's connections, including disabled ones, ordered by name. */
  list(tenantId: string): Promise<ConnectionInfo[]>;
  /**
   * Replaces the token. The old one works until the overlap ends; one that was replaced before stops working within a
   * second. Throws AccessError when there is no connection.
   */
  renewToken(tenantId: string, connectionId: string, overlapMs?: number): Promise<RenewedToken>;
  /** False when the tenant has no such connection, or it is disabled already. */
  disable(tenantId: string, connectionId: string): Promise<boolean>;
  /** Finds out at the start whether a key is missing that stored secrets are under. Throws SecretKeyError. */
  checkSecretKey(): Promise<void>;
}

/** How many connections of all tenants may share one account name: a message is tried with each of them. */
export const MAX_SHARED_HANDLES = 100;

/** The connections of all tenants. Changes are kept as the actor's. */
export function createConnections(dataSource: DataSource, box: SecretBox, actor: Actor = COMMAND_LINE): Connections {
  const repository = dataSource.getRepository(ConnectionEntity);
  return {
    async create(draft) {
      const connectionId = uuidv7();
      const token = newSecret();
      const row = newRow(draft, connectionId, token, box);
      if ((await repository.countBy({ handleHash: row.handleHash })) >= MAX_SHARED_HANDLES) {
        throw new AccessError(`${MAX_SHARED_HANDLES} connections have this account name already`);
      }
      await dataSource.transaction(async (manager) => {
        await manager.insert(ConnectionEntity, row).catch((error: unknown) => {
          throw explainInsert(error, draft);
        });
        const { tenantId, name, kind, locationCode, settings } = draft;
        const after = { name, kind, location: locationCode, settings };
        const subject = connectionNodeId(connectionId);
        await addAuditEntry(manager, actor, { tenantId, action: 'CONNECTION_CREATED', subject, before: null, after });
      });
      return { connectionId, token };
    },
    async list(tenantId) {
      return (await repository.find({ where: { tenantId }, order: { name: 'ASC' } })).map(withoutSecrets);
    },
    renewToken: (tenantId, connectionId, overlapMs = 0) =>
      dataSource.transaction(async (manager) => {
        const token = newSecret();
        const oldTokenUntil = new Date(Date.now() + overlapMs);
        const change = {
          tokenHash: hashSecret(token),
          previousTokenHash: () => 'token_hash',
          previousTokenUntil: oldTokenUntil,
        };
        const { affected } = await manager.update(ConnectionEntity, { tenantId, connectionId }, change);
        if (affected !== 1) throw new AccessError(`There is no connection ${connectionId}`);
        const subject = connectionNodeId(connectionId);
        const what = { action: 'CONNECTION_TOKEN_RENEWED', subject, before: null, after: { oldTokenUntil } } as const;
        await addAuditEntry(manager, actor, { tenantId, ...what });
        return { token, oldTokenUntil };
      }),
    disable: (tenantId, connectionId) =>
      dataSource.transaction(async (manager) => {
        const disabledAt = new Date();
        const enabled = { tenantId, connectionId, disabledAt: IsNull() };
        if ((await manager.update(ConnectionEntity, enabled, { disabledAt })).affected !== 1) return false;
        const subject = connectionNodeId(connectionId);
        const what = {
          action: 'CONNECTION_DISABLED',
          subject,
          before: { disabledAt: null },
          after: { disabledAt },
        } as const;
        await addAuditEntry(manager, actor, { tenantId, ...what });
        return true;
      }),
    checkSecretKey: () => checkStoredKeys(dataSource, box),
  };
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
  return { tenantId, id, name, kind, locationCode, settings: settingsOf(row), createdAt, disabledAt };
}

/** The settings of a connection as they were given. */
export function settingsOf({ settings }: ConnectionEntity): Readonly<Record<string, unknown>> {
  return settings as Readonly<Record<string, unknown>>;
}

function explainInsert(error: unknown, { tenantId, name }: ConnectionDraft): unknown {
  switch (codeOf(error)) {
    case '23503':
      return new AccessError(`There is no tenant ${tenantId}`, { cause: error });
    case '23505':
      return new AccessError(`The tenant has a connection named ${name} already`, { cause: error });
    case undefined:
    default:
      return error;
  }
}
