import { isNativeError } from 'node:util/types';
import { OperatorError } from '../../application/ports/failures';

/**
 * The database can't be used, for a reason that the operator can fix. The message is one line that says what to fix,
 * and never contains the password.
 */
export class DatabaseError extends OperatorError {
  override readonly name = 'DatabaseError';
}

/** Parses the URL of a database; throws DatabaseError where it isn't one. */
export function parseDatabaseUrl(url: string): URL {
  // URL's own error would carry the text, and with it the password.
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new DatabaseError(
      'DATABASE_URL is not the URL of a PostgreSQL database: write postgres://user:password@host:5432/database, special characters of the password percent-encoded',
    );
  }
  return parsed;
}

/**
 * Says what to fix when a database can't be reached or used. Other errors are bugs of ours and are returned unchanged.
 */
export function explainDatabaseError(error: unknown, url: string): unknown {
  if (error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const reason = reasonOf(error, url);
  const message = (code === undefined ? undefined : messageByCode(code, reason, url)) ?? messageByText(reason, url);
  return message === undefined ? error : new DatabaseError(message, { cause: error });
}

function messageByCode(code: string, reason: string, url: string): string | undefined {
  const { server, user, database } = describeDatabase(url);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${server} isn't known (${code}): correct its name in DATABASE_URL`;
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'EPIPE':
      return `The database ${server} doesn't answer (${code}): start its server, or correct the host and port in DATABASE_URL`;
    case '28P01':
    case '28000':
      return `The database ${server} refuses the user ${user} (${reason}): correct user and password in DATABASE_URL`;
    case '3D000':
      return `There is no database ${server}: create it with CREATE DATABASE "${database}" ENCODING 'UTF8', or correct DATABASE_URL`;
    case '42501':
      return `The user ${user} may not do that in ${server} (${reason}): give it the database with ALTER DATABASE "${database}" OWNER TO "${user}", or set DATABASE_OWNER_URL to the owner`;
    case '53300':
      return `The database server ${server} has no connection left (${reason}): raise its max_connections, or stop what else uses it`;
    case '53100':
      return `The database server ${server} has no disk space left (${reason}): free some`;
    case '57P03':
    case '57P01':
      return `The database server ${server} is starting or stopping (${reason}): try again in a moment`;
    case '25006':
      return `The database ${server} takes no writes (${reason}): set DATABASE_URL to the primary server`;
    case '55P03':
      return `Another gateway has been migrating ${server} for too long (${reason}): wait until it has ended, then start again`;
    default:
      return undefined;
  }
}

/** For errors of the client, which have no code. */
function messageByText(reason: string, url: string): string | undefined {
  const { server, user } = describeDatabase(url);
  if (/password must be a/i.test(reason)) {
    return `The database ${server} wants a password for the user ${user}: add it to DATABASE_URL`;
  }
  if (/timeout|Connection terminated|Client has encountered a connection error/i.test(reason)) {
    return `The database ${server} doesn't answer (${reason}): start its server, or correct the host and port in DATABASE_URL`;
  }
  if (/SSL|TLS|certificate/i.test(reason)) {
    return `The encrypted connection to ${server} fails (${reason}): correct sslmode in DATABASE_URL`;
  }
  return undefined;
}

/**
 * The code (`ECONNREFUSED`, `28P01`, …) of an error from Node or from PostgreSQL. TypeORM passes on those of the
 * driver.
 */
export function codeOf(error: unknown): string | undefined {
  if (!isNativeError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function reasonOf(error: unknown, url: string): string {
  const text = (isNativeError(error) ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  const password = URL.canParse(url) ? new URL(url).password : '';
  return [password, decoded(password)]
    .filter(Boolean)
    .reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text);
}

/** The database as messages name it, without its password. */
export function describeDatabase(url: string): { server: string; user: string; database: string } {
  const parsed = parseDatabaseUrl(url);
  const database = decoded(parsed.pathname.slice(1)) || decoded(parsed.username);
  const host = parsed.searchParams.get('host') ?? (decoded(parsed.hostname) || 'localhost');
  return { server: `${database} on ${host}:${parsed.port || '5432'}`, user: decoded(parsed.username), database };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
