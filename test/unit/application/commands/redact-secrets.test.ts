import { redactSecrets } from '../../../../src/application/commands/redact-secrets';

const secrets = { userName: 'DUMMY DUCK', apiPassword: 's3cret-pass', key: 'k3y' };

it('leaves no secret in a text that is stored, wherever it stands', () => {
  const text = '{"userName":"DUMMY DUCK","x":{"API_PASSWORD":"s3cret-pass"},"goods":[{"reason":"s3cret-pass k3y"}]}';
  expect(redactSecrets(text, { secrets })).toBe(
    '{"userName":"DUMMY DUCK","x":{"API_PASSWORD":"[redacted]"},"goods":[{"reason":"[redacted] k3y"}]}',
  );
});

it.each([
  ['in a JSON text', '{"reason":"pa\\"ss word+"}'],
  ['in a URL', 'reason=pa%22ss%20word%2B'],
  ['in a form', 'reason=pa%22ss+word%2B'],
])('knows a secret %s', (_, text) => {
  const redacted = redactSecrets(text, { secrets: { key: 'pa"ss word+' } });
  expect(redacted).toContain('[redacted]');
  expect(redacted).not.toContain('word');
});

it('leaves no end of a secret that begins as another one', () => {
  expect(redactSecrets('abcdefgh', { secrets: { key: 'abcdef', apiPassword: 'abcdefgh' } })).toBe('[redacted]');
});

it('leaves no beginning of a secret that a sentence has cut', () => {
  const secrets = { key: 'abcdefghij' };
  expect(redactSecrets('received "xxabcdefgh…. And "abcdefxij… stays.', { secrets })).toBe(
    'received "xx[redacted]…. And "abcdefxij… stays.',
  );
});

it('knows the secrets before a rotation, which senders still write', () => {
  const connection = { secrets: { key: 'present-key' }, previousSecrets: { key: 'former-key' } };
  expect(redactSecrets('present-key former-key', connection)).toBe('[redacted] [redacted]');
});
