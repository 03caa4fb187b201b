import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import { createWriteCost, ROW_COST } from '../../../../src/graphql/limits/write-cost';

const writeCostOf = createWriteCost();

function rowsOf(source: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const document = parse(source);
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return writeCostOf({ document, operation: operation as OperationDefinitionNode, variables }) / ROW_COST;
}

test.each([
  ['a query', '{ a(ids: [1, 2]) }', 0],
  ['a mutation', 'mutation { a }', 1],
  ['each mutation', 'mutation { a b: a ... { c } }', 3],
  ['fields within an answer are no mutations', 'mutation { a { b(ids: [1, 2, 3]) { c } } }', 1],
  ['elements in the document', 'mutation { a(input: { rows: [{ x: 1 }, { x: 2 }], other: 1 }) }', 3],
  ['elements within elements', 'mutation { a(rows: [{ parts: [1, 2] }]) }', 4],
  ['a fragment as often as it is spread', 'mutation { ...F x: a ...F } fragment F on Mutation { a(rows: [1, 2]) }', 7],
])('counts %s', (_name, source, rows) => {
  expect(rowsOf(source)).toBe(rows);
});

test.each([
  ['a list', 'mutation ($v: [R]) { a(rows: $v) }', [{}, {}, {}], 4],
  ['an input with a list', 'mutation ($v: I) { a(input: $v) }', { key: 'k', rows: [{ parts: [1] }, {}] }, 4],
  ['a list as often as it is used', 'mutation ($v: [R]) { a(rows: $v) b(rows: $v) }', [1, 2], 6],
  ['nothing of one that is not used by a mutation', 'mutation ($v: [R]) { a { b(ids: $v) } }', [1, 2], 1],
  ['null', 'mutation ($v: [R] = [1, 2]) { a(rows: $v) }', null, 1],
  ['what is no list', 'mutation ($v: [R]) { a(rows: $v) }', 'text', 1],
])('counts of a variable: %s', (_name, source, v, rows) => {
  expect(rowsOf(source, { v })).toBe(rows);
});

test('counts the default of a variable that is left out', () => {
  const source = 'mutation ($v: [R] = [1, 2]) { a(rows: $v) }';
  expect(rowsOf(source)).toBe(3);
  expect(rowsOf(source, { v: [1] })).toBe(2);
});

test('counts the variables of each request with the same document', () => {
  const document = parse('mutation ($v: [R]) { a(rows: $v) }');
  const [operation] = document.definitions as [OperationDefinitionNode];
  const costs = [1, 5, 2].map((length) =>
    writeCostOf({ document, operation, variables: { v: Array(length).fill(0) } }),
  );
  expect(costs).toEqual([2, 6, 3].map((rows) => rows * ROW_COST));
});
