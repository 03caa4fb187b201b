import { createRedactor } from '../../../../src/application/secrets/redactor';
import { keptBody } from '../../../../src/vendors/shared/kept-body';

const SECRET = 'correct horse battery staple';
const redactor = createRedactor([SECRET]);
const kept = (text: string): string => keptBody(Buffer.from(text), redactor);

it.each(['', '[1,2]', 'Café 7', '{"a":"b"'])('keeps a short body: %s', (text) => {
  expect(kept(text)).toBe(text);
});

it('replaces NUL, which PostgreSQL does not store', () => {
  expect(kept('a\0b')).toBe('a\uFFFDb');
});

it.each(['x', 'é', '漢', '😀'])('keeps the beginning of a long one, in whole characters: %s', (character) => {
  for (const length of [1_000, 5_000, 100_000]) {
    const body = kept(character.repeat(length));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4_096);
    expect(body.length).toBeGreaterThan(600);
    expect(body.replaceAll(character, '')).toBe('');
  }
});

it('leaves no part of a secret, wherever what is read ends', () => {
  for (let at = 4_000; at < 8_300; at += 3) {
    const body = kept(`${'x'.repeat(at)}${SECRET}${'y'.repeat(9_000)}`);
    expect(body).not.toContain('correct');
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4_096);
  }
  for (let at = 0; at < 40; at += 1) expect(kept('x'.repeat(at) + SECRET.repeat(1_000))).not.toMatch(/corr|horse/);
});

it.each([
  '{"apiPassword":"nearly","n":1}',
  '{"apiPassword" : "nearly\\" and more"}',
  '{"sign":nearly}',
  '{"client_sign":"nearly',
  '{"Token": "nearly"',
])('takes out a member that is named as a secret: %s', (text) => {
  expect(kept(text)).toContain('"[redacted]"');
  expect(kept(text)).not.toContain('nearly');
});

it('leaves how a message is signed', () => {
  expect(kept('{"sign_method":"sha1","n":1}')).toBe('{"sign_method":"sha1","n":1}');
});

it.each(['"sign', '"sign"', '"', '"token":"\\', 'password"'])('takes no time for a body of %s', (part) => {
  const started = performance.now();
  kept(part.repeat(100_000));
  // A stall would take many seconds.
  expect(performance.now() - started).toBeLessThan(2_000);
});
