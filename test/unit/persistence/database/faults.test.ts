import { isConnectionLoss, isTransient, troubleOf } from '../../../../src/persistence/database/faults';

describe('an error of the database', () => {
  const withCode = (code?: string): Error => Object.assign(new Error('x'), code === undefined ? {} : { code });

  it.each([undefined, 'ECONNRESET', 'EPIPE', 'ENOTFOUND', '08006', '57P01', '57P02', '58030'])(
    'with the code %s means that the connection is lost, and that the batch may be tried again',
    (code) => {
      expect([isConnectionLoss(withCode(code)), isTransient(withCode(code))]).toEqual([true, true]);
    },
  );

  it.each(['40001', '40P01', '55P03', '53100', '53200', '53300', '57014', '25006'])(
    'with the code %s means to try again',
    (code) => {
      expect([isConnectionLoss(withCode(code)), isTransient(withCode(code))]).toEqual([false, true]);
    },
  );

  it.each(['22021', '23505', '23514', '42501', '42P01', '0A000', 'P0001'])('with the code %s is final', (code) => {
    expect([isConnectionLoss(withCode(code)), isTransient(withCode(code))]).toEqual([false, false]);
  });
});

it('a bug is no trouble of the database', () => {
  expect([new TypeError('x'), new RangeError('x')].map(isTransient)).toEqual([false, false]);
});

it.each([
  ['25006', 'The database takes no writes.'],
  ['53100', 'The database has no disk space left.'],
  ['53300', 'The database has no connection left.'],
  ['57P03', 'The database is starting or stopping.'],
  ['58030', 'The database is in trouble (SQLSTATE 58030).'],
  ['ECONNREFUSED', 'The database cannot be reached.'],
])('says of %s what is wrong', (code, sentence) => {
  expect(troubleOf(Object.assign(new Error('on db.internal'), { code }))).toBe(sentence);
});
