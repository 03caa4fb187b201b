import { GRAPHQL_LIMITS } from '../../../../src/graphql/limits/limits';
import { createDocumentCheck } from '../../../../src/graphql/server/check-document';
import { buildStockbridgeSchema } from '../../../../src/graphql/server/schema';

const check = createDocumentCheck(buildStockbridgeSchema());

it.each([
  ['{ ledgerHead { sequence } }', []],
  ['\uFEFFquery A { ledgerHead { sequence } } query B { ledgerHead { hash } }', ['A', 'B']],
  ['mutation M ($code: String!) { locationSave(code: $code) { location { code } } }', ['M']],
  ['query ($first: Int!) { stock(first: $first) { nodes { onHand } } }', []],
])('takes %s', (text, operations) => {
  expect(check(text)).toEqual({ operations });
});

it.each([
  ['no field', '{\n  ledgerHead {\n    sequense } }', 3, 5, 'Cannot query field "sequense"'],
  ['no syntax', '{\n ledgerHead {', 2, 14, 'Syntax Error'],
  ['nothing', '', 1, 1, 'Syntax Error'],
  ['a NUL in a comment', '{ ledgerHead { sequence } } #\0', 1, 1, 'The document has a NUL character'],
  ['half a surrogate pair in a comment', '{ ledgerHead { sequence } } #\ud800', 1, 30, 'Syntax Error'],
  ['only a fragment', 'fragment F on Item { sku }', 1, 1, 'Fragment "F" is never used.'],
  ['a subscription', '\nsubscription { a }', 2, 1, 'There is no subscription in this API.'],
  ['two without names', 'query A { ledgerHead { hash } } { ledgerHead { hash } }', 1, 33, 'This anonymous operation'],
  [
    'a page that costs too much',
    '{ stockLevels(first: 200) { nodes { entries(first: 200) { nodes { movement { id } } } } } }',
    1,
    1,
    'The answer could have 8',
  ],
  [
    'introspection five times',
    `{ ${'abcde'
      .split('')
      .map((alias) => `${alias}: __schema { types { name } }`)
      .join(' ')} }`,
    1,
    1,
    'The answer could have 25',
  ],
  [
    'too many aliases',
    `{ ${Array.from({ length: GRAPHQL_LIMITS.aliases + 1 }, (_, at) => `a${at}: ledgerHead { sequence }`).join(' ')} }`,
    1,
    1,
    'The document has more than 30 aliases',
  ],
  [
    'too many tokens',
    `{ ledgerHead { ${'sequence '.repeat(GRAPHQL_LIMITS.tokens)} } }`,
    1,
    17_989,
    'Syntax Error: Document contains more that 2000 tokens',
  ],
  [
    'too many bytes',
    `{ ledgerHead { sequence } } #${'é'.repeat(50_000)}`,
    1,
    1,
    'The document has 100029 bytes; at most 100000 are taken.',
  ],
])('refuses %s, and says where', (_, text, line, column, message) => {
  const verdict = check(text);
  expect(verdict).toMatchObject({ faults: [{ line, column, message: expect.stringContaining(message) as string }] });
});

it('shows a few faults of a document', () => {
  const verdict = check(`{ ${Array.from({ length: 50 }, (_, at) => `f${at}`).join(' ')} }`);
  expect('faults' in verdict && verdict.faults.length).toBe(GRAPHQL_LIMITS.shownErrors);
});
