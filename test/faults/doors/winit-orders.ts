import { createHash } from 'node:crypto';
import { jsonPost, otherwise, sha256, type Call, type Reply } from '../http';
import { levelName, type Answer } from '../write';
import { accessOf, idOf, MAIN, NOTHING, ORDERED, secretOf, type Credentials, type Door } from './door';

const TOO_MANY = 1_000_000_000;

/** An integrator that orders a change of barcodes by Winit's call. Some orders ask for more than there is. */
export const WINIT_ORDERS: Door = {
  // The pause keeps its connection below the calls that Winit allows in a minute.
  ...{ name: 'winit orders', origin: 'winit', retries: Infinity, pauseMs: 250 },
  draft(credentials, random, place) {
    const sku = random.oneOf(ORDERED);
    const [from = '', to = ''] = random.chance(0.5) ? ['', 'B'] : ['B', ''];
    const quantity = random.chance(0.15) ? TOO_MANY : random.between(1, 5);
    const side = (barcodeValue: string) => ({
      ...{ merchandiseCode: sku, specification: '', quantity: String(quantity), skuType: 'SINGLE' },
      ...(barcodeValue !== '' && { barcodeValue }),
    });
    const data = {
      ...{ sellerOrderNo: idOf(place), winitProductCode: 'OSF651006365', warehouseCode: MAIN },
      merchandiseList: [{ transferOutInfo: side(from), transferInInfo: side(to) }],
    };
    const call = callOf(credentials, data);
    const level = (barcode: string): string => levelName({ sku, location: MAIN, barcode });
    const legs = [[level(from), -quantity] as const, [level(to), quantity] as const];
    return {
      content: {
        ...NOTHING,
        movements: [{ externalId: idOf(place), occurredAtMs: null, legs }],
        bodySha256: sha256(call.body),
      },
      call: () => call,
      read,
    };
  },
};

/** Signed with the token of the application, over the envelope with its keys sorted. */
function callOf(credentials: Credentials, data: object): Call {
  const envelope = {
    ...{ action: 'wh.inventoryAdjustment.createOrder.v2', app_key: 'winit', data, format: 'json' },
    ...{ platform: 'FAULTS', sign_method: 'md5', timestamp: '2024-01-02 03:04:05', version: '1.0' },
  };
  const names = ['action', 'app_key', 'data', 'format', 'platform', 'sign_method', 'timestamp', 'version'] as const;
  const signed = names.map((name) => name + (name === 'data' ? sortedJson(data) : envelope[name])).join('');
  const token = secretOf(accessOf(credentials, 'winit'), 'token');
  const sign = createHash('md5').update(`${token}${signed}${token}`).digest('hex').toUpperCase();
  return jsonPost('/openapi/service', JSON.stringify({ ...envelope, language: 'en_US', sign }));
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`).join(',')}}`;
}

const INSUFFICIENT_STOCK = '2001';
const BUSY = ['1429', '1430', '1503'];

function read(reply: Reply): Answer {
  if (reply.status !== 200) return otherwise(reply);
  const { code, data } = JSON.parse(reply.body) as { code: string; data: { orderNo: string } };
  if (code === '0') return { kind: 'ACK', replayed: false, sequence: null, orderNo: data.orderNo };
  if (code === INSUFFICIENT_STOCK) return { kind: 'REFUSED', code: 'INSUFFICIENT_STOCK' };
  return BUSY.includes(code) ? { kind: 'BUSY' } : otherwise(reply);
}
