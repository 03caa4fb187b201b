import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Only every 32nd movement is found by its clock. The others follow it in their order, so the last one up to a moment is
 * among the 32 from the last of these (docs/adr/0033).
 */
export class MomentsByMarks1766880000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX movement_recorded_idx');
    await queryRunner.query(`CREATE INDEX movement_recorded_idx ON movement (tenant_id, recorded_at, sequence)
      WHERE sequence % 32 = 0`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX movement_recorded_idx');
    await queryRunner.query('CREATE INDEX movement_recorded_idx ON movement (tenant_id, recorded_at, sequence)');
  }
}
