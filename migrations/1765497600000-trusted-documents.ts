import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The GraphQL documents that a tenant trusts, and whether it serves no others. */
export class TrustedDocuments1765497600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE trusted_document');
    await queryRunner.query('DROP TABLE document_manifest');
  }
}

const UP = [
  `CREATE TABLE document_manifest (
    tenant_id uuid NOT NULL,
    revision bigint NOT NULL,
    only_trusted boolean NOT NULL,
    CONSTRAINT document_manifest_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT document_manifest_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id)
  )`,
  `CREATE TABLE trusted_document (
    tenant_id uuid NOT NULL,
    sha256 bytea NOT NULL,
    operations text[] NOT NULL,
    text text NOT NULL,
    bytes integer NOT NULL,
    added_at timestamptz(3) NOT NULL,
    CONSTRAINT trusted_document_pkey PRIMARY KEY (tenant_id, sha256),
    CONSTRAINT trusted_document_manifest_fkey FOREIGN KEY (tenant_id) REFERENCES document_manifest (tenant_id)
  )`,
];
