import { randomInt } from 'node:crypto';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { factOf } from '../support/domain/test-ledger';
import { GraphqlHarness, type Answer } from '../support/graphql';
import { Fuzzer, type FuzzedRequest } from '../support/graphql-fuzz';

jest.setTimeout(300_000);

const QUERIES = 4_000;
const MUTATIONS = 1_000;
/** Set FUZZ_SEED to play what a failed run has printed. */
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

let gateway: GraphqlHarness;
let fuzzer: Fuzzer;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await gateway.deliver([factOf('known', { delta: 5 }), factOf('unknown', { delta: 2 ** 53 - 1 })]);
  fuzzer = new Fuzzer(buildStockbridgeSchema(), SEED);
});

afterAll(() => gateway.close());

/** Sends a request and checks its answer, whatever it is. */
async function play({ query, variables }: FuzzedRequest): Promise<Answer> {
  const response = await gateway.send(query, variables);
  const answer = response.json<Answer>();
  const codes = (answer.errors ?? []).map(({ extensions }) => extensions.code);
  const told = { seed: SEED, query, variables: JSON.stringify(variables), status: response.statusCode };
  expect({ ...told, faults: gateway.faults, codes }).toEqual({
    ...told,
    faults: [],
    codes: codes.filter((code) => !['INTERNAL', 'UNAVAILABLE'].includes(code)),
  });
  expect([200, 400]).toContain(response.statusCode);
  return answer;
}

it(`answers ${QUERIES} random queries without a fault`, async () => {
  let answered = 0;
  for (let turn = 0; turn < QUERIES; turn += 1) answered += (await play(fuzzer.query())).errors ? 0 : 1;
  // Otherwise the requests would not reach the resolvers.
  expect(answered).toBeGreaterThan(QUERIES / 10);
});

it(`refuses ${MUTATIONS} random mutations of wrong arguments, and changes nothing`, async () => {
  const state = `{ ledgerHead { sequence hash } items(includeArchived: true) { totalCount } locations { totalCount }
    adjustmentOrders { totalCount } inboundMessages { totalCount } }`;
  const before = await gateway.data(state);
  for (let turn = 0; turn < MUTATIONS; turn += 1) await play(fuzzer.badMutation());
  expect(await gateway.data(state)).toEqual(before);
});
