import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What rows in quarantine are found by, and how they were closed. Only rows that wait are filled, by tenant, since the
 * owner is not exempt from the policies: closed rows can be many, and are found by their message.
 */
export class Workplace1766020000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE quarantined_row ${COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`,
    );
    const tenants = (await queryRunner.query('SELECT tenant_id FROM tenant')) as { tenant_id: string }[];
    for (const { tenant_id: tenantId } of tenants) {
      await queryRunner.query(`SELECT set_config('stockbridge.tenant', $1, true)`, [tenantId]);
      await queryRunner.query(FILL, [tenantId]);
    }
    await queryRunner.query(`SELECT set_config('stockbridge.tenant', '', true)`);
    for (const index of INDEXES) await queryRunner.query(`CREATE INDEX quarantined_row_${index}`);
    for (const statement of fixed([...FIXED, 'connection_id', 'row_hash'])) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await queryRunner.query(`DROP INDEX quarantined_row_${index.split(' ')[0] ?? ''}`);
    for (const statement of fixed(FIXED)) await queryRunner.query(statement);
    const names = COLUMNS.map((column) => `DROP COLUMN ${column.split(' ')[0] ?? ''}`);
    await queryRunner.query(`ALTER TABLE quarantined_row ${names.join(', ')}`);
  }
}

const COLUMNS = [
  'connection_id uuid',
  'row_hash bytea',
  'external_id text',
  'item text',
  'location text',
  'subject text',
  'closed_as text',
  'closed_at timestamptz(3)',
  'note text',
];

/** What was received of a row, which nobody changes. */
const FIXED = ['tenant_id', 'message_id', 'row_index', 'row', 'rejected'];

const fixed = (columns: readonly string[]): string[] => [
  'DROP TRIGGER quarantined_row_fixed ON quarantined_row',
  `CREATE TRIGGER quarantined_row_fixed BEFORE UPDATE OF ${columns.join(', ')} ON quarantined_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_evidence_change()`,
];

const FILL = `UPDATE quarantined_row q
  SET connection_id = b.connection_id, row_hash = sha256(convert_to(q.row, 'UTF8'))
  FROM inbound_message b
  WHERE q.tenant_id = $1 AND q.open AND b.tenant_id = $1 AND b.message_id = q.message_id`;

const INDEXES = [
  'open_idx ON quarantined_row (tenant_id, message_id, row_index) WHERE open',
  'hash_idx ON quarantined_row (tenant_id, connection_id, row_hash) WHERE open',
  'code_idx ON quarantined_row (tenant_id, code, message_id, row_index) WHERE open',
  'item_idx ON quarantined_row (tenant_id, item) WHERE open',
  'location_idx ON quarantined_row (tenant_id, location) WHERE open',
  'external_idx ON quarantined_row (tenant_id, external_id, connection_id) WHERE external_id IS NOT NULL',
];
