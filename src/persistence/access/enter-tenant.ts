import type { EntityManager } from 'typeorm';
import { SET_TENANT } from '../database/statement';

/** Opens the tenant's own tables, such as its locations, to the running transaction. */
export async function enterTenant(manager: EntityManager, tenantId: string): Promise<void> {
  await manager.query(SET_TENANT.text, [tenantId]);
}
