import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys may be bound to addresses and networks. */
export class AddressesOfKeys1766016000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE api_key ADD COLUMN ip_allow_list text[]');
  }

  /** Keys that are bound are revoked, so that none can be used from elsewhere. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE ip_allow_list IS NOT NULL',
    );
    await queryRunner.query('ALTER TABLE api_key DROP COLUMN ip_allow_list');
  }
}
