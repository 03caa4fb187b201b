import { inSlices, nextTurn } from '../../../src/application/turns';

/** Keeps the process busy for as long as nobody should wait. */
function work(): void {
  for (const endMs = performance.now() + 4; performance.now() < endMs;);
}

function* steps(count: number): Generator<undefined, string> {
  for (let step = 0; step < count; step += 1) {
    work();
    yield;
  }
  return 'done';
}

describe('inSlices', () => {
  it('gives the result, and lets others be served between the steps', async () => {
    let served = 0;
    const serve = (): void => {
      served += 1;
      next = setImmediate(serve);
    };
    let next = setImmediate(serve);
    expect(await inSlices(steps(10))).toBe('done');
    clearImmediate(next);
    expect(served).toBeGreaterThanOrEqual(10);
  });

  it('does short work at once', async () => {
    let isServed = false;
    const next = setImmediate(() => {
      isServed = true;
    });
    await inSlices([1, 2, 3][Symbol.iterator]());
    expect(isServed).toBe(false);
    clearImmediate(next);
  });

  it('fails as the work does', async () => {
    const failing = steps(2);
    failing.next = () => {
      throw new RangeError('no');
    };
    await expect(inSlices(failing)).rejects.toThrow('no');
  });
});

test('nextTurn: between any two turns, others are served', async () => {
  const order: string[] = [];
  const serve = (): void => {
    order.push('other');
    next = setImmediate(serve);
  };
  let next = setImmediate(serve);
  const turns = [1, 2, 3].map(async (turn) => {
    await nextTurn();
    order.push(`turn ${turn}`);
  });
  await Promise.all(turns);
  clearImmediate(next);
  expect(order.join(', ')).toMatch(/turn 1, (other, )+turn 2, (other, )+turn 3/);
});

test('work that holds something goes on between others, however many of them wait', async () => {
  const order: string[] = [];
  const turns = Array.from({ length: 20 }, async () => {
    await nextTurn();
    order.push('other');
  });
  const sliced = inSlices(steps(5), 'holding').then(() => order.push('done'));
  await Promise.all([...turns, sliced]);
  const othersBefore = order.indexOf('done');
  expect(othersBefore).toBeGreaterThanOrEqual(4);
  expect(othersBefore).toBeLessThanOrEqual(6);
});

test('both kinds are served to their ends', async () => {
  const results = await Promise.all([
    inSlices(steps(4)),
    nextTurn(),
    inSlices(steps(1)),
    nextTurn(),
    inSlices(steps(0)),
  ]);
  expect(results).toEqual(['done', undefined, 'done', undefined, 'done']);
});
