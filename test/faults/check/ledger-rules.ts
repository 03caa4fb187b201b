import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../root';
import type { TenantRows } from './read';

/** Rules that a ledger has to obey whatever was sent. */

/** The verifier that shares nothing with the gateway recomputes every hash, and the last one is the head's. */
export function chainFaults({ movements, head }: TenantRows): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'stockbridge-export-'));
  try {
    const file = path.join(folder, 'export.ndjson');
    writeFileSync(file, movements.map((movement) => `${JSON.stringify(movement)}\n`).join(''));
    const program = path.join(ROOT, 'docs/verify-ledger.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program, file], { encoding: 'utf8' });
    const faults = status === 0 ? [] : [stderr.trim()];
    const last = movements.at(-1);
    if (last && last.hash !== head.hash) faults.push(`the head's hash is not that of movement ${last.sequence}`);
    return faults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Movements are numbered from 1 without a gap, up to the head. */
export function sequenceFaults({ movements, head }: TenantRows): string[] {
  const faults: string[] = [];
  let expected = 0;
  for (const { sequence } of movements) {
    expected += 1;
    if (sequence === expected) continue;
    faults.push(`movement ${expected} is missing; ${sequence} comes in its place`);
    expected = sequence;
  }
  if (head.sequence !== expected) faults.push(`the head is at ${head.sequence}, and the last movement is ${expected}`);
  return faults;
}

/** Each level is the sum of its entries, each entry follows the one before, and versions have no gap. */
export function levelFaults({ movements, levels }: TenantRows): string[] {
  const sums = new Map<string, { quantity: number; version: number }>();
  const faults: string[] = [];
  for (const { sequence, entries } of movements) {
    for (const [levelId, delta, after, version] of entries) {
      const before = sums.get(levelId) ?? { quantity: 0, version: 0 };
      if (before.quantity + delta !== after || before.version + 1 !== version) {
        faults.push(`movement ${sequence} takes level ${levelId} from ${before.quantity} by ${delta} to ${after}`);
      }
      sums.set(levelId, { quantity: before.quantity + delta, version: before.version + 1 });
    }
  }
  for (const { id, name, quantity, version } of levels) {
    const sum = sums.get(id) ?? { quantity: 0, version: 0 };
    if (sum.quantity !== quantity || sum.version !== version) {
      faults.push(`${name} shows ${quantity} (version ${version}), and its entries add up to ${sum.quantity}`);
    }
  }
  return faults;
}
