import { MoreThan, Raw, type DataSource, type EntityManager } from 'typeorm';
import { connectionNodeId } from '../../domain/node-ids';
import { ConnectionEntity } from '../tables/connection';
import { addAuditEntry, COMMAND_LINE } from './audit';
import { keyIdOfSealed, SecretKeyError, sealedUnder, WHERE_KEYS_ARE, type SecretBox } from './secrets';

/** How many connections have their secrets under one key. */
export interface KeyUse {
  /** Null: they were stored before secrets said which key they are under. */
  readonly keyId: string | null;
  readonly connections: number;
}

/** The keys that stored secrets are under. */
export function keysInUse(dataSource: DataSource): Promise<KeyUse[]> {
  return dataSource.query<KeyUse[]>(
    `SELECT CASE WHEN substring(secrets FROM 1 FOR 1) = '\\x02' THEN encode(substring(secrets FROM 2 FOR 8), 'hex') END
       AS "keyId", count(*)::int AS connections
     FROM connection GROUP BY 1 ORDER BY 1`,
  );
}

/** Throws SecretKeyError when the box lacks a key that stored secrets are under. */
export async function checkStoredKeys(dataSource: DataSource, box: SecretBox): Promise<void> {
  const uses = await keysInUse(dataSource);
  for (const use of uses) {
    if (use.keyId !== null && !box.keyIds.has(use.keyId)) throw missingKey(use.keyId, use.connections);
  }
  if (!uses.some(({ keyId }) => keyId === null)) return;
  const withoutKeyId = { secrets: Raw((column) => `substring(${column} FROM 1 FOR 1) <> '\\x02'`) };
  const order = { tenantId: 'ASC', connectionId: 'ASC' } as const;
  const [row] = await dataSource.getRepository(ConnectionEntity).find({ where: withoutKeyId, order, take: 1 });
  if (row) box.open(row.secrets, row);
}

/** The error for a key that is not there, with what it would open. */
function missingKey(keyId: string, connections: number): SecretKeyError {
  const whose = connections === 1 ? '1 connection' : `${connections} connections`;
  return new SecretKeyError(
    `The secrets of ${whose} are under the key ${keyId}, which is not given: add it to ${WHERE_KEYS_ARE}, after the present key`,
  );
}

/** How many connections a transaction of a rotation changes. */
const ROTATION_STEP = 100;

/** What became of the secrets that were not under the present key. */
export interface Rotation {
  readonly reencrypted: number;
  /** How many connections are under keys that are not given. They were left as they are. */
  readonly missing: ReadonlyMap<string, number>;
  /** The ids of connections whose secrets open with none of the given keys. They were left as they are. */
  readonly unreadable: readonly string[];
}

/**
 * Encrypts all secrets that are under another key with the present one, and keeps an audit entry for each connection.
 * Each step is one transaction, so a rotation that was interrupted goes on where it ended. Gateways may run.
 *
 * @param onStep is told how many have been encrypted again so far
 */
export async function rotateSecrets(
  dataSource: DataSource,
  tenantIds: readonly string[],
  box: SecretBox,
  onStep: (reencrypted: number) => void,
): Promise<Rotation> {
  let reencrypted = 0;
  const missing = new Map<string, number>();
  const unreadable: string[] = [];
  for (const tenantId of tenantIds) {
    for (let after: string | undefined; ;) {
      const step = await dataSource.transaction((manager) => rotateStep(manager, tenantId, after, box));
      reencrypted += step.reencrypted;
      for (const keyId of step.missing) missing.set(keyId, (missing.get(keyId) ?? 0) + 1);
      unreadable.push(...step.unreadable);
      if (step.reencrypted > 0) onStep(reencrypted);
      if (step.last === undefined) break;
      after = step.last;
    }
  }
  return { reencrypted, missing, unreadable };
}

interface Step {
  readonly reencrypted: number;
  /** The key of each connection that could not be opened for lack of it. */
  readonly missing: readonly string[];
  readonly unreadable: readonly string[];
  /** The last connection that was looked at; undefined: there are no further ones. */
  readonly last: string | undefined;
}

async function rotateStep(
  manager: EntityManager,
  tenantId: string,
  after: string | undefined,
  box: SecretBox,
): Promise<Step> {
  const header = sealedUnder(box.presentKeyId);
  const rows = await manager.find(ConnectionEntity, {
    where: {
      tenantId,
      ...(after === undefined ? {} : { connectionId: MoreThan(after) }),
      secrets: Raw((column) => `substring(${column} FROM 1 FOR ${header.length}) <> :header`, { header }),
    },
    order: { connectionId: 'ASC' },
    take: ROTATION_STEP,
    // What a gateway writes meanwhile is neither lost nor overwritten.
    lock: { mode: 'pessimistic_write' },
  });
  let reencrypted = 0;
  const missing: string[] = [];
  const unreadable: string[] = [];
  for (const row of rows) {
    const keyId = keyIdOfSealed(row.secrets);
    if (keyId !== null && !box.keyIds.has(keyId)) missing.push(keyId);
    else if (await reencrypt(manager, row, keyId, box)) reencrypted += 1;
    else unreadable.push(row.connectionId);
  }
  return {
    reencrypted,
    missing,
    unreadable,
    last: rows.length < ROTATION_STEP ? undefined : rows.at(-1)?.connectionId,
  };
}

/** False where the secrets do not open. */
async function reencrypt(
  manager: EntityManager,
  { tenantId, connectionId, secrets: sealed }: ConnectionEntity,
  keyId: string | null,
  box: SecretBox,
): Promise<boolean> {
  const owner = { tenantId, connectionId };
  let secrets;
  try {
    secrets = box.open(sealed, owner);
  } catch (error) {
    if (error instanceof SecretKeyError) return false;
    throw error;
  }
  await manager.update(ConnectionEntity, owner, { secrets: box.seal(secrets, owner) });
  await addAuditEntry(manager, COMMAND_LINE, {
    tenantId,
    action: 'CONNECTION_SECRETS_REENCRYPTED',
    subject: connectionNodeId(connectionId),
    before: { secretKey: keyId },
    after: { secretKey: box.presentKeyId },
  });
  return true;
}
