import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A row that was dismissed is found by its text, so that a sender who sends it again does not open it again. */
export class DismissedRows1766534400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await replaceIndex(queryRunner, `open OR closed_as = 'DISMISSED'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await replaceIndex(queryRunner, 'open');
  }
}

async function replaceIndex(queryRunner: QueryRunner, condition: string): Promise<void> {
  await queryRunner.query('DROP INDEX quarantined_row_hash_idx');
  await queryRunner.query(
    `CREATE INDEX quarantined_row_hash_idx ON quarantined_row (tenant_id, connection_id, row_hash) WHERE ${condition}`,
  );
}
