import { winitOrderSettings } from '../../../../src/vendors/winit-orders/settings';
import { winitSettings } from '../../../../src/vendors/winit-events/settings';
import { CLIENT_ID, CLIENT_SECRET, orderConnection, TOKEN } from './samples';

test('takes defaults where nothing is set, and asks for nothing that only events need', () => {
  expect(winitOrderSettings(orderConnection({ customerCode: undefined }))).toMatchObject({
    client: { ids: [CLIENT_ID], secrets: [CLIENT_SECRET] },
    requireClientSign: false,
    timeZone: { name: 'Asia/Shanghai' },
    toleranceSeconds: 300,
    organisations: false,
    tracked: new Set(['owner', 'channel', 'packaging', 'barcode']),
  });
});

test('takes what is set, beside the settings of the events', () => {
  const connection = orderConnection({
    envelope: 'plain',
    ipAllowList: ['203.0.113.7'],
    failureStatus: 200,
    unknownItems: 'quarantine',
    tracks: ['owner'],
    requireClientSign: true,
    timeZone: 'UTC',
    timestampToleranceSeconds: null,
    inventoryOrganisations: true,
  });
  expect(winitOrderSettings(connection)).toMatchObject({
    requireClientSign: true,
    timeZone: { name: 'UTC' },
    toleranceSeconds: null,
    organisations: true,
    tracked: new Set(['owner']),
  });
  expect(winitSettings(connection).customerCode).toBe('1000019');
});

test('a connection may have no client', () => {
  expect(winitOrderSettings(orderConnection({}, { secrets: { token: TOKEN } })).client).toBeNull();
});

test.each<[Record<string, unknown>, Record<string, string>, string]>([
  [{ inventoryOrganisations: 'yes' }, {}, 'setting inventoryOrganisations takes true, false only'],
  [{ requireClientSign: 1 }, {}, 'setting requireClientSign takes true, false only'],
  [{ requireClientSign: true }, {}, 'setting requireClientSign needs the secrets clientId and clientSecret'],
  [{}, { clientId: 'one' }, 'secrets clientId and clientSecret have to be given together'],
  [{ timeZone: 'Asia/Nowhere' }, {}, 'setting timeZone: "Asia/Nowhere" is no time zone'],
  [{ timeZone: '' }, {}, 'setting timeZone has to be a text'],
  [{ timestampToleranceSeconds: 0 }, {}, 'setting timestampToleranceSeconds has to be a whole number from 1 to 86400'],
  [{ timestampToleranceSeconds: '300' }, {}, 'setting timestampToleranceSeconds has to be a whole number'],
  [{ tracks: ['lot'] }, {}, 'setting tracks takes owner, channel, packaging, barcode only'],
  [{ organisations: true }, {}, 'there is no setting "organisations"'],
])('refuses %j', (settings, secrets, message) => {
  expect(() => winitOrderSettings(orderConnection(settings, { secrets: { token: TOKEN, ...secrets } }))).toThrow(
    message,
  );
});
