import { TRACKABLE_DIMENSIONS } from '../../../../src/domain/ledger/stock-key';
import { standardSettings } from '../../../../src/vendors/standard/settings';
import { PREVIOUS_SECRET, SECRET, standardConnection } from './standard-samples';

test('takes defaults where nothing is set', () => {
  expect(standardSettings(standardConnection({}, { settings: {} }))).toEqual({
    keys: { present: Buffer.alloc(32, 1), previous: null },
    locationCode: null,
    whenItemUnknown: 'CREATE_ON_RECEIPT',
    whenLocationUnknown: 'REFUSE',
    tracked: new Set(TRACKABLE_DIMENSIONS),
  });
});

test('takes what is set', () => {
  const settings = { unknownItems: 'quarantine', unknownLocations: 'create', tracks: ['lot'] };
  const secrets = { secret: SECRET, previousSecret: PREVIOUS_SECRET };
  expect(standardSettings(standardConnection(settings, { secrets, locationCode: 'WH-1' }))).toEqual({
    keys: { present: Buffer.alloc(32, 1), previous: Buffer.alloc(32, 2) },
    locationCode: 'WH-1',
    whenItemUnknown: 'REFUSE',
    whenLocationUnknown: 'CREATE',
    tracked: new Set(['lot']),
  });
});

test.each([
  [{ unknownLocations: 'fail' }, 'setting unknownLocations takes quarantine, create only'],
  [{ tracks: ['bucket'] }, 'setting tracks takes owner, pool, channel, packaging, barcode, lot only'],
  [{ secret: SECRET }, 'there is no setting "secret"; there are unknownItems, unknownLocations, tracks'],
])('refuses %j', (settings, message) => {
  expect(() => standardSettings(standardConnection(settings))).toThrow(message);
});

test.each<[Record<string, string>, string]>([
  [{}, 'secret secret is missing'],
  [{ secret: 'abc' }, 'secret secret has to be whsec_ and 24 to 64 bytes in base64'],
  [{ secret: SECRET, previousSecret: 'whsec_A' }, 'secret previousSecret has to be whsec_ and'],
])('refuses secrets that are not of the form, without saying what they are', (secrets, message) => {
  expect(() => standardSettings(standardConnection({}, { secrets }))).toThrow(message);
});
