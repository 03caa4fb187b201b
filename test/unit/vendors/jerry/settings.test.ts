import { jerrySettings } from '../../../../src/vendors/jerry/settings';
import { jerryConnection, SECRETS } from './jerry-samples';

test('takes defaults where nothing is set', () => {
  expect(jerrySettings(jerryConnection())).toEqual({
    digest: { serialisation: 'raw', encoding: 'hex' },
    secrets: [SECRETS],
    locationCode: 'JERRY-1',
    whenItemUnknown: 'CREATE_ON_RECEIPT',
    tracked: new Set(['lot']),
  });
});

test('takes what is set', () => {
  const settings = { serialisation: 'compactSorted', encoding: 'base64', unknownItems: 'quarantine', tracks: [] };
  expect(jerrySettings(jerryConnection(settings))).toMatchObject({
    digest: { serialisation: 'compactSorted', encoding: 'base64' },
    whenItemUnknown: 'REFUSE',
    tracked: new Set(),
  });
});

test.each([
  [{ serialisation: 'any' }, 'setting serialisation takes raw, compact, compactSorted, compactNoNulls only'],
  [{ encoding: 'HEX' }, 'setting encoding takes hex, base64 only'],
  [{ unknownItems: true }, 'setting unknownItems takes createOnReceipt, create, quarantine only'],
  [{ tracks: ['owner'] }, 'setting tracks takes lot only'],
  [{ tracks: 'lot' }, 'setting tracks has to be a list'],
  [{ serialization: 'raw' }, 'there is no setting "serialization"; there are serialisation, encoding, unknownItems'],
])('refuses %j', (settings, message) => {
  expect(() => jerrySettings(jerryConnection(settings))).toThrow(`Connection "Jerry in Sydney" (jerry): ${message}`);
});

test.each(['userName', 'apiPassword', 'key'])('refuses a connection without the secret %s', (name) => {
  const secrets = { ...SECRETS, [name]: '' };
  expect(() => jerrySettings(jerryConnection({}, { secrets }))).toThrow(`secret ${name} is missing`);
});

test('refuses a connection without a location', () => {
  const connection = jerryConnection({}, { locationCode: null });
  expect(() => jerrySettings(connection)).toThrow('it has to be bound to a location');
});
