import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The token of a connection that was replaced works for a while beside the next one. */
export class TokenOverlap1765238400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE connection ADD COLUMN previous_token_hash bytea, ADD COLUMN previous_token_until timestamptz(3)',
    );
    await queryRunner.query('CREATE INDEX connection_previous_token_idx ON connection (previous_token_hash)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE connection DROP COLUMN previous_token_hash, DROP COLUMN previous_token_until');
  }
}
