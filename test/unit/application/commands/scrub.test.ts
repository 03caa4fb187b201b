import { withoutSecrets } from '../../../../src/application/commands/scrub';

const secrets = { userName: 'DUMMY DUCK', apiPassword: 's3cret-pass', key: 'k3y' };

it('leaves no secret in a text that is stored, wherever it stands', () => {
  const text = '{"userName":"DUMMY DUCK","x":{"API_PASSWORD":"s3cret-pass"},"goods":[{"reason":"s3cret-pass k3y"}]}';
  expect(withoutSecrets(text, { secrets })).toBe(
    '{"userName":"DUMMY DUCK","x":{"API_PASSWORD":"[redacted]"},"goods":[{"reason":"[redacted] k3y"}]}',
  );
});

it.each([
  ['in a JSON text', '{"reason":"pa\\"ss word+"}'],
  ['in a URL', 'reason=pa%22ss%20word%2B'],
  ['in a form', 'reason=pa%22ss+word%2B'],
])('knows a secret %s', (_, text) => {
  const scrubbed = withoutSecrets(text, { secrets: { key: 'pa"ss word+' } });
  expect(scrubbed).toContain('[redacted]');
  expect(scrubbed).not.toContain('word');
});

it('leaves no end of a secret that begins as another one', () => {
  expect(withoutSecrets('abcdefgh', { secrets: { key: 'abcdef', apiPassword: 'abcdefgh' } })).toBe('[redacted]');
});
