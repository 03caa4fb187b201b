import { deflateSync, gzipSync } from 'node:zlib';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { GraphqlHarness } from '../support/graphql';
import { Commands } from '../support/commands';

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await new Commands(gateway).catalogue(['TEA'], ['MAIN']);
});

afterAll(() => gateway.close());

const MUTATION = `mutation ($input: StockSetInput!) { stockSet(input: $input) { results { status quantity } userErrors { code } } }`;

/** Sends exactly this body. */
async function send(payload: string): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer ours' };
  const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload });
  return { status: response.statusCode, body: response.payload };
}

let key = 0;
const inVariables = (quantity: string): string =>
  `{"query":${JSON.stringify(MUTATION)},"variables":{"input":{"idempotencyKey":"v ${(key += 1)}","rows":[{"sku":"TEA","location":"MAIN","changeFromQuantity":null,"quantity":${quantity}}]}}}`;
const inLiteral = (quantity: string): string =>
  JSON.stringify({
    query: `mutation { stockSet(input: { idempotencyKey: "l ${(key += 1)}", rows: [{ sku: "TEA", location: "MAIN", changeFromQuantity: null, quantity: ${quantity} }] }) { results { status quantity } userErrors { code } } }`,
  });

const stock = async (): Promise<unknown> => gateway.data('{ stock { nodes { onHand } } ledgerHead { sequence } }');

describe('a quantity in a body', () => {
  it.each(['0', '7', '1000000000000'])('of %s is taken as it is, as a variable and as a literal', async (quantity) => {
    for (const body of [inVariables(quantity), inLiteral(quantity)]) {
      const answer = await send(body);
      expect(answer.body).toContain(`"quantity":${quantity}`);
    }
  });

  it.each([
    '4.9999999999999999',
    '5.0',
    '5e0',
    '1e3',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '0.1',
    '"5"',
    'true',
    '[5]',
    '{}',
  ])('of %s is refused alike, as a variable and as a literal, and changes nothing', async (quantity) => {
    const before = await stock();
    for (const body of [inVariables(quantity), inLiteral(quantity)]) {
      const answer = await send(body);
      // GraphQL answers 200 with errors for an operation, and 400 for a document or a body that is refused as a whole.
      expect(answer.body).toMatch(/"errors":\[|not JSON/);
      expect(answer.body).not.toContain('APPLIED');
    }
    expect(await stock()).toEqual(before);
  });

  it.each(['4.9999999999999999', '5.0', '5e0', '0.1'])(
    'of %s is shown in the error as it was sent',
    async (quantity) => {
      const { body } = await send(inVariables(quantity));
      expect(body).toContain(`got invalid value ${quantity} at`);
      expect(body).toContain(`received ${quantity}.`);
    },
  );
});

describe('a body', () => {
  it.each([
    ['a key twice', '{"query":"{ ledgerHead { sequence } }","query":"{ items { totalCount } }"}', 'duplicate key'],
    [
      'a variable twice',
      '{"query":"query ($a: Int) { items(first: $a) { totalCount } }","variables":{"a":1,"a":2}}',
      'duplicate key',
    ],
    ['no JSON', '{"query":', 'not JSON'],
    ['nothing', '', 'not JSON'],
    [
      'a number that no double has',
      '{"query":"{ ledgerHead { sequence } }","variables":{"unused":12345678901234567890}}',
      'not JSON',
    ],
  ])('with %s is refused, and the answer says why', async (_what, payload, said) => {
    const { status, body } = await send(payload);
    expect(status).toBe(400);
    expect(body).toContain(said);
  });

  it('is read as before otherwise, with variables of every kind', async () => {
    const query = `query ($first: Int, $sku: String!, $flag: Boolean!, $ids: [ID!]) {
      items(first: $first) { nodes { sku } } item(sku: $sku) @include(if: $flag) { sku } stock(filter: { itemIds: $ids }) { totalCount } }`;
    const variables = { first: 1, sku: 'TEA', flag: true, ids: null };
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await gateway.data(query, variables)).toMatchObject({
        items: { nodes: [{ sku: 'TEA' }] },
        item: { sku: 'TEA' },
      });
    }
    const { errors } = await gateway.answer('query ($first: Int) { items(first: $first) { totalCount } }', {
      first: 1.5,
    });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a compressed body', () => {
  const query = '{ items { nodes { sku } } }';

  async function sendCoded(payload: Buffer, coding: string): Promise<{ status: number; answer: unknown }> {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer ours', 'content-encoding': coding };
    const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload });
    return { status: response.statusCode, answer: response.json() };
  }

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('in %s is read like a plain one', async (coding, code) => {
    const { status, answer } = await sendCoded(code(JSON.stringify({ query })), coding);
    expect(status).toBe(200);
    expect(answer).toEqual({ data: { items: { nodes: [{ sku: 'TEA' }] } } });
    expect((await sendCoded(code('{"query":'), coding)).status).toBe(400);
    const most = JSON.stringify({ query: `${query} #${'x'.repeat(GRAPHQL_LIMITS.bodyBytes)}` });
    expect((await sendCoded(code(most.slice(0, GRAPHQL_LIMITS.bodyBytes + 1)), coding)).status).toBe(413);
    expect((await sendCoded(code(Buffer.alloc(10_000_000)), coding)).status).toBe(413);
  });

  it('that is none is refused in the form of GraphQL', async () => {
    const whole = gzipSync(JSON.stringify({ query }));
    for (const body of [...whole.keys()].map((at) => whole.subarray(0, at)).slice(1)) {
      const { status, answer } = await sendCoded(body, 'gzip');
      expect(status).toBe(400);
      expect(answer).toEqual({
        errors: [
          {
            message: 'The body is not in the content coding that the request names.',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    }
    expect((await sendCoded(whole, 'br')).status).toBe(415);
  });

  it('is not decoded for anybody without a key', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload: Buffer.from('x') });
    expect(response.statusCode).toBe(401);
  });
});
