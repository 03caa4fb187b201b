import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was refused at the doors of connections: counted always, and the last ones kept. */
export class Refusals1766102400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...NAMES.flatMap(isolate)]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of NAMES) await queryRunner.query(`DROP TABLE ${table}`);
  }
}

const NAMES = ['delivery_refusal', 'delivery_refusal_count'];

const TABLES = [
  `CREATE TABLE delivery_refusal (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    refusal_id uuid NOT NULL,
    at timestamptz(3) NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    address text,
    bytes integer,
    body text,
    CONSTRAINT delivery_refusal_pkey PRIMARY KEY (tenant_id, connection_id, refusal_id)
  )`,
  `CREATE TABLE delivery_refusal_count (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    reason text NOT NULL,
    refused bigint NOT NULL,
    last_at timestamptz(3) NOT NULL,
    CONSTRAINT delivery_refusal_count_pkey PRIMARY KEY (tenant_id, connection_id, reason)
  )`,
];

const isolate = (table: string): string[] => [
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY tenant ON ${table} USING (tenant_id = (SELECT stockbridge_tenant()))
    WITH CHECK (tenant_id = (SELECT stockbridge_tenant()))`,
];
