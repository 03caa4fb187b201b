import { increffSettings } from '../../../../src/vendors/increff/settings';
import { increffConnection } from './increff-samples';

test('takes defaults where nothing is set', () => {
  expect(increffSettings(increffConnection())).toEqual({
    authDomainName: null,
    clientId: null,
    fulfillmentLocations: new Map(),
    whenItemUnknown: 'REFUSE',
    whenLocationUnknown: 'REFUSE',
    tracked: new Set(['pool']),
    countWithoutAsOf: {},
  });
});

test('takes what is set', () => {
  const settings = {
    authDomainName: 'shop',
    clientId: '10000900',
    fulfillmentLocations: { '1000901': 'WD-1' },
    unknownItems: 'create',
    unknownLocations: 'create',
    tracks: [],
    countWithoutAsOf: 'asOfReceipt',
    lagSeconds: 90,
  };
  expect(increffSettings(increffConnection(settings))).toEqual({
    authDomainName: 'shop',
    clientId: 10000900,
    fulfillmentLocations: new Map([['1000901', 'WD-1']]),
    whenItemUnknown: 'CREATE',
    whenLocationUnknown: 'CREATE',
    tracked: new Set(),
    countWithoutAsOf: { lagSeconds: 90 },
  });
  const { countWithoutAsOf } = increffSettings(increffConnection({ countWithoutAsOf: 'asOfReceipt' }));
  expect(countWithoutAsOf).toEqual({ lagSeconds: 0 });
  expect(increffSettings(increffConnection({ clientId: 7 })).clientId).toBe(7);
});

test.each([
  [{ unknownLocations: 'quarantine' }, 'setting unknownLocations takes fail, create only'],
  [{ unknownItems: 'quarantine' }, 'setting unknownItems takes createOnReceipt, create, fail only'],
  [{ authDomainName: ' ' }, 'setting authDomainName has to be a text'],
  [{ clientId: -1 }, 'setting clientId has to be a whole number'],
  [{ clientId: '1.5' }, 'setting clientId has to be a whole number'],
  [{ fulfillmentLocations: ['WD-1'] }, 'setting fulfillmentLocations has to be an object of texts'],
  [{ fulfillmentLocations: { 7: '' } }, 'setting fulfillmentLocations: 7 has to be a text'],
  [{ tracks: ['lot'] }, 'setting tracks takes pool only'],
  [{ lagSeconds: 60 }, 'setting lagSeconds needs countWithoutAsOf to be asOfReceipt'],
  [{ countWithoutAsOf: 'asOfReceipt', lagSeconds: 86401 }, 'setting lagSeconds is 86401; it takes 0 to 86400'],
  [{ countWithoutAsOf: 'now' }, 'setting countWithoutAsOf takes unordered, asOfReceipt only'],
  [{ domain: 'shop' }, 'there is no setting "domain"; there are authDomainName, clientId, fulfillmentLocations'],
])('refuses %j', (settings, message) => {
  expect(() => increffSettings(increffConnection(settings))).toThrow(message);
});
