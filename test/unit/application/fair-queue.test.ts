import { FairQueue } from '../../../src/application/fair-queue';
import { BusyError } from '../../../src/application/ports/failures';

/** Statements that end when the test says so. */
class Statements {
  readonly started: string[] = [];
  readonly #ends: (() => void)[] = [];
  readonly refusals: unknown[] = [];
  nowMs = 0;
  readonly queue = new FairQueue({ slots: 4, slotsOfOne: 3, maxWaiting: 5, now: () => this.nowMs });

  ask(tenant: string, count = 1): void {
    for (let asked = 0; asked < count; asked += 1) {
      const answer = this.queue.run(tenant, () => {
        this.started.push(tenant);
        return new Promise<void>((resolve) => this.#ends.push(resolve));
      });
      answer.catch((error: unknown) => this.refusals.push(error));
    }
  }

  async endFirst(): Promise<void> {
    this.#ends.shift()?.();
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs no more statements of one tenant than its share, while a slot is free for another', async () => {
  const statements = new Statements();
  statements.ask('noisy', 6);
  await turn();
  expect(statements.started).toEqual(['noisy', 'noisy', 'noisy']);
  statements.ask('quiet');
  await turn();
  expect(statements.started).toEqual(['noisy', 'noisy', 'noisy', 'quiet']);
});

it('gives the next slot to the tenant that has used least', async () => {
  const statements = new Statements();
  statements.ask('noisy', 6);
  await turn();
  statements.ask('one', 2);
  statements.ask('two', 2);
  await turn();
  expect(statements.started).toEqual(['noisy', 'noisy', 'noisy', 'one']);
  for (let ended = 0; ended < 3; ended += 1) {
    statements.nowMs += 100;
    await statements.endFirst();
  }
  expect(statements.started.slice(4).sort()).toEqual(['one', 'two', 'two']);
  for (let ended = 0; ended < 7; ended += 1) await statements.endFirst();
  expect(statements.started.filter((tenant) => tenant === 'noisy')).toHaveLength(6);
});

it('refuses what does not fit into the queue of a tenant, and goes on after a failure', async () => {
  const statements = new Statements();
  statements.ask('noisy', 9);
  await turn();
  expect(statements.refusals).toEqual([new BusyError()]);
  await expect(statements.queue.run('quiet', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  for (let ended = 0; ended < 8; ended += 1) await statements.endFirst();
  expect(statements.started).toHaveLength(8);
});

it('gives a tenant that reads alone its share back when the others have stopped', async () => {
  const statements = new Statements();
  for (const tenant of ['a', 'b', 'c']) statements.ask(tenant);
  await turn();
  for (let ended = 0; ended < 3; ended += 1) await statements.endFirst();
  statements.nowMs += 3_000;
  statements.ask('a', 4);
  await turn();
  expect(statements.started.slice(3)).toEqual(['a', 'a', 'a']);
});

it('lets nobody wait longer than it may, and gives the slot to the next', async () => {
  const queue = new FairQueue({ slots: 1, slotsOfOne: 1, maxWaiting: 5, maxWaitMs: 20 });
  let end: () => void = () => undefined;
  const running = queue.run('noisy', () => new Promise<void>((resolve) => (end = resolve)));
  await expect(queue.run('noisy', () => Promise.resolve())).rejects.toBeInstanceOf(BusyError);
  const next = queue.run('noisy', () => Promise.resolve('ran'));
  end();
  await running;
  expect(await next).toBe('ran');
});
