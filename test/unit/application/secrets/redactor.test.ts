import { randomBytes } from 'node:crypto';
import { createRedactor, redactorOf } from '../../../../src/application/secrets/redactor';
import { newApiKey } from '../../../../src/persistence/access/api-key-text';
import { randomFrom, tracesOf, WRITTEN } from '../../../support/written-secrets';

const SEED = Number(process.env['SECRETS_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const random = randomFrom(SEED);
const TENANT = '0b4c8a5e-0000-8000-8000-000000000001';
const KEY_ID = '01890000-0000-7000-8000-000000000001';

/** Each kind of secret that there is. */
const SECRETS: Readonly<Record<string, () => string>> = {
  'a password': () => 's3cret-pass',
  'a long password': () => 'correct horse battery staple, 17 times',
  'a password with quotes and signs': () => 'pa"ss\\bword\\u0041+%x/&=…',
  'a password of other letters': () => 'Pässwörd-密码-🔑',
  'a generated secret': () => randomBytes(32).toString('base64url'),
  'a webhook secret': () => `whsec_${randomBytes(32).toString('base64')}`,
  'a Winit token': () => randomBytes(16).toString('hex').toUpperCase(),
  'a key in base64': () => randomBytes(32).toString('base64'),
};

/** Percent-decoded. */
const bytesOf = (text: string): Buffer =>
  Buffer.from(
    Buffer.from(text)
      .toString('latin1')
      .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );

const json = (content: string): string => `{"a":"${content}","n":[1,2.50,"b"]}`;

describe(`with the seed ${SEED}`, () => {
  for (const [kind, make] of Object.entries(SECRETS)) {
    it.each(Object.keys(WRITTEN))(`finds ${kind} written as: %s`, (way) => {
      for (let round = 0; round < 5; round += 1) {
        const secret = make();
        const redactor = createRedactor(['other-secret', secret]);
        const written = json(WRITTEN[way]?.(secret, random) ?? '');
        const clean = redactor.json(written);
        expect(clean).toContain('[redacted]');
        expect(JSON.parse(clean)).toMatchObject({ n: [1, 2.5, 'b'] });
        // Decoded as it was written, it holds no trace.
        const decoded = (JSON.parse(clean) as { a: string }).a;
        const readings = [decoded, bytesOf(decoded).toString(), decoded.replace(/\s/g, '')].join('\n').toLowerCase();
        expect(tracesOf(secret).filter((trace) => readings.includes(trace))).toEqual([]);
        expect(redactor.json(clean)).toBe(clean);
      }
    });
  }

  it.each(Object.keys(WRITTEN))('finds an API key of any gateway written as: %s', (way) => {
    for (let round = 0; round < 5; round += 1) {
      const key = newApiKey({ tenantId: TENANT, keyId: KEY_ID });
      const clean = createRedactor([]).json(json(WRITTEN[way]?.(key, random) ?? ''));
      expect(clean).toContain('[redacted]');
      for (const trace of tracesOf(key.slice(-43))) expect(clean.toLowerCase()).not.toContain(trace);
    }
  });

  it('finds an API key that stands directly behind another one', () => {
    const redactor = createRedactor([]);
    for (const before of ['', 'x', 'xy']) {
      const [first, second] = [1, 2].map(() => newApiKey({ tenantId: TENANT, keyId: KEY_ID })) as [string, string];
      const encoded = Buffer.from(before + first)
        .toString('base64')
        .replaceAll('=', '');
      for (const other of [second, Buffer.from(second).toString('hex'), Buffer.from(second).toString('base64')]) {
        expect(redactor.text(encoded + other)).toMatch(/^[\w+/]{0,4}\[redacted\]\[redacted\]$/);
      }
    }
  });

  it('leaves a text without secrets as it is', () => {
    const redactor = createRedactor(Object.values(SECRETS).map((make) => make()));
    for (let round = 0; round < 300; round += 1) {
      const length = Math.floor(random() * 400);
      const text = Array.from({ length }, () => String.fromCharCode(Math.floor(random() * 0x250))).join('');
      expect(redactor.text(text)).toBe(text);
      expect(redactor.json(JSON.stringify({ text }))).toBe(JSON.stringify({ text }));
      const base64 = randomBytes(length).toString('base64');
      expect(redactor.text(base64)).toBe(base64);
    }
  });
});

const redact = (text: string, ...secrets: string[]): string => createRedactor(secrets).json(text);

it('replaces a secret in keys, each by a name of its own', () => {
  expect(
    redact('{"hush-hush":1, "a":{"x hush-hush" : 2,"hush-hush":{"\\u0068ush-hush":"hush-hush"}}}', 'hush-hush'),
  ).toBe('{"[redacted]":1, "a":{"x [redacted]" : 2,"[redacted] 2":{"[redacted] 3":"[redacted]"}}}');
});

it('replaces a key by none that the document has, however that is written', () => {
  expect(redact('{"[redacted]":1,"hush-hush":2,"\\u005bredacted] 2":3}', 'hush-hush')).toBe(
    '{"[redacted]":1,"[redacted] 3":2,"\\u005bredacted] 2":3}',
  );
  expect(redact('{"xhush-hush":1,"\\u0078hush-hush":2}', 'hush-hush')).toBe(
    '{"x[redacted]":1,"\\u0078[redacted] 2":2}',
  );
});

it('replaces a number that is the secret by a text, but not digits of a longer one', () => {
  expect(redact('[123456, -123456, "123456", 1234567, "0123456789012", "a123456b", 123456.0]', '123456')).toBe(
    '["[redacted]", "-[redacted]", "[redacted]", 1234567, "0123456789012", "a[redacted]b", "[redacted].0"]',
  );
});

it('keeps every other byte, and what stands between values', () => {
  const secret = 'ab","cd';
  expect(redact('{"x":["ab","cd"], "y" : "ab\\",\\"cd" ,"z":"\\ud83d\\ude00\\/"}', secret)).toBe(
    '{"x":["ab","cd"], "y" : "[redacted]" ,"z":"\\ud83d\\ude00\\/"}',
  );
});

it('finds a secret that itself looks encoded', () => {
  for (const written of ['pass%41word', 'pass%2541word', 'pass%25%34%31word', 'pass%\\u00341word']) {
    expect(redact(`"${written}"`, 'pass%41word')).toBe('"[redacted]"');
  }
});

it('takes the longer of two secrets that begin alike, and each of several', () => {
  const text = createRedactor(['abcdef', 'abcdefgh']).text('abcdefgh and abcdef, Abcdef');
  expect(text).toBe('[redacted] and [redacted], Abcdef');
});

it('does not look for account names, nor for what is too short to be a secret', () => {
  const secrets = { userName: 'DUMMY DUCK', clientId: 'client-of-winit', key: 'k3y' };
  expect(redactorOf({ secrets }).text('DUMMY DUCK, client-of-winit, k3y')).toBe('DUMMY DUCK, client-of-winit, k3y');
});

it('looks for the tokens of all requests of a connection', () => {
  const connection = { secrets: { key: 'hush-hush' } };
  expect(redactorOf(connection, 'token-1').text('token-1 token-2 hush-hush')).toBe('[redacted] token-2 [redacted]');
  expect(redactorOf(connection, 'token-2').text('token-1 token-2 hush-hush')).toBe('[redacted] [redacted] [redacted]');
  expect(redactorOf(connection, 'token-1')).toBe(redactorOf(connection));
});

it('takes a long text of nothing but secrets, escapes or backslashes in its stride', () => {
  const redactor = createRedactor(['hush-hush']);
  expect(redactor.text('hush-hush'.repeat(100_000))).toBe('[redacted]'.repeat(100_000));
  for (const text of [
    '\\'.repeat(1_000_000),
    '%25'.repeat(300_000),
    '\\u0068'.repeat(100_000),
    'hush-huz '.repeat(100_000),
    // Each could be the beginning of an API key, and what is behind it is the same as for the one before.
    ...['sb_', '%73b_', '73625f', btoa('sb_'), btoa('xsb_xsb_x'), 's b _ '].map((text) => text.repeat(500_000)),
  ]) {
    expect(redactor.text(text)).toBe(text);
  }
});
