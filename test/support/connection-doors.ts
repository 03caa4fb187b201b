import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Webhook } from 'standardwebhooks';
import type { JsonObject } from '../../src/json/strict-json';
import { jerryDigest } from '../../src/vendors/jerry/signature';
import { signedText, winitSign } from '../../src/vendors/winit-orders/signature';

/** What a counterpart has to prove itself with. */
export interface Credentials {
  /** The token in the path, or the bearer token. */
  readonly token: string;
  readonly handle: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A way by which the messages of a connection come in. */
export interface ConnectionDoor {
  readonly kind: string;
  readonly location?: string;
  readonly settings?: object;
  /** The account name of a new connection. */
  readonly handle?: (n: number) => string;
  /** Secrets that only the counterpart can issue, by name. */
  readonly issued?: Readonly<Record<string, () => string>>;
  /** The secrets that a message is proven with. */
  readonly secrets: readonly string[];
  /** Whether it is proven with the token as well. */
  readonly hasToken: boolean;
  readonly request: (credentials: Credentials, n: number) => InjectOptions;
  readonly isTaken: (response: LightMyRequestResponse) => boolean;
}

const FIXTURES = path.join(__dirname, '../unit/vendors');
const fixture = (name: string): unknown => JSON.parse(readFileSync(path.join(FIXTURES, name), 'utf8'));
const json = (value: unknown): string => JSON.stringify(value);
const isSuccess = ({ statusCode }: LightMyRequestResponse): boolean => statusCode >= 200 && statusCode < 300;

const post = (url: string, payload: string, headers: Record<string, string> = {}): InjectOptions => ({
  ...{ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } },
});

function jerryRequest({ token, secrets }: Credentials, n: number): InjectOptions {
  const { userName = '', apiPassword = '', key = '' } = secrets;
  const change = { time: '2022-09-01 10:25:40', stockChangeId: n, upc: '0099999992222', qty: '2', reason: 'in' };
  const goods = json([{ ...change, changeType: '200', businessNo: null, flag: '2' }]);
  const sign = jerryDigest({ userName, apiPassword, key }, goods, 'hex');
  const account = `"userName":${json(userName)},"apiPassword":${json(apiPassword)}`;
  return post(`/webhooks/jerry/${token}`, `{${account},"goods":${goods},"sign":"${sign}"}`);
}

function winitEvent(n: number): string {
  const [row] = fixture('winit-events/fixtures/sku-inventory-update.request.json') as object[];
  return json([{ ...row, uuid: `connection ${n}`, qty: 1 }]);
}

/** As `envelope.ts` describes it, and written without its code. */
function sealed(message: string, secret: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(secret, 'base64'), nonce);
  cipher.setAAD(Buffer.from('stockbridge.winit.envelope.1'));
  return Buffer.concat([nonce, cipher.update(message), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function winitOrder({ handle, secrets }: Credentials, n: number): InjectOptions {
  const { token = '', clientId = '', clientSecret = '' } = secrets;
  const example = fixture('winit-orders/fixtures/osf61.request.json') as { readonly data: object };
  const data = { ...example.data, sellerOrderNo: `connection ${n}` };
  const envelope = { ...example, app_key: handle, client_id: clientId, data } as unknown as JsonObject;
  const text = signedText(envelope);
  const signs = { sign: winitSign(text, token), client_sign: winitSign(text, clientSecret) };
  return post('/openapi/service', json({ ...envelope, ...signs }));
}

const increffRequest =
  (method: 'PUT' | 'POST') =>
  ({ handle, secrets }: Credentials, n: number): InjectOptions => ({
    ...{ method, url: '/usp/inventories/absolute' },
    headers: { authusername: handle, authpassword: secrets['authPassword'] ?? '', 'content-type': 'application/json' },
    payload: json({ locationCode: 'INCREFF-1', products: [{ channelSkuCode: 'connection', quantity: n }] }),
  });

const comestriRequest =
  (method: 'GET' | 'POST') =>
  ({ token }: Credentials, n: number): InjectOptions => {
    const inventory = { inventory_source: 'COMESTRI-1', product_code: 'connection', sku: 'connection', qty: n };
    return {
      ...{ method, url: '/api/v2/inventories', headers: { authorization: `Bearer ${token}` } },
      ...(method === 'POST'
        ? post('/api/v2/inventories', json({ inventory }), { authorization: `Bearer ${token}` })
        : {}),
    };
  };

function standardRequest({ token, secrets }: Credentials, n: number): InjectOptions {
  const row = { id: `row ${n}`, item: { sku: 'connection' }, location: 'STANDARD-1', delta: 1, reason: 'GAIN' };
  const body = json({ type: 'stock.facts', data: { rows: [row] } });
  const [id, at] = [`message ${n}`.replace(' ', '-'), new Date()];
  return post(`/webhooks/standard/${token}`, body, {
    ...{ 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)) },
    'webhook-signature': new Webhook(secrets['secret'] ?? '').sign(id, at, body),
  });
}

const CREATING = { unknownItems: 'create', unknownLocations: 'create' };
const WINIT = { kind: 'winit', handle: (n: number) => `merchant ${n}` };
const INCREFF = {
  ...{ kind: 'increff', handle: (n: number) => `wms-${n}`, settings: CREATING },
  ...{ secrets: ['authPassword'], hasToken: false, isTaken: isSuccess },
};
const COMESTRI = { kind: 'comestri', settings: CREATING, secrets: [], hasToken: true, isTaken: isSuccess };

/** Every door that proves its counterpart with something of a connection, for messages of the demo tenant. */
export const CONNECTION_DOORS: Readonly<Record<string, ConnectionDoor>> = {
  Jerry: {
    ...{ kind: 'jerry', location: 'JERRY-1', settings: { unknownItems: 'create' } },
    issued: { userName: () => `duck ${randomBytes(8).toString('hex')}` },
    ...{ secrets: ['userName', 'apiPassword', 'key'], hasToken: true, request: jerryRequest },
    isTaken: ({ body }) => body.includes('"Status":0'),
  },
  'Winit events': {
    ...{ ...WINIT, settings: { customerCode: '1000019', ...CREATING }, secrets: [], hasToken: true },
    request: ({ token }, n) => post(`/webhooks/winit/${token}`, winitEvent(n)),
    isTaken: ({ body }) => body === 'success',
  },
  'Winit events in an envelope': {
    ...{ ...WINIT, settings: { customerCode: '1000019', envelope: 'aes-256-gcm', ...CREATING } },
    ...{ secrets: ['envelopeSecret'], hasToken: true },
    request: ({ token, secrets }, n) =>
      post(`/webhooks/winit/${token}`, sealed(winitEvent(n), secrets['envelopeSecret'] ?? '')),
    isTaken: ({ body }) => body === 'success',
  },
  'Winit probe': {
    ...{ ...WINIT, settings: { customerCode: '1000019' }, secrets: [], hasToken: true },
    request: ({ token }) => ({ method: 'GET', url: `/webhooks/winit/${token}` }),
    isTaken: ({ body }) => body === 'success',
  },
  'Winit orders': {
    ...{ ...WINIT, settings: { customerCode: '1000019', timestampToleranceSeconds: null, requireClientSign: true } },
    ...{ secrets: ['token', 'clientId', 'clientSecret'], hasToken: false, request: winitOrder },
    isTaken: ({ body }) => body.includes('"code":"0"'),
  },
  Increff: { ...INCREFF, request: increffRequest('PUT') },
  'Increff by POST': { ...INCREFF, request: increffRequest('POST') },
  Comestri: { ...COMESTRI, request: comestriRequest('POST') },
  'Comestri lists': { ...COMESTRI, request: comestriRequest('GET') },
  Standard: {
    ...{ kind: 'standard', settings: CREATING, secrets: ['secret'], hasToken: true, request: standardRequest },
    isTaken: isSuccess,
  },
};
