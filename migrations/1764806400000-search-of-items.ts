import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A search for a part of a sku or name reads what matches, not every item. Both extensions come with PostgreSQL. */
export class SearchOfItems1764806400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    // For the tenant in the same index: another tenant's items must not slow a search down.
    await queryRunner.query('CREATE EXTENSION IF NOT EXISTS btree_gin');
    await queryRunner.query('CREATE INDEX item_sku_search_idx ON item USING gin (tenant_id, sku gin_trgm_ops)');
    await queryRunner.query('CREATE INDEX item_name_search_idx ON item USING gin (tenant_id, name gin_trgm_ops)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX item_name_search_idx, item_sku_search_idx');
    await queryRunner.query('DROP EXTENSION btree_gin');
    await queryRunner.query('DROP EXTENSION pg_trgm');
  }
}
