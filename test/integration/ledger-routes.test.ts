import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { SCOPES } from '../../src/application/ports/access';
import { createHttpServer } from '../../src/http/server';
import { registerLedgerRoutes } from '../../src/ledger-routes/route';
import { retryAfterSeconds } from '../../src/application/ports/failures';
import { at, bySku, factOf, idOf } from '../support/domain/test-ledger';
import { Commands } from '../support/commands';
import { GraphqlHarness, HEAD_SIGNER } from '../support/graphql';
import { Verifier } from '../support/verifier';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let verifier: Verifier;
let app: FastifyInstance;
let port: number;
/** The other tenant's ledger, which is larger than all buffers between a server and its reader. */
const PAGE = `${'x'.repeat(1024 * 1024)}\n`;
const PAGES = 60;
/** When its end is known. */
let theirHead: Promise<unknown> = Promise.resolve();
/** Those of it that have been read. */
let pagesRead = 0;

const KEYS = {
  all: { scopes: SCOPES },
  write: { scopes: ['stock:write'] as const },
  limited: { limits: { locationIds: [idOf(1)], channels: null } },
  publishable: { scopes: ['sellable:read'] as const, origins: ['https://shop.example'] },
  theirs: {},
};

/** 2,600 movements with long notes: several megabytes, in six pages. */
beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  verifier = await Verifier.open();
  await new Commands(gateway).catalogue(['TEA'], ['MAIN']);
  const names = { item: bySku('TEA'), location: at('MAIN'), note: 'ä'.repeat(2_000) };
  for (let from = 0; from < 2_600; from += 1_300) {
    await gateway.deliver(Array.from({ length: 1_300 }, (_, n) => factOf(`fact ${from + n}`, names)));
  }
  const { reads, tenants } = gateway;
  const options = { logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, retryAfterSeconds };
  ({ app } = createHttpServer({ ...options, readiness: () => Promise.resolve(undefined), answerTimeoutMs: 500 }));
  registerLedgerRoutes(app, {
    apiKeys: {
      authenticate: (key) => {
        const changes = KEYS[key as keyof typeof KEYS] as (typeof KEYS)[keyof typeof KEYS] | undefined;
        if (!changes) return Promise.resolve(undefined);
        const tenantId = key === 'theirs' ? tenants.theirs : tenants.ours;
        const usual = { clientId: 'c', clientName: 'c', keyId: key, inventoryOrganisations: false };
        const { scopes = SCOPES, ...others } = changes as { scopes?: readonly (typeof SCOPES)[number][] };
        return Promise.resolve({
          ...{ tenantId, ...usual, limits: null, origins: null, addresses: null, ...others },
          scopes: new Set(scopes),
        });
      },
      noteUse: () => undefined,
      isOriginOfKey: () => Promise.resolve(false),
    },
    accessTokens: { authenticate: () => Promise.resolve({ fault: 'There is no issuer.' }) },
    reads: {
      ledgerHead: async (tenantId) => {
        if (tenantId === tenants.ours) return reads.ledgerHead(tenantId);
        await theirHead;
        return { sequence: PAGES, hash: '', recordedAt: null };
      },
      exportPage: (tenantId, after, upTo) => {
        if (tenantId === tenants.ours) return reads.exportPage(tenantId, after, upTo);
        pagesRead += 1;
        return Promise.resolve({ lines: PAGE, lastSequence: after + 1 });
      },
    },
    headSigner: HEAD_SIGNER,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});

afterAll(async () => {
  await app.close();
  await gateway.close();
  await verifier.close();
});

async function get(path: string, key = 'all'): Promise<IncomingMessage> {
  const sent = httpRequest({ port, path, agent: false, headers: { authorization: `Bearer ${key}` } });
  const [response] = (await once(sent.end(), 'response')) as [IncomingMessage];
  return response;
}

it('streams the whole ledger, which the verifier finds intact', async () => {
  const response = await get('/ledger/export');
  expect(response.statusCode).toBe(200);
  expect(response.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    'stockbridge-ledger-end': '2600',
    'x-content-type-options': 'nosniff',
  });
  const { hash } = await gateway.reads.ledgerHead(gateway.tenants.ours);
  const verdict = await verifier.run(['--head', `2600:${hash}`], await text(response));
  expect(verdict).toMatchObject({ code: 0, stdout: expect.stringContaining('intact: 2600 movements') as string });
});

it('gives the part that is asked for, so that what was cut off can be continued', async () => {
  const whole = await text(await get('/ledger/export'));
  let parts = '';
  for (const query of ['upTo=700', 'after=700&upTo=701', 'after=701', 'after=2600']) {
    parts += await text(await get(`/ledger/export?${query}`));
  }
  expect(parts).toBe(whole);
});

it('reads no further than its reader does, and longer than an answer may take', async () => {
  pagesRead = 0;
  const response = await get('/ledger/export', 'theirs');
  response.pause();
  for (let before = -1; before !== pagesRead;) {
    before = pagesRead;
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  expect(pagesRead).toBeLessThan(PAGES - 10);
  expect((await text(response)).match(/\n/g)).toHaveLength(PAGES);
});

it('stops reading when its reader has gone, and gives way to the next', async () => {
  const theirs = () => get('/ledger/export', 'theirs');
  const first = await Promise.all([theirs(), theirs()]);
  const refused = await theirs();
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '5']);
  const ours = await get('/ledger/export');
  expect(ours.statusCode).toBe(200);
  for (const response of [...first, ours]) response.destroy();
  for (let status = 429; status !== 200;) {
    const response = await get(`/ledger/export?after=${PAGES}`, 'theirs');
    status = response.statusCode ?? 0;
    response.resume();
  }
});

it('counts no export whose reader has gone before it begins', async () => {
  const gate = new EventEmitter();
  theirHead = once(gate, 'open');
  const headers = { authorization: 'Bearer theirs' };
  for (let n = 0; n < 3; n += 1) {
    const arrived = once(app.server, 'request') as Promise<[IncomingMessage]>;
    const sent = httpRequest({ port, path: '/ledger/export', agent: false, headers })
      .on('error', () => undefined)
      .end();
    const [{ socket }] = await arrived;
    const closed = once(socket, 'close');
    sent.destroy();
    await closed;
  }
  gate.emit('open');
  for (let time = 0; time < 2; time += 1) {
    const response = await get('/ledger/export', 'theirs');
    expect(response.statusCode).toBe(200);
    response.destroy();
  }
});

it.each([
  ['nobody', '', 401, 'The API key is not known'],
  ['a.b.c', '', 401, 'There is no issuer.'],
  ['write', '', 403, 'The key lacks the scope stock:read.'],
  ['limited', '', 403, 'The key is limited to some stock'],
  ['publishable', '', 403, 'bound to web pages'],
  ['all', '?after=-1', 400, 'after is "-1": write the sequence of a movement, once.'],
  ['all', '?after=1&after=2', 400, 'after is ["1","2"]: write the sequence'],
  ['all', '?upTo=', 400, 'upTo is "": write the sequence'],
  ['all', '?after=2601', 400, 'after is 2601: the ledger ends at movement 2600.'],
  ['all', '?upTo=2601', 400, 'upTo is 2601: the ledger ends at movement 2600.'],
])('refuses %s %s with %i', async (key, query, status, detail) => {
  const response = await get(`/ledger/export${query}`, key);
  expect([response.statusCode, await text(response)]).toEqual([
    status,
    expect.stringContaining(JSON.stringify(detail).slice(1, -1)),
  ]);
});

it('publishes the keys that the verifier takes', async () => {
  const response = await get('/.well-known/stockbridge-keys.json', 'nobody');
  expect(response.headers['content-type']).toBe('application/json');
  expect(JSON.parse(await text(response))).toEqual(HEAD_SIGNER.publicKeys);
});
