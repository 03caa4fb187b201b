import type { MigrationInterface, QueryRunner } from 'typeorm';
import { collisionKey } from '../src/domain/catalogue/collision-key';
import { gtinOf } from '../src/domain/catalogue/gtin';

/**
 * Collision keys of skus, specifications, identifiers and location codes, and the GTINs of barcodes:
 * computed for the names that are there.
 */
export class CollisionKeys1764115200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const { table, name, key } of NAMED) {
      await queryRunner.query(`ALTER TABLE ${table} ADD COLUMN ${key} text COLLATE "C"`);
      await fillKeys(queryRunner, table, name, key);
      await queryRunner.query(`ALTER TABLE ${table} ALTER COLUMN ${key} SET NOT NULL`);
    }
    for (const table of ['item', 'item_identifier', 'location']) {
      await queryRunner.query(`CREATE INDEX ${table}_collision_idx ON ${table} (tenant_id, collision_key)`);
    }
    await queryRunner.query('ALTER TABLE item_identifier ADD COLUMN gtin text COLLATE "C"');
    await fillGtins(queryRunner);
    await queryRunner.query(
      'CREATE INDEX item_identifier_gtin_idx ON item_identifier (tenant_id, gtin) WHERE gtin IS NOT NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE item_identifier DROP COLUMN gtin');
    for (const { table, key } of NAMED) await queryRunner.query(`ALTER TABLE ${table} DROP COLUMN ${key}`);
  }
}

const NAMED = [
  { table: 'item', name: 'sku', key: 'collision_key' },
  { table: 'item', name: 'specification', key: 'specification_key' },
  { table: 'item_identifier', name: 'value', key: 'collision_key' },
  { table: 'location', name: 'code', key: 'collision_key' },
] as const;

/** Names that are read and written at once, which bounds the memory. */
const PAGE = 10_000;

// PostgreSQL cannot compute the keys itself: its case mapping depends on the locale of the database.
async function fillKeys(queryRunner: QueryRunner, table: string, name: string, key: string): Promise<void> {
  for (;;) {
    const rows = (await queryRunner.query(
      `SELECT DISTINCT ${name} AS name FROM ${table} WHERE ${key} IS NULL LIMIT ${PAGE}`,
    )) as { name: string }[];
    if (rows.length === 0) return;
    const names = rows.map((row) => row.name);
    await queryRunner.query(
      `UPDATE ${table} t SET ${key} = next.key FROM unnest($1::text[], $2::text[]) AS next (name, key)
        WHERE t.${name} = next.name`,
      [names, names.map(collisionKey)],
    );
  }
}

async function fillGtins(queryRunner: QueryRunner): Promise<void> {
  for (let after: [scheme: string, value: string] = ['', '']; ;) {
    const rows = (await queryRunner.query(
      `SELECT DISTINCT scheme, value FROM item_identifier WHERE (scheme, value) > ($1, $2) AND value ~ '^[0-9]{8,14}$'
        ORDER BY scheme, value LIMIT ${PAGE}`,
      after,
    )) as { scheme: string; value: string }[];
    const last = rows.at(-1);
    if (!last) return;
    after = [last.scheme, last.value];
    const barcodes = rows.filter((row) => gtinOf(row) !== null);
    await queryRunner.query(
      `UPDATE item_identifier t SET gtin = next.gtin
        FROM unnest($1::text[], $2::text[], $3::text[]) AS next (scheme, value, gtin)
        WHERE t.scheme = next.scheme AND t.value = next.value`,
      [barcodes.map(({ scheme }) => scheme), barcodes.map(({ value }) => value), barcodes.map(gtinOf)],
    );
  }
}
