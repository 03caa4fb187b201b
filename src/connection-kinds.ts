import { randomBytes } from 'node:crypto';
import type { Connection, ConnectionKind } from './application/ports/connections';
import { newSecret } from './persistence/access/secrets';
import { comestriSettings } from './vendors/comestri/settings';
import { increffSettings } from './vendors/increff/settings';
import { jerrySettings } from './vendors/jerry/settings';
import { standardSettings } from './vendors/standard/settings';
import { winitOrderSettings } from './vendors/winit-orders/settings';
import { winitSettings } from './vendors/winit-events/settings';

export interface SecretSpec {
  readonly name: string;
  /** Generates the secret if the operator gives none. Left out when only the counterpart can issue it. */
  readonly make?: () => string;
  /** Whether a connection with these settings needs the secret. Left out when it always does. */
  readonly neededIf?: (settings: Readonly<Record<string, unknown>>) => boolean;
}

/** What is needed to create a connection of a kind: the help for people, and our checks. */
export interface ConnectionKindSpec {
  /** One line for the CLI help. */
  readonly summary: string;
  readonly secrets: readonly SecretSpec[];
  /** The vendor's word for the account name in its calls. Null when calls carry none. */
  readonly handle: string | null;
  /** The requests that the counterpart sends, or the header that carries its token. */
  readonly entries: (token: string) => readonly string[];
  /** Throws ConnectionSettingsError when a setting, a secret or the location is invalid. */
  readonly check: (connection: Connection) => void;
}

/** 32 upper-case hex digits, like Winit's own tokens. */
const winitToken = (): string => randomBytes(16).toString('hex').toUpperCase();
/** 32 bytes in the form of the Standard Webhooks specification. */
const webhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const key256 = (): string => randomBytes(32).toString('base64');

export const CONNECTION_KIND_SPECS: Readonly<Record<ConnectionKind, ConnectionKindSpec>> = {
  jerry: {
    summary: 'stock changes pushed by Jerry (EWE); --location is the location of all its stock',
    secrets: [{ name: 'userName' }, { name: 'apiPassword', make: newSecret }, { name: 'key', make: newSecret }],
    handle: null,
    entries: (token) => [`POST /webhooks/jerry/${token}`],
    check: jerrySettings,
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
    entries: (token) => [`POST /webhooks/winit/${token}`, 'POST /openapi/service'],
    check: (connection) => {
      winitSettings(connection);
      winitOrderSettings(connection);
    },
  },
  increff: {
    summary: "absolute quantities from a warehouse system in Increff's format",
    secrets: [{ name: 'authPassword', make: newSecret }],
    handle: 'authUsername',
    entries: () => ['PUT /usp/inventories/absolute'],
    check: increffSettings,
  },
  comestri: {
    summary: "inventories from integrators in Comestri's format",
    secrets: [],
    handle: null,
    entries: (token) => ['POST /api/v2/inventories', `Authorization: Bearer ${token}`],
    check: comestriSettings,
  },
  standard: {
    summary: 'facts and counts in our own format, signed as specified by Standard Webhooks 1.0',
    secrets: [
      { name: 'secret', make: webhookSecret },
      // For messages signed before a rotation. A new connection does not have it.
      { name: 'previousSecret', neededIf: () => false },
    ],
    handle: null,
    entries: (token) => [`POST /webhooks/standard/${token}`],
    check: standardSettings,
  },
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
