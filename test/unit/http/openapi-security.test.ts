/** The credentials that the OpenAPI document declares are the ones that operations ask for: all of them, and no others. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../../src/app';
import { SCOPES, type Principal } from '../../../src/application/ports/access';
import type { HttpServer } from '../../../src/http/server';
import type { Services } from '../../../src/services';
import { nextAddress } from '../../support/addresses';
import { TENANT } from '../../support/domain/test-ledger';
import { TOKEN } from '../vendors/comestri/comestri-samples';
import { addNames, DOORS, openDoor, type Door } from '../vendors/shared/doors';
import { orderConnection, signedCall, unpackData } from '../vendors/winit-orders/samples';

jest.setTimeout(60_000);

type Schemes = Readonly<Record<string, readonly string[]>>;

interface Parameter {
  readonly in: string;
  readonly name: string;
}

interface Operation {
  readonly operationId: string;
  readonly security: readonly Schemes[];
  readonly parameters?: readonly Parameter[];
}

interface Scheme {
  readonly type: string;
  readonly in?: string;
  readonly name?: string;
}

/** A request with all credentials of an alternative, and no others. */
interface Sample {
  readonly schemes: readonly string[];
  readonly request: InjectOptions;
  readonly open: () => { readonly app: FastifyInstance; readonly close: () => Promise<void> };
  /** Whether an answer says that the credentials are wrong; left out: one with 401. */
  readonly isRefusal?: (response: LightMyRequestResponse) => boolean;
}

const NAME = 'Café 7';

const PRINCIPAL: Principal = {
  ...{ tenantId: TENANT, clientId: 'c', clientName: 'shop', keyId: 'k', scopes: new Set(SCOPES) },
  inventoryOrganisations: false,
  limits: null,
  origins: null,
  addresses: null,
};

/** The whole gateway, without connections. It knows one API key and one access token. */
function openGateway(): HttpServer {
  const services = {
    apiKeyDirectory: {
      authenticate: (key) => Promise.resolve(key === 'key' ? PRINCIPAL : undefined),
      noteUse: () => undefined,
      isOriginOfKey: () => Promise.resolve(false),
    },
    documentDirectory: { textOf: () => Promise.resolve(undefined), servesOnlyTrusted: () => Promise.resolve(false) },
    accessTokens: {
      authenticate: (token) =>
        Promise.resolve(
          token === 'a.b.c' ? { principal: { ...PRINCIPAL, keyId: null }, issuerId: 'i' } : { fault: 'It is wrong.' },
        ),
    },
  } as Partial<Services> as Services;
  return createApp(services, { logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0 });
}

function through(name: keyof typeof DOORS, schemes: readonly string[], changes: InjectOptions = {}): Sample {
  const door = DOORS[name] as Door;
  const { payload, ...request } = { ...door.request(NAME, 1), ...changes };
  const sent = request.method === 'GET' || payload === undefined ? request : { ...request, payload };
  return { schemes, request: sent, open: () => openNamed(door, name) };
}

function openNamed(door: Door, name: string) {
  const harness = openDoor(door, NAME);
  addNames(harness, name, NAME);
  return harness;
}

const graphql = (scheme: string, credential: string): Sample => ({
  schemes: [scheme],
  request: {
    ...{ method: 'POST', url: '/graphql', payload: { query: '{ __typename }' } },
    headers: { authorization: `Bearer ${credential}` },
  },
  open: openGateway,
});

/** It is refused for what it asks, since there is no database. */
const ledgerExport = (scheme: string, credential: string): Sample => ({
  ...graphql(scheme, credential),
  request: { method: 'GET', url: '/ledger/export?after=x', headers: { authorization: `Bearer ${credential}` } },
});

const winitOrder = (schemes: readonly string[], client: boolean): Sample => {
  const door: Door = {
    ...(DOORS['Winit orders'] as Door),
    connection: () => orderConnection({ requireClientSign: client }),
  };
  const payload = JSON.stringify(signedCall(unpackData(), {}, { client }));
  return {
    ...{ schemes, open: () => openNamed(door, 'Winit orders') },
    request: { method: 'POST', url: '/openapi/service', payload },
    // In Winit's form, which has no status of its own for it.
    isRefusal: ({ body }) => /sign/.test(body),
  };
};

const PATH_TOKEN = ['pathToken'];
const INCREFF = ['increffUsername', 'increffPassword'];
const COMESTRI = ['comestriToken'];
const INVENTORIES = '/api/v2/inventories';

/** Each operation that asks for credentials, with a sample for each alternative. */
const SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  jerryReceiveStockChanges: [through('Jerry', ['pathToken', 'jerrySign'])],
  winitReceiveInventoryUpdates: [through('Winit events', PATH_TOKEN)],
  winitProbe: [through('Winit events', PATH_TOKEN, { method: 'GET' })],
  winitService: [winitOrder(['winitSign'], false), winitOrder(['winitSign', 'winitClientSign'], true)],
  increffUpdateInventory: [through('Increff products', INCREFF)],
  increffPushInventory: [through('Increff products', INCREFF, { method: 'POST' })],
  comestriSaveInventory: [through('Comestri', COMESTRI)],
  comestriListInventories: [through('Comestri', COMESTRI, { method: 'GET' })],
  comestriShowInventory: [through('Comestri', COMESTRI, { method: 'GET', url: `${INVENTORIES}/1` })],
  standardReceiveMessage: [through('Standard facts', ['pathToken', 'webhookSignature'])],
  graphql: [graphql('apiKey', 'key'), graphql('accessToken', 'a.b.c')],
  exportLedger: [ledgerExport('apiKey', 'key'), ledgerExport('accessToken', 'a.b.c')],
};

type Spoil = (request: InjectOptions) => InjectOptions;

const withoutHeader =
  (name: string): Spoil =>
  (request) => {
    const headers = Object.entries(request.headers ?? {}).filter(([given]) => given !== name.toLowerCase());
    return { ...request, headers: Object.fromEntries(headers) };
  };

const withHeader =
  (name: string, value: string): Spoil =>
  (request) => ({ ...request, headers: { ...request.headers, [name.toLowerCase()]: value } });

const withoutMember =
  (name: string): Spoil =>
  (request) => ({
    ...request,
    payload: (request.payload as string).replace(new RegExp(`"${name}":"[^"]*",?`), '').replace(/,\s*}$/, '}'),
  });

const withoutPathToken: Spoil = (request) => ({
  ...request,
  url: (request.url as string).replace(TOKEN, 'another-token'),
});

/** How the credential of each scheme is left out, or is another one. */
const SPOILT: Readonly<Record<string, readonly Spoil[]>> = {
  apiKey: [withoutHeader('authorization'), withHeader('authorization', 'Bearer another')],
  accessToken: [withoutHeader('authorization'), withHeader('authorization', 'Bearer a.b.d')],
  pathToken: [withoutPathToken],
  jerrySign: ['sign', 'userName', 'apiPassword'].map(withoutMember),
  winitSign: ['sign', 'app_key'].map(withoutMember),
  winitClientSign: ['client_sign', 'client_id'].map(withoutMember),
  increffUsername: [withoutHeader('authUsername'), withHeader('authUsername', 'another')],
  increffPassword: [withoutHeader('authPassword'), withHeader('authPassword', 'another')],
  comestriToken: [withoutHeader('authorization'), withHeader('authorization', 'Bearer another')],
  webhookSignature: [withoutHeader('webhook-signature'), withHeader('webhook-signature', 'v1,AAAA')],
};

let gateway: HttpServer;
let operations: readonly Operation[];
let schemes: Readonly<Record<string, Scheme>>;

beforeAll(async () => {
  gateway = openGateway();
  const document = (await gateway.app.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>;
    components: { securitySchemes: Record<string, Scheme> };
  }>();
  operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  schemes = document.components.securitySchemes;
});

afterAll(() => gateway.close());

async function send({ open }: Sample, request: InjectOptions): Promise<LightMyRequestResponse> {
  const { app, close } = open();
  try {
    return await app.inject({ ...request, remoteAddress: nextAddress() });
  } finally {
    await close();
  }
}

const isRefused = ({ isRefusal }: Sample, response: LightMyRequestResponse): boolean =>
  isRefusal ? isRefusal(response) : response.statusCode === 401;

test('there is a sample for each operation that asks for credentials, and for each alternative', () => {
  const declared = operations
    .filter(({ security }) => security.length > 0)
    .map(({ operationId, security }) => [operationId, security.map((needed) => Object.keys(needed))]);
  const samples = Object.entries(SAMPLES).map(([id, list]) => [id, list.map((sample) => sample.schemes)]);
  expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(samples));
  expect(Object.keys(SPOILT).sort()).toEqual(Object.keys(schemes).sort());
});

describe.each(Object.entries(SAMPLES))('%s', (operationId, samples) => {
  test.each(samples)('takes a request with $schemes, which has no other credential', async (sample) => {
    const response = await send(sample, sample.request);
    expect([isRefused(sample, response), response.statusCode < 500]).toEqual([false, true]);
    const { parameters = [] } = operations.find((operation) => operation.operationId === operationId) ?? {};
    const named = [...sample.schemes.map((name) => schemes[name] as Scheme), ...parameters];
    const declared = named.map((one) => ('scheme' in one ? 'authorization' : one.name?.toLowerCase()));
    const sent = Object.keys(sample.request.headers ?? {}).filter((name) => name !== 'content-type');
    expect(sent.filter((name) => !declared.includes(name))).toEqual([]);
  });

  const cases = samples.flatMap((sample) =>
    sample.schemes.flatMap((scheme) =>
      (SPOILT[scheme] ?? []).map((spoil, at) => ({ scheme, way: at + 1, sample, spoil })),
    ),
  );
  test.each(cases)('refuses one without $scheme, in way $way', async ({ sample, spoil }) => {
    const spoilt = spoil(sample.request);
    expect(spoilt).not.toEqual(sample.request);
    const response = await send(sample, spoilt);
    expect([isRefused(sample, response), response.statusCode, response.body]).toEqual([
      true,
      expect.any(Number),
      expect.any(String),
    ]);
  });
});

test.each(['graphqlExplorer', 'livez', 'readyz'])('%s needs none', async (operationId) => {
  const operation = operations.find((known) => known.operationId === operationId);
  expect(operation?.security).toEqual([]);
  const url = operationId === 'graphqlExplorer' ? '/graphql' : `/${operationId}`;
  const { statusCode } = await gateway.app.inject({ url, headers: { accept: 'text/html' } });
  expect([200, 503]).toContain(statusCode);
});
