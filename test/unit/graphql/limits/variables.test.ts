import { getVariableValues, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { readVariables } from '../../../../src/graphql/limits/variables';
import { buildStockbridgeSchema } from '../../../../src/graphql/server/schema';
import { Fuzzer, type FuzzedRequest } from '../../../support/graphql-fuzz';

const schema = buildStockbridgeSchema();

type Variables = Readonly<Record<string, unknown>>;

function both(query: string, variables: Variables) {
  const document = parse(query);
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const parsed = { document, operation: operation as OperationDefinitionNode };
  const read = readVariables(schema, parsed, variables);
  const { coerced, errors = [] } = getVariableValues(schema, parsed.operation.variableDefinitions ?? [], variables);
  return { read, coerced, errors };
}

/** @returns whether the variables were taken; null for a document that is none */
function compareFuzzed(request: FuzzedRequest): boolean | null {
  try {
    parse(request.query);
  } catch {
    return null;
  }
  return compare(request);
}

/** @returns whether the variables were taken */
function compare({ query, variables }: FuzzedRequest): boolean {
  const { read, coerced, errors } = both(query, JSON.parse(JSON.stringify(variables)) as Variables);
  if (read.values) {
    expect(errors).toEqual([]);
    expect({ ...read.values }).toEqual({ ...coerced });
    expect(JSON.stringify(read.values)).toBe(JSON.stringify(coerced));
  } else if (errors.length > 0) {
    const messages = read.errors.map(({ message }) => message);
    expect(errors.map(({ message }) => message).slice(0, 5)).toEqual(messages.slice(0, errors.length));
  } else {
    // What graphql-js finds only while the operation runs.
    expect(read.errors[0]?.message).toContain('is null, and is used where');
  }
  return read.values !== undefined;
}

it('reads variables as graphql-js does, and refuses the same ones', () => {
  const fuzzer = new Fuzzer(schema, 11);
  const results = Array.from({ length: 1_500 }, (_, n) =>
    compareFuzzed(n % 3 === 0 ? fuzzer.badMutation() : fuzzer.query()),
  );
  expect(results.filter((isTaken) => isTaken === true).length).toBeGreaterThan(300);
  expect(results.filter((isTaken) => isTaken === false).length).toBeGreaterThan(300);
});

const STOCK_SET = 'mutation ($input: StockSetInput!) { stockSet(input: $input) { replayed } }';
const ROW = { sku: 'TEA', location: 'MAIN', quantity: 1 };

it.each<[string, string, Variables]>([
  ['defaults of input fields', STOCK_SET, { input: { idempotencyKey: 'a', rows: [ROW, { ...ROW, lot: null }] } }],
  ['a list of one without its brackets', STOCK_SET, { input: { idempotencyKey: 'a', rows: ROW } }],
  ['a moment', STOCK_SET, { input: { idempotencyKey: 'a', rows: [{ ...ROW, asOf: '2026-01-31T09:30:00+08:00' }] } }],
  ['a default of the operation', 'query ($n: Int = 3, $s: [String!]) { stock(first: $n) { totalCount } }', {}],
  ['a null', 'query ($n: Int = 3) { stock(first: $n) { totalCount } }', { n: null }],
  ['a variable that the operation has not', 'query ($n: Int) { stock(first: $n) { totalCount } }', { n: 1, m: 1 }],
])('takes %s', (_, query, variables) => {
  expect(compare({ query, variables })).toBe(true);
});

it.each<[string, unknown]>([
  ['a field that is none', { idempotencyKey: 'a', rows: [], more: 1 }],
  ['a field of a row that is none', { idempotencyKey: 'a', rows: [ROW, { ...ROW, more: null }] }],
  ['a missing field', { rows: [ROW] }],
  ['a null that may not be', { idempotencyKey: 'a', rows: [ROW, null] }],
  ['a list for an object', { idempotencyKey: 'a', rows: [[]] }],
  ['an enum value that is none', { idempotencyKey: 'a', rows: [{ ...ROW, bucket: 'NONE' }] }],
  ['a number that is no quantity', { idempotencyKey: 'a', rows: [{ ...ROW, quantity: 1.5 }] }],
  ['a text for an object', 'text'],
  ['nothing', undefined],
])('refuses %s with the words of graphql-js', (_, input) => {
  expect(compare({ query: STOCK_SET, variables: { input } })).toBe(false);
});
