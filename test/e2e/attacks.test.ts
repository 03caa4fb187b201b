import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DemoFile } from '../../src/demo/demo-file';
import { createTestDatabase, ownerRows, type TestDatabase } from '../support/database';
import { killLeftOver, MAIN, startGateway, type Program } from '../support/processes';

jest.setTimeout(180_000);

/** What an attacker with one key, or with none, can send to a gateway that has little memory. */
const HEAP_MB = 512;
/** Tells a stall from an answer, on a slow machine that does other things too. */
const STALL_MS = 10_000;
/** Of an answer that says no. */
const REFUSAL_BYTES = 10_000;

let database: TestDatabase;
let dataDir: string;
let gateway: Program;
let origin: string;
let demo: DemoFile;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-attacks-'));
  const settings = {
    DATA_DIR: dataDir,
    DATABASE_URL: database.gatewayUrl,
    DATABASE_OWNER_URL: database.url,
    LOG_LEVEL: 'error',
  };
  ({ gateway, origin } = await startGateway(settings, [`--max-old-space-size=${HEAP_MB}`, MAIN, '--demo']));
  gateway.outlivesTests();
  demo = JSON.parse(await readFile(path.join(dataDir, 'demo.json'), 'utf8')) as DemoFile;
});

afterEach(killLeftOver);

afterAll(async () => {
  const { code, stderr } = await gateway.kill('SIGTERM');
  expect({ code, faults: stderr }).toEqual({ code: 0, faults: '' });
  await database.drop();
  await rm(dataDir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** @param variables as JSON: what is nested deep can only be written as text */
const ask = (query: string, variables = '{}', key = demo.apiKey): Promise<Answer> =>
  send(demo.graphql, `{"query":${JSON.stringify(query)},"variables":${variables}}`, { authorization: `Bearer ${key}` });

/** Sends all at once, and asks meanwhile again and again whether the gateway lives. */
async function whileItLives<Result>(attack: () => Promise<Result>): Promise<Result> {
  const state = { done: false, longestMs: 0 };
  const attacked = attack().finally(() => (state.done = true));
  do {
    const startedAt = performance.now();
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    state.longestMs = Math.max(state.longestMs, performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (!state.done);
  expect(state.longestMs).toBeLessThan(STALL_MS);
  return attacked;
}

const repeated = <Item>(count: number, item: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => item(at));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const ADJUST = 'mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { ledgerSequence } }';
const SEARCH = 'query ($search: String) { items(search: $search) { nodes { id } } }';
const unknownKeys = Object.fromEntries(repeated(3_000, (at) => [`unknown${at}`, { deep: 1 }]));

const REFUSED: Readonly<Record<string, () => [query: string, variables?: object | string]>> = {
  'variables with thousands of unknown keys': () => [ADJUST, { input: unknownKeys }],
  'thousands of wrong rows': () => [ADJUST, { input: { rows: repeated(3_000, () => ({ sku: 1, bucket: 'NONE' })) } }],
  'thousands of wrong values of an enum': () => [
    'query ($reasons: [MovementReason!]) { movements(filter: { reasons: $reasons }) { nodes { id } } }',
    { reasons: repeated(7_000, (at) => `WRONG${at}`) },
  ],
  'variables nested 20,000 deep': () => [SEARCH, `{"search":${nested(20_000)}}`],
  'a literal nested 20,000 deep': () => [`{ items(search: ${nested(20_000)}) { nodes { id } } }`],
  'fragments that multiply': () => [
    `{ ...F0 } ${repeated(30, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`).join(' ')} fragment F30 on Query { ledgerHead { sequence } }`,
  ],
  'fields nested 5,000 deep': () => ['{ items { nodes '.repeat(5_000) + '}'.repeat(10_000)],
  'a subscription': () => ['subscription { stockChanged { sequence } }'],
  '400 aliases of a list': () => [`{ ${repeated(400, (at) => `a${at}: stock(first: 200) { totalCount }`).join(' ')} }`],
  '300 aliases of the schema': () => [
    `{ ${repeated(300, (at) => `a${at}: __schema { types { name fields { name type { name ofType { name } } } } }`).join(' ')} }`,
  ],
  'a search of 4,000 characters': () => [SEARCH, { search: 'x'.repeat(4_000) }],
  'more units than a row may have': () => [
    ADJUST,
    { input: { idempotencyKey: 'x', reason: 'RECEIPT', rows: [{ sku: '216401', location: 'X', delta: 2 ** 53 }] } },
  ],
};

test.each(Object.entries(REFUSED))('%s: refused in few words', async (_what, request) => {
  const [query, variables = {}] = request();
  const json = typeof variables === 'string' ? variables : JSON.stringify(variables);
  const answers = await whileItLives(() => Promise.all(repeated(4, () => ask(query, json))));
  for (const { status, text } of answers) {
    const { errors, data } = JSON.parse(text) as { errors: object[]; data?: object | null };
    expect([400, 200]).toContain(status);
    expect(data ?? null).toBeNull();
    expect(errors.length).toBeLessThanOrEqual(5);
    expect(text.length).toBeLessThan(REFUSAL_BYTES);
    expect(text).not.toContain('INTERNAL');
  }
});

test('the most expensive lists, many at a time, leave readiness and other reads alone', async () => {
  const list = (at: number): string =>
    `s${at}: stock(filter: { changedAfterSequence: 0 }, first: 1) { totalCount } l${at}: stockLevels(asOf: { sequence: 1 }, first: 1) { totalCount }`;
  const query = `{ ${repeated(4, list).join(' ')} }`;
  const answers = await whileItLives(() =>
    Promise.all([
      ...repeated(40, () => ask(query)),
      ...repeated(20, async () => {
        const { status } = await fetch(`${origin}/readyz`);
        return { status, text: '' };
      }),
    ]),
  );
  expect(answers.find(({ status }) => status === 400)?.text).toBeUndefined();
  expect(
    [...new Set(answers.map(({ status }) => status))].filter((status) => ![200, 429, 503].includes(status)),
  ).toEqual([]);
  expect(answers.slice(40).map(({ status }) => status)).toEqual(repeated(20, () => 200));
});

test('thousands of different queries do not fill the memory', async () => {
  const queries = repeated(1_500, (at) => `query Q${at} { items(first: 1) { nodes { id a${at}: sku b${at}: name } } }`);
  await whileItLives(async () => {
    for (let from = 0; from < queries.length; from += 50) {
      await Promise.all(queries.slice(from, from + 50).map((query) => ask(query)));
    }
  });
});

test('large deliveries of faulty rows are stored or turned away, and none is lost', async () => {
  const row = (id: string) => ({
    uuid: id,
    merchandiseCode: `NONE-${id}`,
    note: 'x'.repeat(700),
    warehouseCode: 'NOWHERE',
  });
  const deliveries = repeated(120, (n) => JSON.stringify(repeated(1_000, (at) => row(`${n}-${at}`))));
  const answers = await whileItLives(() =>
    Promise.all(deliveries.map((body) => send(demo.connections.winit.url, body))),
  );
  const stored = await ownerRows<{ n: number }>(
    database,
    `SELECT count(*)::int AS n FROM inbound_message WHERE length(body) > 500000`,
  );
  const taken = answers.filter(({ text }) => text === 'success').length;
  expect(taken).toBeGreaterThan(0);
  expect(stored).toEqual([{ n: taken }]);
  const body = '{ inboundMessages(first: 50) { nodes { id body quarantinedRows { row } } } }';
  const shown = await whileItLives(() => Promise.all(repeated(6, () => ask(body))));
  for (const { text } of shown) expect(text.length).toBeLessThan(REFUSAL_BYTES);
});

test('keys that nobody has, and unsigned calls of 1 MB, are turned away', async () => {
  const unknown = await whileItLives(() =>
    Promise.all(
      repeated(300, (at) => ask('{ ledgerHead { sequence } }', '{}', `${demo.apiKey.slice(0, -6)}${100_000 + at}`)),
    ),
  );
  expect([...new Set(unknown.map(({ status }) => status))].sort()).toEqual([401, 429]);
  const call = JSON.stringify({
    action: 'x',
    app_key: 'nobody',
    data: { rows: repeated(40_000, (at) => `${at}-xxxxxxxxxx`) },
  });
  const calls = await whileItLives(() => Promise.all(repeated(50, () => send(`${origin}/openapi/service`, call))));
  for (const { text } of calls) expect(text.length).toBeLessThan(REFUSAL_BYTES);
});
