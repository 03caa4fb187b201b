import { hash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { Client } from 'pg';
import { pino } from 'pino';
import { CommandError } from '../../src/failures';
import { buildProgram } from '../../src/cli/program';
import { createConnectionDirectory } from '../../src/persistence/access';
import { createSecretBox } from '../../src/persistence/access/secrets';
import { seedDemo } from '../../src/demo/seed';
import { openServices, type Services } from '../../src/services';
import { jerryDigest } from '../../src/vendors/jerry/signature';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database';
import { AUDIENCE, TestIssuer } from '../support/token-issuer';
import { CLI, killLeftOver, Program, run, type Ended, type Settings } from '../support/processes';

jest.setTimeout(60_000);

const KEY = randomBytes(32);

let database: TestDatabase;
let services: Services;
let dataDir: string;
let settings: Settings;

beforeAll(async () => {
  database = await createTestDatabase();
  services = await openServices({ url: database.gatewayUrl, ownerUrl: database.url }, [KEY], pino({ level: 'silent' }));
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-cli-'));
  settings = {
    DATA_DIR: dataDir,
    DATABASE_URL: database.gatewayUrl,
    DATABASE_OWNER_URL: database.url,
    STOCKBRIDGE_SECRET_KEY: KEY.toString('base64'),
  };
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
  expect(commands).toHaveLength(43);
  for (const [name, command] of commands) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(new RegExp(`Usage: ${name} (?:.|\\n)*\\nExamples?:\\n.*${name}`));
  }
});

/** Runs a command whose output nobody reads. */
function unread(args: string): Promise<Ended> {
  const program = new Program(process.execPath, [CLI, ...args.split(' ')], settings);
  program.stopReading();
  return program.ended;
}

test.each([
  ...['tenants', 'keys', 'issuers', 'connections', 'documents'].map((name) =>
    name === 'tenants' ? 'tenants list' : `${name} list --tenant demo`,
  ),
  ...[
    'audit --tenant demo --json',
    'secrets status',
    'verify',
    'export --tenant demo',
    'migrate',
    '--help',
    'keys create --help',
  ],
])('%s ends quietly when its output is not read to the end', async (args) => {
  expect(await unread(args)).toMatchObject({ code: 0, signal: null, stderr: '' });
});

test('a command whose output is not read keeps its exit code', async () => {
  expect(await unread(`keys revoke --tenant demo ${randomUUID()}`)).toMatchObject({ code: 1, stderr: '' });
  expect(await unread('keys list --tenant nobody')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^stockbridge: There is no tenant nobody: [^\n]*\n$/) as string,
  });
});

test.each(['tenants list', 'export --tenant demo', '--help', `keys revoke --tenant demo ${randomUUID()}`])(
  '%s fails where its output is lost, in one line',
  async (args) => {
    const command = `exec "${process.execPath}" "${CLI}" ${args} > /dev/full`;
    expect(await new Program('sh', ['-c', command], settings).ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^stockbridge: The output can't be written \(ENOSPC[^\n]*\n$/) as string,
    });
  },
);

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

test('the key of connection secrets is replaced, also when a rotation is killed', async () => {
  const tenantId = await services.tenants.ensure('rotated');
  const many = Array.from({ length: 500 }, (_, at) => `jerry ${at}`);
  for (const name of many) {
    const secrets = { userName: 'acme', apiPassword: 'hush', key: 'hush' };
    await services.connections.create({ tenantId, kind: 'jerry', name, locationCode: null, settings: {}, secrets });
  }
  const [old, next] = [KEY, randomBytes(32)].map((key) => key.toString('base64'));
  const rotate = (keys: string) =>
    new Program(process.execPath, [CLI, 'secrets', 'rotate'], { ...settings, STOCKBRIDGE_SECRET_KEY: keys });
  const statusWith = async (keys: string) => {
    const args = ['secrets', 'status', '--json'];
    const ended = await run(CLI, args, { ...settings, STOCKBRIDGE_SECRET_KEY: keys });
    return JSON.parse(ended.stdout) as { keyId: string; state: string; connections: number }[];
  };
  const killed = rotate(`${next},${old}`);
  await killed.line(/^\d+ of \d+ connections$/m);
  await killed.kill('SIGKILL');
  const [present, given] = await statusWith(`${next},${old}`);
  expect(present).toMatchObject({ state: 'present', connections: expect.any(Number) as number });
  expect(present?.connections).toBeGreaterThan(0);
  expect(given).toMatchObject({ state: 'given' });

  const lacking = await rotate(`${next}`).ended;
  expect(lacking).toMatchObject({ code: 2 });
  expect(lacking.stderr).toContain(
    `of ${given?.connections ?? 0} connections are under the key ${given?.keyId ?? ''}, which is not given`,
  );
  expect(await statusWith(`${next},${old}`)).toMatchObject([present, given]);

  expect(await rotate(`${next},${old}`).ended).toMatchObject({ code: 0, stderr: '' });
  expect((await statusWith(`${next},${old}`)).map(({ connections }) => connections)).toEqual([
    (present?.connections ?? 0) + (given?.connections ?? 0),
    0,
  ]);
  const again = await rotate(`${next},${old}`).ended;
  expect(again.stdout).toBe(`0 connections are now under the key ${present?.keyId ?? ''}.\n`);
  // Back again, for the tests that follow.
  expect(await rotate(`${old},${next}`).ended).toMatchObject({ code: 0 });
  for (const output of [killed.stdout, again.stdout, lacking.stderr]) {
    expect(output).not.toContain(old);
    expect(output).not.toContain(next);
  }
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
  const { rows } = await onDatabase(database.url, (owner) =>
    owner.query<{ location_id: string }>("SELECT location_id FROM location WHERE code LIKE 'LIM-%'"),
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

test('a key is bound to addresses, and so is the next one', async () => {
  const create =
    'keys create --tenant demo --client bound --scopes stock:read --ip-allow 203.0.113.0/24 --ip-allow ::1';
  const bound = await json<{ key: string; keyId: string }>(create);
  const next = await json<{ key: string; keyId: string }>(`keys rotate --tenant demo ${bound.keyId}`);
  for (const { key } of [bound, next]) {
    const principal = await services.apiKeyDirectory.authenticate(key);
    const addresses = ['203.0.113.9', '::1', '203.0.114.1'];
    expect(addresses.map((address) => principal?.addresses?.includes(address))).toEqual([true, true, false]);
  }
  const { stdout } = await stockbridge('keys list --tenant demo');
  expect(stdout).toMatch(/│ bound +│ stock:read +│ no +│ +│ +│ +│ 203\.0\.113\.0\/24, ::1 +│/);
  expect(await json<object[]>('keys list --tenant demo')).toContainEqual(
    expect.objectContaining({ keyId: next.keyId, ipAllowList: ['203.0.113.0/24', '::1'] }),
  );
});

test.each([
  ['stock:read --location NOWHERE', 'No location has the code "NOWHERE": correct it, or save the location first'],
  ['sellable:read', 'A key with the scope sellable:read needs the origins of the web pages that use it'],
  ['sellable:read --origin shop.example', '"shop.example" is no origin: write one such as https://shop.example'],
  ['sellable:read --origin https://*.shop.example', '"https://*.shop.example" is no origin: write one such as'],
  ['stock:read --origin https://shop.example', 'Only a key with the scope sellable:read is bound to origins'],
  ['stock:read --ip-allow 203.0.113.0/33', '"203.0.113.0/33" is no address and no network: write one such as'],
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

describe('trusted documents', () => {
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(dataDir, name);
    await writeFile(file, text);
    return file;
  };
  const sha256 = (text: string): string => hash('sha256', text, 'hex');
  const texts = [
    '{ ledgerHead { sequence } }',
    'query Head { ledgerHead { hash } }',
    'query Two { ledgerHead { recordedAt } }',
  ];
  const [plain = '', named = '', two = ''] = texts;

  test('are saved from the files of clients, listed and removed', async () => {
    const files = [
      await write('plain.graphql', plain),
      await write('codegen.json', JSON.stringify({ [sha256(named)]: named })),
      await write(
        'apollo.json',
        JSON.stringify({
          ...{ format: 'apollo-persisted-query-manifest', version: 1 },
          operations: [{ id: sha256(two), name: 'Two', type: 'query', body: two }],
        }),
      ),
    ];
    const ids = texts.map((text) => `sha256:${sha256(text)}`);
    expect(await json(`documents add --tenant demo ${files.join(' ')}`)).toEqual({ added: ids, known: 0 });
    expect(await stockbridge(`documents add --tenant demo ${files.join(' ')}`)).toMatchObject({
      ...{ code: 0, stdout: '0 added; 3 known already.\n' },
    });
    const listed = await json<{ documents: { id: string; operations: string[] }[] }>('documents list --tenant demo');
    expect(new Set(listed.documents.map(({ id, operations }) => `${id} ${operations.join()}`))).toEqual(
      new Set([`${ids[0]} `, `${ids[1]} Head`, `${ids[2]} Two`]),
    );
    const { stdout } = await stockbridge('documents list --tenant demo');
    expect(stdout).toMatch(/│ Head +│ +34 │ .*Z │\n(.*\n)*Other documents are served too\.\n$/);
    expect(await json(`documents remove --tenant demo ${ids[0]} ${sha256(two).toUpperCase()}`)).toEqual({
      ...{ removed: expect.any(Array) as string[], unknown: [] },
    });
    expect(await stockbridge(`documents remove --tenant demo ${ids[0]}`)).toMatchObject({ code: 1 });
    const { tenantId = '' } = (await services.tenants.byCode('demo')) ?? {};
    expect(await services.documentDirectory.textOf(tenantId, sha256(named))).toBe(named);
  });

  test('are served alone, or not', async () => {
    expect(await json('documents only on --tenant demo')).toEqual({ onlyTrusted: true, changed: true });
    expect((await stockbridge('documents only on --tenant demo')).stdout).toBe(
      'Tenant demo serves trusted documents only, as before.\n',
    );
    expect(await json('documents list --tenant demo')).toMatchObject({ onlyTrusted: true });
    expect(await json('documents only off --tenant demo')).toEqual({ onlyTrusted: false, changed: true });
    expect((await stockbridge('documents only perhaps --tenant demo')).code).toBe(2);
  });

  test.each([
    [
      'two.graphql',
      `${plain}\n{ nothing }`,
      /two\.graphql:1:1: This anonymous .*\n(.*\n)*.*Nothing was saved: fix what is said above/,
    ],
    [
      'field.json',
      JSON.stringify({ [sha256('{\n nothing }')]: '{\n nothing }' }),
      /field\.json [\da-f]{64}:2:2: Cannot query/,
    ],
    [
      'md5.json',
      JSON.stringify({ d41d8cd98f00b204e9800998ecf8427e: plain }),
      /is not the SHA-256 of its document\. Let the tool/,
    ],
    ['list.json', '[]', /list\.json is no list of documents/],
    ['broken.json', '{', /broken\.json is not JSON/],
    [
      'manifest.json',
      '{"format":"apollo-persisted-query-manifest","operations":[{"id":1}]}',
      /is no list of documents/,
    ],
  ])('%s is refused, and nothing is saved', async (name, text, message) => {
    const before = await json('documents list --tenant demo');
    const good = await write('good.graphql', 'query Good { ledgerHead { sequence } }');
    const { code, stderr } = await stockbridge(`documents add --tenant demo ${good} ${await write(name, text)}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(await json('documents list --tenant demo')).toEqual(before);
  });

  test('a file that is not UTF-8, or not there, is refused', async () => {
    const file = path.join(dataDir, 'latin.graphql');
    await writeFile(file, Buffer.from([0x7b, 0xe9, 0x7d]));
    expect((await stockbridge(`documents add --tenant demo ${file}`)).stderr).toMatch(/it is not UTF-8/);
    expect((await stockbridge(`documents add --tenant demo ${file}.gone`)).stderr).toMatch(/ENOENT/);
    expect((await stockbridge('documents remove --tenant demo nothing')).stderr).toMatch(/is no id of a document/);
  });
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
    stderr: expect.stringContaining('There is no connection nobody') as string,
  });
});

test('a secret of a connection is rotated, and the list says until when the old one works', async () => {
  const made = await json<{ token: string; secrets: { secret: string } }>(
    'connections create --tenant demo --kind standard --name sealed',
  );
  const next = await json<{ secrets: { secret: string }; oldSecretUntil: string }>(
    'connections rotate-secret --tenant demo sealed secret --overlap 600',
  );
  expect(next.secrets.secret).toMatch(/^whsec_/);
  expect(await services.connectionDirectory.byToken('standard', made.token)).toMatchObject({
    secrets: next.secrets,
    previousSecrets: made.secrets,
  });
  expect((await stockbridge('connections list --tenant demo')).stdout).toContain(`secret ${next.oldSecretUntil}`);
  const given = 'connections rotate-secret --tenant demo sealed secret --value -';
  const { stdout } = await stockbridge(given, `${made.secrets.secret}\n`);
  expect(stdout).toMatch(/^Connection sealed has a new secret secret\.\nThe old secret works until .*Z\.\n$/);
  const refused = await stockbridge(given, 'short\n');
  expect(refused).toMatchObject({
    code: 2,
    stderr: 'stockbridge: Secret secret has to be whsec_ and 24 to 64 bytes in base64\n',
  });
});

test('a connection is updated, disabled and enabled again', async () => {
  const made = await json<{ token: string; secrets: object }>(
    'connections create --tenant demo --kind standard --name moving --set unknownItems=create tracks=["lot"]',
  );
  const found = () =>
    createConnectionDirectory(services.dataSource, createSecretBox(KEY)).byToken('standard', made.token);
  await json(
    'connections update --tenant demo moving --name moved --location MOVED-1 --set unknownItems=quarantine --unset tracks',
  );
  const present = { name: 'moved', locationCode: 'MOVED-1', settings: { unknownItems: 'quarantine' } };
  expect(await found()).toMatchObject({ ...present, secrets: made.secrets });
  expect((await found())?.settings).toEqual(present.settings);
  await json('connections disable --tenant demo moved');
  expect(await found()).toBeUndefined();
  await json('connections enable --tenant demo moved');
  expect(await found()).toMatchObject(present);
  expect(await stockbridge('connections enable --tenant demo moved')).toMatchObject({ code: 1 });
  expect(await stockbridge('connections update --tenant demo moved --set tracks=["box"]')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Setting tracks takes') as string,
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
  const { rows } = await onDatabase(database.url, (owner) =>
    owner.query(`SELECT code FROM location WHERE code = 'JERRY-EU'`),
  );
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
    /^The secret userName is missing: get it from the counterpart \(--secret name=…\)$/,
  ],
  ['--kind jerry --name j1 --secret userName=a', /^It has to be bound to a location \(--location\)$/],
  [
    '--kind winit --name w1 --handle a --set customerCode=12',
    /^Setting customerCode has to be a text; received 12 \(--set takes JSON/,
  ],
  [
    '--kind winit --name w1 --set customerCode=c',
    /Connections of the kind winit need the account name app_key: give it as handle \(--handle\)$/,
  ],
  [
    '--kind comestri --name c1 --secret token=x',
    /Connections of the kind comestri have no secret of this name: they have no secrets \(--secret name=…\)$/,
  ],
  [
    '--kind standard --name s1 --handle h',
    /Connections of the kind standard have no account name: leave out handle \(--handle\)$/,
  ],
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
  ['issuers add a --tenant demo --issuer http://a.example --audience a --scopes read', /begin with https:/],
  [
    'issuers add a --tenant demo --issuer https://a --audience a --scopes read --algorithms HS256',
    /algorithms are RS256/,
  ],
  ['issuers add a --tenant demo --issuer https://a --audience a --scopes read --claim a', /Write it as name=value/],
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

test('the tokens of an issuer are accepted until it is removed', async () => {
  const issuer = await TestIssuer.start();
  const add = `issuers add idp --tenant demo --issuer ${issuer.url} --audience ${AUDIENCE}`;
  const added = await json<{ issuerId: string }>(`${add} --scopes read --claim org=one --clock-tolerance 5`);
  expect(added).toEqual({ issuerId: expect.any(String) as string, name: 'idp', keys: 1, fault: null });
  expect(await json('issuers list --tenant demo')).toMatchObject([
    {
      ...{ issuerId: added.issuerId, issuer: issuer.url, audience: AUDIENCE, scopeClaim: 'scope', scopePrefix: '' },
      ...{ scopes: ['stock:read', 'inventory:read', 'messages:read'], requiredClaim: { name: 'org', value: 'one' } },
      ...{ algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'], jwksUrl: null, clockToleranceSeconds: 5 },
      ...{ privateNetwork: false, disabledAt: null },
    },
  ]);
  const token = await issuer.token({ claims: { org: 'one' } });
  expect(await services.accessTokens.authenticate(token)).toMatchObject({ issuerId: added.issuerId });

  expect(await stockbridge(`${add} --scopes read`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('This tenant accepts tokens of') as string,
  });
  expect(await stockbridge('issuers enable --tenant demo idp')).toMatchObject({ code: 1 });
  expect((await stockbridge('issuers disable --tenant demo idp')).stdout).toBe('Token issuer idp disabled.\n');
  expect((await stockbridge('issuers enable --tenant demo idp')).stdout).toBe('Token issuer idp enabled.\n');
  expect(await json('issuers remove --tenant demo idp')).toEqual({ name: 'idp', removed: true });
  expect(await stockbridge('issuers remove --tenant demo idp')).toMatchObject({ code: 1 });

  await issuer.close();
  const unreachable = await stockbridge(`${add} --scopes stock:read`);
  expect(unreachable).toMatchObject({ code: 0, stderr: expect.stringContaining('ECONNREFUSED') as string });
  expect(await stockbridge('issuers remove --tenant demo idp')).toMatchObject({ code: 0 });
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

describe('export', () => {
  const verify = async (args: string[], stdin?: string): Promise<string> => {
    const ended = await run('docs/verify-ledger.mjs', args, settings, stdin);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return ended.stdout;
  };

  test('writes a ledger to the output, or to a file that it continues', async () => {
    const { stdout, stderr } = await stockbridge('export --tenant demo');
    expect(stderr).toBe('');
    const intact = await verify([], stdout);
    expect(intact).toMatch(/^intact: \d+ movements/);
    const file = path.join(dataDir, 'ledger.ndjson');
    expect(await stockbridge(`export --tenant demo --to ${file}`)).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(file, 'utf8')).toBe(stdout);
    // As a process leaves it that was killed while it wrote.
    await writeFile(file, stdout.slice(0, Math.floor(stdout.length * 0.6)));
    expect(await stockbridge(`export --tenant demo --to ${file} --resume`)).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toBe(stdout);
    expect(await verify([file])).toBe(intact);
    const other = stdout.trimEnd().replace(/"hash":"[0-9a-f]+"\}$/, `"hash":"${'0'.repeat(64)}"}\n`);
    await writeFile(file, other);
    expect(await stockbridge(`export --tenant demo --to ${file} --resume`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is another ledger, or its past was rewritten') as string,
    });
    expect(await readFile(file, 'utf8')).toBe(other);
  });

  test('keeps the whole lines of a file for which there is no room, to be continued', async () => {
    const file = path.join(dataDir, 'cut.ndjson');
    const limited = `trap '' XFSZ; ulimit -f 1; exec "${process.execPath}" "${CLI}" export --tenant demo --to ${file}`;
    expect(await new Program('bash', ['-c', limited], settings).ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^stockbridge: \S+ can't be written \([^\n]*\): make room[^\n]*\n$/) as string,
    });
    expect(await stockbridge(`export --tenant demo --to ${file} --resume`)).toMatchObject({ code: 0 });
    expect(await verify([file])).toMatch(/^intact/);
  });

  test('appends the next head behind one that was cut off', async () => {
    const file = path.join(dataDir, 'full.ndjson');
    const append = `require('./dist/src/heads-file.js').openHeadsFile('${file}').then(async (heads) => {
      await heads.append('{"n":1}');
      await heads.append('x'.repeat(2000)).then(() => console.log('whole'), () => console.log('cut off'));
    })`;
    const limited = `trap '' XFSZ; ulimit -f 1; exec "${process.execPath}" -e "$0"`;
    expect(await new Program('bash', ['-c', limited, append], settings).ended).toMatchObject({ stdout: 'cut off\n' });
    expect(await readFile(file, 'utf8')).toMatch(/^\{"n":1\}\nx+$/);
  });

  test('is checked against a head that was signed, by the public key', async () => {
    const { stdout: ledger } = await stockbridge('export --tenant demo');
    const [keys, head] = ['keys.json', 'heads.ndjson'].map((name) => path.join(dataDir, name)) as [string, string];
    await writeFile(keys, (await stockbridge('heads key')).stdout);
    const { stdout: signed } = await stockbridge('heads sign --tenant demo');
    await writeFile(head, signed);
    const { tenant } = JSON.parse(signed) as { tenant: string };
    const intact = await verify(['--heads', head, '--tenant', tenant, '--key', keys], ledger);
    expect(intact).toMatch(/^intact: \d+ movements, \d+ levels, 1 heads/);
  });

  test('says what to do where it cannot write', async () => {
    const file = path.join(dataDir, 'notes.txt');
    await writeFile(file, 'These are notes.');
    const refusals = {
      [`--to ${file}`]: 'name a new file, or continue it with --resume',
      [`--to ${file} --resume`]: 'it is no export, so write to another file',
      '--to missing.ndjson --resume': 'leave --resume out for a new one',
      '--resume': '--resume continues the file of --to',
      '--after 999999': 'before 999999: it is another ledger, or it has lost its end',
      '--after minus': 'Write a whole number from 0',
    };
    for (const [args, message] of Object.entries(refusals)) {
      const ended = await stockbridge(`export --tenant demo ${args}`);
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string });
    }
    expect(await readFile(file, 'utf8')).toBe('These are notes.');
  });
});

test('connections health and refusals show how a connection does, and what it was refused', async () => {
  const { connectionId } = await json<{ connectionId: string }>(
    'connections create --tenant demo --kind standard --name watched',
  );
  const tenantId = (await services.tenants.byCode('demo'))?.tenantId ?? '';
  const evidence = (n: number) => () => ({ detail: `detail ${n}`, address: '192.0.2.1', bytes: n, body: `body ${n}` });
  for (const n of [1, 2, 3]) {
    services.refusals.note({
      ...{ connection: { tenantId, id: connectionId }, reason: 'SIGNATURE' },
      ...{ atMs: Date.UTC(2026, 0, 2, 3, 4, n), evidence: evidence(n) },
    });
  }
  expect(await services.refusals.flush()).toBe(true);
  expect(await json('connections health --tenant demo watched')).toMatchObject([
    { connection: 'watched', kind: 'standard', lastMessageAt: null, silentForSeconds: null, messages: 0, refused: 3 },
  ]);
  const table = await stockbridge('connections health --tenant demo');
  expect(table.stdout).toMatch(/usual gap.*clock lag.*refused/);
  expect(table.stdout).toMatch(/watched\b.*\b3\b/);
  expect(await json('connections refusals --tenant demo watched --last 2')).toMatchObject([
    { at: '2026-01-02T03:04:03.000Z', reason: 'SIGNATURE', address: '192.0.2.1', bytes: 3, body: 'body 3' },
    { detail: 'detail 2' },
  ]);
  const { stdout } = await stockbridge('connections refusals --tenant demo watched');
  expect(stdout).toMatch(/2026-01-02T03:04:03.000Z.*SIGNATURE.*192\.0\.2\.1.*detail 3/);
  expect(stdout).toContain('3 refused in all.');
  for (const command of ['health', 'refusals']) {
    const unknown = await stockbridge(`connections ${command} --tenant demo nobody`);
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain('No connection nobody in tenant demo');
  }
  const many = await stockbridge('connections refusals --tenant demo watched --last 51');
  expect(many.code).not.toBe(0);
  expect(many.stderr).toContain('50');
});
