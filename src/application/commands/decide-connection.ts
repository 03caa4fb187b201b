import type { UserError, UserErrorCode } from '../../domain/errors';
import { shown, tidyName } from '../../domain/text';
import { checkName, checkText } from '../../domain/validation';
import type { ConnectionKinds, ConnectionKindSpec, ReadSettings } from '../ports/connection-kinds';
import { CONNECTION_KINDS, type Connection, type ConnectionUpdate, type ConnectionKind } from '../ports/connections';
import { secretsInSight, withoutLookalikes } from './secrets-in-sight';

/** How a connection is to be. What is left out of a change stays as it is. */
export interface ConnectionInput {
  readonly kind: string;
  readonly name: string;
  /** Null: it is bound to none. A location that does not exist is created. */
  readonly locationCode: string | null;
  /** The account name in the vendor's calls. Null: unchanged, and none for a new connection. */
  readonly handle: string | null;
  /** A JSON object. */
  readonly settings: string;
  /** A JSON object of settings to change; those that it leaves out stay as they are. Read where `settings` is left out. */
  readonly changedSettings?: string;
  readonly secrets: readonly SecretInput[];
}

interface SecretInput {
  readonly name: string;
  /** Null: a new one is generated. */
  readonly value: string | null;
}

/** A connection that is not created yet: its kind comes with the input. */
type NewConnection = Omit<Connection, 'kind'> & { readonly kind: null };

export const newConnection = (tenantId: string): NewConnection => ({
  ...{ tenantId, id: '', name: '', kind: null, locationCode: null, settings: {}, secrets: {} },
});

/** How a connection becomes, and what that changes. */
interface DecidedConnection {
  readonly connection: Connection;
  readonly change: ConnectionUpdate;
  /** The secrets that nobody gave, by name. */
  readonly generated: Readonly<Record<string, string>>;
}

type Refused = { readonly refused: readonly UserError[] };

interface Deps {
  readonly kinds: ConnectionKinds;
  readonly readSettings: ReadSettings;
}

/** Longest secret that is taken, in UTF-16 units. */
const MAX_SECRET_LENGTH = 1_000;
/** Longest text of settings that is taken, in UTF-16 units. */
const MAX_SETTINGS_LENGTH = 16_384;
/** Most secrets that one change may give. No kind has as many. */
const MAX_SECRETS = 20;

/** Decides what becomes of a connection that is created or changed, or says what is wrong with the input. */
export function decideConnection(
  { kinds, readSettings }: Deps,
  present: Connection | NewConnection,
  input: Partial<ConnectionInput>,
): DecidedConnection | Refused {
  const kind = CONNECTION_KINDS.find((known) => known === (input.kind ?? present.kind));
  if (kind === undefined || (present.kind !== null && kind !== present.kind)) {
    return { refused: [kindFault(input.kind ?? '', present.kind)] };
  }
  const spec = kinds[kind];
  const reading = readText(input, present, readSettings);
  const merged = mergedNames(present, kind, input);
  const faults = [
    ...checkName(merged.name, ['name'], true),
    ...checkName(merged.locationCode, ['location'], true),
    ...handleFaults(kind, spec, input.handle ?? null, present.kind === null),
    ...('fault' in reading ? [invalid(['settings'], reading.fault)] : []),
    ...secretFaults(kind, spec, input.secrets ?? []),
  ];
  if (faults.length > 0 || 'fault' in reading) return { refused: faults };
  const { settings } = reading;
  const given = secretsOf(spec, settings, present, input.secrets ?? []);
  if ('refused' in given) return given;
  const secrets = { ...given.replaced, ...given.generated };
  const connection = { ...merged, settings, secrets: { ...present.secrets, ...secrets } };
  const inSight = secretsInSight(connection, [present.secrets, present.previousSecrets ?? {}]);
  const refused = inSight.length > 0 ? inSight : connectionFaults(spec, connection);
  if (refused.length > 0) return { refused };
  return {
    connection,
    generated: given.generated,
    change: changeOf(present, connection, secrets, input.handle ?? null),
  };
}

/** What its format cannot use of a connection as it would become. */
export function connectionFaults(spec: ConnectionKindSpec, connection: Connection): UserError[] {
  const found = spec.faultOf(connection);
  return found ? [invalid([found.part], found.fault)] : [];
}

function kindFault(given: string, present: ConnectionKind | null): UserError {
  const text = shown(withoutLookalikes(given));
  const rule =
    present === null ? `it must be one of ${CONNECTION_KINDS.join(', ')}` : `it is ${present}, and cannot be changed`;
  return invalid(['kind'], `kind is "${text}"; ${rule}.`);
}

/** The connection with its new names. A name that cannot be one stays as it is, for the checks to refuse. */
function mergedNames(
  present: Connection | NewConnection,
  kind: ConnectionKind,
  { name, locationCode }: Partial<ConnectionInput>,
): Connection {
  const code = locationCode === undefined ? present.locationCode : locationCode;
  return {
    ...present,
    ...{ kind, name: name === undefined ? present.name : tidyName(name) },
    locationCode: code === null ? null : tidyName(code),
  };
}

function readText(
  { settings: whole, changedSettings: changes }: Partial<ConnectionInput>,
  { settings }: Connection | NewConnection,
  readSettings: ReadSettings,
): ReturnType<ReadSettings> {
  const text = whole ?? changes;
  if (text === undefined) return { settings };
  if (text.length > MAX_SETTINGS_LENGTH) return tooLong(text);
  const reading = readSettings(text);
  if (whole !== undefined || 'fault' in reading) return reading;
  const changed = { ...settings, ...reading.settings };
  const changedText = JSON.stringify(changed);
  return changedText.length > MAX_SETTINGS_LENGTH ? tooLong(changedText) : { settings: changed };
}

const tooLong = ({ length }: string): { readonly fault: string } => ({
  fault: `settings has ${length} characters; at most ${MAX_SETTINGS_LENGTH} are taken.`,
});

function handleFaults(
  kind: ConnectionKind,
  { handle: word }: ConnectionKindSpec,
  handle: string | null,
  isNew: boolean,
): UserError[] {
  if (word === null) {
    return handle === null
      ? []
      : [invalid(['handle'], `Connections of the kind ${kind} have no account name: leave out handle.`)];
  }
  if (handle !== null) return checkText(handle, ['handle'], true);
  return isNew
    ? [invalid(['handle'], `Connections of the kind ${kind} need the account name ${word}: give it as handle.`)]
    : [];
}

/** What is wrong with secrets as they are given. */
export function secretFaults(
  kind: ConnectionKind,
  spec: ConnectionKindSpec,
  secrets: readonly SecretInput[],
): UserError[] {
  if (secrets.length > MAX_SECRETS) {
    return [invalid(['secrets'], `${secrets.length} secrets; at most ${MAX_SECRETS} are taken.`)];
  }
  return secrets.flatMap(({ name, value }, index) => {
    const field = (of: string): string[] => ['secrets', String(index), of];
    if (!spec.secrets.some((known) => known.name === name)) return [invalid(field('name'), noSuchSecret(kind, spec))];
    if (secrets.findIndex((other) => other.name === name) < index)
      return [invalid(field('name'), `The secret ${name} is given twice.`)];
    if (value === '') return [invalid(field('value'), `The secret ${name} is empty: give its value.`)];
    if (value === null || value.length <= MAX_SECRET_LENGTH) return [];
    const message = `The secret ${name} has ${value.length} characters; at most ${MAX_SECRET_LENGTH} are taken.`;
    return [invalid(field('value'), message)];
  });
}

/** What was given is not shown: it could be a secret in the wrong place. */
export function noSuchSecret(kind: ConnectionKind, { secrets }: ConnectionKindSpec): string {
  const names = secrets.map(({ name }) => name).join(', ');
  return `Connections of the kind ${kind} have no secret of this name: they have ${names === '' ? 'no secrets' : names}.`;
}

interface NewSecrets {
  /** Those that were given. */
  readonly replaced: Readonly<Record<string, string>>;
  readonly generated: Readonly<Record<string, string>>;
}

/**
 * The secrets that were given, and generated ones for what else is needed: by a new connection, or by new settings. An
 * existing connection can do without the others.
 */
function secretsOf(
  { secrets: specs }: ConnectionKindSpec,
  settings: Connection['settings'],
  { kind, secrets: present }: Connection | NewConnection,
  inputs: readonly SecretInput[],
): NewSecrets | Refused {
  const given = new Map(inputs.map(({ name, value }) => [name, value]));
  const replaced: Record<string, string> = {};
  const generated: Record<string, string> = {};
  const missing: UserError[] = [];
  for (const { name, make, neededIf } of specs) {
    const value = given.get(name);
    if (value != null) replaced[name] = value;
    if (value != null || (value === undefined && present[name] !== undefined)) continue;
    if (value === undefined && !(neededIf?.(settings) ?? kind === null)) continue;
    if (make) generated[name] = make();
    else missing.push(invalid(['secrets'], `The secret ${name} is missing: get it from the counterpart.`));
  }
  return missing.length > 0 ? { refused: missing } : { replaced, generated };
}

function changeOf(
  present: Connection | NewConnection,
  { name, locationCode, settings }: Connection,
  secrets: Connection['secrets'],
  handle: string | null,
): ConnectionUpdate {
  return {
    ...(name === present.name ? {} : { name }),
    ...(locationCode === present.locationCode ? {} : { locationCode }),
    ...{ settings, secrets },
    ...(handle === null ? {} : { handle }),
  };
}

export const invalid = (
  field: readonly string[],
  message: string,
  code: UserErrorCode = 'INVALID_INPUT',
): UserError => ({
  ...{ code, field, message },
});
