import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from '../../application/ports/access';
import type { DiscrepancyNotes } from '../../application/ports/discrepancy-notes';
import type { DiscrepancyKey } from '../../application/ports/reads';
import { discrepancyNodeId } from '../../domain/node-ids';
import { addAuditEntry } from '../access/audit';
import { enterTenant } from '../access/enter-tenant';
import { CHANGE_WITHIN_MS, orUnavailable } from '../access/unavailable';
import { DiscrepancyEntity } from '../tables/discrepancy';

/** The notes of discrepancies. Changes are kept as the actor's. */
export function createDiscrepancyNotes(dataSource: DataSource, actor: Actor): DiscrepancyNotes {
  return {
    set: (tenantId, key, note) =>
      orUnavailable(
        dataSource.transaction((manager) => set(manager, actor, tenantId, key, note)),
        CHANGE_WITHIN_MS,
      ),
  };
}

async function set(
  manager: EntityManager,
  actor: Actor,
  tenantId: string,
  { kind, levelId, openedSequence }: DiscrepancyKey,
  note: string | null,
): Promise<boolean> {
  await enterTenant(manager, tenantId);
  const where = { tenantId, openedSequence, levelId, kind };
  const found = await manager
    .createQueryBuilder(DiscrepancyEntity, 'd')
    .select('d.note', 'note')
    .where(where)
    .setLock('pessimistic_write')
    .getRawOne<{ note: string | null }>();
  if (!found) return false;
  if (found.note === note) return true;
  await manager.createQueryBuilder().update(DiscrepancyEntity).set({ note }).where(where).execute();
  const subject = discrepancyNodeId(kind, levelId, openedSequence);
  const change = { before: { note: found.note }, after: { note } };
  await addAuditEntry(manager, actor, { tenantId, action: 'DISCREPANCY_NOTED', subject, ...change });
  return true;
}
