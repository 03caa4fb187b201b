import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../src/app';
import type { ConnectionDirectory, ConnectionKind } from '../../src/application/ports/connections';
import { seedDemo } from '../../src/demo/seed';
import type { HttpServer } from '../../src/http/server';
import { createConnectionDirectory } from '../../src/persistence/access';
import { createSecretBox } from '../../src/persistence/access/secrets';
import { openServices, type Services } from '../../src/services';
import { nextAddress } from '../support/addresses';
import { CONNECTION_DOORS, type ConnectionDoor, type Credentials } from '../support/connection-doors';
import { createTestDatabase, ownerRows, type TestDatabase } from '../support/database';

jest.setTimeout(120_000);

const KEY = randomBytes(32);

let database: TestDatabase;
let services: Services;
let http: HttpServer;
let dataDir: string;
let log = '';
let ours: string;
let theirs: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const logger = pino({ level: 'trace' }, { write: (line: string) => (log += line) });
  services = await openServices({ url: database.gatewayUrl, ownerUrl: database.url }, [KEY], logger);
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-connections-'));
  ours = (await seedDemo(services, dataDir)).apiKey;
  const tenantId = await services.tenants.ensure('theirs');
  theirs = (await services.apiKeys.create({ tenantId, clientName: 'their admin', scopes: ['admin'] })).key;
  // Each request looks afresh, as one does that comes a second later.
  const fresh = () => createConnectionDirectory(services.dataSource, createSecretBox(KEY));
  const connectionDirectory: ConnectionDirectory = {
    byToken: (...asked) => fresh().byToken(...asked),
    byHandle: (...asked) => fresh().byHandle(...asked),
    byId: (...asked) => fresh().byId(...asked),
  };
  http = createApp({ ...services, connectionDirectory }, { logger, host: '127.0.0.1', port: 0 });
  await http.app.ready();
});

afterAll(async () => {
  await http.close();
  await services.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

interface Payload {
  readonly connection: { readonly id: string; readonly disabledAt: string | null } | null;
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  readonly url: string | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[];
  }[];
}

async function graphql<Data>(query: string, variables: object = {}, apiKey = ours): Promise<Data> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const payload = { query, variables };
  const response = await http.app.inject({ method: 'POST', url: '/graphql', headers, payload });
  const { data, errors } = response.json<{ data: Data; errors?: unknown }>();
  expect(errors).toBeUndefined();
  return data;
}

const PAYLOAD = `{ connection { id name kind settings url locationCode createdAt disabledAt
  overlaps { secret until } } secrets { name value } url userErrors { code message field } }`;

async function save(input: object, apiKey = ours): Promise<Payload> {
  const query = `mutation ($input: ConnectionSaveInput!) { payload: connectionSave(input: $input) ${PAYLOAD} }`;
  return (await graphql<{ payload: Payload }>(query, { input }, apiKey)).payload;
}

async function rotate(id: string, args: object, apiKey = ours): Promise<Payload> {
  const query = `mutation ($id: ID!, $secret: String, $value: String, $token: Boolean! = false, $overlapSeconds: Int! = 600) {
    payload: connectionRotate(id: $id, secret: $secret, value: $value, token: $token, overlapSeconds: $overlapSeconds) ${PAYLOAD} }`;
  return (await graphql<{ payload: Payload }>(query, { id, ...args }, apiKey)).payload;
}

async function disable(id: string, disabled: boolean, apiKey = ours): Promise<Payload> {
  const query = `mutation ($id: ID!, $disabled: Boolean!) { payload: connectionDisable(id: $id, disabled: $disabled) ${PAYLOAD} }`;
  return (await graphql<{ payload: Payload }>(query, { id, disabled }, apiKey)).payload;
}

/** Every secret of this run, which nothing may show again. */
const CANARIES = new Set<string>();

let count = 0;

/** A connection of the door, with what its counterpart has to know. */
class Counterpart {
  private constructor(
    private readonly door: ConnectionDoor,
    readonly id: string,
    readonly credentials: Credentials,
  ) {}

  static async create(door: ConnectionDoor): Promise<Counterpart> {
    count += 1;
    const { kind, location, settings = {}, issued = {} } = door;
    const handle = door.handle?.(count);
    const given = Object.entries(issued).map(([name, issue]) => ({ name, value: issue() }));
    const input = {
      kind,
      name: `${kind} no ${count}`,
      location,
      handle,
      settings: JSON.stringify(settings),
      secrets: given,
    };
    const { connection, url, secrets, userErrors } = await save(input);
    expect(userErrors).toEqual([]);
    const all = Object.fromEntries([...given, ...secrets].map(({ name, value }) => [name, value]));
    const token = kind === 'comestri' ? (all['token'] ?? '') : (url ?? '').slice((url ?? '').lastIndexOf('/') + 1);
    const counterpart = new Counterpart(door, connection?.id ?? '', { token, handle: handle ?? '', secrets: all });
    counterpart.#remember(all, door.hasToken ? [token] : []);
    return counterpart;
  }

  with(changes: Partial<Credentials>): Counterpart {
    return new Counterpart(this.door, this.id, { ...this.credentials, ...changes });
  }

  withSecret(name: string, value: string): Counterpart {
    return this.with({ secrets: { ...this.credentials.secrets, [name]: value } });
  }

  /** Rotates a secret, or the token where none is named, and knows the new one. */
  async rotated(secret: string | null, overlapSeconds: number): Promise<Counterpart> {
    const issued = secret === null ? undefined : this.door.issued?.[secret]?.();
    const what = secret === null ? { token: true } : { secret, value: issued };
    const { url, secrets, userErrors } = await rotate(this.id, { ...what, overlapSeconds });
    expect(userErrors).toEqual([]);
    const shown = Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
    if (secret !== null) {
      expect(Object.keys(shown)).toEqual(issued === undefined ? [secret] : []);
      const value = issued ?? shown[secret] ?? '';
      this.#remember({ [secret]: value }, []);
      return this.withSecret(secret, value);
    }
    const token =
      this.door.kind === 'comestri' ? (shown['token'] ?? '') : (url ?? '').slice((url ?? '').lastIndexOf('/') + 1);
    this.#remember({}, [token]);
    return this.with({ token });
  }

  async send(): Promise<LightMyRequestResponse> {
    count += 1;
    return http.app.inject({ ...this.door.request(this.credentials, count), remoteAddress: nextAddress() });
  }

  async isTaken(): Promise<boolean> {
    const messages = await messageCount();
    const isTaken = this.door.isTaken(await this.send());
    const isRead = this.door.request(this.credentials, 0).method === 'GET';
    expect((await messageCount()) - messages).toBe(isTaken && !isRead ? 1 : 0);
    return isTaken;
  }

  /**
   * What is the same of every refusal: its status, fields and body, but for the id and time of the request, and for
   * what is left of a rate after a body of its length.
   */
  async answer(): Promise<unknown> {
    const { statusCode, headers, body } = await this.send();
    const { date: _date, 'x-request-id': _id, ...fields } = headers;
    const text = JSON.stringify(fields).replace(/;r=\d+/g, ';r=left');
    return { statusCode, fields: text, body: body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id') };
  }

  #remember(secrets: Readonly<Record<string, string>>, tokens: readonly string[]): void {
    // An account name is stored with the secrets, and is none.
    const { clientId: _clientId, userName: _userName, ...secret } = secrets;
    for (const canary of [...Object.values(secret), ...tokens]) CANARIES.add(canary);
  }
}

async function messageCount(): Promise<number> {
  const [row] = await ownerRows<{ n: number }>(database, 'SELECT count(*)::int AS n FROM inbound_message');
  return row?.n ?? 0;
}

/** Lets every overlap end, as time does. */
async function endOverlaps(): Promise<void> {
  await ownerRows(
    database,
    `UPDATE connection SET previous_token_until = now() - interval '1 second',
    secret_overlaps = (SELECT jsonb_object_agg(key, '2020-01-01T00:00:00.000Z'::text) FROM jsonb_each(secret_overlaps))`,
  );
}

/** Something of the same form that nobody has been given. */
function forged(name: string | null): string {
  if (name === 'secret') return `whsec_${randomBytes(32).toString('base64')}`;
  return name === 'envelopeSecret' ? randomBytes(32).toString('base64') : randomBytes(32).toString('base64url');
}

describe.each(Object.entries(CONNECTION_DOORS))('%s', (_, door) => {
  it('takes messages of a connection that was created just now', async () => {
    expect(await (await Counterpart.create(door)).isTaken()).toBe(true);
  });

  it('refuses a disabled connection as one that does not exist, and takes its messages when it is enabled', async () => {
    const counterpart = await Counterpart.create(door);
    const secrets = Object.fromEntries(
      Object.keys(counterpart.credentials.secrets).map((name) => [name, forged(name)]),
    );
    const unknown = await counterpart.with({ token: forged(null), handle: `nobody ${count}`, secrets }).answer();
    const disabled = await disable(counterpart.id, true);
    expect(disabled).toMatchObject({ connection: { disabledAt: expect.any(String) as string }, userErrors: [] });
    expect(await counterpart.isTaken()).toBe(false);
    expect(await counterpart.answer()).toEqual(unknown);
    expect((await disable(counterpart.id, true)).userErrors).toMatchObject([
      { code: 'NOTHING_CHANGES', field: ['id'] },
    ]);
    expect((await disable(counterpart.id, false)).userErrors).toEqual([]);
    expect(await counterpart.isTaken()).toBe(true);
    expect((await disable(counterpart.id, false)).userErrors).toMatchObject([{ code: 'NOTHING_CHANGES' }]);
  });

  it.each([...door.secrets, ...(door.hasToken ? [null] : [])].map((name) => ({ name })))(
    'takes the old and the new one while $name is rotated (null is the token), then the new one only',
    async ({ name }) => {
      const old = await Counterpart.create(door);
      const next = await old.rotated(name, 600);
      expect([await old.isTaken(), await next.isTaken()]).toEqual([true, true]);
      const last = await next.rotated(name, 600);
      expect([await old.isTaken(), await next.isTaken(), await last.isTaken()]).toEqual([false, true, true]);
      await endOverlaps();
      expect([await next.isTaken(), await last.isTaken()]).toEqual([false, true]);
      const stranger = name === null ? last.with({ token: forged(null) }) : last.withSecret(name, forged(name));
      expect(await next.answer()).toEqual(await stranger.answer());
      const atOnce = await last.rotated(name, 0);
      expect([await last.isTaken(), await atOnce.isTaken()]).toEqual([false, true]);
    },
  );

  it('takes any mixture of old and new while everything is rotated', async () => {
    const old = await Counterpart.create(door);
    let next = old;
    for (const name of [...door.secrets, ...(door.hasToken ? [null] : [])]) next = await next.rotated(name, 600);
    const mixtures = door.secrets.reduce<Counterpart[]>(
      (all, name) => [...all, ...all.map((one) => one.withSecret(name, next.credentials.secrets[name] ?? ''))],
      [old, next.with({ secrets: old.credentials.secrets })],
    );
    for (const mixture of mixtures) expect(await mixture.isTaken()).toBe(true);
  });

  it('takes a secret that was saved at once, and not the one before', async () => {
    const old = await Counterpart.create(door);
    for (const name of door.secrets) {
      const value = door.issued?.[name]?.() ?? forged(name);
      const { kind } = door;
      const saved = await save({ id: old.id, kind, name: `saved ${count}`, secrets: [{ name, value }] });
      expect(saved).toMatchObject({ secrets: [], userErrors: [] });
      expect([await old.isTaken(), await old.withSecret(name, value).isTaken()]).toEqual([false, true]);
      await save({
        id: old.id,
        kind,
        name: `saved ${count}`,
        secrets: [{ name, value: old.credentials.secrets[name] }],
      });
    }
    expect(await old.isTaken()).toBe(true);
  });

  it('is not open to an administrator of another tenant', async () => {
    const counterpart = await Counterpart.create(door);
    const before = await everything();
    const answers = [
      await save({ id: counterpart.id, kind: door.kind, name: 'stolen' }, theirs),
      await rotate(counterpart.id, { token: true }, theirs),
      await rotate(counterpart.id, { secret: door.secrets[0] ?? 'secret' }, theirs),
      await disable(counterpart.id, true, theirs),
    ];
    for (const { connection, secrets, url, userErrors } of answers) {
      expect({ connection, secrets, url }).toEqual({ connection: null, secrets: [], url: null });
      expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    }
    expect(await everything()).toEqual(before);
    expect(await counterpart.isTaken()).toBe(true);
  });
});

/** The connections and the audit, as they are stored. */
async function everything(): Promise<unknown> {
  const connections = await ownerRows<object>(database, 'SELECT * FROM connection ORDER BY connection_id');
  const audit = await ownerRows<object>(database, 'SELECT * FROM audit_entry ORDER BY audit_entry_id');
  const locations = await ownerRows<object>(database, 'SELECT * FROM location ORDER BY location_id');
  return { connections, audit, locations };
}

describe('what an administrator sees', () => {
  it('is a connection without its secrets, its overlaps, and who changed what from where', async () => {
    const door = CONNECTION_DOORS['Jerry'];
    if (!door) throw new Error('There is no such door.');
    const counterpart = await Counterpart.create(door);
    await counterpart.rotated('key', 600);
    await counterpart.rotated(null, 600);
    const value = forged('apiPassword');
    CANARIES.add(value);
    const change = { kind: 'jerry', name: `renamed ${count}`, location: `NEW-${count}`, settings: '{"tracks":[]}' };
    await save({ id: counterpart.id, ...change, secrets: [{ name: 'apiPassword', value }] });
    await disable(counterpart.id, true);
    await disable(counterpart.id, false);
    const query = `query ($id: ID!, $subject: String) {
      node(id: $id) { ... on ConnectionNode { id name kind settings url location { code } disabledAt overlaps { secret until } } }
      auditEntries(subject: $subject) { nodes { actor action address before after } } }`;
    const { node, auditEntries } = await graphql<{
      node: { overlaps: { until: string }[] };
      auditEntries: { nodes: { before: string | null; after: string; action: string }[] };
    }>(query, { id: counterpart.id, subject: counterpart.id });
    const { name, location } = change;
    expect(node).toMatchObject({
      id: counterpart.id,
      name,
      kind: 'jerry',
      location: { code: location },
      disabledAt: null,
    });
    expect(node).toMatchObject({ settings: '{"tracks": []}', url: 'http://localhost:80/webhooks/jerry/{token}' });
    expect(node.overlaps).toMatchObject([{ secret: null }, { secret: 'key' }]);
    const common = { actor: 'demo', address: '127.0.0.1' };
    expect(auditEntries.nodes).toMatchObject([
      { ...common, action: 'CONNECTION_CREATED', before: null },
      { ...common, action: 'CONNECTION_SECRET_ROTATED' },
      { ...common, action: 'CONNECTION_TOKEN_RENEWED' },
      { ...common, action: 'CONNECTION_UPDATED' },
      { ...common, action: 'CONNECTION_DISABLED' },
      { ...common, action: 'CONNECTION_ENABLED' },
    ]);
    const updated = auditEntries.nodes[3];
    expect(JSON.parse(updated?.before ?? '')).toMatchObject({
      location: 'JERRY-1',
      settings: { unknownItems: 'create' },
    });
    expect(JSON.parse(updated?.after ?? '')).toEqual({
      ...{ name, kind: 'jerry', location, settings: { tracks: [] }, secretsReplaced: ['apiPassword'] },
    });
  });

  it('is a page of connections', async () => {
    const query = '{ connections(first: 2) { totalCount nodes { id kind } pageInfo { hasNextPage endCursor } } }';
    const { connections } = await graphql<{ connections: { totalCount: number; nodes: object[] } }>(query);
    expect(connections).toMatchObject({ pageInfo: { hasNextPage: true } });
    expect(connections.nodes).toHaveLength(2);
    expect(connections.totalCount).toBeGreaterThan(20);
  });

  it('keeps no entry of a save that changes nothing', async () => {
    const counterpart = await Counterpart.create(CONNECTION_DOORS['Standard'] as ConnectionDoor);
    const query = 'query ($id: ID!) { node(id: $id) { ... on ConnectionNode { name kind settings } } }';
    const { node } = await graphql<{ node: object }>(query, { id: counterpart.id });
    const before = await everything();
    expect(await save({ id: counterpart.id, ...node })).toMatchObject({ secrets: [], userErrors: [] });
    expect(await everything()).toEqual(before);
  });
});

const WHSEC = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const TOKEN_LIKE = 'Ab1'.repeat(14) + 'x';

/** What is wrong with the input of `connectionSave`, and where. */
const FAULTS: readonly (readonly [input: Record<string, unknown>, field: readonly string[], message: RegExp])[] = [
  [{ kind: 'jery' }, ['kind'], /^kind is "jery"; it must be one of jerry, winit, increff, comestri, standard\.$/],
  [{ kind: WHSEC }, ['kind'], /^kind is "\[redacted\]"; /],
  [{ name: ' ' }, ['name'], /must not be empty/],
  [{ name: 'a\u200bb' }, ['name'], /a<U\+200B>b/],
  [{ name: 'x'.repeat(256) }, ['name'], /256 characters/],
  [{ name: 'jerry' }, ['name'], /^The tenant has a connection named jerry already\.$/],
  [{ name: WHSEC }, ['name'], /^name contains a secret/],
  [{ name: `jerry ${TOKEN_LIKE}` }, ['name'], /^name contains a secret/],
  [{ location: null }, ['location'], /^It has to be bound to a location\.$/],
  [{ location: 'a\u200b' }, ['location'], /a<U\+200B>/],
  [{ location: TOKEN_LIKE }, ['location'], /^location contains a secret/],
  [{ handle: 'duck' }, ['handle'], /^Connections of the kind jerry have no account name: leave out handle\.$/],
  [{ kind: 'winit', location: null, settings: '{"customerCode":"1"}' }, ['handle'], /need the account name app_key/],
  [{ kind: 'increff', location: null, handle: ' ' }, ['handle'], /must not be empty/],
  [{ settings: '{' }, ['settings'], /^settings is not JSON: .* at byte 1 \(line 1, column 2\)\.$/],
  [{ settings: '[]' }, ['settings'], /^settings is no JSON object\.$/],
  [{ settings: null }, ['settings'], /^settings is no JSON object\.$/],
  [{ settings: '{"tracks":[],"tracks":["lot"]}' }, ['settings'], /^settings is not JSON: /],
  [{ settings: '{"__proto__":{}}' }, ['settings'], /^settings is not JSON: /],
  [{ settings: '{"tracks":"\\u0000"}' }, ['settings'], /^settings is not JSON: /],
  [
    { settings: '{"serialisation":"sorted"}' },
    ['settings'],
    /^Setting serialisation takes raw, .* only; received "sorted"\.$/,
  ],
  [{ settings: '{"tracks":{"lot":1}}' }, ['settings'], /^Setting tracks has to be a list; received \{"lot":1\}\.$/],
  [
    { settings: '{"apiPassword":"hunter2-hunter2"}' },
    ['settings'],
    /^There is no setting "apiPassword"; there are serialisation/,
  ],
  [{ settings: `{"encoding":"${WHSEC}"}` }, ['settings'], /^settings contains a secret/],
  [
    { settings: '{"encoding":"the-password-1"}', secrets: [{ name: 'apiPassword', value: 'the-password-1' }] },
    ['settings'],
    /^settings contains a secret/,
  ],
  [
    { settings: `{"x":"${'x'.repeat(16_384)}"}` },
    ['settings'],
    /^settings has 16392 characters; at most 16384 are taken\.$/,
  ],
  [
    { secrets: [{ name: 'the-password-2', value: 'x' }] },
    ['secrets', '0', 'name'],
    /^Connections of the kind jerry have no secret of this name: they have userName, apiPassword, key\.$/,
  ],
  [{ secrets: [{ name: 'key', value: '' }] }, ['secrets', '0', 'value'], /^The secret key is empty/],
  [
    { secrets: [{ name: 'key', value: 'x'.repeat(1_001) }] },
    ['secrets', '0', 'value'],
    /^The secret key has 1001 characters/,
  ],
  [
    {
      secrets: [
        { name: 'key', value: 'a' },
        { name: 'key', value: 'b' },
      ],
    },
    ['secrets', '1', 'name'],
    /^The secret key is given twice\.$/,
  ],
  [{ secrets: Array.from({ length: 20 }, () => ({ name: 'key', value: 'a' })) }, ['secrets'], /^21 secrets/],
  [
    { kind: 'standard', location: null, secrets: [{ name: 'secret', value: 'the-password-3' }] },
    ['secrets'],
    /^Secret secret has to be whsec_ and 24 to 64 bytes in base64\.$/,
  ],
  [
    { kind: 'winit', location: null, handle: 'x', settings: '{"customerCode":"1","envelope":"rot13"}' },
    ['settings'],
    /received "rot13"/,
  ],
  [{ kind: 'winit', location: null, handle: 'x', settings: '{"customerCode":12}' }, ['settings'], /received 12/],
  [
    { kind: 'winit', location: null, handle: 'x', settings: '{"customerCode":"1","timeZone":"Nowhere"}' },
    ['settings'],
    /"Nowhere" is no time zone/,
  ],
  [{ kind: 'increff', location: null, handle: 'x', settings: '{"clientId":-1}' }, ['settings'], /received -1/],
  [
    { kind: 'increff', location: null, handle: 'x', settings: '{"fulfillmentLocations":[7]}' },
    ['settings'],
    /received \[7\]/,
  ],
  [{ kind: 'comestri', location: null, settings: '{"readOnly":"yes"}' }, ['settings'], /received "yes"/],
  [{ kind: 'comestri', location: null, settings: '{"lagSeconds":5}' }, ['settings'], /needs countWithoutAsOf/],
];

describe('connectionSave refuses, says why, and changes nothing', () => {
  it.each(
    FAULTS.map(([input, field, message]) => ({ input, field, message, shown: JSON.stringify(input).slice(0, 80) })),
  )('$shown', async ({ input, field, message }) => {
    const before = await everything();
    const kind = input['kind'] ?? 'jerry';
    const needed = kind === 'jerry' ? { secrets: [{ name: 'userName', value: 'duck' }] } : {};
    const secrets = [...(needed.secrets ?? []), ...((input['secrets'] ?? []) as object[])];
    const isListed = field[0] === 'secrets' && field.length > 1;
    const payload = await save({
      name: 'refused',
      kind: 'jerry',
      location: 'NOWHERE',
      ...input,
      secrets: isListed ? input['secrets'] : secrets,
    });
    expect(payload).toMatchObject({ connection: null, secrets: [], url: null });
    expect(payload.userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['input', ...field], message: expect.stringMatching(message) as string },
    ]);
    expect(await everything()).toEqual(before);
  });

  it('the same of a connection that is there', async () => {
    const { id, credentials } = await Counterpart.create(CONNECTION_DOORS['Jerry'] as ConnectionDoor);
    const before = await everything();
    const password = credentials.secrets['apiPassword'] ?? '';
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ kind: 'standard' }, ['kind']],
      [{ name: 'jerry' }, ['name']],
      [{ name: `it is ${password}` }, ['name']],
      [{ location: credentials.token }, ['location']],
      [{ location: null }, ['location']],
      [{ settings: JSON.stringify({ serialisation: password }) }, ['settings']],
      [{ secrets: [{ name: 'userName' }] }, ['secrets']],
    ];
    for (const [change, field] of wrong) {
      const payload = await save({ id, kind: 'jerry', name: 'still there', ...change });
      expect(payload).toMatchObject({ connection: null, userErrors: [{ field: ['input', ...field] }] });
      expect(JSON.stringify(payload)).not.toContain(password);
      expect(await everything()).toEqual(before);
    }
  });
});

describe('connectionRotate refuses, says why, and changes nothing', () => {
  it.each<[string, object, readonly string[], RegExp]>([
    ['Jerry', {}, ['secret'], /^Nothing is named/],
    [
      'Jerry',
      { secret: 'the-password-4' },
      ['secret'],
      /^Connections of the kind jerry have no secret of this name: they have userName/,
    ],
    ['Jerry', { secret: 'userName' }, ['value'], /^Only the counterpart can issue the secret userName/],
    ['Jerry', { secret: 'key', value: '' }, ['value'], /is empty/],
    [
      'Jerry',
      { secret: 'key', overlapSeconds: -1 },
      ['overlapSeconds'],
      /^overlapSeconds is -1: give a number from 0 to 2592000\.$/,
    ],
    ['Jerry', { token: true, overlapSeconds: 2_592_001 }, ['overlapSeconds'], /2592001/],
    ['Jerry', { token: true, value: 'the-password-5' }, ['value'], /^A token is always generated/],
    ['Jerry', { secret: 'key', value: 'JERRY-1' }, ['value'], /contains a secret/],
    ['Increff', { token: true }, ['token'], /^Connections of the kind increff have no token\.$/],
    ['Comestri', { secret: 'token' }, ['secret'], /they have no secrets\.$/],
    ['Standard', { secret: 'previousSecret' }, ['secret'], /has no secret previousSecret yet/],
    ['Standard', { secret: 'secret', value: 'the-password-6' }, ['value'], /has to be whsec_/],
    [
      'Winit events in an envelope',
      { secret: 'envelopeSecret', value: 'the-password-7' },
      ['value'],
      /32 bytes in base64/,
    ],
  ])('of %s: %j', async (name, args, field, message) => {
    const { id } = await Counterpart.create(CONNECTION_DOORS[name] as ConnectionDoor);
    const before = await everything();
    const payload = await rotate(id, args);
    expect(payload).toMatchObject({ connection: null, secrets: [], url: null });
    expect(payload.userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field, message: expect.stringMatching(message) as string },
    ]);
    expect(await everything()).toEqual(before);
  });

  it('a secret that is the present one', async () => {
    const { id, credentials } = await Counterpart.create(CONNECTION_DOORS['Standard'] as ConnectionDoor);
    const { userErrors } = await rotate(id, { secret: 'secret', value: credentials.secrets['secret'] });
    expect(userErrors).toMatchObject([{ code: 'NOTHING_CHANGES', field: ['value'] }]);
  });

  it.each(['nothing', 'Item:00000000-0000-7000-8000-000000000000', 'Connection:00000000-0000-7000-8000-000000000000'])(
    'the id %s, as the other changes do',
    async (id) => {
      const answers = [await rotate(id, { token: true }), await disable(id, true), await disable(id, false)];
      for (const { userErrors } of answers) expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
      expect((await save({ id, kind: 'jerry', name: 'x' })).userErrors).toMatchObject([{ field: ['input', 'id'] }]);
    },
  );
});

/** A connection as it could be before its parts were checked, by the name of its kind. */
async function createUnchecked(kind: ConnectionKind, parts: { settings: object; secrets: Record<string, string> }) {
  count += 1;
  const { tenantId = '' } = (await services.tenants.byCode('demo')) ?? {};
  const { settings, secrets } = parts;
  const draft = { tenantId, kind, name: `${kind} unchecked ${count}`, locationCode: null, secrets };
  const { connectionId } = await services.connections.create({
    ...draft,
    settings: { ...settings },
    handle: `h ${count}`,
  });
  const secretsNow = async () => (await services.connections.find(tenantId, connectionId))?.secrets;
  return { id: `Connection:${connectionId}`, name: draft.name, secretsNow };
}

it('a secret that stands in a setting already can be replaced', async () => {
  const settings = { authDomainName: 'the-old-password' };
  const { id, secretsNow } = await createUnchecked('increff', {
    settings,
    secrets: { authPassword: 'the-old-password' },
  });
  const { secrets, userErrors } = await rotate(id, { secret: 'authPassword' });
  expect(userErrors).toEqual([]);
  expect(await secretsNow()).toEqual({ authPassword: secrets[0]?.value });
});

it('a connection that does without a secret is not given one by another change', async () => {
  const parts = { settings: { customerCode: '1' }, secrets: { token: forged('token') } };
  const { id, secretsNow } = await createUnchecked('winit', parts);
  const settings = JSON.stringify({ customerCode: '2' });
  expect(await save({ id, kind: 'winit', name: `winit ${count}`, settings })).toMatchObject({
    secrets: [],
    userErrors: [],
  });
  expect(await secretsNow()).toEqual(parts.secrets);
  const sealing = JSON.stringify({ customerCode: '2', envelope: 'aes-256-gcm' });
  const { secrets, userErrors } = await save({ id, kind: 'winit', name: `winit ${count}`, settings: sealing });
  expect([secrets.map(({ name }) => name), userErrors]).toEqual([['envelopeSecret'], []]);
});

it('a rotation ends the previousSecret that was given by hand', async () => {
  const { id } = await Counterpart.create(CONNECTION_DOORS['Standard'] as ConnectionDoor);
  const saved = await save({
    id,
    kind: 'standard',
    name: `by hand ${count}`,
    secrets: [{ name: 'previousSecret', value: WHSEC }],
  });
  expect(saved.userErrors).toEqual([]);
  await rotate(id, { secret: 'secret' });
  const { tenantId = '' } = (await services.tenants.byCode('demo')) ?? {};
  const connection = await services.connections.find(tenantId, id.replace('Connection:', ''));
  expect(Object.keys(connection?.secrets ?? {})).toEqual(['secret']);
});

it('a secret of the wrong type is refused, and not logged', async () => {
  const query = `mutation ($input: ConnectionSaveInput!) { connectionSave(input: $input) ${PAYLOAD} }`;
  const wrong = [
    'the-password-8',
    [{ name: 'key', value: { password: 'the-password-8' } }],
    [{ password: 'the-password-8' }],
  ];
  for (const secrets of wrong) {
    const payload = { query, variables: { input: { kind: 'jerry', name: 'x', secrets } } };
    const headers = { authorization: `Bearer ${ours}` };
    const response = await http.app.inject({ method: 'POST', url: '/graphql', headers, payload });
    expect(response.statusCode).toBe(400);
  }
});

it('no secret is in the log, in a plain column, or in the answers of queries', async () => {
  const tables = await ownerRows<{ name: string }>(
    database,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const stored: string[] = [];
  for (const { name } of tables) {
    const [row] = await ownerRows<{ text: string }>(
      database,
      `SELECT coalesce(string_agg(each::text, ' '), '') AS text FROM "${name}" each`,
    );
    stored.push(row?.text ?? '');
  }
  const shown = await graphql(`
    {
      connections(first: 200) {
        nodes {
          name
          settings
          url
          locationCode
          overlaps {
            secret
          }
        }
      }
      auditEntries(first: 200) {
        nodes {
          subject
          before
          after
        }
      }
    }
  `);
  const everywhere = [...stored, JSON.stringify(shown), log].join(' ');
  expect(CANARIES.size).toBeGreaterThan(100);
  expect(stored.length).toBeGreaterThan(15);
  const spoilt = [WHSEC, TOKEN_LIKE, ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `the-password-${n}`), 'hunter2-hunter2'];
  expect([...CANARIES, ...spoilt].filter((canary) => everywhere.includes(canary))).toEqual([]);
});
