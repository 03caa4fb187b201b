import { GRAPHQL_LIMITS } from '../../../../src/graphql/limits/limits';
import { KeyRates, REQUEST_COST, Spending } from '../../../../src/graphql/limits/spending';

const PER_SECOND = 100;
const LIMIT = PER_SECOND * GRAPHQL_LIMITS.rateWindowSeconds;

let nowMs: number;
let rates: KeyRates;

beforeEach(() => {
  nowMs = 0;
  rates = new KeyRates(PER_SECOND, () => nowMs);
});

const spendingOf = (keyId = 'a', isShown = true, visitor: string | null = null): Spending =>
  new Spending(rates, { keyId, visitor }, isShown);
const left = (key = 'a'): number => rates.ofKeys.limiter.left(key);

/** A request that has run so many statements, of so many milliseconds each. */
function used(spending: Spending, statements: number, ms: number): void {
  for (let statement = 0; statement < statements; statement += 1) {
    spending.budget.takeStatement();
    spending.budget.spendMs(ms);
  }
}

test('takes what an operation costs, and gives it back over time', () => {
  expect(spendingOf().take(490)).toBeUndefined();
  expect(left()).toBe(LIMIT - 500);
  expect(spendingOf().take(490)).toBeUndefined();
  const refused = spendingOf().take(40);
  expect(refused).toMatchObject({ retryAfterSeconds: 1, extensions: { code: 'THROTTLED' } });
  expect(refused?.message).toBe(
    'The operation costs 50; the key or token has 0 left, and gets 100 a second. Send it again after 1 s.',
  );
  nowMs += 499;
  expect(spendingOf().take(40)).toBeDefined();
  nowMs += 1;
  expect(spendingOf().take(40)).toBeUndefined();
});

test('an operation that is taken twice is paid once', () => {
  const spending = spendingOf();
  expect(spending.take(100)).toBeUndefined();
  expect(spending.take(100)).toBeUndefined();
  spending.settle();
  spending.settle();
  expect(left()).toBe(LIMIT - 110);
});

test('what is used beyond the cost is taken afterwards, once', () => {
  const spending = spendingOf();
  spending.take(100);
  used(spending, 2, 1);
  spending.settle();
  // 10 + 2 × (10 + 50) is less than was asked for and more than 110.
  expect(left()).toBe(LIMIT - 130);
  spending.settle();
  used(spending, 1, 0.5);
  spending.settle();
  expect(left()).toBe(LIMIT - 165);
});

test('what is asked for is not given back when less is used', () => {
  const spending = spendingOf();
  spending.take(500);
  used(spending, 1, 1);
  spending.settle();
  expect(left()).toBe(LIMIT - 510);
});

test('the bytes of a request cost as well, whatever comes of it', () => {
  const spending = spendingOf();
  spending.readBody(99);
  spending.settle();
  expect(left()).toBe(LIMIT - REQUEST_COST);
  const other = spendingOf('b');
  other.readBody(5_000);
  expect(other.take(7)).toBeUndefined();
  expect(left('b')).toBe(LIMIT - REQUEST_COST - 57);
  used(other, 1, 1);
  other.settle();
  expect(left('b')).toBe(LIMIT - REQUEST_COST - 110);
});

test('a request of which nothing was taken is not free', () => {
  spendingOf().settle();
  expect(left()).toBe(LIMIT - REQUEST_COST);
});

test('a key that owes is refused until it has paid, and owes no more than it can have', () => {
  const spending = spendingOf();
  spending.take(0);
  used(spending, 100, 40);
  spending.settle();
  expect(left()).toBe(0);
  expect(spendingOf().refusal()?.retryAfterSeconds).toBe(11);
  expect(spendingOf('b').refusal()).toBeUndefined();
  nowMs += 10_099;
  expect(spendingOf().refusal()).toBeDefined();
  nowMs += 1;
  expect(spendingOf().refusal()).toBeUndefined();
});

test('what is refused costs nothing', () => {
  spendingOf().take(LIMIT - REQUEST_COST);
  for (let time = 0; time < 100; time += 1) {
    const spending = spendingOf();
    expect(spending.refusal()).toBeDefined();
    spending.settle();
  }
  nowMs += 100;
  expect(spendingOf().refusal()).toBeUndefined();
});

test('an operation that costs more than a key can have takes all of it', () => {
  expect(spendingOf().take(10 * LIMIT)).toBeUndefined();
  expect(left()).toBe(0);
  nowMs += 9_999;
  expect(spendingOf().take(10 * LIMIT)).toBeDefined();
  nowMs += 1;
  expect(spendingOf().take(10 * LIMIT)).toBeUndefined();
});

test('says in fields what is left, and when there is more', () => {
  const spending = spendingOf();
  spending.take(90);
  const policy = '"cost";q=1000;w=10;qu="cost"';
  expect(spending.fields()).toEqual({ 'ratelimit-policy': policy, ratelimit: '"cost";r=900;t=1' });
  const refused = spendingOf();
  expect(refused.take(1_000)?.retryAfterSeconds).toBe(1);
  expect(refused.fields()).toEqual({ 'ratelimit-policy': policy, ratelimit: '"cost";r=900;t=1' });
  spendingOf().take(700);
  const later = spendingOf();
  later.take(790);
  expect(later.fields()).toEqual({ 'ratelimit-policy': policy, ratelimit: '"cost";r=190;t=7' });
});

test('shows the cost when it is asked for', () => {
  const spending = spendingOf();
  spending.take(90);
  used(spending, 3, 1.04);
  expect(spending.shown()).toEqual({
    requestedQueryCost: 100,
    actualQueryCost: 196,
    throttleStatus: { maximumAvailable: 1_000, currentlyAvailable: 804, restoreRate: 100 },
    used: { statements: 3, databaseMs: 3.1 },
  });
  expect(spendingOf('a', false).shown()).toBeUndefined();
});

test('remembers a bounded number of keys', () => {
  spendingOf('first').take(500);
  for (let key = 0; key <= GRAPHQL_LIMITS.ratedKeys; key += 1) spendingOf(`key ${key}`).take(0);
  expect(left('first')).toBe(LIMIT);
  expect(left(`key ${GRAPHQL_LIMITS.ratedKeys}`)).toBe(LIMIT - REQUEST_COST);
});

describe('a visitor of a publishable key', () => {
  const SHARE = LIMIT / GRAPHQL_LIMITS.visitorsOfKey;
  const visit = (visitor: string, key = 'a'): Spending => spendingOf(key, true, visitor);

  test('uses up its share, and nothing of what others have', () => {
    expect(visit('one').take(SHARE - REQUEST_COST)).toBeUndefined();
    const refused = visit('one').take(1);
    expect(refused).toMatchObject({ retryAfterSeconds: 2, extensions: { code: 'THROTTLED' } });
    expect(refused?.message).toBe(
      'The operation costs 11; your share of the key has 0 left, and gets 10 a second. Send it again after 2 s.',
    );
    expect(visit('one').refusal()?.retryAfterSeconds).toBe(1);
    expect(visit('other').take(SHARE - REQUEST_COST)).toBeUndefined();
    expect(visit('one', 'b').take(0)).toBeUndefined();
    expect(left()).toBe(LIMIT - 2 * SHARE);
  });

  test('that is refused takes nothing of the key, however often it asks', () => {
    visit('one').take(SHARE - REQUEST_COST);
    for (let time = 0; time < 100; time += 1) {
      const spending = visit('one');
      expect(spending.take(50)).toBeDefined();
      spending.settle();
    }
    expect(left()).toBe(LIMIT - SHARE);
  });

  test('shares the rate of the key with all others', () => {
    for (let n = 0; n < GRAPHQL_LIMITS.visitorsOfKey; n += 1) {
      expect(visit(`visitor ${n}`).take(SHARE - REQUEST_COST)).toBeUndefined();
    }
    const late = visit('late');
    expect(late.take(0)?.message).toContain('the key or token has 0 left, and gets 100 a second');
    expect(rates.ofVisitors.limiter.left('a late')).toBe(SHARE);
    nowMs += 100;
    expect(visit('late').take(0)).toBeUndefined();
  });

  test('pays for what it has used beyond, as the key does', () => {
    const spending = visit('one');
    spending.take(0);
    used(spending, 1, 1);
    spending.settle();
    expect(rates.ofVisitors.limiter.left('a one')).toBe(SHARE - 70);
    expect(left()).toBe(LIMIT - 70);
  });

  test('reads what is left of both', () => {
    const spending = visit('one');
    spending.take(50);
    expect(spending.fields()).toEqual({
      'ratelimit-policy': '"visitor";q=100;w=10;qu="cost", "cost";q=1000;w=10;qu="cost"',
      ratelimit: '"visitor";r=40;t=1, "cost";r=940;t=1',
    });
    expect(spending.shown()?.throttleStatus).toEqual({
      ...{ maximumAvailable: 100, currentlyAvailable: 40, restoreRate: 10 },
    });
    const refused = visit('one');
    refused.take(70);
    expect(refused.fields().ratelimit).toBe('"visitor";r=40;t=4, "cost";r=940;t=1');
  });

  test('is one of a bounded number that are remembered', () => {
    visit('first').take(0);
    for (let n = 0; n <= GRAPHQL_LIMITS.ratedVisitors; n += 1) visit(`visitor ${n}`, `key ${n}`).take(0);
    expect(rates.ofVisitors.limiter.left('a first')).toBe(SHARE);
  });
});
