import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys may expire, and show when they were last used. */
export class LifeOfKeys1765065600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE api_key ADD COLUMN expires_at timestamptz(3), ADD COLUMN life_ms bigint,
      ADD COLUMN last_used_at timestamptz(3)`);
  }

  /** Keys that expire are revoked, so that none lives longer than it was to. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'UPDATE api_key SET revoked_at = now() WHERE revoked_at IS NULL AND expires_at IS NOT NULL',
    );
    await queryRunner.query(
      'ALTER TABLE api_key DROP COLUMN expires_at, DROP COLUMN life_ms, DROP COLUMN last_used_at',
    );
  }
}
