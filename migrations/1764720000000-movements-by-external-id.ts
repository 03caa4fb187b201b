import type { MigrationInterface, QueryRunner } from 'typeorm';

/** "Did you get 910042?" is asked of a ledger of any length. */
export class MovementsByExternalId1764720000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX movement_external_idx ON movement (tenant_id, external_id, sequence)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX movement_external_idx');
  }
}
