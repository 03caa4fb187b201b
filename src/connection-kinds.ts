import { randomBytes } from 'node:crypto';
import type { ConnectionFault, ConnectionKinds, ReadSettings } from './application/ports/connection-kinds';
import type { Connection, ConnectionKind } from './application/ports/connections';
import { isJsonObject, parseStrictJson, StrictJsonError } from './json/strict-json';
import { newSecret } from './persistence/access/secrets';
import { comestriSettings } from './vendors/comestri/settings';
import { increffSettings } from './vendors/increff/settings';
import { jerrySettings } from './vendors/jerry/settings';
import { standardSettings } from './vendors/standard/settings';
import { winitOrderSettings } from './vendors/winit-orders/settings';
import { ConnectionSettingsError } from './vendors/shared/connection-reader';
import { winitSettings } from './vendors/winit-events/settings';

/** 32 upper-case hex digits, like Winit's own tokens. */
const winitToken = (): string => randomBytes(16).toString('hex').toUpperCase();
/** 32 bytes in the form of the Standard Webhooks specification. */
const webhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const key256 = (): string => randomBytes(32).toString('base64');

/** What each kind needs, from its vendor's folder. */
export const CONNECTION_KIND_SPECS: ConnectionKinds = {
  jerry: {
    summary: 'stock changes pushed by Jerry (EWE); --location is the location of all its stock',
    secrets: [{ name: 'userName' }, { name: 'apiPassword', make: newSecret }, { name: 'key', make: newSecret }],
    handle: null,
    tokenIn: 'PATH',
    path: (token) => `/webhooks/jerry/${token}`,
    entries: (token) => [`POST /webhooks/jerry/${token}`],
    faultOf: (connection) => faultOf(connection, jerrySettings),
  },
  winit: {
    summary: 'inventory updates pushed by Winit, and adjustment orders in its format; needs the setting customerCode',
    secrets: [
      { name: 'token', make: winitToken },
      { name: 'clientId', make: () => randomBytes(8).toString('hex') },
      { name: 'clientSecret', make: key256 },
      { name: 'envelopeSecret', make: key256, neededIf: ({ envelope }) => envelope === 'aes-256-gcm' },
    ],
    handle: 'app_key',
    tokenIn: 'PATH',
    path: (token) => `/webhooks/winit/${token}`,
    entries: (token) => [`POST /webhooks/winit/${token}`, 'POST /openapi/service'],
    faultOf: (connection) => faultOf(connection, winitSettings, winitOrderSettings),
  },
  increff: {
    summary: "absolute quantities from a warehouse system in Increff's format",
    secrets: [{ name: 'authPassword', make: newSecret }],
    handle: 'authUsername',
    tokenIn: null,
    path: () => '/usp/inventories/absolute',
    entries: () => ['PUT /usp/inventories/absolute'],
    faultOf: (connection) => faultOf(connection, increffSettings),
  },
  comestri: {
    summary: "inventories from integrators in Comestri's format",
    secrets: [],
    handle: null,
    tokenIn: 'AUTHORIZATION',
    path: () => '/api/v2/inventories',
    entries: (token) => ['POST /api/v2/inventories', `Authorization: Bearer ${token}`],
    faultOf: (connection) => faultOf(connection, comestriSettings),
  },
  standard: {
    summary: 'facts and counts in our own format, signed as specified by Standard Webhooks 1.0',
    secrets: [
      { name: 'secret', make: webhookSecret },
      // Of a sender that is in the middle of a rotation when it comes here. Other connections do not have it.
      { name: 'previousSecret', neededIf: () => false, removedWith: 'secret' },
    ],
    handle: null,
    tokenIn: 'PATH',
    path: (token) => `/webhooks/standard/${token}`,
    entries: (token) => [`POST /webhooks/standard/${token}`],
    faultOf: (connection) => faultOf(connection, standardSettings),
  },
};

/** What the first of these readers says that cannot use the connection; undefined where all can. */
function faultOf(
  connection: Connection,
  ...readers: readonly ((connection: Connection) => unknown)[]
): ConnectionFault | undefined {
  try {
    for (const read of readers) read(connection);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectionSettingsError)) throw error;
    const { part, fault } = error;
    return { part, fault: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.` };
  }
}

/** Reads settings as strictly as the vendors' bodies are read, so that no key counts twice. */
export const readSettings: ReadSettings = (text) => {
  try {
    if (!isJsonObject(parseStrictJson(Buffer.from(text)).value)) return { fault: 'settings is no JSON object.' };
    return { settings: JSON.parse(text) as Record<string, unknown> };
  } catch (error) {
    if (error instanceof StrictJsonError) return { fault: `settings is not JSON: ${error.message}.` };
    throw error;
  }
};

/** The secrets that are still needed beyond those given: generated, or undefined when only the counterpart has them. */
export function missingSecrets(
  kind: ConnectionKind,
  settings: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const missing = CONNECTION_KIND_SPECS[kind].secrets.filter(
    ({ name, neededIf }) => given[name] === undefined && (neededIf?.(settings) ?? true),
  );
  return Object.fromEntries(missing.map(({ name, make }) => [name, make?.()]));
}
