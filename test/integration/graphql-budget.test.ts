/** What one request may read: statements, and the bytes of bodies and rows. */
import { READ_BUDGET, RequestBudget } from '../../src/application/ports/reads';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { byIdentifier, factOf } from '../support/domain/test-ledger';
import { GraphqlHarness, type Answer } from '../support/graphql';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
const MESSAGES = 4;
const ROWS = 2_000;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  for (let message = 0; message < MESSAGES; message += 1) {
    const facts = Array.from({ length: ROWS }, (_, row) =>
      factOf(`${message}-${row}`, { item: byIdentifier('CODE', 'UNKNOWN', { whenUnknown: 'REFUSE' }) }),
    );
    await gateway.deliver([factOf(`known-${message}`, { delta: 1 }), ...facts]);
  }
  const { pool } = gateway.ledger;
  for (const table of ['quarantined_row', 'inbound_message']) {
    await pool.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  }
  await pool.query(`UPDATE quarantined_row SET row = repeat('é', 1000)`);
  await pool.query(`UPDATE inbound_message SET body = repeat('é', 1500000)`);
});

afterAll(() => gateway.close());

async function answerTo(query: string): Promise<{ answer: Answer; length: number }> {
  const response = await gateway.send(query);
  return { answer: response.json<Answer>(), length: response.payload.length };
}

it.each(['body', 'quarantined { row }', 'quarantined { code }'])(
  'shows the %s of a few messages, and refuses more than fits before reading it',
  async (field) => {
    const one = await answerTo(`{ inboundMessages(first: 1) { nodes { ${field} } } }`);
    expect(one.answer.errors).toBeUndefined();
    const many = Array.from({ length: 3 }, (_, n) => `m${n}: inboundMessages(first: 30) { nodes { ${field} } }`).join(
      ' ',
    );
    const { answer, length } = await answerTo(`{ ${many} }`);
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/have \d+ bytes; an answer has at most 8388608/) as string,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(length).toBeLessThan(10_000);
  },
);

it('counts what several fields of one request read', async () => {
  const ids = await gateway.data<{ inboundMessages: { nodes: { id: string }[] } }>(
    '{ inboundMessages { nodes { id } } }',
  );
  const fields = ids.inboundMessages.nodes.map(
    ({ id }, n) => `m${n}: inboundMessage(id: "${id}") { body quarantined { row } }`,
  );
  const { answer } = await answerTo(`{ ${fields.join(' ')} }`);
  expect(answer.errors?.[0]?.message).toMatch(/at most 8388608/);
});

it('refuses reads after the time is used up', () => {
  const budget = new RequestBudget();
  budget.takeStatement();
  budget.spendMs(READ_BUDGET.databaseMs);
  expect(() => {
    budget.takeStatement();
  }).toThrow('5 s of the database');
  const many = new RequestBudget();
  for (let statement = 0; statement < READ_BUDGET.statements; statement += 1) many.takeStatement();
  expect(() => {
    many.takeStatement();
  }).toThrow('more than 100 reads');
});

it('sends no answer that is longer than the limit', async () => {
  const { pool } = gateway.ledger;
  await pool.query(`UPDATE inbound_message SET body = repeat('x', 2000000)`);
  const ids = await gateway.data<{ inboundMessages: { nodes: { id: string }[] } }>(
    '{ inboundMessages { nodes { id } } }',
  );
  const { id = '' } = ids.inboundMessages.nodes[0] ?? {};
  const fields = Array.from({ length: 5 }, (_, n) => `m${n}: inboundMessage(id: "${id}") { body }`);
  const { answer, length } = await answerTo(`{ ${fields.join(' ')} }`);
  expect(answer.errors?.[0]?.message).toContain(`at most ${GRAPHQL_LIMITS.answerLength}`);
  expect(length).toBeLessThan(10_000);
});
