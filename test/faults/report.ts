import type { Finding } from './check';
import type { RoundResult } from './round';

const MOST_SENTENCES = 5;

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What a check has found, a few sentences of each. */
export function printFindings(findings: readonly Finding[]): void {
  for (const { check, faults } of findings) {
    print(`  VIOLATED: ${check} (${faults.length})`);
    for (const fault of faults.slice(0, MOST_SENTENCES)) print(`    ${fault}`);
  }
}

/** A round in two lines, and what was wrong with it. */
export function printRound({ tally, counts, findings, ms }: RoundResult): void {
  const { acknowledged, refused, forgotten } = tally;
  print(
    `  ${acknowledged} writes acknowledged, ${refused} refused, ${forgotten} given up, in ${Math.round(ms / 1_000)} s`,
  );
  const faults = [...counts.byName].map(([name, times]) => `${times} × ${name}`).join(', ');
  print(
    `  ${counts.gatewayKills} gateway kills, ${counts.databaseKills} database kills: ${faults === '' ? 'no faults' : faults}`,
  );
  printFindings(findings);
}

/** How long gateways took until they were ready again. */
export function printStarts(results: readonly RoundResult[]): void {
  const starts = results.flatMap((result) => result.starts);
  const undisturbed = starts.filter(({ tries }) => tries === 1).map(({ ms }) => ms);
  const sorted = undisturbed.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const late = sorted.filter((ms) => ms > READY_WITHIN_MS).length;
  print(`  ready after ${at(0.5)} ms (half), ${at(0.95)} ms (95 %), ${at(1)} ms (slowest) in ${sorted.length} starts`);
  print(`  ${late} of them took more than ${READY_WITHIN_MS} ms${late > 0 ? ': missed' : ''}`);
  print(`  ${starts.length - undisturbed.length} further starts had to be repeated, since the database was down too`);
}

const READY_WITHIN_MS = 5_000;
