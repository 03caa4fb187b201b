import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'graphql';
import { pino } from 'pino';
import { explorerPage, registerExplorer } from '../../../../src/graphql/explorer/explorer';
import { createHttpServer, type HttpServer } from '../../../../src/http/server';

interface Settings {
  readonly defaultQuery: string;
  readonly defaultHeaders: string;
  readonly workers: Readonly<Record<string, string>>;
}

const BUILD_LIMIT_MS = 60_000;

let server: HttpServer;

beforeAll(() => {
  execFileSync(process.execPath, [join(__dirname, '../../../../scripts/build-explorer.mjs')]);
  server = createHttpServer({
    logger: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    readiness: () => Promise.resolve(undefined),
  });
  registerExplorer(server.app);
  server.app.get('/graphql', (_request, reply) => reply.type('text/html; charset=utf-8').send(explorerPage()));
}, BUILD_LIMIT_MS);

afterAll(() => server.close());

async function get(url: string): Promise<string> {
  const response = await server.app.inject(url);
  expect([url, response.statusCode]).toEqual([url, 200]);
  return response.body;
}

/** All files that the page refers to. */
function referencesIn(html: string): string[] {
  return [...html.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, reference = '']) => reference);
}

function settingsIn(html: string): Settings {
  const [, json = ''] = /<script type="application\/json" id="settings">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as Settings;
}

/** A script and everything it imports, statically or dynamically, with its text. */
async function scriptsFrom(url: string, found = new Map<string, string>()): Promise<Map<string, string>> {
  if (found.has(url)) return found;
  const text = await get(url);
  found.set(url, text);
  for (const [, file = ''] of text.matchAll(/"\.\/([\w-]+\.js)"/g))
    await scriptsFrom(`/graphql/explorer/${file}`, found);
  return found;
}

test('serves the page, and everything that the page refers to, from this server', async () => {
  const html = await get('/graphql');
  const references = referencesIn(html).filter((reference) => reference !== 'data:,');
  expect(references).toEqual([
    expect.stringMatching(/^\/graphql\/explorer\/explorer-\w+\.css$/),
    expect.stringMatching(/^\/graphql\/explorer\/explorer-\w+\.js$/),
  ]);
  await get(references[0] ?? '');
  expect((await scriptsFrom(references[1] ?? '')).size).toBeGreaterThan(1);
  const { workers } = settingsIn(html);
  expect(Object.keys(workers).sort()).toEqual(['editor', 'graphql', 'json']);
  for (const worker of Object.values(workers)) await get(worker);
});

test('loads nothing from another host', async () => {
  const html = await get('/graphql');
  expect(html).not.toMatch(/https?:|["'(]\/\//);
  const style = await get(referencesIn(html).find((reference) => reference.endsWith('.css')) ?? '');
  expect(style).not.toMatch(/@import/);
  const sources = [...style.matchAll(/url\(\s*["']?([^"')]{0,5})/g)].map(([, start]) => start);
  expect(new Set(sources)).toEqual(new Set(['data:']));
  const response = await server.app.inject('/graphql');
  expect(response.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
});

test('lets a browser keep the files for good, as their names change with their content', async () => {
  const [, script = ''] = referencesIn(explorerPage()).filter((reference) => reference !== 'data:,');
  const response = await server.app.inject(script);
  expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const headers = { 'if-none-match': response.headers.etag };
  expect((await server.app.inject({ url: script, headers })).statusCode).toBe(304);
});

test('starts with a query, and with a place for the API key', () => {
  const { defaultQuery, defaultHeaders } = settingsIn(explorerPage());
  expect(parse(defaultQuery).definitions).toHaveLength(1);
  expect(defaultQuery).toContain('demo.json');
  expect(JSON.parse(defaultHeaders)).toEqual({ Authorization: 'Bearer <your API key>' });
});

test.each(['manifest.json', '', 'none.js', '../../package.json', '..%2f..%2fpackage.json', '%2e%2e/src/main.js'])(
  'serves no other file: %p',
  async (file) => {
    const response = await server.app.inject(`/graphql/explorer/${file}`);
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toBe('application/problem+json');
  },
);
