import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from '../../../../src/application/ports/connections';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { registerWinitEvents } from '../../../../src/vendors/winit-events/route';
import { factOf, faultOf, fixture, makeHarness, NOW_MS, TOKEN, type Harness } from '../shared/webhook-harness';
import { ENVELOPE_SECRET, UPDATE, winitConnection } from './winit-samples';

const harnesses: Harness[] = [];

afterEach(async () => {
  await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
});

function harnessOf(connection: Connection = winitConnection(), failWith?: Error): Harness {
  const harness = makeHarness(registerWinitEvents, connection, failWith);
  harnesses.push(harness);
  return harness;
}

interface Call {
  readonly token?: string;
  readonly remoteAddress?: string;
  readonly contentType?: string;
}

function post({ app }: Harness, payload: string | Buffer, call: Call = {}) {
  return app.inject({
    method: 'POST',
    url: `/webhooks/winit/${call.token ?? TOKEN}`,
    payload: Buffer.from(payload),
    headers: { 'content-type': call.contentType ?? 'application/json' },
    remoteAddress: call.remoteAddress ?? '127.0.0.1',
  });
}

const MESSAGE = fixture('winit-events', 'sku-inventory-update.request.json');
const SEALED = fixture('winit-events', 'sku-inventory-update.aes-256-gcm.request.txt');
const SUCCESS = fixture('winit-events', 'success.reply.txt');
const FAIL = fixture('winit-events', 'fail.reply.txt');

const sealedConnection = (settings = {}) =>
  winitConnection({ envelope: 'aes-256-gcm', ...settings }, { secrets: { envelopeSecret: ENVELOPE_SECRET } });

describe('a delivery that is right', () => {
  test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'as %s is answered byte for byte',
    async (contentType) => {
      const response = await post(harnessOf(), MESSAGE, { contentType });
      expect(response.statusCode).toBe(200);
      expect(response.headers['content-type']).toBe('text/plain');
      expect(response.rawPayload).toEqual(SUCCESS);
    },
  );

  test('is handed on with its evidence, and both of its legs are of one event', async () => {
    const harness = harnessOf();
    await post(harness, MESSAGE);
    expect(harness.received).toHaveLength(1);
    expect(harness.received[0]).toMatchObject({
      connection: { id: 'connection-1' },
      format: 'winit',
      receivedAtMs: NOW_MS,
      bodySha256: createHash('sha256').update(MESSAGE).digest('hex'),
      body: MESSAGE.toString(),
      verdict: 'path token, plain',
    });
    const facts = (harness.received[0]?.rows ?? []).map(factOf);
    expect(facts.map((fact) => [fact.eventId, fact.delta, fact.dimensions.bucket])).toEqual([
      ['6280417', 1, 'AVAILABLE'],
      ['6280417', -1, 'COMMITTED'],
    ]);
    expect(new Set(facts.map((fact) => fact.externalId)).size).toBe(2);
  });

  test("is taken with its good rows and its bad ones, another customer's among them", async () => {
    const harness = harnessOf();
    const other = JSON.stringify({ ...UPDATE, customerCode: '1' });
    expect((await post(harness, `[${JSON.stringify(UPDATE)} , ${other},[ ]]`)).rawPayload).toEqual(SUCCESS);
    const rows = harness.received[0]?.rows ?? [];
    expect(factOf(rows[0]).eventId).toBe('6280417');
    expect(faultOf(rows[1]).code).toBe('ROW_INVALID');
    expect(rows.map((row) => row.text)).toEqual([JSON.stringify(UPDATE), other, '[ ]']);
  });

  test('may have no rows, or 300', async () => {
    const harness = harnessOf();
    expect((await post(harness, '[]')).rawPayload).toEqual(SUCCESS);
    expect((await post(harness, `[${Array<string>(300).fill('1').join()}]`)).rawPayload).toEqual(SUCCESS);
    expect(harness.received.map(({ rows }) => rows.length)).toEqual([0, 300]);
  });

  test('in a sealed envelope is stored as it was in it, under the hash of what came', async () => {
    const harness = harnessOf(sealedConnection({ ipAllowList: ['127.0.0.1'] }));
    const response = await post(harness, `${SEALED.toString()}\r\n`, { contentType: 'text/plain' });
    expect(response.rawPayload).toEqual(SUCCESS);
    expect(harness.received[0]).toMatchObject({
      bodySha256: createHash('sha256').update(`${SEALED.toString()}\r\n`).digest('hex'),
      body: MESSAGE.toString(),
      verdict: 'path token, aes-256-gcm, address allowed',
    });
  });
});

describe('a delivery that is wrong', () => {
  const tampered = Buffer.from(SEALED.toString(), 'base64');
  tampered[20] = (tampered[20] ?? 0) ^ 1;

  test.each<[string, string | Buffer, Connection, string?]>([
    [
      'no body',
      '',
      winitConnection(),
      'the message is not JSON: nothing but white space at byte 0 (line 1, column 1).',
    ],
    ['no JSON, with a NUL', 'succ\0ess', winitConnection(), 'the message is not JSON: '],
    ['one row that is in no array', JSON.stringify(UPDATE), winitConnection(), 'the message is not an array of rows.'],
    [
      'more than 5,000 rows',
      `[${Array<string>(5001).fill('1').join()}]`,
      winitConnection(),
      '5001 rows; at most 5000 are taken.',
    ],
    ['ciphertext where none is agreed', SEALED, winitConnection(), 'the message is not JSON: '],
    ['no ciphertext where it is agreed', MESSAGE, sealedConnection()],
    ['a short ciphertext', 'AAAA', sealedConnection()],
    ['a ciphertext that was changed', tampered.toString('base64'), sealedConnection()],
    ['no body in its envelope', '', sealedConnection()],
  ])(
    'with %s is answered byte for byte and not handed on; the log says why',
    async (_what, body, connection, kept = '') => {
      const harness = harnessOf(connection);
      const response = await post(harness, body);
      expect(response.statusCode).toBe(500);
      expect(response.headers['content-type']).toBe('text/plain');
      expect(response.rawPayload).toEqual(FAIL);
      expect(harness.received).toEqual([]);
      expect(harness.logged()).toContain('winit delivery refused');
      // What cannot be decrypted is of nobody that is known.
      expect(harness.rejected).toHaveLength(kept === '' ? 0 : 1);
      for (const { detail, body: stored } of harness.rejected) {
        expect(detail).toContain(`INVALID_INPUT ${kept}`);
        expect(stored).toBe(body.toString().replace('\0', '\uFFFD'));
      }
    },
  );

  test('is answered with status 200 where the connection wants that', async () => {
    const response = await post(harnessOf(winitConnection({ failureStatus: 200 })), '{}');
    expect([response.statusCode, response.payload]).toEqual([200, 'fail']);
  });

  test('is refused with a 401 where its path is of no connection', async () => {
    const response = await post(harnessOf(), MESSAGE, { token: 'another' });
    expect([response.statusCode, response.payload]).toEqual([401, 'fail']);
    expect(response.headers['www-authenticate']).toBe('PathToken realm="winit"');
  });

  test('that is too large is told so in their form', async () => {
    const response = await post(harnessOf(), Buffer.alloc(8 * 1024 * 1024 + 1, 0x20));
    expect([response.statusCode, response.payload]).toEqual([413, 'fail']);
    expect(response.headers['content-type']).toBe('text/plain');
  });

  test('is refused where it comes from another address than agreed', async () => {
    const harness = harnessOf(winitConnection({ ipAllowList: ['203.0.113.0/24'] }));
    expect((await post(harness, MESSAGE, { remoteAddress: '198.51.100.7' })).payload).toBe('fail');
    expect((await post(harness, MESSAGE, { remoteAddress: '203.0.113.7' })).payload).toBe('success');
    expect(harness.received).toHaveLength(1);
    expect(harness.logged()).toContain('its address is not in ipAllowList');
  });
});

describe('a delivery that could not be taken in', () => {
  test.each([
    ['a full lane', new LaneFullError(), '1'],
    ['a database that cannot be reached', new LedgerUnavailableError(), '2'],
  ])('because of %s is to be sent again', async (_reason, error, seconds) => {
    const response = await post(harnessOf(winitConnection(), error), MESSAGE);
    expect(response.statusCode).toBe(500);
    expect(response.headers['retry-after']).toBe(seconds);
    expect(response.rawPayload).toEqual(FAIL);
  });

  test('because of a fault of ours is told nothing of it; the log is', async () => {
    const harness = harnessOf(winitConnection({ failureStatus: 200 }), new Error('what went wrong'));
    const response = await post(harness, MESSAGE);
    expect([response.statusCode, response.payload]).toEqual([200, 'fail']);
    expect(harness.logged()).toContain('what went wrong');
  });

  test('because of settings that cannot be used is told nothing of them; the log is', async () => {
    const harness = harnessOf(winitConnection({ envelope: 'rot13' }));
    const response = await post(harness, MESSAGE);
    expect([response.statusCode, response.payload]).toEqual([500, 'fail']);
    expect(harness.logged()).toContain('setting envelope takes plain, aes-256-gcm only');
  });
});

describe('the probe at subscription', () => {
  test('is answered where the path is of a connection', async () => {
    const { app } = harnessOf();
    const get = await app.inject({ method: 'GET', url: `/webhooks/winit/${TOKEN}` });
    expect([get.statusCode, get.payload, get.headers['content-type']]).toEqual([200, 'success', 'text/plain']);
    const head = await app.inject({ method: 'HEAD', url: `/webhooks/winit/${TOKEN}` });
    expect([head.statusCode, head.payload]).toEqual([200, '']);
  });

  test('is not answered elsewhere', async () => {
    const get = await harnessOf().app.inject({ method: 'GET', url: '/webhooks/winit/another' });
    expect([get.statusCode, get.payload]).toEqual([401, 'fail']);
  });
});

test('no body makes the route fail', async () => {
  const harness = harnessOf();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.json(),
        fc.json().map((row) => `[${row}]`),
        fc.string(),
      ),
      async (body) => {
        expect(['success', 'fail']).toContain((await post(harness, body)).payload);
      },
    ),
    { numRuns: 200 },
  );
  expect(harness.logged()).not.toContain('request failed');
});
