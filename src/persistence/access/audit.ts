import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import type { Actor } from '../../application/ports/access';
import { AuditEntryEntity } from '../tables/audit-entry';
import type { RowOf } from '../tables/derived';

/** What an entry says besides who and when. */
type Change = Pick<RowOf<AuditEntryEntity>, 'tenantId' | 'action' | 'subject' | 'before' | 'after'>;

/** Whoever uses the command line has the database's credentials, and no name that could be proven. */
export const COMMAND_LINE: Actor = { name: 'command line', keyId: null, address: null };

/** Keeps who changed what. In the transaction of the change, so that there is none without its entry. */
export async function addAuditEntry(
  manager: EntityManager,
  { name, keyId, address }: Actor,
  change: Change,
): Promise<void> {
  const entry: RowOf<AuditEntryEntity> = {
    ...change,
    ...{ auditEntryId: uuidv7(), at: new Date(), actor: name, keyId, address },
  };
  await manager.createQueryBuilder().insert().into(AuditEntryEntity).values(entry).execute();
}

/** Most entries that are shown at once. */
const MAX_SHOWN = 1_000;

/** The latest changes of a tenant's keys and connections, oldest first. */
export async function listAuditEntries(dataSource: DataSource, tenantId: string): Promise<RowOf<AuditEntryEntity>[]> {
  const entries = dataSource.getRepository(AuditEntryEntity);
  return (await entries.find({ where: { tenantId }, order: { auditEntryId: 'DESC' }, take: MAX_SHOWN })).toReversed();
}
