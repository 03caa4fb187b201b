/** The setting `ipAllowList` at every door: who comes from elsewhere gets what an unknown sender gets. */
import { pino } from 'pino';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { CONNECTION_KINDS } from '../../../src/application/ports/connections';
import { createHttpServer } from '../../../src/http/server';
import { addNames, DOORS, openDoor, type Door } from './shared/doors';

const NAME = 'Café 7';

/** A list, and addresses that it has and has not. */
const LISTS: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
  ['an address', ['203.0.113.7'], ['203.0.113.7', '::ffff:203.0.113.7'], ['203.0.113.8', '::ffff:203.0.113.8', '::1']],
  ['a network', ['203.0.113.0/25'], ['203.0.113.0', '203.0.113.127'], ['203.0.113.128', '203.0.112.255', '10.0.0.1']],
  ['an IPv6 address', ['2001:db8::7'], ['2001:db8::7', '2001:db8:0:0:0:0:0:7'], ['2001:db8::8', '203.0.113.7']],
  [
    'an IPv6 network',
    ['2001:db8:7::/48'],
    ['2001:db8:7:ffff::1'],
    ['2001:db8:8::1', '::ffff:203.0.113.7', '127.0.0.1'],
  ],
  ['several', ['198.51.100.0/24', '2001:db8::/32'], ['198.51.100.9', '2001:db8::1'], ['198.51.101.9', '2001:db9::1']],
];

const restricted = (door: Door, ipAllowList: unknown): Door => ({
  ...door,
  connection: (merchant) => {
    const connection = door.connection(merchant);
    return { ...connection, settings: { ...connection.settings, ipAllowList } };
  },
});

const shown = ({ statusCode, headers, payload }: LightMyRequestResponse): unknown => {
  const { date: _date, 'x-request-id': _id, ratelimit: _left, ...rest } = headers;
  return { statusCode, headers: rest, payload: payload.replace(/"requestId":"[^"]*"/, '') };
};

/** The request of a sender whose token or account nobody has. */
function unknownSender(request: InjectOptions): InjectOptions {
  const url = (request.url as string).replace(/(\/webhooks\/\w+\/).*/, '$1nobody');
  const names = Object.entries(request.headers ?? {}).map(([name, value]) => {
    if (/^authorization$/i.test(name)) return [name, 'Bearer nobody'];
    return [name, /^authusername$/i.test(name) ? 'nobody' : value];
  });
  const payload = (request.payload as string).replace(/"app_key":"[^"]*"/, '"app_key":"nobody"');
  return { ...request, url, headers: Object.fromEntries(names) as Record<string, string>, payload };
}

describe.each(Object.entries(DOORS))('%s', (name, door) => {
  test.each(LISTS)('lets in who comes from %s of the list, and nobody else', async (_, list, inside, outside) => {
    const harness = openDoor(restricted(door, list));
    addNames(harness, name, NAME);
    const { ledger } = harness;
    const kept = (): number => ledger.movements.length + ledger.messages.length + ledger.outcomes.size;
    const unknown = await harness.app.inject({ ...unknownSender(door.request(NAME, 0)), remoteAddress: '192.0.2.1' });
    const before = kept();
    for (const remoteAddress of outside) {
      const refused = await harness.app.inject({ ...door.request(NAME, 1), remoteAddress });
      expect(shown(refused)).toEqual(shown(unknown));
      const line = harness
        .logged()
        .split('\n')
        .find((text) => text.includes('not in ipAllowList') && text.includes(`"${remoteAddress}"`));
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        level: 40,
        address: remoteAddress,
        tenantId: expect.any(String) as string,
        connectionId: expect.any(String) as string,
      });
    }
    expect(kept()).toBe(before);
    const open = openDoor(door);
    addNames(open, name, NAME);
    for (const [n, remoteAddress] of inside.entries()) {
      const request = door.request(NAME, n + 1);
      const taken = await harness.app.inject({ ...request, remoteAddress });
      expect(shown(taken)).toEqual(shown(await open.app.inject(request)));
    }
    expect(kept()).toBeGreaterThan(before);
    await harness.close();
    await open.close();
  });

  test('refuses a list that is wrong, with a line in the log that says what to fix', async () => {
    for (const list of [[], '203.0.113.7', ['203.0.113.0/33'], [7], Array.from({ length: 101 }, () => '::1'), null]) {
      const harness = openDoor(restricted(door, list));
      const { statusCode, payload } = await harness.app.inject(door.request(NAME, 1));
      // The call's own form has the status in its body.
      if (name === 'Winit orders') expect(payload).toContain('"code":"1500"');
      else expect(statusCode).toBe(500);
      expect(harness.logged()).toContain('setting ipAllowList');
      expect(harness.ledger.movements).toEqual([]);
      await harness.close();
    }
  });
});

test('is tried at a door of each kind', () => {
  const kinds = new Set(Object.values(DOORS).map((door) => door.connection(NAME).kind));
  expect([...kinds].sort()).toEqual([...CONNECTION_KINDS].sort());
});

test('compares the address that a trusted proxy gives, and no other', async () => {
  const [, jerry] = Object.entries(DOORS)[0] ?? [];
  if (!jerry) throw new Error('There is no door.');
  const harness = openDoor(restricted(jerry, ['203.0.113.7']));
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  const direct = await harness.app.inject({ ...jerry.request(NAME, 1), headers, remoteAddress: '198.51.100.1' });
  expect(direct.statusCode).toBe(401);
  await harness.close();
  const server = createHttpServer({
    ...{ logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, trustedProxies: ['198.51.100.0/24'] },
    readiness: () => Promise.resolve(undefined),
  });
  server.app.get('/ip', (request) => request.ip);
  const ip = async (app: FastifyInstance, remoteAddress: string): Promise<string> =>
    (await app.inject({ url: '/ip', headers, remoteAddress })).payload;
  expect(await ip(server.app, '198.51.100.1')).toBe('203.0.113.7');
  expect(await ip(server.app, '192.0.2.1')).toBe('192.0.2.1');
  await server.close();
});
