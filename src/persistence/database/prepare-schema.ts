import type { DataSource } from 'typeorm';
import { openDataSource, runMigrations } from './data-source';

/**
 * Brings the tables up to date, as their owner, and lets the gateway's role work with them. Returns the names of the
 * migrations that ran. Without the owner's URL, the gateway's own role migrates.
 * @throws DatabaseError that says what to fix.
 */
export async function prepareSchema(gateway: DataSource, url: string, ownerUrl: string | undefined): Promise<string[]> {
  if (ownerUrl === undefined) return runMigrations(gateway, url);
  const [session] = await gateway.query<{ role: string }[]>('SELECT current_user AS role');
  const owner = await openDataSource(ownerUrl, { applicationName: 'stockbridge migrations', max: 1 });
  try {
    return await runMigrations(owner, ownerUrl, session?.role);
  } finally {
    await owner.destroy();
  }
}

interface RoleFacts {
  readonly role: string;
  readonly isExempt: boolean;
  readonly isOwner: boolean;
}

/** A member of a role can do what that role can. */
const ROLE_FACTS = `SELECT current_user AS role,
    EXISTS (SELECT FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(oid, 'MEMBER')) AS "isExempt",
    EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('ledger_entry') AND pg_has_role(relowner, 'MEMBER')) AS "isOwner"`;

/** What an operator has to know about the gateway's role: undefined when it owns nothing and is exempt from nothing. */
export async function weaknessOfRole(gateway: DataSource): Promise<string | undefined> {
  const [facts] = await gateway.query<RoleFacts[]>(ROLE_FACTS);
  if (!facts || (!facts.isExempt && !facts.isOwner)) return undefined;
  const { role, isExempt } = facts;
  const why = isExempt
    ? `row-level security does not hold for the role ${role}, or for one that it can act as, so the database does not keep tenants apart`
    : `the role ${role} owns the tables that it works with, or can act as their owner, so it could change what is append-only`;
  return `${why}: set DATABASE_OWNER_URL to the owner, and DATABASE_URL to a role that owns nothing (docs/security.md)`;
}
