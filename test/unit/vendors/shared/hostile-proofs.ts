/** Texts that are close to a proof and are none. */
import { randomFrom } from '../../../support/written-secrets';
import type { Json } from './hostile-forms';

export interface SpoiltProof {
  readonly how: string;
  readonly value: Json | undefined;
}

const MOST_PLACES = 48;

/** Places in a text: all of them, or as many evenly spread. */
function placesIn({ length }: string): number[] {
  const count = Math.min(length, MOST_PLACES);
  return [...new Set(Array.from({ length: count }, (_, part) => Math.floor((part * length) / count)))];
}

/** A character of the same kind: what stays is the form of the proof. */
function changed(character: string): string {
  const kinds = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '+/', '-_'];
  const kind = kinds.find((letters) => letters.includes(character));
  return kind ? kind.charAt((kind.indexOf(character) + 1) % kind.length) : 'x';
}

const swapped = (character: string): string =>
  character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase();

const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1);
const inserted = (text: string, at: number, what: string): string => text.slice(0, at) + what + text.slice(at);

/** Letters of other scripts, and their forms, that look like these. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{
    a: 'а',
    A: 'А',
    B: 'В',
    c: 'с',
    C: 'С',
    e: 'е',
    E: 'Е',
    H: 'Н',
    i: 'і',
    M: 'М',
    o: 'о',
    O: 'О',
    p: 'р',
    '=': '＝',
  },
  ...{ P: 'Р', s: 'ѕ', T: 'Т', x: 'х', X: 'Х', y: 'у', K: '\u212a', '0': 'О', '1': 'l', '/': '\u2044', '-': '\u2010' },
};

const UNSEEN = [
  ...['\0', '\u0001', '\u0007', '\b', '\t', '\n', '\v', '\r', '\r\n', '\u001b', '\u007f', '\u0085', '\u00a0', '\u00ad'],
  ...['\u200b', '\u200d', '\u202e', '\u2028', '\u2060', '\ufeff', '\u{e0041}'],
];

/** What other ways of signing put before what they made. */
const PREFIXES = [
  'v1',
  'v1a,',
  'v2,',
  'v0,',
  'V1,',
  'v1=',
  'v1:',
  'md5=',
  'sha1=',
  'sha256=',
  'hmac ',
  'Basic ',
  'Digest ',
  'none ',
];

const OTHER_VALUES: readonly Json[] = [null, true, false, 0, 1, -1, 1.5, [], {}, { $ne: '' }, { length: 32 }];

/** Everything that is close to a proof. */
export function* spoiltProofs(valid: string, isMember: boolean, seed: number): Generator<SpoiltProof> {
  yield { how: 'left out', value: undefined };
  for (const [how, value] of [...cut(valid), ...respelt(valid), ...recoded(valid), ...disguised(valid)]) {
    yield { how, value };
  }
  const random = randomFrom(seed);
  for (let n = 0; n < 20; n += 1) {
    const at = Math.floor(random() * valid.length);
    const character = String.fromCodePoint(Math.floor(random() * 0xd7ff));
    yield { how: `U+${(character.codePointAt(0) ?? 0).toString(16)} at ${at}`, value: inserted(valid, at, character) };
  }
  if (!isMember) return;
  for (const value of [...OTHER_VALUES, [valid], { value: valid }, [[valid]], Number(valid)]) {
    yield { how: `as ${JSON.stringify(value)}`, value };
  }
}

function* cut(valid: string): Generator<[string, string]> {
  for (const at of placesIn(valid)) {
    yield [`its first ${at} characters`, valid.slice(0, at)];
    if (at > 0) yield [`without its first ${at} characters`, valid.slice(at)];
    yield [`without its character ${at}`, replaced(valid, at, '')];
  }
  yield ['blank', ' '];
  for (const between of ['', ' ', ',', ', ', ';', '\n'])
    yield [`twice, by ${JSON.stringify(between)}`, valid + between + valid];
  yield ['10,000 times', valid.repeat(Math.ceil(10_000 / valid.length))];
}

function* respelt(valid: string): Generator<[string, string]> {
  for (const at of placesIn(valid)) {
    const character = valid.charAt(at);
    yield [`another character at ${at}`, replaced(valid, at, changed(character))];
    yield [`the other case at ${at}`, replaced(valid, at, swapped(character))];
    const alike = LOOK_ALIKES[character];
    if (alike !== undefined) yield [`a look-alike at ${at}`, replaced(valid, at, alike)];
    const code = valid.charCodeAt(at);
    if (code > 0x20 && code < 0x7f)
      yield [`the wide form at ${at}`, replaced(valid, at, String.fromCharCode(code + 0xfee0))];
  }
  yield ['in capitals', valid.toUpperCase()];
  yield ['in small letters', valid.toLowerCase()];
  yield ['with accents', valid.replace(/[a-z]/gi, '$&\u0301')];
  yield ['backwards', Array.from(valid).reverse().join('')];
}

/** The same bytes written otherwise. */
function* recoded(valid: string): Generator<[string, string]> {
  const encodings = ['hex', 'base64', 'base64url'] as const;
  for (const encoding of encodings) yield [`in ${encoding}`, Buffer.from(valid).toString(encoding)];
  for (const from of encodings) {
    const bytes = Buffer.from(valid.replace(/^\w+,/, ''), from);
    for (const to of encodings) if (from !== to) yield [`from ${from} to ${to}`, bytes.toString(to)];
  }
  yield ['unpadded', valid.replace(/=+$/, '')];
  yield ['padded', `${valid}=`];
  yield ['padded twice', `${valid}==`];
  yield ['with percent signs', Array.from(valid, (one) => `%${one.charCodeAt(0).toString(16)}`).join('')];
  yield ['with escapes', Array.from(valid, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')];
  for (const quote of ['"', "'", '`', '<>']) yield [`in ${quote}`, quote.charAt(0) + valid + (quote.at(-1) ?? '')];
  yield ['as hex of another kind', `0x${valid}`];
}

/** With what nobody sees in it, before it or behind it. */
function* disguised(valid: string): Generator<[string, string]> {
  for (const unseen of UNSEEN) {
    for (const at of [0, 1, Math.floor(valid.length / 2), valid.length]) {
      yield [`${JSON.stringify(unseen)} at ${at}`, inserted(valid, at, unseen)];
    }
  }
  for (const prefix of PREFIXES) {
    yield [`behind ${prefix}`, prefix + valid];
    yield [`with ${prefix} for its beginning`, prefix + valid.replace(/^(v1,|\w+ +)/, '')];
  }
}

/** The same JSON in other bytes. The last ones are not the same for who compares numbers as they are written. */
export function respeltJson(
  text: string,
): { readonly how: string; readonly text: string; readonly sameText: boolean }[] {
  const value = JSON.parse(text) as Json;
  const ways: readonly [string, string][] = [
    ['with its members backwards', JSON.stringify(backwards(value))],
    ['indented', JSON.stringify(value, null, 2)],
    ['indented by tabs', JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n')],
    ['with a blank inside', text.replace(/^./, '$& ')],
    ['with a blank at its end', text.replace(/.$/, ' $&')],
    ['with escapes', text.replace(/é/g, '\\u00e9')],
    [
      'with a letter escaped',
      text.replace(/"([a-z])/i, (_all, letter: string) => `"\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['with escapes in capitals', text.replace(/é/g, '\\u00E9')],
  ];
  const numbers: readonly [string, string][] = [
    ['with a fraction of nothing', text.replace(/:(-?\d+)([,}])/, ':$1.0$2')],
    ['with an exponent', text.replace(/:(-?\d+)([,}])/, ':$1e0$2')],
  ];
  return [
    ...ways.map(([how, other]) => ({ how, text: other, sameText: true })),
    ...numbers.map(([how, other]) => ({ how, text: other, sameText: false })),
  ].filter((one) => one.text !== text);
}

function backwards(value: Json): Json {
  if (Array.isArray(value)) return value.map(backwards);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name, backwards(one)]),
  );
}
