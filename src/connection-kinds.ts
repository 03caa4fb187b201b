import { randomBytes } from 'node:crypto';
import type { Connection, ConnectionKind } from './application/ports/connections';
import { newSecret } from './persistence/access/secrets';
import { comestriSettings } from './vendors/comestri/settings';
import { increffSettings } from './vendors/increff/settings';
import { jerrySettings } from './vendors/jerry/settings';
import { standardSettings } from './vendors/standard/settings';
import { winitOrderSettings } from './vendors/winit-orders/settings';
import { winitSettings } from './vendors/winit-events/settings';

/** One secret of a connection. */
export interface SecretSpec {
  readonly name: string;
  /** Makes a strong one where the operator gives none; left out: it is the counterpart's to give. */
  readonly make?: () => string;
  /** Whether the connection can't do without it; left out: always. */
  readonly neededIf?: (settings: Readonly<Record<string, unknown>>) => boolean;
}

/** What a person has to know, and we to check, to make a connection of a kind. */
export interface ConnectionKindSpec {
  /** For the help. */
  readonly summary: string;
  readonly secrets: readonly SecretSpec[];
  /** What the vendor calls the account name that its calls are found by; null where there is none. */
  readonly handle: string | null;
  /** Where the counterpart sends to, or how it shows its token. */
  readonly entries: (token: string) => readonly string[];
  /** Throws ConnectionSettingsError where a setting, secret or the location can't be used. */
  readonly check: (connection: Connection) => void;
}

/** 32 upper-case hex digits, as Winit's own tokens are. */
const winitToken = (): string => randomBytes(16).toString('hex').toUpperCase();
/** 32 bytes in the form of the Standard Webhooks specification. */
const webhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const key256 = (): string => randomBytes(32).toString('base64');

/** Everything about the kinds that operators, the demo tenant and the help need. */
export const CONNECTION_KIND_SPECS: Readonly<Record<ConnectionKind, ConnectionKindSpec>> = {
  jerry: {
    summary: 'stock changes pushed by Jerry (EWE); --location is where all of its stock is',
    secrets: [{ name: 'userName' }, { name: 'apiPassword', make: newSecret }, { name: 'key', make: newSecret }],
    handle: null,
    entries: (token) => [`POST /webhooks/jerry/${token}`],
    check: jerrySettings,
  },
  winit: {
    summary: 'inventory updates pushed by Winit, and adjustment orders in its form; setting customerCode is needed',
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
    summary: "absolute quantities from a warehouse system in Increff's form",
    secrets: [{ name: 'authPassword', make: newSecret }],
    handle: 'authUsername',
    entries: () => ['PUT /usp/inventories/absolute'],
    check: increffSettings,
  },
  comestri: {
    summary: "inventories from integrators in Comestri's form",
    secrets: [],
    handle: null,
    entries: (token) => ['POST /api/v2/inventories', `Authorization: Bearer ${token}`],
    check: comestriSettings,
  },
  standard: {
    summary: 'facts and counts in our own form, signed as Standard Webhooks 1.0 says',
    secrets: [
      { name: 'secret', make: webhookSecret },
      // For messages signed before a rotation; a new connection has none.
      { name: 'previousSecret', neededIf: () => false },
    ],
    handle: null,
    entries: (token) => [`POST /webhooks/standard/${token}`],
    check: standardSettings,
  },
};

/** The secrets that a connection of a kind needs beyond those given: made, or undefined where only the counterpart has them. */
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
