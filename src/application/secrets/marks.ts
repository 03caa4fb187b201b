import { meaningOf } from './written-text';

/** A text by which a secret is recognised, as `meaningOf` gives it. */
export interface Mark {
  readonly text: string;
  /** Upper and lower case are the same. */
  readonly anyCase: boolean;
  /** Does not count inside of a longer number. */
  readonly isNumber: boolean;
  /** How the secret goes on; null: not at all. */
  readonly more: {
    readonly of: RegExp;
    readonly atLeast: number;
    readonly atMost: number;
    /** Whether the whole is a secret. */
    readonly isSecret: (text: string) => boolean;
  } | null;
}

/** A shorter text is likely to occur somewhere by chance. */
const SHORTEST_SECRET = 6;

/** Standard Webhooks writes a key as this prefix and base64. */
const KEY_PREFIX = 'whsec_';

/** What a secret may be written as: as it is, as base64 or hex, and both of the bytes that it stands for. */
export function marksOf(secret: string): Mark[] {
  const body = secret.startsWith(KEY_PREFIX) ? secret.slice(KEY_PREFIX.length) : secret;
  const texts = [secret, body].flatMap((text) => [text, text.normalize('NFC'), text.normalize('NFD')]);
  const bytes = [...texts.map((text) => Buffer.from(text)), ...keyBytes(body)];
  const plain = texts
    .flatMap((text) => [text, text.replace(/\s/g, '+'), Buffer.from(text).toString('latin1')])
    // A backslash of the secret escapes nothing where it is escaped or encoded itself.
    .flatMap((text) => [text, text.replaceAll('\\', '\\\\'), text.replaceAll('\\', '')]);
  const base64 = bytes.flatMap(base64Cores);
  const marks = [
    ...[...plain, ...base64].map((text) => ({ text, anyCase: false })),
    ...bytes.map((some) => ({ text: some.toString('hex'), anyCase: true })),
  ].map(({ text, anyCase }) => ({ text: meaningOf(text), anyCase }));
  const known = new Map(marks.map((mark) => [`${mark.anyCase ? '' : '='}${mark.text}`, mark]));
  return [...known.values()]
    .filter(({ text }) => text.length >= SHORTEST_SECRET)
    .map((mark) => ({ ...mark, isNumber: /^\d+$/.test(mark.text), more: null }));
}

/** A key is bytes, which can be written in another form than the secret has. */
function keyBytes(text: string): Buffer[] {
  if (/^(?:[\da-f]{2}){8,}$/i.test(text)) return [Buffer.from(text, 'hex')];
  return /^[\w+/-]{22,}={0,2}$/.test(text) ? [Buffer.from(text, 'base64')] : [];
}

/** The base64 of bytes in any place of a longer content: the characters that depend on nothing beside them. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const core = base64Core(bytes, offset);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** @param offset how many bytes of the last three before it stand before the bytes */
function base64Core(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return encoded.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 8) / 6));
}

/** How our own API keys begin, and how long the rest is. Whoever issued or uses one, it has no place in a message. */
const API_KEY_PREFIX = 'sb_';
const API_KEY_REST = 87;
/** The first character may be known in part only, and the last one be cut off. */
const API_KEY = /^sb_[\w-]{43}_[\w-]{42}/;

/** By which any API key of a gateway is recognised. */
export const API_KEY_MARKS: readonly Mark[] = [
  apiKeyMark(API_KEY_PREFIX, /[\w-]/, API_KEY_REST, API_KEY_REST, (text) => text),
  apiKeyMark(hexOf(API_KEY_PREFIX), /[\da-f]/i, 2 * API_KEY_REST, 2 * API_KEY_REST, (text) =>
    Buffer.from(text, 'hex').toString(),
  ),
  ...[0, 1, 2].map((offset) => {
    // The characters before the core depend on what stands before the key.
    const before = 'A'.repeat(offset === 0 ? 0 : offset + 1);
    return apiKeyMark(base64Core(Buffer.from(API_KEY_PREFIX), offset), /[\w+/-]/, 115, 118, (text) =>
      Buffer.from(before + text, 'base64')
        .toString('latin1')
        .slice(offset),
    );
  }),
];

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}

function apiKeyMark(text: string, of: RegExp, atLeast: number, atMost: number, decode: (text: string) => string): Mark {
  const isSecret = (whole: string): boolean => API_KEY.test(`s${decode(whole).slice(1)}`);
  return { text, anyCase: text === hexOf(API_KEY_PREFIX), isNumber: false, more: { of, atLeast, atMost, isSecret } };
}
