// Runs the gateway and restarts it on every change. `tsc --watch` compiles, `node --watch` restarts on what it wrote.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const start = (...parameters) => spawn(process.execPath, parameters, { cwd: root, stdio: 'inherit' });

const children = [
  start(tsc, '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'),
  start('--watch', '--watch-preserve-output', 'dist/src/main.js', ...process.argv.slice(2)),
];

const stop = (signal) => children.forEach((child) => child.kill(signal));

// A terminal sends Ctrl-C to the children itself; they get a moment to stop the database, and a second signal is harmless.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal));
// One without the other is of no use: the compiler alone runs nothing, the gateway alone never changes.
for (const child of children) child.on('exit', () => stop('SIGTERM'));
