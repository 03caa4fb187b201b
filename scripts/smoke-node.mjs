// Runs the unit tests and a whole gateway (every format sent, every answer checked) on the other Node versions that are
// supported. Each version comes from the npm package `node` and is installed in a temporary folder.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const VERSIONS = ['22.23.3', '24.21.0'];
const RUNS = [
  ['--selectProjects', 'unit'],
  ['test/e2e/demo.test.ts', '--selectProjects', 'database'],
];

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed`);
}

/** Installs a version and gives the folder of its `node`. */
function install(version, folder) {
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder, `node@${version}`]);
  const bin = path.join(folder, 'node_modules/node/bin');
  const { stdout } = spawnSync(path.join(bin, 'node'), ['--version'], { encoding: 'utf8' });
  if (stdout.trim() !== `v${version}`) throw new Error(`node@${version} says that it is ${stdout}`);
  return bin;
}

for (const version of VERSIONS) {
  process.stdout.write(`\n== Node ${version}\n`);
  const folder = mkdtempSync(path.join(tmpdir(), 'stockbridge-node-'));
  try {
    const bin = install(version, folder);
    // First in the path, so that the processes which a test starts run on it too.
    const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
    for (const args of RUNS) run(path.join(bin, 'node'), ['node_modules/jest/bin/jest.js', ...args], env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
