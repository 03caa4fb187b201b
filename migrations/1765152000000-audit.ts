import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was changed about keys and connections, by whom. Append-only. */
export class Audit1765152000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_entry');
    await queryRunner.query('DROP FUNCTION refuse_audit_change()');
  }
}

const UP = [
  `CREATE TABLE audit_entry (
    tenant_id uuid NOT NULL,
    audit_entry_id uuid NOT NULL,
    at timestamptz(3) NOT NULL,
    actor text NOT NULL,
    key_id uuid,
    action text NOT NULL,
    subject text NOT NULL,
    before jsonb,
    after jsonb,
    address text,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (tenant_id, audit_entry_id)
  )`,
  'CREATE INDEX audit_entry_subject_idx ON audit_entry (tenant_id, subject, audit_entry_id)',
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'The audit is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END $$`,
  `CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
];
