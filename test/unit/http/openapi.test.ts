import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatParamUrl } from '@fastify/swagger';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020';
import type { RouteOptions } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../../src/app';
import type { HttpServer } from '../../../src/http/server';
import type { Services } from '../../../src/services';

interface Content {
  readonly [mediaType: string]: { readonly schema: AnySchema };
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let server: HttpServer;
let document: OpenApiDocument;
const routes: RouteOptions[] = [];

beforeAll(async () => {
  // These tests need no services.
  server = createApp({} as Services, { logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0 });
  server.app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  const response = await server.app.inject('/openapi.json');
  expect(response.headers['content-type']).toBe('application/json');
  document = response.json<OpenApiDocument>();
});

afterAll(() => server.close());

function operations(): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${url}`,
      operation,
    ]),
  );
}

test('describes every route of the gateway, and no other', () => {
  const open = routes.filter(({ schema }) => schema?.hide !== true);
  const names = open.flatMap(({ method, url }) => [method].flat().map((name) => `${name} ${formatParamUrl(url)}`));
  const described = operations().map(([name]) => name);
  // Fastify adds a HEAD route to every GET.
  expect(described.sort()).toEqual(names.filter((name) => !name.startsWith('HEAD ')).sort());
  expect(described).toEqual(
    expect.arrayContaining(['POST /webhooks/jerry/{token}', 'POST /webhooks/standard/{token}', 'GET /livez']),
  );
});

test('hides only itself, the files of pages and the preflights of web pages', () => {
  const hidden = routes.filter(({ schema }) => schema?.hide === true).map(({ url }) => url);
  expect(hidden.filter((url) => !/^\/(docs|openapi\.json|graphql\/explorer|graphql\*)(\/|$)/.test(url))).toEqual([]);
});

test('describes the purpose and the answers of every operation', () => {
  const lacking = operations().filter(([, { operationId, summary, tags, responses }]) => {
    const answers = Object.values(responses);
    const isNamed = operationId !== undefined && summary !== undefined && tags?.length === 1;
    return (
      !isNamed || answers.some(({ description }) => description === undefined || description === 'Default Response')
    );
  });
  expect(lacking.map(([name]) => name)).toEqual([]);
  const ids = operations().map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('Redocly', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'stockbridge-openapi-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the linter's recommended rules find, as `rule at place`. */
  function problems(of: unknown): string[] {
    const file = path.join(folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(of));
    const program = path.join(__dirname, '../../../node_modules/@redocly/cli/bin/cli.js');
    const { stdout } = spawnSync(
      process.execPath,
      [program, 'lint', file, '--extends=recommended', '--format=json', '--max-problems=1000'],
      // It asks nothing of other hosts.
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
    );
    const report = JSON.parse(stdout) as {
      problems: { ruleId: string; location: { pointer?: string }[] }[];
    };
    return report.problems.map(({ ruleId, location }) => `${ruleId} at ${location[0]?.pointer ?? ''}`);
  }

  test('finds nothing to fix in the document', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(problems(document)).toEqual([]);
  });

  test('would find what is wrong', () => {
    const { '/livez': livez, ...others } = document.paths;
    const { security, ...get } = livez?.['get'] as Operation;
    expect(security).toEqual([]);
    expect(problems({ ...document, info: { title: 'Stockbridge' } })).toContain('struct at #/info');
    expect(problems({ ...document, paths: { ...others, '/livez': { get } } })).toEqual([
      'security-defined at #/paths/~1livez/get',
    ]);
  });
});

test('names what proves the caller, for every operation but the pages, the public keys and the health checks', () => {
  const open = operations().filter(([, { security = [] }]) => security.length === 0);
  expect(open.map(([name]) => name).sort()).toEqual([
    'GET /.well-known/stockbridge-keys.json',
    ...['GET /graphql', 'GET /livez', 'GET /readyz'],
  ]);
});

describe('fixtures match the document', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });

  const fixture = (vendor: string, name: string): unknown => {
    const text = readFileSync(path.join(__dirname, '../vendors', vendor, 'fixtures', name), 'utf8');
    return name.endsWith('.json') ? JSON.parse(text) : text;
  };

  function faults(content: Content | undefined, value: unknown): unknown {
    const [media] = Object.values(content ?? {});
    if (!media) return 'no schema';
    const validate = ajv.compile(media.schema);
    return validate(value) ? null : validate.errors;
  }

  test.each([
    ['jerry', 'stock-sync', 'post', '/webhooks/jerry/{token}'],
    ['winit-events', 'sku-inventory-update', 'post', '/webhooks/winit/{token}'],
    ['increff', 'products', 'put', '/usp/inventories/absolute'],
    ['increff', 'client-skus', 'put', '/usp/inventories/absolute'],
    ['standard', 'facts', 'post', '/webhooks/standard/{token}'],
  ])('request of %s: %s.request.json', (vendor, name, method, url) => {
    const operation = document.paths[url]?.[method];
    expect(faults(operation?.requestBody?.content, fixture(vendor, `${name}.request.json`))).toBeNull();
  });

  test.each([
    ['jerry', 'success.reply.json', 'post', '/webhooks/jerry/{token}', '200'],
    ['jerry', 'not-json.reply.json', 'post', '/webhooks/jerry/{token}', '400'],
    ['jerry', 'bad-signature.reply.json', 'post', '/webhooks/jerry/{token}', '401'],
    ['winit-events', 'success.reply.txt', 'post', '/webhooks/winit/{token}', '200'],
    ['winit-events', 'fail.reply.txt', 'post', '/webhooks/winit/{token}', '500'],
    ['increff', 'products.reply.json', 'put', '/usp/inventories/absolute', '200'],
    ['increff', 'client-skus.reply.json', 'put', '/usp/inventories/absolute', '200'],
    ['increff', 'code-missing.reply.json', 'put', '/usp/inventories/absolute', '400'],
    ['increff', 'unauthorized.reply.json', 'put', '/usp/inventories/absolute', '401'],
    ['increff', 'busy.reply.json', 'put', '/usp/inventories/absolute', '503'],
    ['standard', 'facts.reply.json', 'post', '/webhooks/standard/{token}', '200'],
    ['standard', 'counts.reply.json', 'post', '/webhooks/standard/{token}', '200'],
  ])('reply of %s: %s', (vendor, name, method, url, status) => {
    const operation = document.paths[url]?.[method];
    expect(faults(operation?.responses[status]?.content, fixture(vendor, name))).toBeNull();
  });
});

describe('the documentation page', () => {
  async function get(url: string): Promise<{ body: string; policy: unknown }> {
    const response = await server.app.inject(url);
    expect([url, response.statusCode]).toEqual([url, 200]);
    return { body: response.body, policy: response.headers['content-security-policy'] };
  }

  const referencesIn = (html: string): string[] =>
    [...html.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, reference = '']) => reference);

  test.each(['/docs', '/docs/'])('at %s refers to files of this server only, and may load no others', async (url) => {
    const { body, policy } = await get(url);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; .*connect-src 'self'/);
    expect(body).not.toMatch(/https?:|["'(]\/\/|<script>|\son\w+=/);
    const references = referencesIn(body);
    expect(references.length).toBeGreaterThan(3);
    for (const reference of references) await get(new URL(reference, `http://host${url}`).pathname);
  });

  test('shows the document, without the validator on the web', async () => {
    const { body } = await get('/docs/static/swagger-initializer.js');
    expect(body).toContain("url: resolveUrl('./json')");
    expect(body).toContain('"validatorUrl":null');
    expect(body).not.toMatch(/https?:\/\/(?!stackoverflow\.com)/);
    expect(JSON.parse((await get('/docs/json')).body)).toEqual(document);
  });

  test('has styles that load nothing from elsewhere', async () => {
    for (const url of referencesIn((await get('/docs')).body).filter((reference) => reference.endsWith('.css'))) {
      const { body } = await get(url);
      expect(body).not.toMatch(/@import/);
      for (const [, start] of body.matchAll(/url\(\s*["']?([^"')]{0,5})/g)) expect(start).toBe('data:');
    }
  });
});
