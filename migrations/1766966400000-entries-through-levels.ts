import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The entries of an item are read through its levels, each of which has an index of them. The index by item was in random
 * order and cost more than any other part of a row (docs/performance.md).
 */
export class EntriesThroughLevels1766966400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX ledger_entry_item_idx');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX ledger_entry_item_idx ON ledger_entry (tenant_id, item_id, sequence, leg)');
  }
}
