import { LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { orUnavailable } from '../../../../src/persistence/access/unavailable';

afterEach(() => jest.useRealTimers());

it('gives up on a database that says nothing', async () => {
  jest.useFakeTimers();
  const waiting = orUnavailable(new Promise<never>(() => undefined));
  const expected = expect(waiting).rejects.toThrow(LedgerUnavailableError);
  await jest.advanceTimersByTimeAsync(2_000);
  await expected;
});

it('hands on values and errors that waiting does not help', async () => {
  expect(await orUnavailable(Promise.resolve(7))).toBe(7);
  await expect(orUnavailable(Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
  await expect(orUnavailable(Promise.reject(new Error('Connection terminated')))).rejects.toThrow(
    LedgerUnavailableError,
  );
});
