import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Discrepancies of every kind, with notes, and indexes for each way to list them. The watch reads older ledgers from
 * their beginning in the background, so that nothing is filled here.
 */
export class KindsOfDiscrepancies1766448000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
    for (const [name, on] of INDEXES) await queryRunner.query(`CREATE INDEX ${name} ON discrepancy ${on}`);
  }

  /** Rows of the new kinds mean nothing to older code. By tenant, since the owner is not exempt from the policies. */
  async down(queryRunner: QueryRunner): Promise<void> {
    const tenants = (await queryRunner.query('SELECT tenant_id FROM tenant')) as { tenant_id: string }[];
    for (const { tenant_id: tenantId } of tenants) {
      await queryRunner.query(`SELECT set_config('stockbridge.tenant', $1, true)`, [tenantId]);
      await queryRunner.query(`DELETE FROM discrepancy WHERE tenant_id = $1 AND kind <> 'NEGATIVE_IN_THE_PAST'`, [
        tenantId,
      ]);
      await queryRunner.query(`DELETE FROM ledger_follower WHERE tenant_id = $1 AND name = 'level-discrepancies'`, [
        tenantId,
      ]);
    }
    await queryRunner.query(`SELECT set_config('stockbridge.tenant', '', true)`);
    for (const [name] of INDEXES) await queryRunner.query(`DROP INDEX ${name}`);
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const UP = [
  'ALTER TABLE discrepancy ADD COLUMN expected bigint, ADD COLUMN note text',
  `CREATE TABLE reported_level (
    tenant_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    level_id uuid NOT NULL,
    since_sequence bigint NOT NULL,
    CONSTRAINT reported_level_pkey PRIMARY KEY (tenant_id, item_id, location_id, level_id)
  )`,
  'ALTER TABLE reported_level ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
  `CREATE POLICY tenant ON reported_level USING (tenant_id = (SELECT stockbridge_tenant()))
    WITH CHECK (tenant_id = (SELECT stockbridge_tenant()))`,
];

const INDEXES = [
  ['discrepancy_open_idx', '(tenant_id, opened_sequence, level_id) WHERE closed_at IS NULL'],
  ['discrepancy_open_kind_idx', '(tenant_id, kind, opened_sequence, level_id) WHERE closed_at IS NULL'],
  ['discrepancy_kind_idx', '(tenant_id, kind, opened_sequence, level_id)'],
  ['discrepancy_item_idx', '(tenant_id, item_id, opened_sequence, level_id)'],
  ['discrepancy_location_idx', '(tenant_id, location_id, opened_sequence, level_id)'],
] as const;

const DOWN = ['DROP TABLE reported_level', 'ALTER TABLE discrepancy DROP COLUMN expected, DROP COLUMN note'];
