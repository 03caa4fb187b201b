import { createHash } from 'node:crypto';
import type { Connection } from '../../../../src/application/ports/connections';
import { connectionOf } from '../shared/ledger-harness';
import { fixture } from '../shared/webhook-harness';

/** What the page's examples are signed with. */
export const TOKEN = '0123456789ABCDEF0123456789ABCDEF';
export const CLIENT_SECRET = 'ZmFrZS1jbGllbnQtc2VjcmV0';
export const CLIENT_ID = 'demo-client';
export const APP_KEY = 'rebecca';

/** The harness's noon as a clock in Shanghai shows it. */
export const NOON_IN_SHANGHAI = '2025-11-22 20:00:00';

export const EXAMPLES = ['osf61', 'osf64', 'osf65'] as const;

/** The exact bytes of one of the page's examples. */
export const example = (name: (typeof EXAMPLES)[number]): Buffer => fixture('winit-orders', `${name}.request.json`);

export function orderConnection(settings: Readonly<Record<string, unknown>> = {}, changes: Partial<Connection> = {}) {
  const secrets = { token: TOKEN, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  return connectionOf('winit', { settings: { customerCode: '1000019', ...settings }, secrets, ...changes });
}

type Json = Record<string, unknown>;

interface Side {
  readonly merchandiseCode?: unknown;
  readonly specification?: unknown;
  readonly skuType?: unknown;
  readonly standPartsQty?: unknown;
  readonly barcodeValue?: unknown;
  readonly quantity?: unknown;
}

/** The `data` of the page's first example, but for what is said. */
export function unpackData(changes: Json = {}, out: Side = {}, into: Side = {}): Json {
  const common = { specification: '', standPartsQty: 10, barcodeValue: 'T00001' };
  return {
    sellerOrderNo: 'liao1028',
    winitProductCode: 'OSF611005741',
    warehouseCode: 'US0001',
    turnOutCode: 'nj',
    turnInCode: 'bj',
    merchandiseList: [
      {
        transferOutInfo: { ...common, merchandiseCode: 'liaowl1002', skuType: 'BOX', quantity: '1', ...out },
        transferInInfo: { ...common, merchandiseCode: 'liaowl1003', skuType: 'SINGLE', quantity: '10', ...into },
      },
    ],
    ...changes,
  };
}

/** An envelope around `data`, signed as Winit's public clients sign: told apart from the gateway's own code on purpose. */
export function signedCall(data: unknown, changes: Json = {}, { token = TOKEN, client = false } = {}): Json {
  const envelope: Json = {
    action: 'wh.inventoryAdjustment.createOrder.v2',
    app_key: APP_KEY,
    data,
    format: 'json',
    language: 'zh_CN',
    platform: 'OWNERERP',
    sign_method: 'md5',
    timestamp: NOON_IN_SHANGHAI,
    version: '1.0',
    ...changes,
  };
  const sign = signOf(envelope, token);
  const clientMembers = client ? { client_id: CLIENT_ID, client_sign: signOf(envelope, CLIENT_SECRET) } : {};
  return { sign, ...clientMembers, ...envelope };
}

function signOf(envelope: Json, secret: string): string {
  const names = ['action', 'app_key', 'data', 'format', 'platform', 'sign_method', 'timestamp', 'version'];
  const text = names.map(
    (name) =>
      name +
      (name === 'data'
        ? sorted(envelope['data'])
        : String((envelope[name] as string | number | null | undefined) ?? '')),
  );
  const digest = createHash('md5')
    .update(`${secret}${text.join('')}${secret}`, 'utf8')
    .digest('hex');
  return digest.toUpperCase();
}

/** Compact JSON with sorted keys and without nulls; empty for nothing. */
function sorted(value: unknown): string {
  const order = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(order);
    if (part === null || typeof part !== 'object') return part;
    const members = Object.entries(part).filter(([, member]) => member !== null);
    return Object.fromEntries(
      members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, order(member)]),
    );
  };
  return value === undefined ? '' : JSON.stringify(order(value));
}
