import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger and what surrounds it. Every key starts with the tenant, so that the tables can be distributed by it.
 * Tables on the posting path have no foreign keys: one writer makes them consistent under the head lock, `verify`
 * proves it, and a check per row would cost more than the row (docs/adr/0003).
 */
export class Ledger1763812800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const TENANTS = [
  `CREATE TABLE tenant (
    tenant_id uuid NOT NULL,
    code text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id)
  )`,
  `CREATE TABLE ledger_head (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamptz(3),
    catalogue_revision bigint NOT NULL,
    next_order_number bigint NOT NULL,
    next_vendor_id bigint NOT NULL,
    CONSTRAINT ledger_head_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT ledger_head_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id)
  )`,
  `CREATE TABLE api_client (
    tenant_id uuid NOT NULL,
    client_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT api_client_pkey PRIMARY KEY (tenant_id, client_id),
    CONSTRAINT api_client_name_key UNIQUE (tenant_id, name),
    CONSTRAINT api_client_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id)
  )`,
  `CREATE TABLE api_key (
    tenant_id uuid NOT NULL,
    key_id uuid NOT NULL,
    client_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, key_id),
    CONSTRAINT api_key_client_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES api_client (tenant_id, client_id)
  )`,
];

const CATALOGUE = [
  `CREATE TABLE item (
    tenant_id uuid NOT NULL,
    item_id uuid NOT NULL,
    sku text COLLATE "C" NOT NULL,
    specification text COLLATE "C" NOT NULL,
    name text,
    units_per_package integer,
    CONSTRAINT item_pkey PRIMARY KEY (tenant_id, item_id),
    CONSTRAINT item_sku_key UNIQUE (tenant_id, sku, specification)
  )`,
  `CREATE TABLE item_identifier (
    tenant_id uuid NOT NULL,
    scheme text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    specification text COLLATE "C" NOT NULL,
    item_id uuid NOT NULL,
    CONSTRAINT item_identifier_pkey PRIMARY KEY (tenant_id, scheme, value, specification),
    CONSTRAINT item_identifier_item_fkey FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, item_id)
  )`,
  `CREATE INDEX item_identifier_item_idx ON item_identifier (tenant_id, item_id)`,
  `CREATE TABLE location (
    tenant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    code text COLLATE "C" NOT NULL,
    name text,
    parent_id uuid,
    vendor_id bigint,
    CONSTRAINT location_pkey PRIMARY KEY (tenant_id, location_id),
    CONSTRAINT location_code_key UNIQUE (tenant_id, code),
    CONSTRAINT location_vendor_id_key UNIQUE (tenant_id, vendor_id),
    CONSTRAINT location_parent_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES location (tenant_id, location_id)
  )`,
  `CREATE TABLE connection (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    location_code text,
    settings jsonb NOT NULL,
    secrets bytea NOT NULL,
    handle_hash bytea NOT NULL,
    token_hash bytea,
    created_at timestamptz(3) NOT NULL,
    disabled_at timestamptz(3),
    CONSTRAINT connection_pkey PRIMARY KEY (tenant_id, connection_id),
    CONSTRAINT connection_name_key UNIQUE (tenant_id, name),
    CONSTRAINT connection_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id)
  )`,
  // Vendors name themselves by an account, not by a tenant, so these two are looked up across tenants.
  `CREATE INDEX connection_handle_idx ON connection (handle_hash)`,
  `CREATE INDEX connection_token_idx ON connection (token_hash)`,
];

const LEDGER = [
  `CREATE TABLE stock_level (
    tenant_id uuid NOT NULL,
    level_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    owner text NOT NULL,
    pool text NOT NULL,
    channel text NOT NULL,
    condition text NOT NULL,
    packaging text NOT NULL,
    barcode text NOT NULL,
    lot text NOT NULL,
    bucket text NOT NULL,
    quantity bigint NOT NULL,
    version bigint NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    has_baseline boolean NOT NULL,
    counted_as_of timestamptz(3),
    last_count_at timestamptz(3),
    last_count_explicit boolean,
    last_count_quantity bigint,
    last_count_origin_id uuid,
    last_count_source_sequence bigint,
    CONSTRAINT stock_level_pkey PRIMARY KEY (tenant_id, level_id),
    CONSTRAINT stock_level_quantity_check CHECK (quantity BETWEEN -9007199254740991 AND 9007199254740991)
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX stock_level_item_idx ON stock_level (tenant_id, item_id, location_id)`,
  `CREATE INDEX stock_level_location_idx ON stock_level (tenant_id, location_id, item_id)`,
  `CREATE TABLE movement (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    reason text NOT NULL,
    reference text,
    note text,
    correlation_id text,
    origin_kind text NOT NULL,
    origin_id uuid NOT NULL,
    external_id text NOT NULL,
    occurred_at timestamptz(3) NOT NULL,
    effective_at timestamptz(3) NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    evidence_hash bytea NOT NULL,
    inbound_message_id uuid,
    hash bytea NOT NULL,
    CONSTRAINT movement_pkey PRIMARY KEY (tenant_id, sequence)
  )`,
  `CREATE INDEX movement_recorded_idx ON movement (tenant_id, recorded_at, sequence)`,
  `CREATE INDEX movement_reference_idx ON movement (tenant_id, reference, sequence) WHERE reference IS NOT NULL`,
  `CREATE TABLE ledger_entry (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    leg integer NOT NULL,
    level_id uuid NOT NULL,
    item_id uuid NOT NULL,
    delta bigint NOT NULL,
    quantity_after bigint NOT NULL,
    level_version bigint NOT NULL,
    CONSTRAINT ledger_entry_pkey PRIMARY KEY (tenant_id, sequence, leg),
    CONSTRAINT ledger_entry_level_key UNIQUE (tenant_id, level_id, sequence, leg)
  )`,
  `CREATE INDEX ledger_entry_item_idx ON ledger_entry (tenant_id, item_id, sequence, leg)`,
  `CREATE TABLE absorbed_leg (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    leg integer NOT NULL,
    level_id uuid NOT NULL,
    delta bigint NOT NULL,
    CONSTRAINT absorbed_leg_pkey PRIMARY KEY (tenant_id, sequence, leg),
    CONSTRAINT absorbed_leg_level_key UNIQUE (tenant_id, level_id, sequence, leg)
  )`,
  `CREATE TABLE stock_count (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    ordinal integer NOT NULL,
    level_id uuid NOT NULL,
    status text NOT NULL,
    quantity bigint NOT NULL,
    previous_quantity bigint NOT NULL,
    as_of timestamptz(3),
    source_sequence bigint,
    code text,
    CONSTRAINT stock_count_pkey PRIMARY KEY (tenant_id, sequence, ordinal),
    CONSTRAINT stock_count_level_key UNIQUE (tenant_id, level_id, sequence, ordinal)
  )`,
  `CREATE TABLE outcome (
    tenant_id uuid NOT NULL,
    origin_id uuid NOT NULL,
    external_id text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    sequence bigint,
    result jsonb,
    CONSTRAINT outcome_pkey PRIMARY KEY (tenant_id, origin_id, external_id)
  )`,
];

const EVIDENCE = [
  `CREATE TABLE inbound_message (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    format text NOT NULL,
    received_at timestamptz(3) NOT NULL,
    status text NOT NULL,
    body_sha256 bytea NOT NULL,
    body text NOT NULL,
    verdict text NOT NULL,
    first_sequence bigint,
    last_sequence bigint,
    CONSTRAINT inbound_message_pkey PRIMARY KEY (tenant_id, message_id)
  )`,
  `CREATE INDEX inbound_message_connection_idx ON inbound_message (tenant_id, connection_id, message_id)`,
  `CREATE INDEX inbound_message_waiting_idx ON inbound_message (tenant_id, message_id)
    WHERE status IN ('PARTLY_QUARANTINED', 'QUARANTINED')`,
  `CREATE TABLE quarantined_row (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    row_index integer NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    row text NOT NULL,
    open boolean NOT NULL,
    sequence bigint,
    CONSTRAINT quarantined_row_pkey PRIMARY KEY (tenant_id, message_id, row_index)
  )`,
];

/** The ledger is append-only: rows of these tables are never changed or removed, by whatever statement. */
const APPEND_ONLY = ['movement', 'ledger_entry', 'absorbed_leg', 'stock_count', 'outcome'];

const REFUSALS = [
  `CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % on % is refused. Post a movement instead.', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END $$`,
  ...APPEND_ONLY.map(
    (table) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()`,
  ),
];

const UP = [...TENANTS, ...CATALOGUE, ...LEDGER, ...EVIDENCE, ...REFUSALS];

const TABLES = [
  'tenant',
  'ledger_head',
  'api_client',
  'api_key',
  'item',
  'item_identifier',
  'location',
  'connection',
  'stock_level',
  'movement',
  'ledger_entry',
  'absorbed_leg',
  'stock_count',
  'outcome',
  'inbound_message',
  'quarantined_row',
];
const DOWN = [...TABLES.toReversed().map((table) => `DROP TABLE ${table}`), 'DROP FUNCTION refuse_ledger_change()'];
