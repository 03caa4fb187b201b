/** Ways in which a sender can write a secret into a JSON string, made by a generator that can be repeated. */

/** A source of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Write = (secret: string, random: () => number) => string;

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
const hex4 = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');
const pick = <T>(values: readonly T[], random: () => number): T => values[Math.floor(random() * values.length)] as T;
const inAnyCase = (text: string, random: () => number): string =>
  text.replace(/[a-z]/gi, (letter) => (random() < 0.5 ? letter.toUpperCase() : letter.toLowerCase()));
const escaped = (secret: string, random: () => number, share: number): string =>
  secret
    .split('')
    .map((unit) => (random() < share ? `\\u${inAnyCase(hex4(unit), random)}` : quoted(unit)))
    .join('');
const encoded = (secret: string, random: () => number, share: number): string =>
  [...Buffer.from(secret)]
    .map((byte) => {
      const isPlain = byte > 0x20 && byte < 0x7f && !'%+"\\'.includes(String.fromCharCode(byte));
      const code = `%${inAnyCase(byte.toString(16).padStart(2, '0'), random)}`;
      return isPlain && random() >= share ? String.fromCharCode(byte) : code;
    })
    .join('');
const split = (text: string, random: () => number): string =>
  text.replace(/./gsu, (character) =>
    random() < 0.3 ? character + pick([' ', '  ', '\n', '\t', '\u00a0'], random) : character,
  );
const amid = (bytes: Buffer, random: () => number): Buffer =>
  Buffer.concat([Buffer.alloc(Math.floor(random() * 7), 'a'), bytes, Buffer.alloc(Math.floor(random() * 7), 'z')]);

/** The content of a JSON string, by what was done to the secret. */
export const WRITTEN: Readonly<Record<string, Write>> = {
  raw: (secret) => quoted(secret),
  'all in \\u escapes': (secret, random) => escaped(secret, random, 1),
  'partly in \\u escapes': (secret, random) => escaped(secret, random, 0.4),
  'in a JSON text': (secret, random) => quoted(`{"a":"${escaped(secret, random, 0.4)}"}`),
  'with escaped slashes': (secret) => quoted(secret).replaceAll('/', '\\/'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'base64 within other bytes': (secret, random) => amid(Buffer.from(secret), random).toString('base64'),
  'basic credentials': (secret) => `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'hex in any case': (secret, random) => inAnyCase(Buffer.from(secret).toString('hex'), random),
  'URL-encoded': (secret, random) => encoded(secret, random, 1),
  'partly URL-encoded': (secret, random) => encoded(secret, random, 0.3),
  'URL-encoded twice': (secret, random) => encoded(secret, random, 0.5).replaceAll('%', '%25'),
  'in a URL': (secret) => `https://example.com/hook?token=${encodeURIComponent(secret)}&x=1`,
  'in a form': (secret) => new URLSearchParams({ password: secret }).toString(),
  'split by white space': (secret, random) => quoted(split(secret, random)),
  'base64, split by white space': (secret, random) => quoted(split(Buffer.from(secret).toString('base64'), random)),
  'hex in escapes': (secret, random) => escaped(Buffer.from(secret).toString('hex'), random, 0.5),
  'within other text': (secret) => `xx${quoted(secret)}yy`,
};

/** The texts by which a secret is recognised wherever it has leaked to, in lower case. */
export function tracesOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const traces = [
    secret,
    quoted(secret),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    escaped(secret, () => 0, 1),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(traces.map((trace) => trace.toLowerCase()))];
}
