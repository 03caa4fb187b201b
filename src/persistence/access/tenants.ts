import type { DataSource } from 'typeorm';
import { GENESIS_HASH } from '../../domain/ledger/movement';
import type { RowOf } from '../tables/derived';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { TenantEntity } from '../tables/tenant';
import { tenantIdOf } from './derived-ids';
import { AccessError } from '../../application/ports/access';

export interface Tenant {
  readonly tenantId: string;
  readonly code: string;
  readonly createdAt: Date;
}

export interface Tenants {
  /** Creates the tenant and its empty ledger unless they exist; returns the id. */
  ensure(code: string): Promise<string>;
  byCode(code: string): Promise<Tenant | undefined>;
  /** Ordered by code. */
  list(): Promise<Tenant[]>;
}

const CODE_FORM = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export function createTenants(dataSource: DataSource): Tenants {
  const repository = dataSource.getRepository(TenantEntity);
  return {
    async ensure(code) {
      if (!CODE_FORM.test(code)) {
        const rule = 'at most 63 lower-case letters, digits, dots, hyphens and underscores, a letter or digit first';
        throw new AccessError(`${JSON.stringify(code)} can't be the code of a tenant: take ${rule}`);
      }
      const tenantId = tenantIdOf(code);
      await dataSource.transaction(async (manager) => {
        const insert = manager.createQueryBuilder().insert().orIgnore();
        const tenant: RowOf<TenantEntity> = { tenantId, code, createdAt: new Date() };
        await insert.into(TenantEntity).values(tenant).execute();
        await insert.into(LedgerHeadEntity).values(emptyLedger(tenantId)).execute();
      });
      return tenantId;
    },
    async byCode(code) {
      return (await repository.findOneBy({ tenantId: tenantIdOf(code) })) ?? undefined;
    },
    list: () => repository.find({ order: { code: 'ASC' } }),
  };
}

function emptyLedger(tenantId: string): RowOf<LedgerHeadEntity> {
  return {
    tenantId,
    sequence: 0,
    hash: Buffer.from(GENESIS_HASH, 'hex'),
    recordedAt: null,
    catalogueRevision: 0,
    nextOrderNumber: 1,
    nextVendorId: 1,
    attempt: null,
    nextExpiry: null,
    openReservations: 0,
    backOrders: 0,
  };
}
