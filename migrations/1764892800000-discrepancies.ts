import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Discrepancies as rows, and how far the job that finds them has come in each ledger. */
export class Discrepancies1764892800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE discrepancy');
    await queryRunner.query('DROP TABLE ledger_follower');
  }
}

const UP = [
  `CREATE TABLE ledger_follower (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT ledger_follower_pkey PRIMARY KEY (tenant_id, name)
  )`,
  `CREATE TABLE discrepancy (
    tenant_id uuid NOT NULL,
    opened_sequence bigint NOT NULL,
    level_id uuid NOT NULL,
    kind text NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    opened_at timestamptz(3) NOT NULL,
    closed_at timestamptz(3),
    since_at timestamptz(3) NOT NULL,
    observed bigint NOT NULL,
    observed_at timestamptz(3) NOT NULL,
    caused_sequence bigint NOT NULL,
    entry_sequences bigint[] NOT NULL,
    entry_legs integer[] NOT NULL,
    CONSTRAINT discrepancy_pkey PRIMARY KEY (tenant_id, opened_sequence, level_id, kind)
  )`,
  'CREATE UNIQUE INDEX discrepancy_open_key ON discrepancy (tenant_id, level_id, kind) WHERE closed_at IS NULL',
];
