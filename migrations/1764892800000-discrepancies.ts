import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Discrepancies as rows, the entries that may be some, and how far the job that finds them has come in each ledger. What
 * was recorded before is not looked at.
 */
export class Discrepancies1764892800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const UP = [
  'ALTER TABLE stock_level ADD COLUMN last_effective_at timestamptz(3)',
  `CREATE TABLE late_entry (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    leg integer NOT NULL,
    CONSTRAINT late_entry_pkey PRIMARY KEY (tenant_id, sequence, leg)
  )`,
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
    entry_sequences bigint[] NOT NULL,
    entry_legs integer[] NOT NULL,
    CONSTRAINT discrepancy_pkey PRIMARY KEY (tenant_id, opened_sequence, level_id, kind)
  )`,
  'CREATE UNIQUE INDEX discrepancy_open_key ON discrepancy (tenant_id, level_id, kind) WHERE closed_at IS NULL',
  `INSERT INTO ledger_follower SELECT tenant_id, 'discrepancies', sequence FROM ledger_head`,
];

const DOWN = [
  'DROP TABLE discrepancy',
  'DROP TABLE ledger_follower',
  'DROP TABLE late_entry',
  'ALTER TABLE stock_level DROP COLUMN last_effective_at',
];
