/** Valid messages with one thing in them that is a little too much, or that nobody means. */
import type { InjectOptions } from 'fastify';
import { randomFrom } from '../../../support/written-secrets';
import {
  changed,
  differentRows,
  NAME,
  valueAt,
  withRows,
  type Clock,
  type HostileForm,
  type Json,
} from './hostile-forms';

/** A request that no door may take. */
export interface HostileCase {
  readonly what: string;
  readonly request: InjectOptions;
}

/** A request just within a limit, and one just beyond it. */
export interface LimitCase {
  readonly what: string;
  /** The member that is as long or large as it can be, and its value; null where it is the body or its rows. */
  readonly at: { readonly path: string; readonly value: Json } | null;
  readonly within: InjectOptions;
  readonly beyond: InjectOptions;
}

const LONG_WAYS: Readonly<Record<string, (start: string, length: number) => string>> = {
  letters: (start, length) => start.padEnd(length, 'x'),
  // Two UTF-16 units each.
  emoji: (start, length) =>
    start + 'x'.repeat((length - start.length) % 2) + '\u{1F600}'.repeat((length - start.length) / 2),
  'white space': (start, length) => start.padEnd(length, ' '),
};

/** Numbers the messages of a run, so that none is refused because it was there before. */
let last = 1_000;
const next = (): number => (last += 1);

function requestOf(form: HostileForm, path: string, value: Json): InjectOptions {
  const n = next();
  return form.request(JSON.stringify(changed(form, n, [path, ...(form.alike?.[path] ?? [])], value)), n);
}

export function* limitCases(form: HostileForm): Generator<LimitCase> {
  for (const [path, most] of [...Object.entries(form.names), ...Object.entries(form.texts ?? {})]) {
    if (most === Infinity) continue;
    const given = valueAt(form.part(next()), path);
    const start = typeof given === 'string' ? given : '';
    for (const [way, long] of Object.entries(LONG_WAYS)) {
      // A text of nothing but white space is one that is left out, however long it is.
      if (start === '' && way === 'white space') continue;
      const [value, longer] = [long(start, most), long(start, most + 1)];
      const [within, beyond] = [requestOf(form, path, value), requestOf(form, path, longer)];
      yield { what: `${path} of ${most} characters, ${way}`, at: { path, value }, within, beyond };
    }
  }
  for (const { at: paths, max, text } of form.numbers) {
    const numbered = (value: number): InjectOptions => {
      const n = next();
      return form.request(JSON.stringify(changed(form, n, paths, text ? String(value) : value)), n);
    };
    const [path = ''] = paths;
    yield { what: `${path} of ${max}`, at: { path, value: max }, within: numbered(max), beyond: numbered(max + 1) };
  }
  const { rows, bytes } = form;
  if (rows) {
    const [within, beyond] = [rows.most, rows.most + 1].map((count) => rowsRequest(form, count));
    if (within && beyond) yield { what: `${rows.most} rows`, at: null, within, beyond };
  }
  yield { what: `${bytes} bytes`, at: null, within: padded(form, bytes), beyond: padded(form, bytes + 1) };
}

function rowsRequest(form: HostileForm, count: number): InjectOptions {
  const n = next();
  return form.request(JSON.stringify(withRows(form, differentRows(form, count))), n);
}

/** White space fills a valid message to so many bytes. Jerry's stands behind it, where it is not signed. */
function padded(form: HostileForm, bytes: number): InjectOptions {
  const n = next();
  const text = JSON.stringify(form.part(n));
  const request = form.request(text, n);
  const payload = request.payload as string;
  const space = ' '.repeat(bytes - Buffer.byteLength(payload));
  return form.name.startsWith('Standard') ? form.request(text + space, n) : { ...request, payload: payload + space };
}

const UNSEEN =
  '\u0001\u0007\u001b\u007f\u0080\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e' +
  '\u2060\u2061\u2066\u2067\u2068\u2069\u206f\u3164\ufe0f\ufeff\uffa0\u{e0001}\u{e0041}\u{e0100}';

/** What no text can hold, whatever it is for. */
const NO_TEXT = ['\0', '\ud800', '\udbff', '\udc00', '\udfff', '\udc00\ud800', '\ud83d\ud83d\ude00', '\ud83dx\ude00'];

/** Characters that nobody sees, and those that are none, in every text. */
export function* textCases(form: HostileForm): Generator<HostileCase> {
  const of = (path: string, value: string): HostileCase => ({
    what: `${path}: ${JSON.stringify(value)} ${Array.from(value)
      .map((one) => one.codePointAt(0)?.toString(16))
      .join(' ')}`,
    request: requestOf(form, path, value),
  });
  for (const path of Object.keys(form.names)) {
    for (const character of UNSEEN) {
      for (const value of [`${character}${NAME}`, `Caf${character}é 7`, `${NAME}${character}`, character.repeat(3)]) {
        yield of(path, value);
      }
    }
    // Twice their length in NFC.
    yield of(path, '\u0958'.repeat((form.names[path] ?? 0) / 2 + 1));
  }
  for (const path of [...Object.keys(form.names), ...Object.keys(form.texts ?? {})]) {
    for (const bad of NO_TEXT) for (const value of [bad + NAME, `Caf${bad}é`, NAME + bad]) yield of(path, value);
  }
  for (const bad of NO_TEXT) {
    const n = next();
    const text = JSON.stringify(form.part(n)).replace('{', () => `{${JSON.stringify(bad)}:1,`);
    yield { what: `a member named ${JSON.stringify(bad)}`, request: form.request(text, n, form.part(n)) };
  }
}

const RANDOM_TEXTS = 150;

/** Unseen characters at random places of random names. */
export function* randomTexts(form: HostileForm, seed: number): Generator<HostileCase> {
  const random = randomFrom(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const [unseen, others] = [
    [...Array.from(UNSEEN), ...NO_TEXT],
    Array.from('aZ0 é漢\u0301\u{1F600}"\\/%_\u00a0\u3000'),
  ];
  for (let n = 0; n < RANDOM_TEXTS; n += 1) {
    const path = pick(Object.keys(form.names));
    const characters = Array.from({ length: below(12) }, () => pick(others));
    // Between letters: white space around a name is removed, and a control can be some.
    const value = ['a', ...characters, pick(unseen), 'a'].join('');
    yield { what: `random text ${n}, ${path}: ${JSON.stringify(value)}`, request: requestOf(form, path, value) };
  }
}

const NUMBER_TEXTS = [
  '１',
  '١',
  ' 1',
  '1 ',
  '1_000',
  '1,000',
  '0x10',
  '1e3',
  '1.0',
  '1.5',
  '--1',
  'NaN',
  'Infinity',
  '½',
  '1\u200b',
];
const NUMBER_LITERALS = [
  '0.5',
  '1.0000001',
  '9007199254740991.5',
  '1e16',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '-9007199254740993',
];

/** Quantities and other whole numbers beyond what they can be. */
export function* numberCases(form: HostileForm): Generator<HostileCase> {
  for (const { at: paths, min, max } of form.numbers) {
    const beyond = [
      max + 1,
      max + 2,
      2 * max,
      min - 1,
      min - 2,
      2 ** 53 - 1,
      2 ** 53,
      2 ** 53 + 2,
      2 ** 63,
      2 ** 64,
      -(2 ** 53),
    ];
    const outside = beyond.filter((value) => value > max || value < min);
    const values = [
      ...outside,
      ...outside.map((value) => BigInt(value).toString()),
      ...NUMBER_TEXTS,
      true,
      {},
      [],
      [1],
    ];
    for (const value of values) {
      const n = next();
      const part = changed(form, n, paths, value);
      yield { what: `${paths[0]} as ${JSON.stringify(value)}`, request: form.request(JSON.stringify(part), n) };
    }
    for (const literal of NUMBER_LITERALS) {
      const n = next();
      const text = JSON.stringify(changed(form, n, paths, '#')).replaceAll('"#"', literal);
      yield { what: `${paths[0]} as ${literal}`, request: form.request(text, n) };
    }
  }
}

const NO_DAYS = [
  '2025-02-29',
  '2100-02-29',
  '2025-02-30',
  '2025-04-31',
  '2025-06-31',
  '2025-09-31',
  '2025-11-31',
  '2025-13-01',
];
const NO_DATES = [
  ...NO_DAYS,
  '2025-00-10',
  '2025-01-00',
  '2025-01-32',
  '0000-01-01',
  '0001-01-01',
  '1969-12-31',
  '10000-01-01',
  '99999-01-01',
];
const ODD_DATES = [
  '-000001-01-01',
  '+010000-01-01',
  '+275761-01-01',
  '25-01-01',
  '2025-1-01',
  '2025-01-1',
  '2025/01/01',
  '01-01-2025',
  '2025-W01-1',
  '2025-001',
];
const NO_TIMES = [
  '24:00:00',
  '25:00:00',
  '23:60:00',
  '23:59:60',
  '23:59:61',
  '-1:00:00',
  '1:00:00',
  '12:00',
  '12',
  '12:00:00 PM',
  '１2:00:00',
];
const NO_OFFSETS = [
  '',
  'z ',
  '+24:00',
  '+14:60',
  '-25:00',
  '+1',
  '+0100',
  '+01',
  ' +01:00',
  '+01:00Z',
  'ZZ',
  ' UTC',
  '[Europe/Berlin]',
  '−01:00',
];
const EPOCHS = [
  0,
  1,
  -1,
  999_999_999,
  10_000_000_000,
  99_999_999_999,
  999_999_999_999,
  10_000_000_000_000,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 31),
];
const NO_MOMENTS: readonly Json[] = [
  'now',
  'null',
  'Invalid Date',
  '2025-11-22',
  '0',
  '-1',
  '1e12',
  true,
  {},
  [],
  ['2025-11-22 12:00:00'],
  'x'.repeat(10_000),
];

/** Texts and numbers that are no moment of this way to write one. */
function momentsOf(clock: Clock): Json[] {
  if (clock === 'EPOCH') {
    const texts = EPOCHS.map((value) => BigInt(value).toString());
    const spelt = [
      '1762862400 ',
      '+1762862400',
      '01762862400',
      '1762862400.5',
      '１762862400',
      '0x690f3c00',
      '2025-11-22 12:00:00',
    ];
    return [
      ...NO_MOMENTS,
      ...EPOCHS,
      ...texts,
      ...spelt,
      ...[...NO_DATES, ...ODD_DATES].flatMap((date) => [date, `${date}T12:00:00Z`]),
    ];
  }
  const [between, zone] = clock === 'UTC' ? [' ', ''] : ['T', 'Z'];
  const dates = [...NO_DATES, ...ODD_DATES].flatMap((date) => [
    `${date}${between}12:00:00${zone}`,
    `${date}${between}00:00:00${zone}`,
  ]);
  const times = NO_TIMES.flatMap((time) => [
    `2025-11-22${between}${time}${zone}`,
    `2016-12-31${between}${time}${zone}`,
  ]);
  const other =
    clock === 'UTC'
      ? ['2025-11-22T12:00:00', '2025-11-22 12:00:00Z', '2025-11-22 12:00:00.000', '2025-11-22 12:00:00+08:00']
      : [
          ...NO_OFFSETS.map((offset) => `2025-11-22T12:00:00${offset}`),
          ...[
            '2025-11-22 12:00:00',
            '2025-11-22T12:00:00.Z',
            '2025-11-22T12:00:00.1234567890Z',
            '1970-01-01T00:00:00+00:01',
            '9999-12-31T23:59:59-00:01',
          ],
        ];
  const around = [' ', '\n', '\t'].flatMap((space) => [
    `2025-11-22${between}11:00:00${zone}${space}`,
    `${space}2025-11-22${between}11:00:00${zone}`,
  ]);
  return [...NO_MOMENTS, ...EPOCHS, ...dates, ...times, ...other, ...around];
}

/** Days that no calendar has, and moments in another form than the vendor's. */
export function* timeCases(form: HostileForm): Generator<HostileCase> {
  for (const [path, clock] of Object.entries(form.times ?? {})) {
    for (const value of momentsOf(clock)) {
      yield { what: `${path} as ${JSON.stringify(value).slice(0, 60)}`, request: requestOf(form, path, value) };
    }
  }
}

const GOOD_DAYS = ['2024-02-29', '2000-02-29', '1970-01-02', '2025-11-22'];
/** Those in which local clocks are set: in Europe, America and Australia an hour is missing or comes twice. */
const CLOCK_CHANGES = [
  '2025-03-30 02:30:00',
  '2025-10-26 02:30:00',
  '2025-03-09 02:30:00',
  '2025-11-02 01:30:00',
  '2025-10-05 02:30:00',
];

/** Moments that look odd and are some, each in the past. */
export function goodMoments(clock: Clock): Json[] {
  const texts = [...GOOD_DAYS.map((day) => `${day} 00:00:00`), ...CLOCK_CHANGES];
  if (clock === 'UTC') return [...texts, '1970-01-01 00:00:00'];
  if (clock === 'EPOCH') return [1_000_000_000, '1000000000', 1_000_000_000_000, '1762862400', '1762862400999'];
  const offsets = ['Z', '+14:00', '-12:00', '+05:45', '-00:00', '.999999999Z', '.5+01:00'];
  return texts.flatMap((text) => offsets.map((offset) => text.replace(' ', 'T') + offset));
}
