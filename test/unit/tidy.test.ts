import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Rules about the text of the repository that no other tool keeps. */

const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(ts|mjs|cjs|js|json|md|graphql|yml|css)$|^\.ci\//.test(file));

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Deleted, but not yet committed.
    return '';
  }
};

function offenders(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

const sources = FILES.filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
const others = FILES.filter((file) => file !== 'test/unit/tidy.test.ts');

it('writes the ledger in the poster and nowhere else', () => {
  const tables = 'stock_level|movement|ledger_entry|absorbed_leg|stock_count|outcome|adjustment_order|inventory_record';
  const writes = new RegExp(`\\b(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\\s+(${tables})\\b`, 'i');
  const elsewhere = sources.filter((file) => !file.startsWith('src/persistence/poster/'));
  expect(offenders(writes, elsewhere)).toEqual([]);
});

it('reads the environment in src/config.ts and nowhere else', () => {
  expect(
    offenders(
      /\bprocess\.env\b/,
      sources.filter((file) => file !== 'src/config.ts'),
    ),
  ).toEqual([]);
});

it('names no path of a machine and no host of a package registry', () => {
  expect(offenders(/(^|[^A-Za-z0-9_.])\/(work|farm|root)\/|registry\.[a-z]+js\.|deb\.debian/, others)).toEqual([]);
});

it('leaves no test out and nothing for later', () => {
  const tests = others.filter((file) => file.startsWith('test/'));
  expect(offenders(/\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|describe)\(/, tests)).toEqual([]);
  expect(offenders(/\b(TODO|FIXME|XXX|HACK)\b/, [...sources, 'README.md'])).toEqual([]);
});

it('switches no check off', () => {
  const code = others.filter((file) => /^(src|test|migrations)\/.*\.ts$/.test(file));
  expect(offenders(/@ts-(ignore|expect-error|nocheck)|eslint-disable/, code)).toEqual([]);
});

it('uses no old-fashioned words', () => {
  const words =
    'mend(ed|s|ing)?|anew|lest|whilst|hereby|thereof|therein|be it|upon|hence|shall|ought|heretofore|aforesaid';
  expect(offenders(new RegExp(`\\b(${words})\\b`, 'i'), others)).toEqual([]);
});

it('names tests in docs/security.md that exist', () => {
  const tests = new Set(FILES.map((file) => file.replace(/^.*\//, '')));
  const named = read('docs/security.md').match(/[\w-]+\.test\.ts/g) ?? [];
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !tests.has(name))).toEqual([]);
});
