/** What every door answers while the database is away, full or read-only, and that it works again without a restart. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Client } from 'pg';
import { pino } from 'pino';
import { createApp } from '../../src/app';
import type { DemoAccess } from '../../src/demo/demo-file';
import { seedDemo } from '../../src/demo/seed';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded-postgres';
import type { HttpServer } from '../../src/http/server';
import { openServices, type Services } from '../../src/services';
import { CONNECTION_DOORS, type Credentials } from '../support/connection-doors';
import { onDatabase, ownerRows } from '../support/database';
import { ALL_OUTCOMES } from '../support/ledger';

jest.setTimeout(60_000);

/** Well above the 2 s that a door takes at most, on a busy machine too, and well below any time-out of a statement. */
const STALLED_AFTER_MS = 4_500;

let server: EmbeddedPostgres;
let dataDir: string;
let services: Services;
let http: HttpServer;
let demo: DemoAccess;
let n = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-loss-'));
  server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const logger = pino({ level: 'silent' });
  services = await openServices(server, [randomBytes(32)], logger);
  demo = await seedDemo(services, dataDir);
  // The orders of the tests are as old as their fixture.
  await owner(
    `UPDATE connection SET settings = settings || '{"timestampToleranceSeconds": null}' WHERE kind = 'winit'`,
  );
  services.pulse.start();
  http = createApp(services, { logger, host: '127.0.0.1', port: 0 });
  await http.app.ready();
});

afterAll(async () => {
  await http.close();
  await services.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
});

const owner = (sql: string): Promise<unknown> => onDatabase(server.ownerUrl, (client) => client.query(sql));

function credentialsOf(door: string): Credentials {
  const { jerry, winit, increff, comestri, standard } = demo;
  const none = { token: '', handle: '', secrets: {} };
  switch (door) {
    case 'Jerry':
      return { ...none, token: jerry.pathToken, secrets: { ...jerry } };
    case 'Winit events':
      return { ...none, token: winit.pathToken };
    case 'Winit orders':
      return { ...none, handle: winit.appKey, secrets: { ...winit } };
    case 'Increff':
      return { ...none, handle: increff.authUsername, secrets: { ...increff } };
    case 'Comestri':
      return { ...none, token: comestri.token };
    default:
      return { ...none, token: standard.pathToken, secrets: { ...standard } };
  }
}

const DOORS = ['Jerry', 'Winit events', 'Winit orders', 'Increff', 'Comestri', 'Standard'];

const graphql = (query: string, variables = {}): InjectOptions => ({
  ...{ method: 'POST', url: '/graphql', payload: { query, variables } },
  headers: { authorization: `Bearer ${demo.apiKey}` },
});

const ADJUST = `mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { replayed userErrors { code } } }`;

const adjust = (idempotencyKey: string): InjectOptions => {
  const rows = [{ sku: 'LOSS', location: 'JERRY-1', delta: 1 }];
  return graphql(ADJUST, { input: { idempotencyKey, reason: 'RECEIPT', rows } });
};

/** One request for each door that writes. Each is another message. */
const writes = (): [string, InjectOptions][] => [
  ...DOORS.map((door): [string, InjectOptions] => [
    door,
    (CONNECTION_DOORS[door] as (typeof CONNECTION_DOORS)[string]).request(credentialsOf(door), (n += 1) + 1_000),
  ]),
  ['GraphQL', adjust(`loss ${(n += 1)}`)],
];

interface Answer {
  readonly door: string;
  readonly status: number;
  readonly retryAfter: unknown;
  readonly body: string;
}

async function answerTo(door: string, request: InjectOptions): Promise<Answer> {
  const stalled = delay(STALLED_AFTER_MS, undefined, { ref: false });
  const response: LightMyRequestResponse | undefined = await Promise.race([http.app.inject(request), stalled]);
  if (!response) return { door, status: 0, retryAfter: undefined, body: 'no answer' };
  const { statusCode, headers, body } = response;
  return { door, status: statusCode, retryAfter: headers['retry-after'], body };
}

const answers = (requests: [string, InjectOptions][]): Promise<Answer[]> =>
  Promise.all(requests.map(([door, request]) => answerTo(door, request)));

/** What a sender is told: to come back, in its own form. Winit's events are sent again after a 500. */
function expectRefused(all: readonly Answer[]): void {
  for (const { door, status, retryAfter, body } of all) {
    expect([door, status, body]).toEqual([door, door === 'Winit events' ? 500 : 503, expect.any(String)]);
    expect([door, ['1', '2'].includes(String(retryAfter))]).toEqual([door, true]);
  }
}

const get = async (url: string): Promise<LightMyRequestResponse> => http.app.inject({ url });

async function untilReady(): Promise<void> {
  while ((await get('/readyz')).statusCode !== 200) await delay(50);
}

async function pids(): Promise<number[]> {
  const file = await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  const rows = await ownerRows<{ pid: number }>({ url: server.ownerUrl }, 'SELECT pid FROM pg_stat_activity');
  return [Number(file.split('\n')[0]), ...rows.map(({ pid }) => pid)];
}

const signal = (processes: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of processes) {
    try {
      process.kill(pid, name);
    } catch {
      // The session that listed them has ended.
    }
  }
};

/** Everything that was sent is sent again, as its sender would, and is then there once. */
async function expectRecovered(requests: [string, InjectOptions][]): Promise<void> {
  await untilReady();
  const retried = await answers(requests);
  expect(retried.filter(({ status }) => status >= 500)).toEqual([]);
  const doubled = await ownerRows(
    { url: server.ownerUrl },
    `SELECT external_id FROM ${ALL_OUTCOMES} GROUP BY tenant_id, origin_id, external_id HAVING count(*) > 1`,
  );
  expect(doubled).toEqual([]);
}

it('answers at every door while the server is stopped, what was under way included', async () => {
  await answers(writes());
  const stopped = await pids();
  const stop = async (client: Client): Promise<void> => {
    // Without the postmaster, no session begins after they are listed.
    signal(stopped.slice(0, 1), 'SIGSTOP');
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
    );
    stopped.push(...rows.map(({ pid }) => pid));
    signal(stopped, 'SIGSTOP');
  };
  const locker = onDatabase(server.ownerUrl, async (client) => {
    await client.query('BEGIN; LOCK TABLE item IN ACCESS EXCLUSIVE MODE');
    const reading = answerTo('GraphQL', graphql('{ items(first: 1) { nodes { sku } } }'));
    await delay(200);
    await stop(client);
    const requests = writes();
    const [read, written, ready, live] = await Promise.all([reading, answers(requests), get('/readyz'), get('/livez')]);
    const late = await answers(writes());
    signal(stopped, 'SIGCONT');
    return { read, written, ready, live, late, requests };
  });
  const { read, written, ready, live, late, requests } = await locker.finally(() => {
    signal(stopped, 'SIGCONT');
  });
  expectRefused([read, ...written, ...late]);
  expect(read.body).toContain('UNAVAILABLE');
  expect([ready.statusCode, ready.json()]).toMatchObject([503, { detail: 'The database does not answer.' }]);
  expect(live.statusCode).toBe(200);
  await expectRecovered(requests);
});

/** A fault of the server, how it ends, and what `/readyz` says of it. */
const FAULTS: [string, { strike: () => Promise<unknown>; heal: () => Promise<unknown>; detail: string }][] = [
  [
    'takes no writes',
    {
      strike: async () => {
        await owner('ALTER SYSTEM SET default_transaction_read_only = on');
        await reload();
        // Sessions read their settings again in their own time, so the gateway gets new ones.
        while ((await isReadOnly()) === 'off') await delay(20);
        await endSessions();
      },
      heal: () => owner('ALTER SYSTEM RESET default_transaction_read_only').then(reload),
      detail: 'The database takes no writes.',
    },
  ],
  [
    'has no connection left',
    {
      strike: async () => {
        const role = new URL(server.url).username;
        await owner(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
        await endSessions();
      },
      heal: () => owner(`ALTER ROLE ${new URL(server.url).username} CONNECTION LIMIT -1`),
      detail: 'The database has no connection left.',
    },
  ],
  ...(
    [
      ['53100', 'disk space'],
      ['53200', 'memory'],
    ] as const
  ).map(([code, what]): (typeof FAULTS)[number] => [
    `has no ${what} left`,
    {
      strike: async () => {
        await owner(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '${code}'; END $$`);
        await owner('CREATE TRIGGER no_room BEFORE UPDATE ON ledger_head EXECUTE FUNCTION no_room()');
      },
      heal: () => owner('DROP FUNCTION no_room() CASCADE'),
      detail: `The database has no ${what} left. Messages were refused for it.`,
    },
  ]),
];

const reload = (): Promise<unknown> => owner('SELECT pg_reload_conf()');

/** Of a new session. */
async function isReadOnly(): Promise<unknown> {
  const rows = await ownerRows<{ setting: string }>(
    { url: server.ownerUrl },
    `SELECT current_setting('default_transaction_read_only') AS setting`,
  );
  return rows[0]?.setting;
}

const endSessions = (): Promise<unknown> =>
  owner(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${new URL(server.url).username}'`);

it.each(FAULTS)('answers at every door while the server %s', async (_what, { strike, heal, detail }) => {
  await strike();
  const requests = writes();
  const refused = await answers(requests);
  const [ready, live] = [await get('/readyz'), await get('/livez')];
  await heal();
  expectRefused(refused);
  expect([ready.statusCode, ready.json()]).toMatchObject([503, { detail }]);
  expect(ready.headers['retry-after']).toBe('1');
  expect(live.statusCode).toBe(200);
  await expectRecovered(requests);
});

it.each(['SIGINT', 'SIGKILL'] as const)('works again after the server was ended with %s', async (name) => {
  const [postmaster = 0] = await pids();
  signal([postmaster], name);
  const requests = writes();
  const first = await answers(requests);
  // It may be back in time for some of them.
  expectRefused(first.filter(({ status }) => status >= 500));
  expect((await get('/livez')).statusCode).toBe(200);
  await expectRecovered(requests);
});
