import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the parts of a location, which were looked for among all locations. */
export class PartsOfLocations1766707200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX location_parent_idx ON location (tenant_id, parent_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX location_parent_idx');
  }
}
