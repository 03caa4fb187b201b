import { isConnectionLoss, isTransient } from '../../../../src/persistence/database/faults';

describe('an error of the database', () => {
  const withCode = (code?: string): Error => Object.assign(new Error('x'), code === undefined ? {} : { code });

  it.each([undefined, 'ECONNRESET', 'EPIPE', 'ENOTFOUND', '08006', '57P01', '57P02', '58030'])(
    'with the code %s means that the connection is lost, and that the batch may be tried again',
    (code) => {
      expect([isConnectionLoss(withCode(code)), isTransient(withCode(code))]).toEqual([true, true]);
    },
  );

  it.each(['40001', '40P01', '55P03', '53300', '57014'])('with the code %s means to try again', (code) => {
    expect([isConnectionLoss(withCode(code)), isTransient(withCode(code))]).toEqual([false, true]);
  });

  it.each(['22021', '23505', '23514', '42501', '42P01', '0A000', 'P0001'])('with the code %s is final', (code) => {
    expect([isConnectionLoss(withCode(code)), isTransient(withCode(code))]).toEqual([false, false]);
  });
});

it('a bug is no trouble of the database', () => {
  expect([new TypeError('x'), new RangeError('x')].map(isTransient)).toEqual([false, false]);
});
