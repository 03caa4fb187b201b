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
  reservation: CHANGE,
  reservation_place: CHANGE,
  quiet_commit: `${ADD}, DELETE`,
  late_entry: `${ADD}, DELETE`,
  ledger_follower: CHANGE,
  ledger_tree_node: ADD,
  discrepancy: CHANGE,
  reported_level: ADD,
  audit_entry: ADD,
  delivery_refusal: `${ADD}, DELETE`,
  delivery_refusal_count: CHANGE,
};

/**
 * Lets a role work with the tables, and takes from it what it could do beyond that. The tables that it owns are left out:
 * foreign keys and migrations need all of their owner's rights.
 * @param role a role of this server, as the server itself names it.
 */
export async function grantTo(role: string, queryRunner: QueryRunner): Promise<void> {
  const [names] = (await queryRunner.query(NAMES, [role])) as Names[];
  if (!names) return;
  if (!names.mayUse) await queryRunner.query(`GRANT USAGE ON SCHEMA ${names.schema} TO ${names.role}`);
  const present = (await queryRunner.query(GRANTED, [role])) as Granted[];
  for (const { table, isOwned, privileges: granted } of present) {
    const wanted = PRIVILEGES[table];
    // Each grant makes every session plan its statements again, and commands come here as often as gateways.
    if (wanted === undefined || isOwned || granted === wanted.split(', ').sort().join(', ')) continue;
    await queryRunner.query(`REVOKE ALL ON ${table} FROM ${names.role}`);
    await queryRunner.query(`GRANT ${wanted} ON ${table} TO ${names.role}`);
  }
}

interface Names {
  readonly role: string;
  readonly schema: string;
  readonly mayUse: boolean;
}

const NAMES = `SELECT quote_ident($1) AS role, quote_ident(current_schema()) AS schema,
    has_schema_privilege($1, current_schema(), 'USAGE') AS "mayUse"`;

/** A table, and what the role may do with it now. */
interface Granted {
  readonly table: string;
  readonly isOwned: boolean;
  readonly privileges: string;
}

const GRANTED = `SELECT c.relname AS "table", r.oid = c.relowner AS "isOwned",
    coalesce((SELECT string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type COLLATE "C") FROM aclexplode(c.relacl) a
      WHERE a.grantee = r.oid), '') AS privileges
  FROM pg_class c JOIN pg_roles r ON r.rolname = $1
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`;
