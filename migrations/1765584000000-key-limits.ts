import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys may be limited to locations and channels, and publishable keys are bound to origins. */
export class KeyLimits1765584000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE api_key ADD COLUMN location_ids uuid[], ADD COLUMN channels text[], ADD COLUMN origins text[]',
    );
    await queryRunner.query(`ALTER TABLE api_key ADD CONSTRAINT api_key_origins_check
      CHECK (('sellable:read' = ANY (scopes)) = (origins IS NOT NULL))`);
    await queryRunner.query(
      'CREATE INDEX api_key_publishable_idx ON api_key (tenant_id, key_id) WHERE origins IS NOT NULL',
    );
  }

  /** Keys with limits or origins are revoked, so that none can do more than it was to. No scope without origins is left. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE api_key DROP CONSTRAINT api_key_origins_check');
    await queryRunner.query(`UPDATE api_key
      SET revoked_at = coalesce(revoked_at, now()), scopes = array_remove(scopes, 'sellable:read')
      WHERE location_ids IS NOT NULL OR channels IS NOT NULL OR origins IS NOT NULL`);
    await queryRunner.query('DROP INDEX api_key_publishable_idx');
    await queryRunner.query('ALTER TABLE api_key DROP COLUMN location_ids, DROP COLUMN channels, DROP COLUMN origins');
  }
}
