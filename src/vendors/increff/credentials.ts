import type { IncomingHttpHeaders } from 'node:http';
import { provingSecrets, type Connection, type ConnectionDirectory } from '../../application/ports/connections';
import { sameSecret } from '../shared/hashes';
import { increffSettings, type IncreffSettings } from './settings';

/** Who calls, once the header fields prove it. */
export interface IncreffCaller {
  readonly connection: Connection;
  readonly settings: IncreffSettings;
}

/**
 * Finds the one connection that authUsername and authPassword are of, and authDomainName where the connection asks for it. Tenants
 * may share a user name; where they share the password too, and no domain tells them apart, nobody is let in.
 *
 * Where nobody is, `claimed` is the only connection with that user name.
 *
 * @throws {ConnectionSettingsError} where the settings of the connection are wrong
 */
export async function authenticate(
  connections: ConnectionDirectory,
  headers: IncomingHttpHeaders,
): Promise<IncreffCaller | { readonly claimed: Connection | undefined }> {
  const candidates = await connections.byHandle('increff', fieldOf(headers, 'authusername'));
  const password = fieldOf(headers, 'authpassword');
  // Every candidate is compared whatever the others give, so that timing does not reveal whose password it is.
  const callers = candidates
    .filter((connection) => isPasswordOf(connection, password))
    .map((connection) => ({ connection, settings: increffSettings(connection) }))
    .filter(({ settings }) => isDomainOf(settings, fieldOf(headers, 'authdomainname')));
  const [caller] = callers.length === 1 ? callers : [];
  return caller ?? { claimed: onlyOne(candidates) };
}

function isPasswordOf(connection: Connection, password: string): boolean {
  return provingSecrets(connection, 'authPassword').filter((secret) => sameSecret(password, secret)).length > 0;
}

function isDomainOf({ authDomainName }: IncreffSettings, domain: string): boolean {
  return authDomainName === null || sameSecret(domain, authDomainName);
}

/** A field that is missing is the empty text: it equals no secret. */
function fieldOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The only connection of an account name. Where several have it, what a sender says of itself is shown to none of them. */
export async function accountOf(
  connections: ConnectionDirectory,
  headers: IncomingHttpHeaders,
): Promise<Connection | undefined> {
  return onlyOne(await connections.byHandle('increff', fieldOf(headers, 'authusername')));
}

const onlyOne = (candidates: readonly Connection[]): Connection | undefined =>
  candidates.length === 1 ? candidates[0] : undefined;
