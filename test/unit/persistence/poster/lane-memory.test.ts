/** What a full lane takes of the memory, measured: its bound in bytes is an estimate. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LaneFullError } from '../../../../src/application/ports/poster';
import type { Posting } from '../../../../src/domain/ledger/posting';
import { Lane, MAX_QUEUED_BYTES } from '../../../../src/persistence/poster/lane';
import { adjusted, adjustOf, delivered, deliveryOf, factOf, keyOf, rowsOf } from '../../../support/domain/test-ledger';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/** A message of this many rows, each with a note. Nothing of it is shared with another. */
function message(n: number, rows: number, note: number): Posting<unknown> {
  const delivery = deliveryOf(
    n,
    Array.from({ length: rows }, (_, row) => {
      const [decoded] = rowsOf(factOf(`${n}/${row}`, { note: Buffer.alloc(note, `${n}`).toString() }));
      return {
        ...(decoded as NonNullable<typeof decoded>),
        text: JSON.stringify({ n, row, upc: `00${n}${row}`, qty: 1 }),
      };
    }),
  );
  return { ...delivered(delivery), carries: { rows, characters: delivery.body.length + rows * note } };
}

const command = (n: number): Posting<unknown> => {
  const rows = Array.from({ length: 300 }, (_, row) => ({ key: keyOf(`S${n}-${row}`, 'MAIN'), delta: 1 }));
  return adjusted(adjustOf(`command ${n}`, { rows }));
};

it.each([
  ['messages of one row', (n: number) => message(n, 1, 10)],
  ['messages of 300 rows', (n: number) => message(n, 300, 10)],
  ['messages of 5,000 rows', (n: number) => message(n, 5_000, 10)],
  ['messages with long texts', (n: number) => message(n, 20, 100_000)],
  ['commands of 300 rows', command],
])('a lane that is full of %s takes no more than its bound', async (what, postingOf) => {
  const before = usedBytes();
  const lane = new Lane({
    start: () => ({ settled: new Promise(() => undefined), foundation: new Promise(() => undefined) }),
  });
  const refusals: unknown[] = [];
  let queued = 0;
  while (refusals.length === 0) {
    lane.post(postingOf((queued += 1))).catch((error: unknown) => refusals.push(error));
    await Promise.resolve();
  }
  const used = usedBytes() - before;
  expect(refusals).toEqual([expect.any(LaneFullError)]);
  process.stdout.write(`${what}: ${queued} postings, ${Math.round(used / 2 ** 20)} MiB\n`);
  expect(used).toBeLessThan(MAX_QUEUED_BYTES);
  expect(lane).toBeDefined();
});
