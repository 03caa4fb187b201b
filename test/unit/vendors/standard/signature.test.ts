import { signingKey, verifyMessage, type SigningKeys } from '../../../../src/vendors/standard/signature';
import { MINUTE, NOON, SECOND } from '../../../support/domain/test-ledger';
import { FOREIGN_SECRET, PREVIOUS_SECRET, SECRET, signed } from './standard-samples';

const BODY = '{"a":"é"}';

function keyOf(secret: string): Buffer {
  const reading = signingKey(secret);
  if ('fault' in reading) throw new Error(reading.fault);
  return reading.key;
}

const KEYS: SigningKeys = { present: keyOf(SECRET), previous: null };
const ROTATING: SigningKeys = { present: keyOf(SECRET), previous: keyOf(PREVIOUS_SECRET) };

const verify = (headers: Record<string, string>, keys = KEYS, body = BODY) =>
  verifyMessage(headers, Buffer.from(body), keys, NOON);

test("verifies the standard's own example", () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const keys = { present: keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), previous: null };
  expect(verifyMessage(headers, Buffer.from('{"test": 2432232314}'), keys, 1614265330_000)).toEqual({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    signedBy: 'present',
  });
});

test('verifies what the library signs', () => {
  expect(verify(signed(BODY))).toEqual({ id: 'msg-1', signedBy: 'present' });
});

test('takes either secret during a rotation, and one of several signatures', () => {
  const byPrevious = signed(BODY, { secret: PREVIOUS_SECRET });
  expect(verify(byPrevious, ROTATING)).toEqual({ id: 'msg-1', signedBy: 'previous' });
  expect(verify(byPrevious)).toHaveProperty('refused');
  const present = signed(BODY)['webhook-signature'] ?? '';
  const both = `v1a,AAAA ${byPrevious['webhook-signature'] ?? ''} ${present}`;
  expect(verify({ ...byPrevious, 'webhook-signature': both })).toEqual({ id: 'msg-1', signedBy: 'present' });
  expect(verify({ ...byPrevious, 'webhook-signature': both }, ROTATING)).toEqual({ id: 'msg-1', signedBy: 'present' });
});

test.each([
  ['by another secret', signed(BODY, { secret: FOREIGN_SECRET })],
  ['of another body', signed('{}')],
  ['of another id', { ...signed(BODY), 'webhook-id': 'msg-2' }],
  ['of another time', { ...signed(BODY), 'webhook-timestamp': String(NOON / 1000 - 1) }],
  [
    'of another version',
    { ...signed(BODY), 'webhook-signature': (signed(BODY)['webhook-signature'] ?? '').replace('v1', 'v2') },
  ],
  ['without a version', { ...signed(BODY), 'webhook-signature': (signed(BODY)['webhook-signature'] ?? '').slice(3) }],
  ['cut short', { ...signed(BODY), 'webhook-signature': (signed(BODY)['webhook-signature'] ?? '').slice(0, -1) }],
  ['that is empty', { ...signed(BODY), 'webhook-signature': '' }],
  ['that is missing', { 'webhook-id': 'msg-1', 'webhook-timestamp': String(NOON / 1000) }],
])('refuses a signature %s', (_what, headers) => {
  const verdict = verify(headers, ROTATING);
  expect(verdict).toEqual({ refused: expect.stringContaining('webhook-signature has no v1 signature') as string });
  expect(JSON.stringify(verdict)).not.toContain(SECRET.slice(6));
});

test.each([
  [-5 * MINUTE, true],
  [5 * MINUTE, true],
  [-5 * MINUTE - SECOND, false],
  [5 * MINUTE + SECOND, false],
])('of a message dated %d ms off our clock says whether it is taken', (offMs, taken) => {
  const verdict = verify(signed(BODY, { atMs: NOON + offMs }));
  if (taken) expect(verdict).toHaveProperty('id');
  else expect(verdict).toEqual({ refused: expect.stringContaining('which says 2025-11-22T12:00:00.000Z') as string });
});

test.each([
  ['webhook-id', undefined],
  ['webhook-id', ''],
  ['webhook-id', 'a b'],
  ['webhook-id', 'é'],
  ['webhook-id', 'x'.repeat(256)],
  ['webhook-timestamp', undefined],
  ['webhook-timestamp', 'now'],
  ['webhook-timestamp', '1e9'],
  ['webhook-timestamp', '-1'],
])('refuses %s %p', (name, value) => {
  const { [name]: _left, ...others } = signed(BODY);
  const verdict = verify(value === undefined ? others : { ...others, [name]: value });
  expect(verdict).toEqual({ refused: expect.stringContaining(`${name} is missing, or`) as string });
});

test.each([
  ['', 'no prefix'],
  [SECRET.slice(6), 'no prefix'],
  ['whsec_', 'no bytes'],
  [`whsec_${Buffer.alloc(23).toString('base64')}`, 'too short'],
  [`whsec_${Buffer.alloc(65).toString('base64')}`, 'too long'],
  [`${SECRET} `, 'not base64'],
])('takes %p for no secret: %s', (secret) => {
  expect(signingKey(secret)).toEqual({ fault: 'has to be whsec_ and 24 to 64 bytes in base64' });
});
