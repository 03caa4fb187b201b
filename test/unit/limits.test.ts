/** docs/limits.md has every limit of the code, with its number. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TOKEN_LIMITS } from '../../src/access-tokens/limits';
import { READ_BUDGET } from '../../src/application/ports/reads';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { HTTP_LIMITS } from '../../src/http/limits';

const root = path.resolve(__dirname, '../..');
const document = readFileSync(path.join(root, 'docs/limits.md'), 'utf8');

interface Limit {
  readonly number: number;
  readonly file: string;
  readonly name: string;
}

const LIMITS = [...document.matchAll(/^\|[^|]+\| *([\d,]+) *\|[^|]*\| *`([^`]+)` `(\w+)` *\|$/gm)].map(
  ([, number = '', file = '', name = '']): Limit => ({ number: Number(number.replaceAll(',', '')), file, name }),
);

/** The number that a line such as `tokens: 2_000,` or `const MAX_ROWS = 300;` gives a name. */
function numberInCode({ file, name }: Limit): number {
  const code = readFileSync(path.join(root, file), 'utf8');
  const [, text = ''] = new RegExp(`\\b${name}(?::| =) ([\\w .*]+)[,;]`).exec(code) ?? [];
  if (text === 'Number.MAX_SAFE_INTEGER') return Number.MAX_SAFE_INTEGER;
  return text.split(' * ').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1);
}

it('has a table for each kind of limit', () => {
  expect(LIMITS.length).toBe(document.match(/^\| .*`src\//gm)?.length);
  expect(LIMITS.length).toBeGreaterThan(50);
});

it('heads every table, or it would be shown as text', () => {
  const headless = document.match(/(?<=\n\n)\|.*\n(?!\| --)/g);
  expect(headless).toBeNull();
});

it.each(LIMITS)('says of $name in $file what the code says', (limit) => {
  expect(limit.number).toBe(numberInCode(limit));
});

it.each([
  ['src/http/limits.ts', HTTP_LIMITS],
  ['src/graphql/limits/limits.ts', GRAPHQL_LIMITS],
  ['src/application/ports/reads/budget.ts', READ_BUDGET],
  ['src/access-tokens/limits.ts', TOKEN_LIMITS],
])('has every limit of %s', (file, limits) => {
  const told = LIMITS.filter((limit) => limit.file === file && limit.name in limits).map(({ name }) => name);
  expect(told.sort()).toEqual(Object.keys(limits).sort());
});
