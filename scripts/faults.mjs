// Runs the fault suite. It is written in TypeScript like the other tests, so it is bundled first.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const program = path.join(root, 'dist/faults/main.cjs');
buildSync({
  entryPoints: [path.join(root, 'test/faults/main.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'error',
});
process.setSourceMapsEnabled(true);
await import(pathToFileURL(program).href);
