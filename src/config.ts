import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { isNativeError } from 'node:util/types';
import { originOf } from './application/origins';
import { OperatorError } from './application/ports/failures';
import { GRAPHQL_LIMITS } from './graphql/limits/limits';
import type { ConnectionRates } from './http/connection-rates';
import { HTTP_LIMITS } from './http/limits';
import { SCHEMA_VIEWERS, type SchemaViewers } from './application/ports/access';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** The address to listen on. */
  readonly host: string;
  /** The port to listen on. 0 means any free port. */
  readonly port: number;
  /** The absolute path of the folder where the gateway stores its files. */
  readonly dataDir: string;
  /** Undefined for the embedded database in the data folder. */
  readonly databaseUrl: string | undefined;
  /** The owner of the tables, for migrations. Undefined when the user of `databaseUrl` does both. */
  readonly databaseOwnerUrl: string | undefined;
  readonly logLevel: LogLevel;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Origins of web pages on other hosts that may call the GraphQL API. */
  readonly corsOrigins: readonly string[];
  /** Who may look at the GraphQL schema. */
  readonly schemaViewers: SchemaViewers;
  /** What an API key may ask for in a second on average, see docs/limits.md. */
  readonly graphqlCostPerSecond: number;
  /** What a connection may send in a second on average. */
  readonly connectionRates: ConnectionRates;
  /** Whether the gateway may start on a database that can lose what it has committed. */
  readonly acceptsDataLoss: boolean;
  /** Encrypt connection secrets. Undefined for the keys in the data folder, see `secretKeyFile`. */
  readonly secretKeys: SecretKeys | undefined;
  /** Signs the heads of ledgers. Undefined for the key in the data folder. */
  readonly signingKey: Buffer | undefined;
  /** The file that signed heads are appended to. Undefined: none. */
  readonly headsFile: string | undefined;
}

/** The key that new secrets are encrypted with, and then others that stored ones may be under: former keys, or the next. */
export type SecretKeys = readonly [Buffer, ...Buffer[]];

/** The gateway can't run with this configuration. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. An empty variable counts as not set. Throws ConfigError. */
export function readConfig(environment: Environment = process.env): Config {
  return {
    host: given(environment, 'HOST') ?? '127.0.0.1',
    port: readPort(given(environment, 'PORT') ?? '4000'),
    dataDir: path.resolve(given(environment, 'DATA_DIR') ?? '.data'),
    databaseUrl: readDatabaseUrl('DATABASE_URL', environment),
    databaseOwnerUrl: readOwnerUrl(environment),
    logLevel: readLogLevel(given(environment, 'LOG_LEVEL') ?? 'info'),
    trustedProxies: listOf(given(environment, 'TRUSTED_PROXIES')).map(readNetwork),
    corsOrigins: listOf(given(environment, 'CORS_ORIGINS')).map(readOrigin),
    schemaViewers: readSchemaViewers(given(environment, 'GRAPHQL_SCHEMA_FOR') ?? 'keys'),
    graphqlCostPerSecond: readRate(environment, 'GRAPHQL_COST_PER_SECOND', GRAPHQL_LIMITS.costPerSecond),
    connectionRates: {
      messagesPerSecond: readRate(environment, 'CONNECTION_MESSAGES_PER_SECOND', HTTP_LIMITS.messagesPerSecond),
      bytesPerSecond: readRate(environment, 'CONNECTION_BYTES_PER_SECOND', HTTP_LIMITS.bytesPerSecond),
    },
    acceptsDataLoss: readAcceptance(given(environment, 'STOCKBRIDGE_ACCEPT_DATA_LOSS')),
    secretKeys: readSecretKeys(given(environment, 'STOCKBRIDGE_SECRET_KEY')),
    signingKey: readSigningKey(given(environment, 'STOCKBRIDGE_SIGNING_KEY')),
    headsFile: readFileName(given(environment, 'HEADS_FILE')),
  };
}

/** Reads the variable that a command takes a secret from. Throws ConfigError when it is not set. */
export function readVariable(name: string, environment: Environment = process.env): string {
  const value = given(environment, name);
  if (value === undefined) throw new ConfigError(`The environment variable ${name} is not set: set it to the secret`);
  return value;
}

function given(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() === '' ? undefined : environment[name];
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new ConfigError(`PORT is ${JSON.stringify(text)}: set it to a whole number from 0 (any free port) to 65535`);
}

function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new ConfigError(`LOG_LEVEL is ${JSON.stringify(text)}: set it to one of ${LOG_LEVELS.join(', ')}`);
}

function readRate(environment: Environment, name: string, usual: number): number {
  const text = given(environment, name) ?? String(usual);
  const rate = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw new ConfigError(`${name} is ${JSON.stringify(text)}: set it to a whole number from 1 to 999999999999`);
}

function readSchemaViewers(text: string): SchemaViewers {
  const viewers = SCHEMA_VIEWERS.find((known) => known === text);
  if (viewers) return viewers;
  const message = `set it to one of ${SCHEMA_VIEWERS.join(', ')}`;
  throw new ConfigError(`GRAPHQL_SCHEMA_FOR is ${JSON.stringify(text)}: ${message}`);
}

/** What stands between commas, without blanks around it. */
const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** An origin in the form in which browsers send it. */
function readOrigin(text: string): string {
  const origin = originOf(text);
  if (origin === text) return text;
  throw new ConfigError(
    `CORS_ORIGINS has ${JSON.stringify(text)}: write origins such as ${origin ?? 'https://shop.example'}, without a path or *, with commas between them`,
  );
}

/** An address, or a network in CIDR notation. */
function readNetwork(text: string): string {
  const [address = '', prefix, ...others] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (bits ?? 0));
  if (bits !== undefined && isPrefix && others.length === 0) return text;
  throw new ConfigError(
    `TRUSTED_PROXIES has ${JSON.stringify(text)}: write addresses or networks such as 10.0.0.0/8, with commas between them`,
  );
}

function readOwnerUrl(environment: Environment): string | undefined {
  const url = readDatabaseUrl('DATABASE_OWNER_URL', environment);
  if (url === undefined || given(environment, 'DATABASE_URL') !== undefined) return url;
  throw new ConfigError(
    'DATABASE_OWNER_URL is set without DATABASE_URL: set DATABASE_URL too, to the user that the gateway works as',
  );
}

function readDatabaseUrl(name: string, environment: Environment): string | undefined {
  const text = given(environment, name);
  if (text === undefined) return undefined;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  // The value is not shown, because it contains a password.
  throw new ConfigError(
    `${name} is not the URL of a PostgreSQL database: write postgres://user:password@host:5432/database and percent-encode special characters of the password`,
  );
}

/** A sentence, so that nobody sets it without having read it. */
export const ACCEPTANCE = 'acknowledged stock may be lost';

function readAcceptance(text: string | undefined): boolean {
  if (text === undefined || text === ACCEPTANCE) return text !== undefined;
  throw new ConfigError(
    `STOCKBRIDGE_ACCEPT_DATA_LOSS is ${JSON.stringify(text)}: set it to "${ACCEPTANCE}", or leave it out`,
  );
}

const SECRET_KEY_BYTES = 32;

/** Most keys at a time. */
const MAX_SECRET_KEYS = 10;

function readSecretKeys(text: string | undefined): SecretKeys | undefined {
  if (text === undefined) return undefined;
  const keys = parseSecretKeys(text);
  if (keys) return keys;
  throw new ConfigError(
    `STOCKBRIDGE_SECRET_KEY must be ${SECRET_KEY_BYTES} bytes as base64 or hex, or up to ${MAX_SECRET_KEYS} such keys with commas between them: create one with "openssl rand -base64 32"`,
  );
}

function readSigningKey(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const key = parseSecretKey(text.trim());
  if (key) return key;
  throw new ConfigError(
    `STOCKBRIDGE_SIGNING_KEY must be ${SECRET_KEY_BYTES} bytes as base64 or hex: create one with "openssl rand -base64 32"`,
  );
}

const readFileName = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : path.resolve(text);

/** Keys with commas or line breaks between them; undefined where one of them is none. */
function parseSecretKeys(text: string): SecretKeys | undefined {
  const keys = text
    .trim()
    .split(/\s*[,\n]\s*/)
    .map(parseSecretKey);
  const [present, ...others] = keys.filter((key) => key !== undefined);
  if (present === undefined || others.length + 1 < keys.length || keys.length > MAX_SECRET_KEYS) return undefined;
  return [present, ...others];
}

function parseSecretKey(text: string): Buffer | undefined {
  if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[\w+/-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return undefined;
}

/** The file in the data folder with the keys of connection secrets, one a line, in the order of {@link SecretKeys}. */
export function secretKeyFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return path.join(dataDir, 'secret.key');
}

/**
 * The keys that encrypt connection secrets: from the environment, or else from the data folder, where one is created if
 * there is none. Throws ConfigError.
 */
export async function resolveSecretKeys(config: Pick<Config, 'secretKeys' | 'dataDir'>): Promise<SecretKeys> {
  return config.secretKeys ?? keysInFile(secretKeyFile(config), "connection secrets can't be read without it");
}

/** The private key that signs heads, in the same way. Throws ConfigError. */
export async function resolveSigningKey({
  signingKey,
  dataDir,
}: Pick<Config, 'signingKey' | 'dataDir'>): Promise<Buffer> {
  if (signingKey) return signingKey;
  const file = path.join(dataDir, 'signing.key');
  const [key] = await keysInFile(file, 'heads that are signed with another key are not known as ours');
  return key;
}

/** @param whyKept why a damaged file has to be restored, and not made again */
async function keysInFile(file: string, whyKept: string): Promise<SecretKeys> {
  try {
    return (await readKeyFile(file, whyKept)) ?? (await createKeyFile(file, whyKept));
  } catch (error) {
    if (error instanceof ConfigError || !isNativeError(error)) throw error;
    throw new ConfigError(`${file} can't be read or created (${error.message}): fix that, or set another DATA_DIR`, {
      cause: error,
    });
  }
}

async function readKeyFile(file: string, whyKept: string): Promise<SecretKeys | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const keys = parseSecretKeys(text);
  if (keys) return keys;
  throw new ConfigError(`${file} is damaged: restore it from a backup, because ${whyKept}`);
}

/** Creates the file completely or not at all. If two processes create it at the same time, both use the first key. */
async function createKeyFile(file: string, whyKept: string): Promise<SecretKeys> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(8).toString('hex')}.draft`;
  const key = randomBytes(SECRET_KEY_BYTES);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${key.toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
    return [key];
  } catch (error) {
    const theirs = hasCode(error, 'EEXIST') ? await readKeyFile(file, whyKept) : undefined;
    if (theirs) return theirs;
    throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
}
