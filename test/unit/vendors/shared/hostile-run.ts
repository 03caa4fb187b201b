import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Of what is drawn at random in a run; the environment repeats one. */
export const SEED = Number(process.env['HOSTILE_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

/** Tells a stall from an answer on a machine that does much else. The ledger in memory plans 5,000 rows in one go, too. */
const LONGEST_STALL_MS = 10_000;

/** Prints the seed and the longest stall of a suite, which has to be short. */
export function watchStalls(): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });

  beforeAll(() => {
    delay.enable();
  });

  afterAll(() => {
    delay.disable();
    const longest = Math.round(delay.max / 1e6);
    process.stdout.write(`Seed ${SEED}: the event loop was blocked for ${longest} ms at most.\n`);
    expect(longest).toBeLessThan(LONGEST_STALL_MS);
  });
}
