// The one gate: format, lint, types, dependency rules, unused exports and packages, then all tests. The tests include the
// drift of schema.graphql and of the migrations. Runs every step even if one fails, and says at the end which did.
import { spawnSync } from 'node:child_process';

/** @type {[name: string, command: string, parameters: string[]][]} */
const STEPS = [
  ['format', 'npx', ['prettier', '--check', '.']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['dependencies', 'npx', ['depcruise', 'src', '--config', '.dependency-cruiser.cjs']],
  ['unused', 'npx', ['knip', '--no-progress']],
  ['tests', 'npm', ['test']],
];

const failed = STEPS.filter(([name, command, parameters]) => {
  process.stdout.write(`\n== ${name}\n`);
  return spawnSync(command, parameters, { stdio: 'inherit' }).status !== 0;
}).map(([name]) => name);

if (failed.length > 0) {
  process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
  process.exit(1);
}
process.stdout.write('\nall checks passed\n');
