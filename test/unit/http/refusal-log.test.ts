import { RefusalLog } from '../../../src/http/refusal-log';

const MINUTE_MS = 60_000;

let lines: object[];
let log: RefusalLog;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  log = new RefusalLog({ warn: (line: object) => lines.push(line) });
});

afterEach(() => jest.useRealTimers());

const note = (times: number, id = 'a'): void => {
  for (let time = 0; time < times; time += 1) log.note({ tenantId: 't', id });
};
const line = (refused: number, connectionId = 'a') => ({ tenantId: 't', connectionId, refused });

test('the first refusal is logged at once, the others with their number after a minute', () => {
  note(4);
  expect(lines).toEqual([line(1)]);
  jest.advanceTimersByTime(MINUTE_MS);
  expect(lines).toEqual([line(1), line(3)]);
});

test('while they go on, there is one line a minute; after a minute without any, the next is logged at once', () => {
  for (let second = 0; second < 150; second += 1) {
    note(2);
    jest.advanceTimersByTime(1_000);
  }
  expect(lines).toEqual([line(1), line(119), line(120)]);
  jest.advanceTimersByTime(3 * MINUTE_MS);
  expect(lines).toEqual([line(1), line(119), line(120), line(60)]);
  note(1);
  expect(lines.at(-1)).toEqual(line(1));
});

test('each connection has its own lines, of which a minute has a bounded number', () => {
  note(1, 'b');
  note(1);
  expect(lines).toEqual([line(1, 'b'), line(1)]);
  for (let other = 0; other < 5_000; other += 1) note(1, `other ${other}`);
  expect(lines).toHaveLength(1_000);
  jest.advanceTimersByTime(MINUTE_MS);
  expect(lines).toHaveLength(1_000);
  note(1, 'late');
  expect(lines.at(-1)).toEqual(line(1, 'late'));
});
