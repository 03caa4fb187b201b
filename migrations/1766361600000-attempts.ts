import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every commit to a ledger leaves the id of its attempt, so that a commit whose answer was lost can be asked for. */
export class Attempts1766361600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE quiet_commit');
    await queryRunner.query('ALTER TABLE ledger_head DROP COLUMN attempt');
  }
}

const STATEMENTS = [
  'ALTER TABLE ledger_head ADD COLUMN attempt uuid',
  `CREATE TABLE quiet_commit (
    tenant_id uuid NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    attempt uuid NOT NULL,
    CONSTRAINT quiet_commit_pkey PRIMARY KEY (tenant_id, recorded_at, attempt)
  )`,
  'ALTER TABLE quiet_commit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
  `CREATE POLICY tenant ON quiet_commit USING (tenant_id = (SELECT stockbridge_tenant()))
    WITH CHECK (tenant_id = (SELECT stockbridge_tenant()))`,
];
