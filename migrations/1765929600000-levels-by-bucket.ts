import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds the levels of a rare bucket, and through them their entries. A level's bucket never changes, so that the index
 * costs a new level a little and an entry nothing.
 */
export class LevelsByBucket1765929600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX stock_level_bucket_idx ON stock_level (tenant_id, bucket, location_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX stock_level_bucket_idx');
  }
}
