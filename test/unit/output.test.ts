import { countText } from '../../src/output';

test.each([
  [12, true, '12'],
  [10_000, false, 'at least 10000'],
  [null, true, '0'],
])('says how long a list is: %s, exact %s', (count, isExact, text) => {
  expect(countText(count, isExact)).toBe(text);
});
