import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A movement under its sender's id keeps the fingerprint of what was sent, so that most rows of a message need no outcome
 * beside it (docs/adr/0033). Older outcomes stay where they are and keep answering.
 *
 * A gateway of the version before does not know what movements keep, and would apply an id again. The column that it reads
 * has a new name, so that it gets an error.
 */
export class MovementsAnswerForTheirId1766793600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE outcome RENAME COLUMN fingerprint TO content_hash');
    await queryRunner.query('DROP INDEX movement_external_idx');
    await queryRunner.query(`ALTER TABLE movement ALTER COLUMN external_id TYPE text COLLATE "C",
      ADD COLUMN fingerprint bytea`);
    await queryRunner.query(`CREATE UNIQUE INDEX movement_fingerprint_key ON movement (tenant_id, external_id, origin_id)
      WHERE fingerprint IS NOT NULL`);
    await queryRunner.query(`CREATE INDEX movement_external_idx ON movement (tenant_id, external_id, sequence)
      WHERE fingerprint IS NULL`);
  }

  /** Gives the outcomes back their rows: without them, an id that was sent again would be applied again. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE outcome RENAME COLUMN content_hash TO fingerprint');
    await queryRunner.query(`INSERT INTO outcome (tenant_id, origin_id, external_id, fingerprint, sequence)
      SELECT tenant_id, origin_id, external_id, fingerprint, sequence FROM movement WHERE fingerprint IS NOT NULL`);
    await queryRunner.query('DROP INDEX movement_external_idx');
    await queryRunner.query('DROP INDEX movement_fingerprint_key');
    await queryRunner.query(`ALTER TABLE movement DROP COLUMN fingerprint,
      ALTER COLUMN external_id TYPE text COLLATE "default"`);
    await queryRunner.query('CREATE INDEX movement_external_idx ON movement (tenant_id, external_id, sequence)');
  }
}
