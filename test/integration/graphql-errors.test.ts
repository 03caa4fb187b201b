import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { LaneFullError } from '../../src/application/ports/poster';
import { ReadsUnavailableError } from '../../src/application/ports/reads';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
});

beforeEach(() => {
  gateway.faults.length = 0;
  gateway.failReadsWith = undefined;
});

afterAll(async () => {
  gateway.failReadsWith = undefined;
  await gateway.close();
});

const HEAD = '{ ledgerHead { sequence } }';

it('hides an internal error behind a request id, and logs it once', async () => {
  gateway.failReadsWith = new Error('relation "secret" does not exist');
  const response = await gateway.send(HEAD);
  expect(response.body).not.toContain('secret');
  expect(response.json()).toMatchObject({
    errors: [{ path: ['ledgerHead'], extensions: { code: 'INTERNAL', requestId: response.headers['x-request-id'] } }],
  });
  expect(gateway.faults).toHaveLength(1);
  expect(JSON.parse(gateway.faults[0] ?? '')).toMatchObject({
    requestId: response.headers['x-request-id'],
    err: { message: 'relation "secret" does not exist' },
  });
});

it('hides an internal error of a compiled query as well', async () => {
  for (let times = 0; times < GRAPHQL_LIMITS.compileAfter; times += 1) await gateway.data(HEAD);
  gateway.failReadsWith = new Error('relation "secret" does not exist');
  const response = await gateway.send(HEAD);
  expect(response.body).not.toContain('secret');
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
  expect(gateway.faults).toHaveLength(1);
});

it.each([
  ['the database cannot be reached', new ReadsUnavailableError(new Error('ECONNREFUSED')), '2'],
  ['a lane is full', new LaneFullError(), '1'],
])('answers 503 with Retry-After when %s', async (_, error, retryAfter) => {
  gateway.failReadsWith = error;
  const response = await gateway.send(HEAD);
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe(retryAfter);
  expect(response.json()).toMatchObject({ errors: [{ message: error.message, extensions: { code: 'UNAVAILABLE' } }] });
  expect(gateway.faults).toEqual([]);
});

it('says how to ask for less when a read takes too long', async () => {
  await gateway.ledger.pool.query(
    `CREATE FUNCTION slow() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(60) IS NOT NULL';
     ALTER TABLE ledger_head RENAME TO slow_head;
     CREATE VIEW ledger_head AS SELECT * FROM slow_head WHERE slow();
     GRANT SELECT ON ledger_head TO PUBLIC`,
  );
  const response = await gateway.send('{ movements(first: 7, filter: { reasons: [TRANSFER] }) { nodes { id } } }');
  await gateway.ledger.pool.query('DROP VIEW ledger_head; ALTER TABLE slow_head RENAME TO ledger_head');
  expect(response.statusCode).toBe(503);
  const { errors } = response.json<{ errors: { message: string; extensions: unknown }[] }>();
  expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  expect(errors[0]?.message).toContain('Narrow the filter');
});

it.each([
  ['a syntax error', '{ ledgerHead', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a literal of the wrong form', '{ stock(asOf: { sequence: 1.5 }) { ledgerSequence } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'two operations and no name',
    'query A { ledgerHead { sequence } } query B { ledgerHead { sequence } }',
    'BAD_USER_INPUT',
  ],
  ['nothing', '', 'BAD_USER_INPUT'],
])('answers 400 to %s', async (_, query, code) => {
  const response = await gateway.send(query);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  expect(gateway.faults).toEqual([]);
});

describe('a variable that is null where there is a default', () => {
  const expectRefusal = async (query: string): Promise<void> => {
    const response = await gateway.send(query, { v: null });
    expect(response.statusCode).toBe(400);
    const { errors } = response.json<{ errors: { message: string }[] }>();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toMatch(/^Variable "\$v" is null, and is used where "\w+!" is expected/);
    expect(gateway.faults).toEqual([]);
  };

  it.each([
    ['an argument', 'query ($v: String) { item(sku: "a", specification: $v) { sku } }'],
    [
      'an argument, with a default of its own',
      'query ($v: String = "b") { item(sku: "a", specification: $v) { sku } }',
    ],
    ['an enum', 'query ($v: StockOrder) { stock(orderBy: $v) { ledgerSequence } }'],
    ['a fragment', 'query ($v: String) { ...F } fragment F on Query { item(sku: "a", specification: $v) { sku } }'],
    ['a mutation', 'mutation ($v: Boolean) { locationArchive(code: "a", archived: $v) { __typename } }'],
    [
      'a field of an input',
      `mutation ($v: Boolean) {
        stockAdjust(input: { idempotencyKey: "a", reason: ADJUSTMENT, rows: [], dryRun: $v }) { __typename }
      }`,
    ],
  ])('is refused: %s', async (_, query) => {
    await expectRefusal(query);
  });

  it('is refused also of a compiled query, which takes it when it is left out', async () => {
    const query = 'query Compiled($v: String) { item(sku: "a", specification: $v) { sku } }';
    for (let times = 0; times <= GRAPHQL_LIMITS.compileAfter; times += 1) {
      expect(await gateway.data(query)).toEqual({ item: null });
    }
    await expectRefusal(query);
  });

  it('is taken where another operation of the document uses it otherwise', async () => {
    const query = `query A($v: String) { items(first: 1, after: $v) { nodes { sku } } }
      query B($v: String) { ...F } fragment F on Query { item(sku: "a", specification: $v) { sku } }`;
    const headers = { 'content-type': 'application/json', authorization: 'Bearer ours' };
    const payload = JSON.stringify({ query, operationName: 'A', variables: { v: null } });
    const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload });
    expect(response.json()).toMatchObject({ data: { items: { nodes: [] } } });
  });
});

it('answers in the media type that is asked for', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer ours' };
  const typeOf = async (accept: string): Promise<unknown> => {
    const payload = JSON.stringify({ query: HEAD });
    const request = { method: 'POST', url: '/graphql', headers: { ...headers, accept }, payload } as const;
    return (await gateway.app.inject(request)).headers['content-type'];
  };
  expect(await typeOf('*/*')).toBe('application/json; charset=utf-8');
  expect(await typeOf('application/graphql-response+json')).toBe('application/graphql-response+json; charset=utf-8');
});
