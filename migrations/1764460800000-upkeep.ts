import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Items and locations that are archived, items that were merged into others, and former codes of locations. */
export class Upkeep1764460800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const UP = [
  `ALTER TABLE item ADD COLUMN archived_at timestamptz(3), ADD COLUMN merged_into_id uuid,
    ADD CONSTRAINT item_merged_into_fkey FOREIGN KEY (tenant_id, merged_into_id) REFERENCES item (tenant_id, item_id),
    DROP CONSTRAINT item_sku_key`,
  // Another item may have the sku of one that was merged.
  'CREATE UNIQUE INDEX item_sku_key ON item (tenant_id, sku, specification) WHERE merged_into_id IS NULL',
  'CREATE INDEX item_sku_idx ON item (tenant_id, sku, specification)',
  'ALTER TABLE location ADD COLUMN archived_at timestamptz(3)',
  `CREATE TABLE former_location_code (
    tenant_id uuid NOT NULL,
    code text COLLATE "C" NOT NULL,
    location_id uuid NOT NULL,
    collision_key text COLLATE "C" NOT NULL,
    CONSTRAINT former_location_code_pkey PRIMARY KEY (tenant_id, code),
    CONSTRAINT former_location_code_location_fkey FOREIGN KEY (tenant_id, location_id)
      REFERENCES location (tenant_id, location_id)
  )`,
  'CREATE INDEX former_location_code_collision_idx ON former_location_code (tenant_id, collision_key)',
];

// Fails where a merged item and another one have the same sku: then the step back would lose one of them.
const DOWN = [
  'DROP TABLE former_location_code',
  'ALTER TABLE location DROP COLUMN archived_at',
  'DROP INDEX item_sku_idx',
  'DROP INDEX item_sku_key',
  `ALTER TABLE item ADD CONSTRAINT item_sku_key UNIQUE (tenant_id, sku, specification),
    DROP COLUMN merged_into_id, DROP COLUMN archived_at`,
];
