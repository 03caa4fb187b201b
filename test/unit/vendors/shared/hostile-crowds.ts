/** Messages of many rows, of which none would be special by itself. */
import { randomFrom } from '../../../support/written-secrets';
import { differentRows, rowOf, set, valueAt, type HostileForm, type Json } from './hostile-forms';

export interface Crowd {
  readonly what: string;
  /** So many rows of a message. */
  readonly rows: (count: number) => Json[];
  /** The rows of a message that comes before. */
  readonly before?: (count: number) => Json[];
  /** Most rows, where fewer than a message can have are enough. */
  readonly most?: number;
}

/** A row with other values at some paths. */
function altered(row: Json, values: Readonly<Record<string, Json>>): Json {
  const copy = structuredClone(row);
  for (const [path, value] of Object.entries(values)) set(copy, [path], [value]);
  return copy;
}

/** Ways to write a name that look alike, some of which are cleaned to the same one. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => name.normalize('NFD'),
  (name) => ` ${name}\u00a0`,
  (name) => name.replaceAll(' ', '  '),
  (name) => name.replaceAll(' ', '\u3000'),
  (name) => name.replace(/[a-z]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
];

/** Where a row has what the form's tables name, as paths within the row. */
function pathsIn(form: HostileForm, paths: readonly string[]): string[] {
  const before = form.rows?.at ? `${form.rows.at}.0.` : '0.';
  return paths.filter((path) => path.startsWith(before)).map((path) => path.slice(before.length));
}

function textAt(row: Json, path: string): string {
  const value = valueAt(row, path);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Crowds of a form whose messages have rows. */
export function crowdsOf(form: HostileForm, seed: number): Crowd[] {
  const random = randomFrom(seed);
  const spelling = () => SPELLINGS[Math.floor(random() * SPELLINGS.length)] as (name: string) => string;
  const names = pathsIn(form, Object.keys(form.names));
  const respelt = (row: Json): Json =>
    altered(row, Object.fromEntries(names.map((path) => [path, spelling()(textAt(row, path))])));
  const equal = (count: number): Json[] => Array.from({ length: count }, () => rowOf(form));
  const many = (change: (row: Json, n: number) => Json) => (count: number) => differentRows(form, count).map(change);
  return [
    { what: 'equal rows', rows: equal },
    { what: 'rows of one identity whose names are spelt in many ways', rows: (count) => equal(count).map(respelt) },
    { what: 'rows whose names are spelt in many ways', rows: many(respelt) },
    ...names.map((path) => ({
      what: `rows of which each has another ${path}`,
      rows: many((row, n) => altered(row, { [path]: `${textAt(row, path)} ж${n}` })),
      most: 300,
    })),
    ...quantityCrowds(form),
    ...(OWN_CROWDS[form.name]?.(many) ?? []),
  ];
}

/** Quantities at their limits, of no units, beyond what a level can hold, and such that cancel each other out. */
function quantityCrowds(form: HostileForm): Crowd[] {
  return form.numbers.flatMap(({ at, min, max, text }) => {
    const paths = pathsIn(form, at);
    const valued =
      (values: readonly number[], isLater = false) =>
      (count: number) =>
        differentRows(form, isLater ? 2 * count : count)
          .slice(-count)
          .map((row, n) => {
            const value = values[n % values.length] ?? 0;
            return altered(row, Object.fromEntries(paths.map((path) => [path, text ? String(value) : value])));
          });
    const values = { 'the greatest': [max], none: [0], 'odd ones': [max, 0, -1, min, 1, -max], opposite: [7, -7] };
    return [
      ...Object.entries(values).map(([what, given]) => ({
        what: `${paths[0]}: ${what}`,
        rows: valued(given),
        most: 500,
      })),
      // Together they are more than a level can hold.
      ...(at === form.numbers[0]?.at
        ? [{ what: `${paths[0]}: the greatest again`, rows: valued([max], true), before: valued([max]) }]
        : []),
    ];
  });
}

type Many = (change: (row: Json, n: number) => Json) => Crowd['rows'];

/** What is many in one form only. */
const OWN_CROWDS: Readonly<Record<string, (many: Many) => Crowd[]>> = {
  'Winit events': (many) => [
    {
      what: 'an item in as many specifications',
      rows: many((row, n) => altered(row, { specification: `Größe ${n}`, merchandiseSerno: `serno ${n}` })),
    },
    {
      what: 'an item with a number that is spelt in as many ways',
      rows: many((row, n) => altered(row, { merchandiseSerno: inCapitals('abcdefghijklm', n) })),
    },
    {
      what: 'an event whose legs cancel each other out',
      rows: many((row, n) => altered(row, { uuid: 'one', warehouseCode: `place ${n}`, qty: n % 2 === 0 ? 7 : -7 })),
    },
  ],
  'Standard facts': (many) => [
    {
      what: 'an item in as many specifications',
      rows: many((row, n) =>
        altered(row, { item: { scheme: 'CHANNEL_SKU', value: 'Träger', specification: `Größe ${n}` } }),
      ),
    },
    {
      what: 'an event whose legs cancel each other out',
      rows: many((row, n) => altered(row, { event: 'one', delta: n % 2 === 0 ? 7 : -7 })),
    },
  ],
  'Standard counts': (many) => [
    {
      what: 'counts that are coarser than what is there',
      before: many((row, n) => altered(row, { lot: `lot ${n}`, quantity: 1 })),
      rows: many((row) => ({ ...(row as object), lot: null, sourceSequence: 9 })),
    },
    {
      what: 'counts of which half are coarser than the others',
      rows: many((row, n) => (n % 2 === 0 ? { ...(row as object), lot: null } : row)),
    },
  ],
};

const inCapitals = (text: string, bits: number): string =>
  Array.from(text, (letter, at) => ((bits >> at) % 2 === 0 ? letter : letter.toUpperCase())).join('');

/** Rows that are none. */
const NO_ROWS: readonly Json[] = [null, [], 'x', 1, true, {}];

/** How many things can be wrong with a row of the form. */
export const wrongsOf = (form: HostileForm): number => NO_ROWS.length + 2 * Object.keys(rowOf(form) as object).length;

/** A row with one of them wrong. */
export function wrongRow(form: HostileForm, row: Json, n: number): Json {
  const wrong = n % wrongsOf(form);
  if (wrong < NO_ROWS.length) return NO_ROWS[wrong] ?? null;
  const members = Object.keys(rowOf(form) as object);
  const value = wrong % 2 === 0 ? {} : [];
  return altered(row, { [members[Math.floor((wrong - NO_ROWS.length) / 2)] ?? '']: value });
}
