import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ConfigError,
  readConfig,
  readVariable,
  resolveSecretKeys,
  resolveSigningKey,
  type SecretKeys,
} from '../../src/config';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 8 + 7));

test('an empty environment gives the defaults', () => {
  const defaults = {
    host: '127.0.0.1',
    port: 4000,
    dataDir: path.resolve('.data'),
    databaseUrl: undefined,
    logLevel: 'info',
    trustedProxies: [],
    corsOrigins: [],
    schemaViewers: 'keys',
    graphqlCostPerSecond: 100_000,
    connectionRates: { messagesPerSecond: 10_000, bytesPerSecond: 16_777_216 },
    acceptsDataLoss: false,
    secretKeys: undefined,
    signingKey: undefined,
    headsFile: undefined,
  };
  expect(readConfig({})).toEqual(defaults);
  expect(
    readConfig({ HOST: '', PORT: ' ', DATA_DIR: '', DATABASE_URL: '', LOG_LEVEL: '', STOCKBRIDGE_SECRET_KEY: '' }),
  ).toEqual(defaults);
});

test('everything can be set', () => {
  const environment = {
    HOST: '::',
    PORT: '0',
    DATA_DIR: path.resolve('somewhere'),
    DATABASE_URL: 'postgresql://user:p%40ss@db.example:6432/stock?sslmode=require',
    LOG_LEVEL: 'debug',
    TRUSTED_PROXIES: ' 10.0.0.0/8, ::1,192.0.2.7 ',
    GRAPHQL_COST_PER_SECOND: '1',
    CONNECTION_MESSAGES_PER_SECOND: '20',
    CONNECTION_BYTES_PER_SECOND: '999999999999',
    CORS_ORIGINS: 'https://shop.example, http://localhost:5173',
    GRAPHQL_SCHEMA_FOR: 'admin',
    STOCKBRIDGE_ACCEPT_DATA_LOSS: 'acknowledged stock may be lost',
    STOCKBRIDGE_SECRET_KEY: KEY.toString('base64'),
    STOCKBRIDGE_SIGNING_KEY: KEY.toString('hex'),
    HEADS_FILE: path.resolve('heads.ndjson'),
  };
  expect(readConfig(environment)).toEqual({
    host: '::',
    port: 0,
    dataDir: path.resolve('somewhere'),
    databaseUrl: environment.DATABASE_URL,
    acceptsDataLoss: true,
    logLevel: 'debug',
    trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.7'],
    corsOrigins: ['https://shop.example', 'http://localhost:5173'],
    schemaViewers: 'admin',
    graphqlCostPerSecond: 1,
    connectionRates: { messagesPerSecond: 20, bytesPerSecond: 999_999_999_999 },
    secretKeys: [KEY],
    signingKey: KEY,
    headsFile: path.resolve('heads.ndjson'),
  });
});

test.each([
  KEY.toString('base64'),
  KEY.toString('base64').slice(0, -1),
  KEY.toString('base64url'),
  KEY.toString('hex'),
  KEY.toString('hex').toUpperCase(),
  `${KEY.toString('base64')}\n`,
])('reads the key %j', (text) => {
  expect(readConfig({ STOCKBRIDGE_SECRET_KEY: text }).secretKeys).toEqual([KEY]);
});

test.each([',', ' , ', '\n', '\r\n'])(
  'the first of several keys, with %j between them, is the present one',
  (between) => {
    const others = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const text = [KEY, ...others].map((key) => key.toString('base64')).join(between);
    expect(readConfig({ STOCKBRIDGE_SECRET_KEY: text }).secretKeys).toEqual([KEY, ...others]);
  },
);

test('a database of your own needs no key in the environment', () => {
  const config = readConfig({ DATABASE_URL: 'postgres://localhost/db' });
  expect(config).toMatchObject({ databaseUrl: 'postgres://localhost/db', secretKeys: undefined });
});

test('a variable that a secret is taken from has to be there', () => {
  expect(readVariable('JERRY_KEY', { JERRY_KEY: 'hush' })).toBe('hush');
  expect(() => readVariable('JERRY_KEY', { JERRY_KEY: '' })).toThrow(ConfigError);
});

test.each([
  ...['0', '-1', '1.5', '1e3', 'many', '1000000000000'].flatMap((rate) =>
    ['GRAPHQL_COST_PER_SECOND', 'CONNECTION_MESSAGES_PER_SECOND', 'CONNECTION_BYTES_PER_SECOND'].map(
      (name): [Record<string, string>, string] => [
        { [name]: rate },
        `${name} is "${rate}": set it to a whole number from 1 to 999999999999`,
      ],
    ),
  ),
  [{ PORT: 'http' }, 'PORT is "http": set it to a whole number from 0 (any free port) to 65535'],
  [{ PORT: '65536' }, 'PORT is "65536"'],
  [{ PORT: '-1' }, 'PORT is "-1"'],
  [{ PORT: '4e3' }, 'PORT is "4e3"'],
  [
    { TRUSTED_PROXIES: '10.0.0.0/33' },
    'TRUSTED_PROXIES has "10.0.0.0/33": write addresses or networks such as 10.0.0.0/8, with commas between them',
  ],
  [
    { TRUSTED_PROXIES: '::1, proxy' },
    'TRUSTED_PROXIES has "proxy": write addresses or networks such as 10.0.0.0/8, with commas between them',
  ],
  [
    { CORS_ORIGINS: 'https://shop.example/cart' },
    'CORS_ORIGINS has "https://shop.example/cart": write origins such as https://shop.example, without a path',
  ],
  [{ CORS_ORIGINS: 'HTTPS://Shop.example:443' }, 'write origins such as https://shop.example, without a path'],
  [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS has "*": write origins such as https://shop.example'],
  [{ CORS_ORIGINS: 'https://*.shop.example' }, 'write origins such as https://shop.example, without a path or *'],
  [{ CORS_ORIGINS: 'shop.example' }, 'CORS_ORIGINS has "shop.example"'],
  [{ CORS_ORIGINS: 'file:///index.html' }, 'CORS_ORIGINS has "file:///index.html"'],
  [{ GRAPHQL_SCHEMA_FOR: 'all' }, 'GRAPHQL_SCHEMA_FOR is "all": set it to one of keys, admin, nobody'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud": set it to one of fatal, error, warn, info, debug, trace, silent'],
  [
    { STOCKBRIDGE_ACCEPT_DATA_LOSS: 'yes' },
    'STOCKBRIDGE_ACCEPT_DATA_LOSS is "yes": set it to "acknowledged stock may be lost"',
  ],
  [{ DATABASE_URL: 'mysql://me:hush@localhost/db' }, 'DATABASE_URL is not the URL of a PostgreSQL database'],
  [{ DATABASE_URL: 'postgres://me:hush/word@localhost:x/db' }, 'DATABASE_URL is not the URL of a PostgreSQL database'],
  [{ STOCKBRIDGE_SECRET_KEY: 'hush' }, 'STOCKBRIDGE_SECRET_KEY must be 32 bytes as base64 or hex'],
  [{ STOCKBRIDGE_SECRET_KEY: `${KEY.toString('hex')},hush` }, 'or up to 10 such keys with commas between them'],
  [{ STOCKBRIDGE_SECRET_KEY: Array(11).fill(KEY.toString('hex')).join() }, 'or up to 10 such keys'],
  [{ STOCKBRIDGE_SECRET_KEY: `${KEY.toString('hex')}0` }, 'STOCKBRIDGE_SECRET_KEY must be 32 bytes as base64 or hex'],
])('%j is refused in one line that says what to fix', (environment, message) => {
  const read = (): unknown => readConfig(environment);
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
  expect(read).toThrow(/^[^\n]*$/);
  expect(read).not.toThrow('hush');
});

describe('the key of the data folder', () => {
  let scratch: string;
  let dataDir: string;

  beforeEach(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'stockbridge-config-'));
    dataDir = path.join(scratch, 'data');
  });

  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const resolve = (): Promise<SecretKeys> => resolveSecretKeys({ dataDir, secretKeys: undefined });

  test("the environment's key comes first, and nothing is written", async () => {
    expect(await resolveSecretKeys({ dataDir, secretKeys: [KEY] })).toEqual([KEY]);
    expect(await readdir(scratch)).toEqual([]);
  });

  test('is made once, for its owner only, and stays', async () => {
    const [key] = await resolve();
    expect(key).toHaveLength(32);
    expect(await resolve()).toEqual([key]);
    const file = path.join(dataDir, 'secret.key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(readConfig({ STOCKBRIDGE_SECRET_KEY: await readFile(file, 'utf8') }).secretKeys).toEqual([key]);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  test('is the same for all that make it at the same time', async () => {
    const keys = await Promise.all(Array.from({ length: 16 }, resolve));
    expect(new Set(keys.map(([key]) => key.toString('hex'))).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  test('may have former keys on the lines after it', async () => {
    const former = await resolve();
    const file = path.join(dataDir, 'secret.key');
    await writeFile(file, `${KEY.toString('base64')}\n${await readFile(file, 'utf8')}`);
    expect(await resolve()).toEqual([KEY, ...former]);
  });

  test.each(['', 'garbage'])('is not created again where the file holds %j', async (text) => {
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'secret.key'), text);
    await expect(resolve()).rejects.toThrow(ConfigError);
    await expect(resolve()).rejects.toThrow(/secret\.key is damaged: restore it from a backup/);
  });

  test('says what to fix where the folder is a file', async () => {
    await writeFile(dataDir, '');
    await expect(resolve()).rejects.toThrow(ConfigError);
    await expect(resolve()).rejects.toThrow(/fix that, or set another DATA_DIR$/);
  });
});

describe('the key that signs heads', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-config-'));
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  test('is made once in the data folder, for its owner alone, unless the environment has one', async () => {
    const key = await resolveSigningKey({ dataDir, signingKey: undefined });
    expect(key).toHaveLength(32);
    expect(await resolveSigningKey({ dataDir, signingKey: undefined })).toEqual(key);
    expect((await stat(path.join(dataDir, 'signing.key'))).mode & 0o777).toBe(0o600);
    expect(await resolveSigningKey({ dataDir, signingKey: KEY })).toEqual(KEY);
  });

  test('is not shown where it is wrong', async () => {
    expect(() => readConfig({ STOCKBRIDGE_SIGNING_KEY: 'hunter2' })).toThrow(/^(?!.*hunter2).*openssl rand -base64 32/);
    await writeFile(path.join(dataDir, 'signing.key'), 'hunter2');
    const reading = resolveSigningKey({ dataDir, signingKey: undefined });
    await expect(reading).rejects.toThrow(/signing\.key is damaged: restore it from a backup, because heads/);
  });
});
