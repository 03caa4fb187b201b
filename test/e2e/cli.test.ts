import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { Client } from 'pg';
import { pino } from 'pino';
import { CommandError } from '../../src/failures';
import { buildProgram } from '../../src/cli/program';
import { seedDemo } from '../../src/demo/seed';
import { openServices, type Services } from '../../src/services';
import { jerryDigest } from '../../src/vendors/jerry/signature';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { CLI, killLeftOver, run, type Ended, type Settings } from '../support/processes';

jest.setTimeout(60_000);

const KEY = randomBytes(32);

let database: TestDatabase;
let services: Services;
let dataDir: string;
let settings: Settings;

beforeAll(async () => {
  database = await createTestDatabase();
  services = await openServices(database.url, KEY, pino({ level: 'silent' }));
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-cli-'));
  settings = { DATA_DIR: dataDir, DATABASE_URL: database.url, STOCKBRIDGE_SECRET_KEY: KEY.toString('base64') };
  await seedDemo(services, dataDir);
});

afterEach(killLeftOver);

afterAll(async () => {
  await services.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

const stockbridge = (args: string, stdin?: string): Promise<Ended> => run(CLI, args.split(' '), settings, stdin);

/** Runs a command with `--json` and returns its output. */
async function json<Answer>(args: string, stdin?: string): Promise<Answer> {
  const ended = await stockbridge(`${args} --json`, stdin);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout) as Answer;
}

/** The commands without subcommands, by their full names. */
function leaves(command: Command, path = ''): [string, Command][] {
  const name = `${path}${command.name()}`;
  return command.commands.length === 0 ? [[name, command]] : command.commands.flatMap((sub) => leaves(sub, `${name} `));
}

test('the help of every command has an example', () => {
  const commands = leaves(buildProgram());
  expect(commands).toHaveLength(15);
  for (const [name, command] of commands) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(new RegExp(`Usage: ${name} (?:.|\\n)*\\nExamples?:\\n.*${name}`));
  }
});

test('a key gives access to its tenant until it is revoked', async () => {
  const { key, keyId } = await json<{ key: string; keyId: string }>(
    'keys create --tenant demo --client shop --scopes write,stock:read --inventory-organisations',
  );
  expect(await services.apiKeyDirectory.authenticate(key)).toMatchObject({
    clientName: 'shop',
    scopes: new Set(['stock:write', 'orders:write', 'inventory:write', 'stock:read']),
    inventoryOrganisations: true,
  });
  const { stdout } = await stockbridge('keys list --tenant demo');
  expect(stdout).toMatch(
    new RegExp(`│ ${keyId} │ shop +│ stock:write, orders:write, inventory:write, stock:read +│ yes +│`),
  );
  expect(stdout).not.toContain(key.slice(-43));
  expect(await stockbridge(`keys revoke --tenant demo ${keyId}`)).toMatchObject({
    code: 0,
    stdout: `Key ${keyId} revoked.\n`,
  });
  expect(await stockbridge(`keys revoke --tenant demo ${keyId}`)).toMatchObject({ code: 1 });
  const refused = await stockbridge(`keys rotate --tenant demo ${keyId}`);
  expect(refused).toMatchObject({
    code: 2,
    stderr: `stockbridge: The key ${keyId} was revoked: create another one\n`,
  });
});

test('a key is rotated, and its life is shown', async () => {
  const create = 'keys create --tenant demo --client turning --scopes read --expires-in-days 30';
  const old = await json<{ key: string; keyId: string; expiresAt: string }>(create);
  expect(Date.parse(old.expiresAt) - Date.now()).toBeGreaterThan(29 * 86_400_000);
  const next = await json<{ key: string; keyId: string }>(`keys rotate --tenant demo ${old.keyId} --overlap 600`);
  for (const { key } of [old, next]) {
    expect(await services.apiKeyDirectory.authenticate(key)).toMatchObject({
      clientName: 'turning',
      scopes: new Set(['stock:read', 'inventory:read', 'messages:read']),
    });
  }
  const { stdout } = await stockbridge('keys list --tenant demo');
  expect(stdout).toMatch(/│ created +│ last used +│ expires +│ revoked/);
  const { stderr } = await stockbridge(`keys rotate --tenant demo ${next.keyId}`);
  expect(stderr).toMatch(
    new RegExp(`This is the key of turning\\. .*It expires at .*Z\\.\nThe key ${next.keyId} works until .*Z\\.\n`),
  );
});

test('a key is limited to locations and channels, and a publishable one is bound to origins', async () => {
  settings = { ...settings, SECRET: 'from-the-environment' };
  for (const code of ['LIM-1', 'LIM-2']) {
    const connection = `--name ${code} --location ${code} --secret userName=${code} --secret key=env:SECRET`;
    await stockbridge(`connections create --tenant demo --kind jerry ${connection}`);
  }
  const create = 'keys create --tenant demo --client limited --scopes';
  const limited = await json<{ key: string; keyId: string }>(
    `${create} stock:read --location LIM-2 --location LIM-1 --channel 2C`,
  );
  const web = await json<{ key: string; keyId: string }>(`${create} sellable:read --origin https://shop.example`);
  const { rows } = await services.readPool.query<{ location_id: string }>(
    "SELECT location_id FROM location WHERE code LIKE 'LIM-%'",
  );
  const next = await json<{ key: string; keyId: string }>(`keys rotate --tenant demo ${limited.keyId}`);
  for (const { key } of [limited, next]) {
    expect(await services.apiKeyDirectory.authenticate(key)).toMatchObject({
      limits: { locationIds: rows.map(({ location_id: id }) => id).sort(), channels: ['2C'] },
      origins: null,
    });
  }
  expect(await services.apiKeyDirectory.authenticate(web.key)).toMatchObject({
    ...{ scopes: new Set(['sellable:read']), limits: null, origins: ['https://shop.example'] },
  });
  const { stdout } = await stockbridge('keys list --tenant demo');
  expect(stdout).toMatch(/│ stock:read +│ no +│ LIM-1, LIM-2 +│ "2C" +│ +│/);
  expect(stdout).toMatch(/│ sellable:read +│ no +│ +│ +│ https:\/\/shop\.example +│/);
  expect(await json<object[]>('keys list --tenant demo')).toContainEqual(
    expect.objectContaining({ keyId: limited.keyId, locations: ['LIM-1', 'LIM-2'], channels: ['2C'], origins: null }),
  );
});

test.each([
  ['stock:read --location NOWHERE', 'No location has the code "NOWHERE": correct it, or save the location first'],
  ['sellable:read', 'A key with the scope sellable:read needs the origins of the web pages that use it'],
  ['sellable:read --origin shop.example', '"shop.example" is no origin: write one such as https://shop.example'],
  ['stock:read --origin https://shop.example', 'Only a key with the scope sellable:read is bound to origins'],
  ['sellable:read,stock:read --origin https://shop.example', 'sellable:read cannot be combined with other scopes'],
])('keys create --scopes %s is refused', async (options, message) => {
  const refused = await stockbridge(`keys create --tenant demo --client refused --scopes ${options}`);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`stockbridge: ${message}`) as string });
});

test('the audit says who changed keys and connections, and shows no secret', async () => {
  const { key, keyId } = await json<{ key: string; keyId: string }>(
    'keys create --tenant demo --client audited --scopes stock:read',
  );
  await stockbridge(`keys revoke --tenant demo ${keyId}`);
  const made = await json<{ token: string; connectionId: string; secrets: Record<string, string> }>(
    'connections create --tenant demo --kind standard --name audited',
  );
  await stockbridge('connections disable --tenant demo audited');
  const entries =
    await json<{ subject: string; action: string; actor: string; after: object | null }[]>('audit --tenant demo');
  const of = (subject: string) => entries.filter((entry) => entry.subject === subject);
  expect(of(`ApiKey:${keyId}`)).toMatchObject([
    { action: 'API_KEY_CREATED', actor: 'command line', before: null, after: { client: 'audited' } },
    { action: 'API_KEY_REVOKED', before: { revokedAt: null } },
  ]);
  expect(of(`Connection:${made.connectionId}`)).toMatchObject([
    { action: 'CONNECTION_CREATED', after: { name: 'audited', kind: 'standard' } },
    { action: 'CONNECTION_DISABLED' },
  ]);
  const { stdout } = await stockbridge('audit --tenant demo');
  expect(stdout).toContain('API_KEY_REVOKED');
  for (const secret of [key.slice(-43), made.token, ...Object.values(made.secrets)]) {
    expect(JSON.stringify(entries)).not.toContain(secret);
  }
});

test('the token of a connection is rotated, and the old one works meanwhile', async () => {
  const made = await json<{ token: string; connectionId: string }>(
    'connections create --tenant demo --kind standard --name turning',
  );
  const next = await json<{ token: string; entries: string[] }>(
    'connections rotate-token --tenant demo turning --overlap 600',
  );
  expect(next.entries).toEqual([`POST /webhooks/standard/${next.token}`]);
  for (const token of [made.token, next.token]) {
    const found = await services.connectionDirectory.byToken('standard', token);
    expect(found?.id).toBe(made.connectionId);
  }
  const { stdout } = await stockbridge('connections rotate-token --tenant demo turning --overlap 0');
  expect(stdout).toMatch(/│ POST \/webhooks\/standard\/[\w-]+ │\n.*\nThe old token works until .*Z\.\n$/);
  expect(await stockbridge('connections rotate-token --tenant demo nobody')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('No active connection nobody') as string,
  });
});

test('a second key leaves its client unchanged unless told otherwise', async () => {
  const { tenantId = '' } = (await services.tenants.byCode('demo')) ?? {};
  const organisations = async (inventoryOrganisations?: boolean): Promise<boolean | undefined> => {
    const draft = { tenantId, clientName: 'rotating', scopes: ['stock:read'], inventoryOrganisations } as const;
    const { key } = await services.apiKeys.create(draft);
    return (await services.apiKeyDirectory.authenticate(key))?.inventoryOrganisations;
  };
  expect(await organisations()).toBe(false);
  expect(await organisations(true)).toBe(true);
  expect(await organisations()).toBe(true);
  expect(await organisations(false)).toBe(false);
});

test('connections create reads secrets from standard input or the environment, and creates the others and the location', async () => {
  settings = { ...settings, SECRET: 'from-the-environment' };
  const made = await json<{ connectionId: string; token: string; entries: string[]; secrets: unknown }>(
    'connections create --tenant demo --kind jerry --name jerry-eu --location JERRY-EU --set serialisation=compact tracks=[] --secret userName=- --secret key=env:SECRET',
    'acme\n',
  );
  expect(made.entries).toEqual([`POST /webhooks/jerry/${made.token}`]);
  expect(made.secrets).toEqual({ apiPassword: expect.stringMatching(/^[\w-]{43}$/) as string });
  expect(await services.connectionDirectory.byToken('jerry', made.token)).toMatchObject({
    id: made.connectionId,
    name: 'jerry-eu',
    locationCode: 'JERRY-EU',
    settings: { serialisation: 'compact', tracks: [] },
    secrets: { userName: 'acme', key: 'from-the-environment', ...(made.secrets as object) },
  });
  const { rows } = await services.readPool.query(`SELECT code FROM location WHERE code = 'JERRY-EU'`);
  expect(rows).toHaveLength(1);
  const { stdout } = await stockbridge('connections list --tenant demo');
  expect(stdout).toMatch(/│ jerry-eu │ jerry +│ JERRY-EU │ \{"tracks":\[\],"serialisation":"compact"\} │/);
  expect(stdout).not.toContain('from-the-environment');
  expect(await stockbridge('connections disable --tenant demo jerry-eu')).toMatchObject({ code: 0 });
  expect(await stockbridge('connections disable --tenant demo jerry-eu')).toMatchObject({ code: 1 });
});

test.each([
  [
    '--kind jerry --name j1 --location L',
    /The secret userName is missing: get it from the counterpart and add --secret userName=…$/,
  ],
  ['--kind jerry --name j1 --secret userName=a', /it has to be bound to a location/],
  ['--kind winit --name w1 --handle a --set customerCode=12', /setting customerCode has to be a text/],
  [
    '--kind winit --name w1 --set customerCode=c',
    /A winit connection needs the account name app_key: add --handle <app_key>$/,
  ],
  ['--kind comestri --name c1 --secret token=x', /A comestri connection has no secret token: it has no secrets$/],
  ['--kind standard --name s1 --handle h', /A standard connection has no account name: leave out --handle$/],
])('a connection of %s is refused before the database is opened', async (options, message) => {
  const args = `connections create --tenant demo ${options}`.split(' ');
  const created = buildProgram().parseAsync(args, { from: 'user' });
  await expect(created).rejects.toThrow(CommandError);
  await expect(created).rejects.toThrow(message);
});

test.each([
  ['nonsense', /^error: unknown command 'nonsense'\n/],
  [
    'keys create --tenant demo --client c --scopes all',
    /The scopes are stock:read, .*, admin, .*, and read and write for several of them\.\n/,
  ],
  ['keys list --tenant nobody', /^stockbridge: There is no tenant nobody: [^\n]*\n$/],
  [
    'connections create --tenant demo --kind increff --name increff --handle h',
    /^stockbridge: The tenant has [^\n]*\n$/,
  ],
])('%s is refused with exit code 2', async (args, stderr) => {
  expect(await stockbridge(args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(stderr) as string,
  });
});

test('a tenant is created once', async () => {
  const made = await json<{ created: boolean; tenantId: string }>('tenants create acme');
  expect(made.created).toBe(true);
  expect(await json('tenants create acme')).toEqual({ ...made, created: false });
  expect((await stockbridge('tenants list')).stdout).toMatch(/│ acme +│ .*\n.*│ demo +│/);
});

test('a second migrate finds nothing to do', async () => {
  expect(await json('migrate')).toEqual({ migrated: [] });
});

test('jerry-sign-probe names the matching variants', async () => {
  const goods = '[{"stockChangeId": 1, "seq": null}]';
  const secrets = { userName: 'duck', apiPassword: 'quack', key: 'pond' };
  const sign = jerryDigest(secrets, '[{"stockChangeId":1}]', 'base64');
  const file = path.join(dataDir, 'captured.json');
  await writeFile(file, `{"userName":"duck","apiPassword":"quack","goods":${goods},"sign":"${sign}"}`);
  expect(await json(`jerry-sign-probe ${file} --secret key=-`, 'pond\n')).toEqual([
    { serialisation: 'compactNoNulls', encoding: 'base64' },
  ]);
  expect(await stockbridge(`jerry-sign-probe ${file} --secret key=puddle`)).toMatchObject({ code: 1 });
  expect(await stockbridge(`jerry-sign-probe ${file}.gone --secret key=pond`)).toMatchObject({ code: 2 });
});

describe('verify', () => {
  /** Changes the ledger as the owner of the database, with triggers disabled. */
  async function edit(statement: string): Promise<void> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('SET session_replication_role = replica');
      expect((await client.query(statement)).rowCount).toBeGreaterThan(0);
    } finally {
      await client.end();
    }
  }

  test('passes an untouched ledger, and names the first changed movement', async () => {
    expect((await stockbridge('verify --tenant demo')).stdout).toMatch(/^demo: ok, ledger at 1 \(1 movements, /);

    await edit('UPDATE stock_level SET quantity = quantity + 1 WHERE quantity = 500');
    const level = await stockbridge('verify');
    expect(level).toMatchObject({ code: 1, stderr: '' });
    expect(level.stdout).toMatch(
      /^demo: BROKEN at movement 1: Stock level \S+ holds 501 units; its entries come to 500\.$/m,
    );
    await edit('UPDATE stock_level SET quantity = quantity - 1 WHERE quantity = 501');

    await edit('UPDATE ledger_entry SET delta = delta + 1 WHERE delta = 500');
    const entry = await stockbridge('verify --json');
    expect(entry.code).toBe(1);
    expect(JSON.parse(entry.stdout)).toContainEqual({
      tenant: 'demo',
      ok: false,
      sequence: 1,
      problem: expect.stringContaining('not what its hash was made of') as string,
    });
    await edit('UPDATE ledger_entry SET delta = delta - 1 WHERE delta = 501');
    expect((await stockbridge('verify')).code).toBe(0);
  });
});
