import type { Pool } from 'pg';
import { Pulse } from '../../../../src/persistence/database/pulse';

const never = new Promise<never>(() => undefined);
const alive = (isReadOnly = false) => Promise.resolve({ rows: [{ isReadOnly }] });

function pulseOf(query: () => Promise<unknown>): { pulse: Pulse; lost: unknown[]; warnings: string[] } {
  const [lost, warnings]: [unknown[], string[]] = [[], []];
  const pool = { query } as unknown as Pool;
  const deps = { pool, onLost: (cause: unknown) => lost.push(cause), warn: (line: string) => warnings.push(line) };
  return { pulse: new Pulse(deps), lost, warnings };
}

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

it('tells whoever waits that the database says nothing', async () => {
  const { pulse, lost, warnings } = pulseOf(() => never);
  const waiting = pulse.guard(never);
  pulse.start();
  await expect(waiting).rejects.toThrow('no answer');
  expect(lost).toHaveLength(1);
  expect(warnings).toEqual(['The database does not answer.']);
  await pulse.close();
});

it('hands on an answer, and is silent while the database works', async () => {
  const { pulse, lost, warnings } = pulseOf(alive);
  expect(await pulse.fault()).toBeUndefined();
  expect(await pulse.guard(Promise.resolve(7))).toBe(7);
  await expect(pulse.guard(Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  expect([lost, warnings]).toEqual([[], []]);
});

it('counts an answer that came while the process was too busy to see it', async () => {
  const late = (): Promise<unknown> =>
    new Promise((resolve) => {
      setTimeout(() => setImmediate(resolve, { rows: [{ isReadOnly: false }] }), 1_000);
    });
  const { pulse, lost } = pulseOf(late);
  expect(await pulse.fault()).toBeUndefined();
  expect(lost).toEqual([]);
});

it.each([
  ['takes no writes', () => alive(true), 'The database takes no writes.'],
  ['has no room for its connection', () => Promise.reject(withCode('53300')), 'The database has no connection left.'],
])('says that a database %s, which is not lost', async (_what, query, sentence) => {
  const { pulse, lost } = pulseOf(query);
  expect(await pulse.fault()).toBe(sentence);
  expect(lost).toEqual([]);
});

it('notes why a batch was given up, unless it sees that itself', async () => {
  const { pulse } = pulseOf(alive);
  pulse.noteTrouble(withCode('ECONNRESET'));
  expect(await pulse.fault()).toBeUndefined();
  pulse.noteTrouble(withCode('53100'));
  expect(await pulse.fault()).toBe('The database has no disk space left. Messages were refused for it.');
});

it('asks once for all who want to know', async () => {
  const query = jest.fn(alive);
  const { pulse } = pulseOf(query);
  await Promise.all([pulse.fault(), pulse.fault(), pulse.fault()]);
  expect(query).toHaveBeenCalledTimes(1);
});
