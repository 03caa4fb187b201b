import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When to order again, apart from when to stop selling. */
export class ReorderPoint1764633600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE inventory_record ADD COLUMN reorder_point integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE inventory_record DROP COLUMN reorder_point');
  }
}
