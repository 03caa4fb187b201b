import { winitSettings } from '../../../../src/vendors/winit-events/settings';
import { ENVELOPE_SECRET, winitConnection } from './winit-samples';

test('takes defaults where nothing but the customer is set', () => {
  expect(winitSettings(winitConnection({}, { settings: { customerCode: '1000019' } }))).toEqual({
    customerCode: '1000019',
    envelope: 'plain',
    envelopeSecrets: [],
    allowedAddresses: null,
    failureStatus: 500,
    whenItemUnknown: 'CREATE_ON_RECEIPT',
    whenLocationUnknown: 'REFUSE',
    tracked: new Set(['owner', 'channel', 'packaging', 'barcode']),
  });
});

test('takes what is set', () => {
  const settings = winitSettings(
    winitConnection(
      {
        envelope: 'aes-256-gcm',
        ipAllowList: ['203.0.113.0/24'],
        failureStatus: 200,
        unknownItems: 'quarantine',
        tracks: ['channel'],
      },
      { secrets: { envelopeSecret: ENVELOPE_SECRET } },
    ),
  );
  expect(settings).toMatchObject({
    envelope: 'aes-256-gcm',
    envelopeSecrets: [ENVELOPE_SECRET],
    failureStatus: 200,
    whenItemUnknown: 'REFUSE',
    tracked: new Set(['channel']),
  });
  expect(settings.allowedAddresses?.includes('203.0.113.9')).toBe(true);
});

test.each([
  [{ customerCode: undefined }, 'setting customerCode has to be a text'],
  [{ customerCode: 1000019 }, 'setting customerCode has to be a text'],
  [{ envelope: 'rot13' }, 'setting envelope takes plain, aes-256-gcm only'],
  [{ envelope: 'aes-256-gcm' }, 'secret envelopeSecret is missing'],
  [{ failureStatus: 404 }, 'setting failureStatus takes 500, 200 only'],
  [{ ipAllowList: '203.0.113.7' }, 'setting ipAllowList has to be a list of texts; leave it out for none'],
  [{ ipAllowList: [] }, 'setting ipAllowList has to be a list of texts; leave it out for none'],
  [{ ipAllowList: ['203.0.113.7', 7] }, 'setting ipAllowList has to be a list of texts; leave it out for none'],
  [{ ipAllowList: ['203.0.113.0/33'] }, 'setting ipAllowList: "203.0.113.0/33" is no address and no network'],
  [{ tracks: ['lot'] }, 'setting tracks takes owner, channel, packaging, barcode only'],
  [{ customercode: '1' }, 'there is no setting "customercode"'],
])('refuses %j', (settings, message) => {
  expect(() => winitSettings(winitConnection(settings))).toThrow(`Connection "Winit overseas" (winit): ${message}`);
});

test.each(['', 'c2hvcnQ=', ENVELOPE_SECRET.slice(0, -1), ` ${ENVELOPE_SECRET}`])(
  'refuses %j as the secret of an envelope and does not say it',
  (envelopeSecret) => {
    const connection = winitConnection({ envelope: 'aes-256-gcm' }, { secrets: { envelopeSecret } });
    expect(() => winitSettings(connection)).toThrow(
      /secret envelopeSecret (is missing|has to be 32 bytes in base64)\.$/,
    );
  },
);
