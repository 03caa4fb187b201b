/** What each door answers to a connection that sends more than its rate. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Connection } from '../../../src/application/ports/connections';
import type { ConnectionRates } from '../../../src/http/connection-rates';
import { HTTP_LIMITS } from '../../../src/http/limits';
import { idOf } from '../../support/domain/test-ledger';
import { addNames, DOORS, openDoor, type Door } from './shared/doors';
import type { LedgerDeps, LedgerHarness } from './shared/ledger-harness';

const NAME = 'Café 7';
const SENTENCE = 'The connection sends more than its rate; send the request again after Retry-After.';
const PROBLEM = { type: 'about:blank', title: 'Too Many Requests', status: 429, detail: SENTENCE };

/** A refusal in the form of each vendor: the content type, and the body. */
const FORMS: Readonly<Record<Connection['kind'], readonly [string, unknown]>> = {
  jerry: ['application/json', { Status: 1, Message: SENTENCE }],
  winit: ['text/plain', 'fail'],
  increff: ['application/json', { code: 'TOO_MANY_REQUESTS', message: 'Too many requests', description: SENTENCE }],
  comestri: ['application/problem+json', expect.objectContaining(PROBLEM)],
  standard: ['application/problem+json', expect.objectContaining(PROBLEM)],
};
const ORDERS_FORM = [
  'application/json',
  { code: '1430', msg: expect.stringMatching(/^此连接的请求超出速率限制，请 \d+ 秒后重试$/) as string, data: '' },
] as const;

const requestOf = (door: Door | undefined, more: Partial<InjectOptions>): Door['request'] => {
  return (name, n) => {
    const { payload: _left, ...request } = door?.request(name, n) ?? {};
    return { ...request, ...more };
  };
};
const { 'Winit events': events, Comestri: comestri } = DOORS;

/** Also those through which no names come in. */
const ALL = Object.entries({
  ...DOORS,
  ...(events && { 'Winit probe': { ...events, request: requestOf(events, { method: 'GET' }) } }),
  ...(comestri && {
    'Comestri list': { ...comestri, request: requestOf(comestri, { method: 'GET' }) },
    'Comestri one': { ...comestri, request: requestOf(comestri, { method: 'GET', url: '/api/v2/inventories/1' }) },
  }),
} satisfies Record<string, Door>);

let harness: LedgerHarness;
/** The connection that requests are of. */
let sender: string;

/** A door whose connection is looked up with the id of the sender. */
function open(name: string, door: Door, rates: ConnectionRates): void {
  const register = (app: FastifyInstance, deps: LedgerDeps): void => {
    const sent = <Found extends Connection | undefined>(found: Found): Found => found && { ...found, id: sender };
    const { connections } = deps;
    door.register(app, {
      ...deps,
      connections: {
        byToken: async (...of) => sent(await connections.byToken(...of)),
        byHandle: async (...of) => (await connections.byHandle(...of)).map(sent),
        byId: async (...of) => sent(await connections.byId(...of)),
      },
    });
  };
  sender = door.connection(NAME).id;
  harness = openDoor({ ...door, register }, NAME, { connectionRates: rates });
  addNames(harness, name, NAME);
}

afterEach(() => harness.close());

const kept = (): number =>
  harness.ledger.movements.length + harness.ledger.messages.length + harness.ledger.outcomes.size;

const UNLIMITED = { messagesPerSecond: 1_000_000, bytesPerSecond: 1_000_000_000 };

/** Sends until the rate is used up, and returns the refusal. */
async function refusal(door: Door) {
  for (let n = 1; n <= 1_000; n += 1) {
    const before = kept();
    const response = await harness.app.inject(door.request(NAME, n));
    if (response.statusCode === 429) return { response, sent: n, keptOfIt: kept() - before };
    expect(response.statusCode).toBeLessThan(500);
  }
  throw new Error('not refused');
}

const formOf = (name: string, door: Door) =>
  name === 'Winit orders' ? ORDERS_FORM : FORMS[door.connection(NAME).kind];

test.each(ALL)('%s: more messages than the rate are refused in the form of the vendor', async (name, door) => {
  open(name, door, { ...UNLIMITED, messagesPerSecond: 1 });
  const { response, sent, keptOfIt } = await refusal(door);
  expect(sent).toBeGreaterThan(HTTP_LIMITS.rateWindowSeconds);
  expect(keptOfIt).toBe(0);
  const [contentType, body] = formOf(name, door);
  expect(response.headers).toMatchObject({
    'content-type': contentType,
    'retry-after': '1',
    'ratelimit-policy': '"messages";q=10;w=10;qu="requests", "bytes";q=10000000000;w=10;qu="content-bytes"',
    ratelimit: expect.stringMatching(/^"messages";r=0;t=1, "bytes";r=\d+;t=1$/) as string,
  });
  expect(typeof body === 'string' ? response.body : response.json()).toEqual(body);
});

test.each(ALL)('%s: another connection is not affected', async (name, door) => {
  open(name, door, { ...UNLIMITED, messagesPerSecond: 1 });
  await refusal(door);
  sender = idOf(0xfff9);
  const { statusCode, headers } = await harness.app.inject(door.request(NAME, 5_000));
  expect(statusCode).not.toBe(429);
  expect(headers['ratelimit']).toMatch(/^"messages";r=9;t=1, /);
});

test.each(ALL.filter(([, door]) => door.request(NAME, 1).payload !== undefined))(
  '%s: more bytes than the rate are refused, and said to take longer',
  async (name, door) => {
    open(name, door, { ...UNLIMITED, bytesPerSecond: 2 });
    expect((await harness.app.inject(door.request(NAME, 1))).statusCode).toBeLessThan(429);
    const before = kept();
    const { statusCode, headers } = await harness.app.inject(door.request(NAME, 2));
    expect(statusCode).toBe(429);
    const seconds = Number(headers['retry-after']);
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThanOrEqual(HTTP_LIMITS.rateWindowSeconds);
    expect(headers['ratelimit']).toMatch(new RegExp(`^"messages";r=\\d+;t=1, "bytes";r=\\d+;t=${seconds}$`));
    expect(kept()).toBe(before);
  },
);

test.each(ALL)('%s: refusals leave one line with the connection, not one each', async (name, door) => {
  open(name, door, { ...UNLIMITED, messagesPerSecond: 1 });
  await refusal(door);
  await refusal(door);
  const lines = harness
    .logged()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as object]));
  const warned = lines.filter((line) => 'level' in line && line.level !== 30 && !('faults' in line));
  expect(warned).toEqual([
    expect.objectContaining({
      level: 40,
      connectionId: sender,
      refused: 1,
      msg: expect.stringMatching(/rate/) as string,
    }),
  ]);
});

test.each(ALL)('%s: the default rates leave a message alone, and say what is left', async (name, door) => {
  open(name, door, HTTP_LIMITS);
  const { statusCode, headers } = await harness.app.inject(door.request(NAME, 1));
  expect(statusCode).not.toBe(429);
  expect(headers['ratelimit-policy']).toBe(
    '"messages";q=100000;w=10;qu="requests", "bytes";q=167772160;w=10;qu="content-bytes"',
  );
  expect(headers['ratelimit']).toMatch(/^"messages";r=(?:99999|100000);t=1, "bytes";r=1677\d{5};t=1$/);
});
