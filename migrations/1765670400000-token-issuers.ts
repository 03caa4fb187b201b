import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The OIDC issuers whose access tokens a tenant accepts. */
export class TokenIssuers1765670400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE token_issuer');
  }
}

const UP = `CREATE TABLE token_issuer (
  tenant_id uuid NOT NULL,
  issuer_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  issuer text NOT NULL,
  audience text NOT NULL,
  claim_name text,
  claim_value text,
  algorithms text[] NOT NULL,
  scope_claim text NOT NULL,
  scope_prefix text NOT NULL,
  scopes text[] NOT NULL,
  jwks_url text,
  clock_tolerance_seconds integer NOT NULL,
  private_network boolean NOT NULL,
  created_at timestamptz(3) NOT NULL,
  disabled_at timestamptz(3),
  CONSTRAINT token_issuer_pkey PRIMARY KEY (tenant_id, issuer_id),
  CONSTRAINT token_issuer_name_key UNIQUE (tenant_id, name),
  CONSTRAINT token_issuer_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id)
)`;
