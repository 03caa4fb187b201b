// `npm run bench`: installs what only the bench needs, where that is missing or out of date, then runs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

if (!isInstalled()) {
  const npm = process.env['npm_execpath'];
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const install = [...first, '--prefix', here('.'), 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, install, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
await import('./bench.mjs');

/** npm notes what it installed in the form of the lock file: the same packages there mean that nothing is missing. */
function isInstalled() {
  const packagesOf = (file) => {
    try {
      return JSON.parse(readFileSync(here(file), 'utf8')).packages;
    } catch {
      return undefined;
    }
  };
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!installed) return false;
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}
