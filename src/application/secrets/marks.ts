import { meaningOf } from './written-text';

/** A text by which a secret is recognised, as `meaningOf` gives it. */
export interface Mark {
  readonly text: string;
  /** Upper and lower case are the same. */
  readonly anyCase: boolean;
  /** Does not count inside of a longer number. */
  readonly isNumber: boolean;
  /** The whole secret, where the text is only its beginning; null where it is all. */
  readonly whole: Whole | null;
}

/** A secret that has a form. */
export interface Whole {
  /** Sticky. */
  readonly pattern: RegExp;
  /** Of what the pattern matches, the character that few texts have. Looking at it first saves trying the pattern. */
  readonly telling: { readonly place: number; readonly characters: string };
}

/** A shorter text is likely to occur somewhere by chance. */
export const SHORTEST_SECRET = 6;

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
    .map((mark) => ({ ...mark, isNumber: /^\d+$/.test(mark.text), whole: null }));
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

/** How our own API keys begin. Whoever issued or uses one, it has no place in a message. */
const API_KEY_PREFIX = 'sb_';
/** What follows: these characters, an underscore, and as many again. */
const API_KEY_PART = 43;
/** Of the second part, as many have to be seen. The last one may be cut off. */
const API_KEY_SEEN = 42;

/** How many characters of a text are looked at, at most, to recognise an API key. */
export const LONGEST_API_KEY = 2 * (API_KEY_PREFIX.length + 2 * API_KEY_PART + 1);

/** The byte between the two parts. */
const SEPARATOR_PLACE = API_KEY_PREFIX.length + API_KEY_PART;

function hexApiKeyMark(): Mark {
  const text = Buffer.from(API_KEY_PREFIX).toString('hex');
  const byte = '(?:2d|3\\d|4[1-9a-f]|5[\\daf]|6[1-9a-f]|7[\\da])';
  const pattern = new RegExp(`${text}${byte}{${API_KEY_PART}}5f${byte}{${API_KEY_SEEN}}[\\da-f]{2}`, 'iy');
  const telling = { place: 2 * SEPARATOR_PLACE + 1, characters: 'fF' };
  return { text, anyCase: true, isNumber: false, whole: { pattern, telling } };
}

/** @param offset how many bytes of the last three before it stand before the key */
function base64ApiKeyMark(offset: number): Mark {
  const text = base64Core(Buffer.from(API_KEY_PREFIX), offset);
  const first = offset === 0 ? 0 : offset + 1;
  const bytes = [...Array.from({ length: offset }, () => ANY_BYTE), ...API_KEY_BYTES];
  const seen = Math.floor((bytes.length * 8) / 6);
  const classes = Array.from({ length: seen - first }, (_, index) => base64Class(bytes, first + index));
  // The rest of the last byte, and the byte that may be cut off.
  const pattern = new RegExp(`${classes.map((some) => `[${some}]`).join('')}[\\w+/-]{0,2}`, 'y');
  const place = Math.floor(((offset + SEPARATOR_PLACE) * 8) / 6) - first;
  const telling = { place, characters: (classes[place] ?? '').replaceAll('\\', '') };
  return { text, anyCase: false, isNumber: false, whole: { pattern, telling } };
}

const ANY_BYTE = Array.from({ length: 256 }, (_, byte) => byte);
const PART_BYTE = ANY_BYTE.filter((byte) => /[\w-]/.test(String.fromCharCode(byte)));

/** The values that each byte of an API key can have, without the last byte. */
const API_KEY_BYTES: readonly (readonly number[])[] = [
  ...[...Buffer.from(API_KEY_PREFIX)].map((byte) => [byte]),
  ...Array.from({ length: API_KEY_PART }, () => PART_BYTE),
  [0x5f],
  ...Array.from({ length: API_KEY_SEEN }, () => PART_BYTE),
];

/** The class of the characters that can stand at a place of the base64 of such bytes. */
function base64Class(bytes: readonly (readonly number[])[], place: number): string {
  const firstByte = Math.floor((place * 6) / 8);
  const shift = 10 - ((place * 6) % 8);
  // Each byte gives bits of its own. Few of them differ, so that the pairs are few.
  const highs = new Set(bytes[firstByte]?.map((high) => ((high << 8) >> shift) & 63));
  const lows = new Set((bytes[firstByte + 1] ?? ANY_BYTE).map((low) => low >> shift));
  const values = new Set([...highs].flatMap((high) => [...lows].map((low) => high | low)));
  const characters = [...values].map((value) => BASE64.charAt(value)).join('');
  return characters.replace('+', '+\\-').replace('/', '/_');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** By which any API key of a gateway is recognised. Each pattern fails at the first character that is wrong. */
export const API_KEY_MARKS: readonly Mark[] = [
  {
    ...{ text: API_KEY_PREFIX, anyCase: false, isNumber: false },
    whole: {
      pattern: new RegExp(`${API_KEY_PREFIX}[\\w-]{${API_KEY_PART}}_[\\w-]{${API_KEY_PART}}`, 'y'),
      telling: { place: SEPARATOR_PLACE, characters: '_' },
    },
  },
  hexApiKeyMark(),
  ...[0, 1, 2].map(base64ApiKeyMark),
];
