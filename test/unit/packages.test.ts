import { readFileSync } from 'node:fs';

type Versions = Record<string, string>;
const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'overrides',
  Versions
>;

/** The table in CONTRIBUTING.md that explains which versions are held back: package, where, version, why. */
const rows = (readFileSync('CONTRIBUTING.md', 'utf8').split('## Packages')[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => {
    const [, name = '', where = '', version] = line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));
    return { name, where, version };
  });

it('explains in CONTRIBUTING.md every override of package.json', () => {
  const explained = rows.filter(({ where }) => where === 'overrides').map(({ name, version }) => [name, version]);
  expect(Object.fromEntries(explained)).toEqual(PACKAGE.overrides);
});

it('lists in CONTRIBUTING.md held-back versions that equal those of package.json', () => {
  expect(rows.length).toBeGreaterThan(0);
  const actual = rows.map(({ name, where }) => {
    return { name, where, version: (PACKAGE as Record<string, Versions>)[where]?.[name] };
  });
  expect(rows).toEqual(actual);
});

it('installs exact versions only', () => {
  const ranges = Object.entries({ ...PACKAGE.dependencies, ...PACKAGE.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(ranges).toEqual([]);
});
