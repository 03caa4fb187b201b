import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A secret of a connection that was rotated works for a while beside the next one. */
export class SecretOverlaps1765324800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE connection ADD COLUMN secret_overlaps jsonb');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE connection DROP COLUMN secret_overlaps');
  }
}
