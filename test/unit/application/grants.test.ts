import { checkGrant } from '../../../src/application/grants';
import { SCOPES, type Scope } from '../../../src/application/ports/access';

type Limits = Parameters<typeof checkGrant>[0]['limits'];
type Key = Parameters<typeof checkGrant>[1];

/** What is at fault; undefined: nothing. */
function faultOf(own: { scopes: readonly Scope[]; limits?: Limits }, key: Partial<Key>): unknown {
  try {
    const granted = { scopes: new Set(own.scopes), limits: own.limits ?? null };
    checkGrant(granted, { scopes: [], locationIds: null, channels: null, ...key });
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ name: 'AccessError', code: 'NOT_ALLOWED' });
    return (error as { part: unknown }).part;
  }
}

/** Every set of scopes. */
const SETS = Array.from({ length: 2 ** SCOPES.length }, (_, bits) => SCOPES.filter((_scope, at) => bits & (1 << at)));

test('of all sets of scopes, a client gives those that it has, and what can be sold where it sees stock', () => {
  for (const scopes of SETS) {
    const may = new Set([...scopes, ...(scopes.includes('stock:read') ? ['sellable:read'] : [])]);
    for (const asked of SETS.filter(({ length }) => length <= 2)) {
      const isWithin = asked.every((scope) => may.has(scope));
      if ((faultOf({ scopes }, { scopes: asked }) === undefined) !== isWithin) {
        throw new Error(`${scopes.join()} gives ${asked.join()}`);
      }
    }
  }
});

const [A, B, C] = ['a', 'b', 'c'];

test.each<[Limits, Partial<Key>, string | undefined]>([
  [null, {}, undefined],
  [null, { locationIds: [A], channels: [B] }, undefined],
  [{ locationIds: null, channels: null }, {}, undefined],
  [{ locationIds: [A, B], channels: null }, { locationIds: [A] }, undefined],
  [{ locationIds: [A, B], channels: null }, { locationIds: [A, B], channels: ['2C'] }, undefined],
  [{ locationIds: [A, B], channels: null }, { locationIds: [A, C] }, 'locations'],
  [{ locationIds: [A, B], channels: null }, { channels: ['2C'] }, 'locations'],
  [{ locationIds: [A, B], channels: null }, {}, 'locations'],
  [{ locationIds: null, channels: ['', '2C'] }, { channels: [''] }, undefined],
  [{ locationIds: null, channels: ['2C'] }, { channels: ['', '2C'] }, 'channels'],
  [{ locationIds: null, channels: ['2C'] }, { locationIds: [A] }, 'channels'],
  [{ locationIds: [A], channels: ['2C'] }, { locationIds: [A], channels: ['2C'] }, undefined],
])('a client with the limits %j, for a key with %j: %s', (limits, key, fault) => {
  expect(faultOf({ scopes: [], limits }, key)).toBe(fault);
});
