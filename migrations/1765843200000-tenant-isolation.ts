import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The database itself keeps tenants apart: a session sees the rows of the tenant that its transaction has named, and
 * none before. Forced, so that it holds for the owner of the tables too; only a superuser is exempt (ADR 23).
 */
export class TenantIsolation1765843200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of FUNCTIONS) await queryRunner.query(statement);
    for (const table of await tenantTables(queryRunner)) {
      for (const statement of isolate(table)) await queryRunner.query(statement);
    }
    for (const table of SHARED) await queryRunner.query(openToOperator(table));
    for (const statement of [...SEARCH, ...refusals()]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of Object.keys(FIXED_COLUMNS)) {
      await queryRunner.query(`DROP TRIGGER ${table}_kept ON ${table}`);
      await queryRunner.query(`DROP TRIGGER ${table}_fixed ON ${table}`);
    }
    await queryRunner.query('DROP FUNCTION refuse_evidence_change()');
    await queryRunner.query('DROP FUNCTION items_matching(text, text, integer)');
    for (const table of SHARED) await queryRunner.query(`DROP POLICY operator ON ${table}`);
    for (const table of await tenantTables(queryRunner)) {
      await queryRunner.query(`DROP POLICY tenant ON ${table}`);
      await queryRunner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY`);
    }
    await queryRunner.query('DROP FUNCTION stockbridge_tenant(), stockbridge_operator(), stockbridge_searching()');
  }
}

const FUNCTIONS = [
  // Empty after a transaction that has set it, and NULL before the first.
  `CREATE FUNCTION stockbridge_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('stockbridge.tenant', true), '')::uuid $$`,
  `CREATE FUNCTION stockbridge_operator() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('stockbridge.operator', true) IS NOT DISTINCT FROM 'on' $$`,
  // Immutable on purpose: the planner then leaves the policy out of what items_matching plans (ADR 23).
  `CREATE FUNCTION stockbridge_searching() RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT current_setting('stockbridge.searching', true) IS NOT DISTINCT FROM 'on' $$`,
];

/** What is looked up before the tenant is known, or by an operator's job for all tenants. */
const SHARED = [
  ...['tenant', 'api_client', 'api_key', 'connection', 'token_issuer'],
  ...['document_manifest', 'trusted_document'],
  ...['audit_entry', 'ledger_head', 'ledger_follower'],
];

/** Tables that {@link SEARCH} reads through indexes that no policy may stand before. */
const SEARCHED = new Set(['item', 'item_identifier']);

function isolate(table: string): string[] {
  // In a SELECT of its own, so that it is evaluated once a statement and not once a row.
  const own = 'tenant_id = (SELECT stockbridge_tenant())';
  const seen = SEARCHED.has(table) ? `stockbridge_searching() OR ${own}` : own;
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant ON ${table} USING (${seen}) WITH CHECK (${own})`,
  ];
}

const openToOperator = (table: string): string =>
  `CREATE POLICY operator ON ${table} USING (stockbridge_operator()) WITH CHECK (stockbridge_operator())`;

async function tenantTables(queryRunner: QueryRunner): Promise<string[]> {
  const rows = (await queryRunner.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname`,
  )) as { name: string }[];
  return rows.map(({ name }) => name);
}

/**
 * The ids of at most so many items with a part of a sku or name like the pattern, or with the identifier. A policy
 * keeps ILIKE from using an index, because ILIKE could leak what it compares. This function plans its statement
 * without the policy, and asks for the tenant itself. It sets and resets by calls, because only a superuser may declare
 * a function with a setting of our own. An error ends the transaction, and so the setting.
 */
const SEARCH = [
  `CREATE FUNCTION items_matching(pattern text, identifier text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 1000 AS $$
  BEGIN
    PERFORM set_config('stockbridge.searching', 'on', true);
    RETURN QUERY EXECUTE
      'WITH found AS MATERIALIZED (
        SELECT i.item_id FROM item i WHERE i.tenant_id = $1 AND i.sku ILIKE $2
        UNION ALL SELECT i.item_id FROM item i WHERE i.tenant_id = $1 AND i.name ILIKE $2
        UNION ALL SELECT n.item_id FROM item_identifier n WHERE n.tenant_id = $1 AND n.value = $3
      ) SELECT found.item_id FROM found LIMIT $4'
      USING stockbridge_tenant(), pattern, identifier, most;
    PERFORM set_config('stockbridge.searching', '', true);
  END $$`,
];

/** What a message was is evidence. What became of it may change. */
const FIXED_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  inbound_message: [...['tenant_id', 'message_id', 'connection_id', 'format', 'received_at', 'body_sha256', 'body']],
  quarantined_row: ['tenant_id', 'message_id', 'row_index', 'row', 'rejected'],
};

const refusals = (): string[] => [
  `CREATE FUNCTION refuse_evidence_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'What was received is kept as it came: % on % is refused.', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END $$`,
  ...Object.entries(FIXED_COLUMNS).flatMap(([table, columns]) => [
    `CREATE TRIGGER ${table}_kept BEFORE DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_evidence_change()`,
    `CREATE TRIGGER ${table}_fixed BEFORE UPDATE OF ${columns.join(', ')} ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_evidence_change()`,
  ]),
];
