import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that could read or write everything get the finer scopes that allow the same. */
export class Scopes1764979200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE api_key SET scopes =
      CASE WHEN 'read' = ANY (scopes) THEN ARRAY['stock:read', 'inventory:read', 'messages:read'] ELSE '{}' END
      || CASE WHEN 'write' = ANY (scopes) THEN ARRAY['stock:write', 'orders:write', 'inventory:write'] ELSE '{}' END`);
  }

  /** Never gives a key more than it had: one that could only do a part of it can do nothing. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE api_key SET scopes =
      CASE WHEN scopes @> ARRAY['stock:read', 'inventory:read', 'messages:read'] THEN ARRAY['read'] ELSE '{}' END
      || CASE WHEN scopes @> ARRAY['stock:write', 'orders:write', 'inventory:write'] THEN ARRAY['write'] ELSE '{}' END`);
  }
}
