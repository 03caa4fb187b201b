/** Longer than this, other requests should not wait for work that can be divided. */
const SLICE_MS = 3;

let lastTurn: Promise<void> = Promise.resolve();

/**
 * For work that takes milliseconds. Whoever asks is served one after the other, and between any two of them the process
 * serves all small requests that are there.
 */
export function nextTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
  return lastTurn;
}

/** Does work step by step, and waits for its next turn whenever that has taken a while. */
export async function inSlices<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
  for (let startedAtMs = performance.now(); ;) {
    const { done, value } = steps.next();
    if (performance.now() - startedAtMs >= SLICE_MS) {
      await nextTurn();
      startedAtMs = performance.now();
    }
    if (done) return value;
  }
}

/** Does work in one go that can also be done step by step. */
export function atOnce<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
