import type { QueryRunner } from 'typeorm';

/** What the gateway may do with rows of the ledger and of the audit: add and read. */
const ADD = 'SELECT, INSERT';
const CHANGE = 'SELECT, INSERT, UPDATE';

/** What the gateway's role may do with each table. It may truncate none, and change no table's form. */
const PRIVILEGES: Readonly<Record<string, string>> = {
  migration: 'SELECT',
  tenant: ADD,
  ledger_head: CHANGE,
  api_client: CHANGE,
  api_key: CHANGE,
  item: CHANGE,
  item_identifier: `${CHANGE}, DELETE`,
  location: CHANGE,
  former_location_code: `${CHANGE}, DELETE`,
  connection: CHANGE,
  document_manifest: `${CHANGE}, DELETE`,
  trusted_document: `${CHANGE}, DELETE`,
  token_issuer: `${CHANGE}, DELETE`,
  stock_level: CHANGE,
  movement: ADD,
  ledger_entry: ADD,
  absorbed_leg: ADD,
  stock_count: ADD,
  outcome: ADD,
  inbound_message: CHANGE,
  quarantined_row: CHANGE,
  adjustment_order: CHANGE,
  inventory_record: CHANGE,
  late_entry: `${ADD}, DELETE`,
  ledger_follower: CHANGE,
  discrepancy: CHANGE,
  audit_entry: ADD,
};

/**
 * Lets a role work with the tables, and takes from it what it could do beyond that. The tables that it owns are left out:
 * foreign keys and migrations need all of their owner's rights.
 * @param role a role of this server, as the server itself names it.
 */
export async function grantTo(role: string, queryRunner: QueryRunner): Promise<void> {
  const [named] = (await queryRunner.query('SELECT quote_ident($1) AS role, quote_ident(current_schema()) AS schema', [
    role,
  ])) as { role: string; schema: string }[];
  if (!named) return;
  const ownedRows = (await queryRunner.query(
    'SELECT c.relname AS name FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = $1 AND c.relnamespace = current_schema()::regnamespace',
    [role],
  )) as { name: string }[];
  const owned = new Set(ownedRows.map(({ name }) => name));
  await queryRunner.query(`GRANT USAGE ON SCHEMA ${named.schema} TO ${named.role}`);
  for (const [table, privileges] of Object.entries(PRIVILEGES)) {
    if (owned.has(table)) continue;
    await queryRunner.query(`REVOKE ALL ON ${table} FROM ${named.role}`);
    await queryRunner.query(`GRANT ${privileges} ON ${table} TO ${named.role}`);
  }
}
