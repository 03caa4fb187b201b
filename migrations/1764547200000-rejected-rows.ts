import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows that were refused are kept with their message, as those are that wait. */
export class RejectedRows1764547200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE quarantined_row ADD COLUMN rejected boolean NOT NULL DEFAULT false');
    await queryRunner.query('ALTER TABLE quarantined_row ALTER COLUMN rejected DROP DEFAULT');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DELETE FROM quarantined_row WHERE rejected');
    await queryRunner.query('ALTER TABLE quarantined_row DROP COLUMN rejected');
  }
}
