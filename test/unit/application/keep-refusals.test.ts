import { RefusalKeeper } from '../../../src/application/commands/keep-refusals';
import type {
  DoorRefusal,
  KeptRefusal,
  RefusalCount,
  RefusalReason,
  RefusalStore,
} from '../../../src/application/ports/refusals';

const AT_MS = Date.UTC(2026, 0, 2);

/** A store in memory that can fail, and the lines of the log. */
class Fake implements RefusalStore {
  readonly counts = new Map<string, number>();
  readonly kept: KeptRefusal[] = [];
  readonly lines: { readonly line: Record<string, unknown>; readonly message: string }[] = [];
  isDown = false;
  statements = 0;
  made = 0;
  readonly keeper: RefusalKeeper;

  constructor() {
    const write = (line: object, message: string): void => {
      this.lines.push({ line: line as Record<string, unknown>, message });
    };
    const log = { info: write, warn: write };
    this.keeper = new RefusalKeeper({ store: this, newId: () => `id ${(this.made += 1)}`, log });
  }

  add(tenantId: string, counts: readonly RefusalCount[], kept: readonly KeptRefusal[]): Promise<void> {
    this.statements += 1;
    if (this.isDown) return Promise.reject(new Error('the database is down'));
    for (const { connectionId, reason, refused } of counts) {
      const key = `${tenantId} ${connectionId} ${reason}`;
      this.counts.set(key, (this.counts.get(key) ?? 0) + refused);
    }
    this.kept.push(...kept);
    return Promise.resolve();
  }

  note(connection: string | null, reason: RefusalReason = 'FORM', times = 1): void {
    const refusal: DoorRefusal = {
      connection: connection === null ? null : { tenantId: `tenant of ${connection}`, id: connection },
      ...{ reason, atMs: AT_MS },
      evidence: () => ({ detail: 'd'.repeat(900), address: '192.0.2.1', bytes: 7, body: 'body' }),
    };
    for (let n = 0; n < times; n += 1) this.keeper.note(refusal);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

let fake: Fake;

beforeEach(() => {
  jest.useFakeTimers();
  fake = new Fake();
});

afterEach(() => {
  jest.useRealTimers();
});

it('counts all, keeps the first of a second, and stores a tenant in one go', async () => {
  fake.note('a', 'FORM', 5_000);
  fake.note('a', 'RATE', 3);
  fake.note('b', 'SIZE');
  expect(fake.statements).toBe(0);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(Object.fromEntries(fake.counts)).toEqual({
    ...{ 'tenant of a a FORM': 5_000, 'tenant of a a RATE': 3, 'tenant of b b SIZE': 1 },
  });
  expect(
    fake.kept
      .map(({ connectionId }) => connectionId)
      .sort()
      .join(''),
  ).toBe('aaaaaaaaaab');
  expect(fake.kept[0]).toMatchObject({ atMs: AT_MS, reason: 'FORM', detail: 'd'.repeat(500), body: 'body' });
  expect(fake.statements).toBe(2);
  fake.note('a');
  await jest.advanceTimersByTimeAsync(1_000);
  expect(fake.counts.get('tenant of a a FORM')).toBe(5_001);
});

it('does nothing while there is nothing to do', async () => {
  await jest.advanceTimersByTimeAsync(600_000);
  await fake.keeper.close();
  expect([fake.statements, fake.lines]).toEqual([0, []]);
});

it('bounds what waits, whoever sends, and loses no count', async () => {
  for (let n = 0; n < 12_000; n += 1) fake.note(`c ${n}`, 'TOKEN', 2);
  await fake.keeper.flush();
  expect(fake.kept).toHaveLength(200);
  expect(fake.total).toBe(20_000);
  await fake.keeper.close();
  expect(fake.lines).toEqual([
    {
      line: { refused: { TOKEN: 20_000 }, ofNoConnection: { TOKEN: 4_000 }, countedOnly: 19_800 },
      message: 'requests refused at the door',
    },
  ]);
});

it('keeps counts while the database is down, says so once, and stores them when it is back', async () => {
  fake.isDown = true;
  for (let second = 0; second < 30; second += 1) {
    fake.note('a', 'SIGNATURE', 20);
    fake.note('b', 'SIGNATURE', 1);
    await jest.advanceTimersByTimeAsync(1_000);
  }
  expect(fake.statements).toBeLessThan(10);
  expect(fake.lines.filter(({ message }) => message.includes('trying again'))).toHaveLength(1);
  fake.isDown = false;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(Object.fromEntries(fake.counts)).toEqual({
    ...{ 'tenant of a a SIGNATURE': 600, 'tenant of b b SIGNATURE': 30 },
  });
  expect(fake.kept.length).toBeGreaterThan(10);
  expect(fake.kept.length).toBeLessThanOrEqual(200);
});

it('stores what waits at the end, and says what it cannot store', async () => {
  fake.note('a', 'RATE', 3);
  await fake.keeper.close();
  expect(fake.total).toBe(3);
  fake.isDown = true;
  fake.note('a', 'RATE', 4);
  await fake.keeper.close();
  expect(fake.lines.at(-1)).toEqual({
    line: { refused: 4, tenants: [{ tenantId: 'tenant of a', refused: 4 }] },
    message: 'counts of refused requests could not be stored',
  });
});

it('writes one line a minute with all counts, also of those that are of no connection', async () => {
  fake.note(null, 'TOKEN', 7);
  fake.note('a', 'RATE', 2);
  await jest.advanceTimersByTimeAsync(60_000);
  fake.note(null, 'SIZE');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(fake.lines.map(({ line }) => line)).toEqual([
    { refused: { RATE: 2 }, ofNoConnection: { TOKEN: 7 }, countedOnly: 0 },
    { refused: {}, ofNoConnection: { SIZE: 1 }, countedOnly: 0 },
  ]);
});
