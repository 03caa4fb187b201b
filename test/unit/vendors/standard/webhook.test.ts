import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from '../../../../src/application/ports/connections';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { registerStandard } from '../../../../src/vendors/standard/route';
import { CONNECTION, faultsOf, idOf, MINUTE, NOON } from '../../../support/domain/test-ledger';
import { makeLedgerHarness, type LedgerHarness } from '../shared/ledger-harness';
import { fixture, TOKEN } from '../shared/webhook-harness';
import { FOREIGN_SECRET, PREVIOUS_SECRET, SECRET, signed, standardConnection } from './standard-samples';

const harnesses: LedgerHarness[] = [];

afterEach(async () => {
  await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
});

function harnessOf(connection: Connection = standardConnection(), failWith?: Error): LedgerHarness {
  const failure = failWith ? { failWith } : {};
  const harness = makeLedgerHarness(registerStandard, { connections: [connection], token: TOKEN, ...failure });
  harnesses.push(harness);
  harness.ledger.addItem('TEA');
  return harness;
}

interface Call {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly contentType?: string;
}

function post({ app }: LedgerHarness, body: string, { token = TOKEN, headers = signed(body), ...call }: Call = {}) {
  return app.inject({
    method: 'POST',
    url: `/webhooks/standard/${token}`,
    payload: Buffer.from(body),
    headers: { 'content-type': call.contentType ?? 'application/json', ...headers },
  });
}

const FACTS = fixture('standard', 'facts.request.json').toString();
const COUNTS = fixture('standard', 'counts.request.json').toString();

const factsOf = (...rows: unknown[]) => JSON.stringify({ type: 'stock.facts', data: { rows } });
const countsOf = (...rows: unknown[]) => JSON.stringify({ type: 'stock.counts', data: { rows } });
const count = (quantity: number, asOfMs: number, more: Record<string, unknown> = {}) => ({
  item: { sku: 'TEA' },
  location: 'WH-1',
  quantity,
  asOf: new Date(asOfMs).toISOString(),
  ...more,
});

interface Answer {
  readonly replayed?: boolean;
  readonly rows: readonly { readonly status: string; readonly code?: string; readonly detail?: string }[];
}

const statusesIn = (response: { json: () => unknown }): string[] =>
  (response.json() as Answer).rows.map(({ status }) => status);

describe('a message of facts', () => {
  test('is answered byte for byte', async () => {
    const response = await post(harnessOf(), FACTS);
    expect(response.payload).toBe(fixture('standard', 'facts.reply.json').toString());
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
  });

  test('posts its good rows, those of one event together, and is their evidence', async () => {
    const harness = harnessOf();
    await post(harness, FACTS, { contentType: 'text/plain' });
    const { ledger } = harness;
    expect(ledger.quantity('0099999992222', 'WH-1', { lot: 'L-1' })).toBe(12);
    expect(ledger.quantity('TEA', 'WH-1')).toBe(-2);
    expect(ledger.quantity('TEA', 'WH-1', { bucket: 'COMMITTED' })).toBe(2);
    expect(ledger.movements.map(({ externalId, entries }) => [externalId, entries.length])).toEqual([
      ['r-1', 1],
      ['e-9', 2],
    ]);
    expect(ledger.messages).toMatchObject([
      {
        connectionId: CONNECTION.id,
        format: 'standard',
        receivedAtMs: NOON,
        status: 'PARTLY_QUARANTINED',
        bodySha256: createHash('sha256').update(FACTS).digest('hex'),
        body: FACTS,
        verdict: 'standard webhooks v1, present secret',
      },
    ]);
    expect([...ledger.quarantined.values()].map(({ index, code }) => [index, code])).toEqual([
      [3, 'ITEM_NOT_FOUND'],
      [4, 'ROW_INVALID'],
    ]);
    expect(faultsOf(ledger)).toEqual([]);
  });

  test('sent again, under whatever id, posts nothing more', async () => {
    const harness = harnessOf();
    await post(harness, FACTS);
    const again = await post(harness, FACTS, { headers: signed(FACTS, { id: 'msg-2', atMs: NOON + MINUTE }) });
    expect(statusesIn(again)).toEqual(['DUPLICATE', 'DUPLICATE', 'DUPLICATE', 'QUARANTINED', 'QUARANTINED']);
    expect(harness.ledger.movements).toHaveLength(2);
  });

  test('with an id that came before with other content leaves that row in quarantine', async () => {
    const harness = harnessOf();
    const fact = { id: 'r', item: { sku: 'TEA' }, location: 'WH-1', delta: 1, reason: 'GAIN' };
    await post(harness, factsOf(fact));
    const response = await post(harness, factsOf({ ...fact, delta: 2 }));
    expect(response.json<Answer>().rows[0]).toMatchObject({ status: 'QUARANTINED', code: 'EXTERNAL_ID_REUSED' });
  });

  test('may have no rows, or 300', async () => {
    const harness = harnessOf();
    expect((await post(harness, factsOf())).payload).toBe('{"status":"APPLIED","belowZero":0,"rows":[]}');
    const full = await post(harness, factsOf(...Array<number>(300).fill(1)));
    expect(statusesIn(full)).toHaveLength(300);
  });
});

describe('a message of counts', () => {
  test('is answered byte for byte', async () => {
    const response = await post(harnessOf(), COUNTS);
    expect(response.payload).toBe(fixture('standard', 'counts.reply.json').toString());
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
  });

  test('posts those that count, and is their evidence', async () => {
    const harness = harnessOf();
    await post(harness, COUNTS);
    const { ledger } = harness;
    expect(ledger.quantity('TEA', 'WH-1')).toBe(40);
    expect(ledger.messages).toMatchObject([
      { id: idOf(0xb000), format: 'standard', body: COUNTS, sequences: { first: 1, last: ledger.movements.length } },
    ]);
    expect(new Set(ledger.movements.map(({ externalId, origin }) => `${externalId} ${origin.id}`))).toEqual(
      new Set([`msg-1 ${CONNECTION.id}`]),
    );
    expect(faultsOf(ledger)).toEqual([]);
  });

  test('sent again is answered as the first time, and counts nothing more', async () => {
    const harness = harnessOf();
    const first = (await post(harness, COUNTS)).json<Answer>();
    const { length } = harness.ledger.movements;
    const again = (await post(harness, COUNTS, { headers: signed(COUNTS, { atMs: NOON + MINUTE }) })).json<Answer>();
    expect(again).toEqual({ ...first, replayed: true });
    expect(harness.ledger.movements).toHaveLength(length);
  });

  test('under the id of another one is refused', async () => {
    const harness = harnessOf();
    await post(harness, countsOf(count(1, NOON - MINUTE)));
    const response = await post(harness, countsOf(count(2, NOON - MINUTE)));
    expect(response.statusCode).toBe(409);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(harness.ledger.quantity('TEA', 'WH-1')).toBe(1);
  });

  test('that comes late changes nothing', async () => {
    const harness = harnessOf();
    const send = (id: string, row: unknown) => {
      const body = countsOf(row);
      return post(harness, body, { headers: signed(body, { id }) });
    };
    await send('a', count(5, NOON - MINUTE));
    expect(statusesIn(await send('b', count(9, NOON - 2 * MINUTE)))).toEqual(['STALE_IGNORED']);
    expect(statusesIn(await send('c', count(5, NOON - MINUTE)))).toEqual(['DUPLICATE']);
    expect((await send('d', count(6, NOON - MINUTE))).json<Answer>().rows[0]?.code).toBe('AS_OF_CONFLICT');
    expect(statusesIn(await send('e', count(5, NOON)))).toEqual(['UNCHANGED']);
    expect(harness.ledger.quantity('TEA', 'WH-1')).toBe(5);
  });

  test('names rows that mean one stock key by their own places', async () => {
    const harness = harnessOf();
    const body = countsOf({}, count(1, NOON), count(2, NOON), count(3, NOON, { lot: 'L' }));
    const { rows } = (await post(harness, body)).json<Answer>();
    expect(rows.map(({ status }) => status)).toEqual(['REJECTED', 'REJECTED', 'REJECTED', 'APPLIED']);
    expect(rows[1]).toEqual({
      index: 1,
      status: 'REJECTED',
      code: 'DUPLICATE_ROW',
      detail: 'Two rows of the input mean the same stock key.',
    });
  });

  test('makes items and locations where the connection says so', async () => {
    const upc = count(7, NOON, { item: { scheme: 'UPC', value: '123' }, location: 'NEW' });
    const making = harnessOf();
    expect(statusesIn(await post(making, countsOf(upc)))).toEqual(['APPLIED']);
    const strict = harnessOf(standardConnection({ unknownItems: 'quarantine', unknownLocations: 'quarantine' }));
    strict.ledger.addLocation('WH-1');
    const body = countsOf({ ...upc, location: 'WH-1' }, count(1, NOON, { location: 'NEW' }));
    const { rows } = (await post(strict, body)).json<Answer>();
    expect(rows.map(({ code }) => code)).toEqual(['ITEM_NOT_FOUND', 'LOCATION_NOT_FOUND']);
  });

  test('that the connection is too coarse for is refused', async () => {
    const harness = harnessOf();
    await post(harness, countsOf(count(7, NOON, { lot: 'L' })));
    const coarse = harnessOf(standardConnection({ tracks: [] }));
    for (const level of harness.ledger.levels.values()) coarse.ledger.levels.set(level.id, level);
    coarse.ledger.addLocation('WH-1');
    const { rows } = (await post(coarse, countsOf(count(7, NOON, { lot: 'L' })))).json<Answer>();
    expect(rows[0]?.code).toBe('KEY_TOO_COARSE');
  });

  test('may have no row that can be read', async () => {
    const harness = harnessOf();
    expect((await post(harness, countsOf())).payload).toBe('{"replayed":false,"rows":[]}');
    expect(statusesIn(await post(harness, countsOf(7, {})))).toEqual(['REJECTED', 'REJECTED']);
  });
});

describe('a message that is wrong', () => {
  const change = (from: string, to: string) => FACTS.replace(from, to);

  test.each<[string, string, Call]>([
    ['no signature', FACTS, { headers: {} }],
    ['a foreign signature', FACTS, { headers: signed(FACTS, { secret: FOREIGN_SECRET }) }],
    ['a changed body', change('"delta": 12', '"delta": 13'), { headers: signed(FACTS) }],
    ['a time long past', FACTS, { headers: signed(FACTS, { atMs: NOON - 6 * MINUTE }) }],
    ['a path of no connection', FACTS, { token: 'another' }],
  ])('with %s is a 401 that tells no secret', async (_what, body, call) => {
    const harness = harnessOf(standardConnection({}, { secrets: { secret: SECRET, previousSecret: PREVIOUS_SECRET } }));
    const response = await post(harness, body, call);
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('StandardWebhooks realm="stockbridge"');
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json<{ detail: string }>().detail).toMatch(/webhook-|path/);
    for (const secret of [SECRET, PREVIOUS_SECRET]) {
      expect(response.payload + harness.logged()).not.toContain(secret.slice(6));
    }
    expect(harness.ledger.messages).toEqual([]);
  });

  test.each([
    ['', 'The body is not JSON: nothing but white space at byte 0 (line 1, column 1).'],
    ['{"type":1,"type":2}', 'The body is not JSON: duplicate key at byte 10 (line 1, column 11).'],
    ['[]', 'The body is not an object.'],
    ['{"type":"stock.facts"}', 'data has to be an object, and its member rows an array.'],
    [
      '{"type":"stock.facts","data":{"rows":{}}}',
      'data has to be an object, and its member rows an array; received {}.',
    ],
    [
      '{"type":"stock.events","data":{"rows":[]}}',
      'type has to be one of stock.facts, stock.counts; received "stock.events".',
    ],
    [factsOf(...Array<number>(5001).fill(1)), 'data.rows has 5001 rows; at most 5000 are taken.'],
  ])('such as %.40s is told why, and is kept as rejected', async (body, detail) => {
    const harness = harnessOf();
    const response = await post(harness, body);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toMatchObject({ title: 'Bad Request', detail });
    expect(harness.ledger.messages).toMatchObject([{ format: 'standard', status: 'REJECTED' }]);
    expect(harness.ledger.rejected).toMatchObject([{ index: 0, code: 'INVALID_INPUT', detail, row: '' }]);
  });

  test('because it is too large is a problem too', async () => {
    const response = await post(harnessOf(), ' '.repeat(8 * 1024 * 1024 + 1), { headers: {} });
    expect([response.statusCode, response.headers['content-type']]).toEqual([413, 'application/problem+json']);
  });
});

describe('a message that could not be taken in', () => {
  test.each([
    ['a full lane', new LaneFullError(), '1'],
    ['a database that cannot be reached', new LedgerUnavailableError(), '2'],
  ])('because of %s is to be sent again', async (_reason, error, seconds) => {
    for (const body of [FACTS, COUNTS]) {
      const response = await post(harnessOf(standardConnection(), error), body);
      expect(response.statusCode).toBe(503);
      expect(response.headers['retry-after']).toBe(seconds);
      expect(response.headers['content-type']).toBe('application/problem+json');
    }
  });

  test('because of a fault of ours is told nothing of it; the log is', async () => {
    const harness = harnessOf(standardConnection(), new Error('what went wrong'));
    const response = await post(harness, FACTS);
    expect(response.statusCode).toBe(500);
    expect(response.payload).not.toContain('what went wrong');
    expect(harness.logged()).toContain('what went wrong');
  });

  test('because of settings that cannot be used is told nothing of them; the log is', async () => {
    const harness = harnessOf(standardConnection({}, { secrets: { secret: 'whsec_short' } }));
    const response = await post(harness, FACTS);
    expect(response.statusCode).toBe(500);
    expect(harness.logged()).toContain('secret secret has to be whsec_');
    expect(harness.logged() + response.payload).not.toContain('whsec_short');
  });
});

test('during a rotation both secrets are good', async () => {
  const secrets = { secret: SECRET, previousSecret: PREVIOUS_SECRET };
  const harness = harnessOf(standardConnection({}, { secrets }));
  await post(harness, FACTS);
  await post(harness, FACTS, { headers: signed(FACTS, { secret: PREVIOUS_SECRET }) });
  expect(harness.ledger.messages.map(({ verdict }) => verdict)).toEqual([
    'standard webhooks v1, present secret',
    'standard webhooks v1, previous secret',
  ]);
});

test('no body makes the route fail', async () => {
  const harness = harnessOf();
  const row = fc.oneof(
    fc.jsonValue(),
    fc.record({
      id: fc.string(),
      item: fc.constant({ sku: 'TEA' }),
      delta: fc.maxSafeInteger(),
      reason: fc.constant('GAIN'),
      location: fc.constant('WH-1'),
    }),
    fc.record({
      item: fc.constant({ sku: 'TEA' }),
      quantity: fc.maxSafeNat(),
      asOf: fc.constant('2025-11-22T11:59:00Z'),
      location: fc.string(),
    }),
  );
  const rows = fc.array(row, { maxLength: 4 });
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    rows.map((list) => factsOf(...list)),
    rows.map((list) => countsOf(...list)),
  );
  let messages = 0;
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const response = await post(harness, text, { headers: signed(text, { id: `msg-${messages++}` }) });
      expect([200, 400]).toContain(response.statusCode);
      expect(response.json()).toBeInstanceOf(Object);
    }),
    { numRuns: 300 },
  );
  expect(faultsOf(harness.ledger)).toEqual([]);
});
