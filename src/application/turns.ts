/** Longer than this, other requests should not wait for work that can be divided. */
const SLICE_MS = 3;

type Turn = () => void;

/** `holding`: work that keeps others waiting while it waits, such as for the lock of a ledger. */
const queues: { readonly usual: Turn[]; readonly holding: Turn[] } = { usual: [], holding: [] };
type QueueName = keyof typeof queues;

let isServing = false;
let lastServed: QueueName = 'usual';

/**
 * For work that takes milliseconds. Whoever asks is served one after the other, and between any two of them the process
 * serves all small requests that are there. Work that holds something waits for one other at most.
 */
export function nextTurn(queue: QueueName = 'usual'): Promise<void> {
  return new Promise((resolve) => {
    queues[queue].push(resolve);
    if (isServing) return;
    isServing = true;
    setImmediate(serve);
  });
}

/** One of each queue, by turns. */
function serve(): void {
  const isNext = queues.holding.length > 0 && (lastServed === 'usual' || queues.usual.length === 0);
  lastServed = isNext ? 'holding' : 'usual';
  const turn = queues[lastServed].shift();
  isServing = turn !== undefined;
  if (!turn) return;
  turn();
  setImmediate(serve);
}

/** Does work step by step, and waits for its next turn whenever that has taken a while. */
export async function inSlices<Result>(steps: Iterator<unknown, Result>, queue: QueueName = 'usual'): Promise<Result> {
  for (let startedAtMs = performance.now(); ;) {
    const { done, value } = steps.next();
    if (performance.now() - startedAtMs >= SLICE_MS) {
      await nextTurn(queue);
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
