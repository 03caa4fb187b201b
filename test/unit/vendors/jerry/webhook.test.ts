import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from '../../../../src/application/ports/connections';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { registerJerry } from '../../../../src/vendors/jerry/route';
import { jerryDigest } from '../../../../src/vendors/jerry/signature';
import { nextAddress } from '../../../support/addresses';
import { factOf, faultOf, fixture, makeHarness, NOW_MS, TOKEN, type Harness } from '../shared/webhook-harness';
import { CHANGE, jerryConnection, SECRETS, signed } from './jerry-samples';

const harnesses: Harness[] = [];

afterEach(async () => {
  await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
});

function harnessOf(connection: Connection = jerryConnection(), failWith?: Error): Harness {
  const harness = makeHarness(registerJerry, connection, failWith);
  harnesses.push(harness);
  return harness;
}

function post({ app }: Harness, payload: string | Buffer, token = TOKEN, contentType = 'application/json') {
  return app.inject({
    method: 'POST',
    url: `/webhooks/jerry/${token}`,
    remoteAddress: nextAddress(),
    payload: Buffer.from(payload),
    headers: { 'content-type': contentType },
  });
}

const MESSAGE = fixture('jerry', 'stock-sync.request.json');

describe('a delivery that is right', () => {
  test.each(['application/json', 'application/javascript', 'application/json; charset=utf-8', 'text/plain'])(
    'as %s is answered byte for byte',
    async (contentType) => {
      const response = await post(harnessOf(), MESSAGE, TOKEN, contentType);
      expect(response.statusCode).toBe(200);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.rawPayload).toEqual(fixture('jerry', 'success.reply.json'));
    },
  );

  test('is handed on with its evidence', async () => {
    const harness = harnessOf();
    await post(harness, MESSAGE);
    expect(harness.received).toHaveLength(1);
    expect(harness.received[0]).toMatchObject({
      connection: { id: 'connection-1' },
      format: 'jerry',
      receivedAtMs: NOW_MS,
      bodySha256: createHash('sha256').update(MESSAGE).digest('hex'),
      verdict: 'digest raw/hex',
    });
    const rows = harness.received[0]?.rows ?? [];
    expect(rows.map((row) => factOf(row).externalId)).toEqual(['14556', '14557']);
    expect(rows.map((row) => factOf(row).delta)).toEqual([-2, 2]);
    expect(rows[1]?.text).toBe(
      '{"time":"2022-09-02 10:25:40","stockChangeId":14557,"upc":"888888888888","qty":"2","reason":"in reason",' +
        '"changeType":"201","businessNo":"ATW198274922","flag":"2"}',
    );
  });

  test('is stored without its secrets, all else byte for byte', async () => {
    const harness = harnessOf();
    await post(harness, MESSAGE);
    const expected = MESSAGE.toString()
      .replace('"s3cret"', '"[redacted]"')
      .replace('"64c1aac5c17a585afaa3e0aac3ebc0ff"', '"[redacted]"');
    expect(harness.received[0]?.body).toBe(expected);
    expect(harness.logged()).not.toMatch(/s3cret|k3y|64c1aac5|the-path-token/);
  });

  test('is stored without its secrets however their names are written and wherever their values stand', async () => {
    const goods = `[{"note":"s3cret","sign":"apiPassword","apiPassword":1}]`;
    const sign = jerryDigest(SECRETS, goods, 'hex');
    const harness = harnessOf();
    await post(
      harness,
      ` {"s\\u0069gn" :\t"${sign}","1":{"apiPassword":"s3cret"}, "goods":${goods}, "api\\u0050assword":"s3\\u0063ret" ` +
        `,"userName":"DUMMY DUCK"}\n`,
    );
    expect(harness.received[0]?.body).toBe(
      ` {"s\\u0069gn" :\t"[redacted]","1":{"apiPassword":"[redacted]"}, ` +
        `"goods":[{"note":"[redacted]","sign":"apiPassword","apiPassword":1}], "api\\u0050assword":"[redacted]" ` +
        `,"userName":"DUMMY DUCK"}\n`,
    );
  });

  test('is verified by the variant of the connection', async () => {
    const goods = `[ ${JSON.stringify(CHANGE)} ]`;
    const sign = jerryDigest(SECRETS, JSON.stringify([CHANGE]), 'base64');
    const body = JSON.stringify({ userName: 'DUMMY DUCK', apiPassword: 's3cret', sign }).replace(
      '}',
      `,"goods":${goods}}`,
    );
    const harness = harnessOf(jerryConnection({ serialisation: 'compact', encoding: 'base64' }));
    expect((await post(harness, body)).statusCode).toBe(200);
    expect(harness.received[0]?.verdict).toBe('digest compact/base64');
    expect((await post(harnessOf(), body)).statusCode).toBe(401);
  });

  test('is taken with its good rows and its bad ones', async () => {
    const harness = harnessOf();
    const goods = `[${JSON.stringify(CHANGE)}, {"upc": 1} ,7]`;
    expect((await post(harness, signed(goods))).rawPayload).toEqual(fixture('jerry', 'success.reply.json'));
    const rows = harness.received[0]?.rows ?? [];
    expect(factOf(rows[0]).externalId).toBe('14556');
    expect(faultOf(rows[1]).code).toBe('ROW_INVALID');
    expect(rows.map((row) => [row.index, row.text])).toEqual([
      [0, JSON.stringify(CHANGE)],
      [1, '{"upc": 1}'],
      [2, '7'],
    ]);
  });

  test('may have no goods in it, or 300', async () => {
    const harness = harnessOf();
    expect((await post(harness, signed('[]'))).statusCode).toBe(200);
    expect((await post(harness, signed(`[${Array<string>(300).fill('1').join()}]`))).statusCode).toBe(200);
    expect(harness.received.map(({ rows }) => rows.length)).toEqual([0, 300]);
  });
});

describe('a delivery that is wrong', () => {
  const change = (from: string, to: string) => MESSAGE.toString().replace(from, to);

  test.each<[string, string, string | Buffer, number]>([
    ['a digest that does not fit', 'bad-signature', change('64c1', '64c0'), 401],
    ['goods that were changed', 'bad-signature', change('"qty":"2"', '"qty":"3"'), 401],
    ['a space more in its goods', 'bad-signature', change('"qty":"2"', '"qty": "2"'), 401],
    ['a sign of another length', 'bad-signature', change('"64c1aac5c17a585afaa3e0aac3ebc0ff"', '"6"'), 401],
    ['a sign that is no text', 'bad-signature', change('"64c1aac5c17a585afaa3e0aac3ebc0ff"', '{}'), 401],
    ['another password', 'bad-credentials', change('s3cret', 's3cre'), 401],
    ['another user', 'bad-credentials', change('DUMMY DUCK', 'DUMMY'), 401],
    ['nothing but an object', 'bad-credentials', '{}', 401],
    ['no JSON', 'not-json', '{"userName":DUMMY}', 400],
    ['goods that are no array', 'goods-not-an-array', signed('{}'), 400],
    ['more than 5,000 goods', 'too-many', signed(`[${Array<string>(5001).fill('1').join()}]`), 400],
    ['more than 8 mebibytes', 'too-large', Buffer.alloc(8 * 1024 * 1024 + 1, 0x20), 413],
  ])('with %s is answered byte for byte and not handed on', async (_what, reply, body, status) => {
    const harness = harnessOf();
    const response = await post(harness, body);
    expect(response.payload).toBe(fixture('jerry', `${reply}.reply.json`).toString());
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['www-authenticate']).toBe(status === 401 ? 'JerryDigest realm="jerry"' : undefined);
    expect(harness.received).toEqual([]);
  });

  test.each([
    ['', 'the body is not JSON: nothing but white space'],
    ['[]', 'the body is not an object'],
    ['{"a":1,"a":2}', 'the body is not JSON: duplicate key'],
    ['{"userName":"DUMMY DUCK","apiPassword":"s3cret","sign":""}', 'goods is missing'],
  ])('such as %s is told why', async (body, message) => {
    const response = await post(harnessOf(), body);
    expect(response.statusCode).toBe(400);
    expect(response.json<{ Status: number; Message: string }>().Message).toContain(`10 invalid parameter: ${message}`);
  });

  test.each([
    ['{}', 'goods is not an array.'],
    [`[${Array<string>(5001).fill('1').join()}]`, 'goods has 5001 elements; at most 5000 are taken.'],
  ])('and signed, with wrong goods (case %#), is kept without its secrets', async (goods, detail) => {
    const harness = harnessOf();
    expect((await post(harness, signed(goods))).statusCode).toBe(400);
    expect(harness.received).toEqual([]);
    expect(harness.rejected).toMatchObject([{ detail: `INVALID_INPUT ${detail}`, verdict: 'digest raw/hex' }]);
    expect(harness.rejected[0]?.body).toContain(goods);
    expect(harness.rejected[0]?.body).not.toContain('s3cret');
  });

  test('and not signed by the sender, is not kept', async () => {
    const harness = harnessOf();
    await post(harness, signed('{}').replace('s3cret', 'guess'));
    await post(harness, signed('7').replace(/"sign":"./, '"sign":"-'));
    await post(harness, '[]');
    expect(harness.rejected).toEqual([]);
  });

  test('is not told more than that its path is of no connection', async () => {
    const response = await post(harnessOf(), MESSAGE, 'another-token');
    expect(response.statusCode).toBe(401);
    expect(response.rawPayload).toEqual(fixture('jerry', 'unknown-path.reply.json'));
  });

  test('is asked for its credentials before its goods are looked at', async () => {
    const body = signed('{}').replace('s3cret', 'guess');
    expect((await post(harnessOf(), body)).payload).toContain('101 bad API key');
    expect((await post(harnessOf(), signed('7').replace(/"sign":"./, '"sign":"-'))).payload).toContain('104');
  });
});

describe('a delivery that could not be taken in', () => {
  test.each([
    ['a full lane', new LaneFullError(), '1'],
    ['a database that cannot be reached', new LedgerUnavailableError(), '2'],
  ])('because of %s is to be sent again', async (_reason, error, seconds) => {
    const response = await post(harnessOf(jerryConnection(), error), MESSAGE);
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe(seconds);
    expect(response.rawPayload).toEqual(fixture('jerry', 'busy.reply.json'));
  });

  test('because of a fault of ours is told nothing of it; the log is', async () => {
    const harness = harnessOf(jerryConnection(), new Error('what went wrong'));
    const response = await post(harness, MESSAGE);
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.rawPayload).toEqual(fixture('jerry', 'fault.reply.json'));
    expect(harness.logged()).toContain('what went wrong');
  });

  test('because of settings that cannot be used is told nothing of them; the log is', async () => {
    const harness = harnessOf(jerryConnection({ encoding: 'hax' }));
    const response = await post(harness, MESSAGE);
    expect(response.statusCode).toBe(500);
    expect(response.rawPayload).toEqual(fixture('jerry', 'fault.reply.json'));
    expect(harness.logged()).toContain('setting encoding takes hex, base64 only');
  });
});

test('a path without POST says which method it has', async () => {
  const response = await harnessOf().app.inject({ method: 'GET', url: `/webhooks/jerry/${TOKEN}` });
  expect(response.statusCode).toBe(405);
  expect(response.headers['allow']).toContain('POST');
});

test('no body makes the route fail', async () => {
  const harness = harnessOf();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.json().map(signed), fc.string()), async (body) => {
      expect([200, 400, 401]).toContain((await post(harness, body)).statusCode);
    }),
    { numRuns: 200 },
  );
});
