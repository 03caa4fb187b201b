import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The Merkle tree over each ledger: what a follower keeps of it (ADR 28). It begins with the first movement by itself. */
export class LedgerTree1766275200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE ledger_tree_node');
  }
}

const UP = [
  `CREATE TABLE ledger_tree_node (
    tenant_id uuid NOT NULL,
    height integer NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT ledger_tree_node_pkey PRIMARY KEY (tenant_id, height, index)
  )`,
  'ALTER TABLE ledger_tree_node ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
  `CREATE POLICY tenant ON ledger_tree_node USING (tenant_id = (SELECT stockbridge_tenant()))
    WITH CHECK (tenant_id = (SELECT stockbridge_tenant()))`,
];
