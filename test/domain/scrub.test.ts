import { withoutSecrets } from '../../src/application/scrub';

const secrets = { userName: 'DUMMY DUCK', apiPassword: 's3cret-pass', key: 'k3y' };

it('leaves no secret in a text that is stored, wherever it stands', () => {
  const text = '{"userName":"DUMMY DUCK","x":{"API_PASSWORD":"s3cret-pass"},"goods":[{"reason":"s3cret-pass k3y"}]}';
  expect(withoutSecrets(text, { secrets })).toBe(
    '{"userName":"DUMMY DUCK","x":{"API_PASSWORD":"[redacted]"},"goods":[{"reason":"[redacted] k3y"}]}',
  );
});
