import { INNER_WHITE_SPACE } from './dirty-names';

const DASHES = Array.from('\u002d\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\ufe58\ufe63\uff0d');

const fullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
const swapCase = (text: string): string =>
  Array.from(text)
    .map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
    .join('');

/** Changes of form, each with what it makes of a name. */
const FORMS: readonly ((name: string) => string)[] = [
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  swapCase,
  fullWidth,
  (name) => fullWidth(name.toLowerCase()),
  (name) => name.replace(/\d/g, fullWidth),
  (name) => name.replace('fi', '\ufb01'),
  (name) => name.replace('1', '\u2460'),
  (name) => name.replace('2', '\u00b2'),
  (name) => name.replaceAll(' ', '  '),
  ...INNER_WHITE_SPACE.map((blank) => (name: string) => name.replaceAll(' ', blank)),
  ...DASHES.map((dash) => (name: string) => name.replaceAll('-', dash)),
  ...DASHES.map((dash) => (name: string) => swapCase(name.replaceAll('-', dash))),
];

const NAMES = ['Profi-12 a', 'USWC2 - north 1', 'sku-fi 1-2 é', 'STRASSE 1-A', 'Ωmega-fi 2'] as const;

/** Names, each with other names that differ from it only in form: each one once, and none that cleaning makes equal. */
export const LOOK_ALIKES: readonly (readonly [name: string, lookAlike: string])[] = NAMES.flatMap((name) => {
  const others = new Set(FORMS.map((form) => form(name).normalize('NFC').trim()));
  others.delete(name);
  return [...others].map((other) => [name, other] as const);
});

/** A valid GTIN of this many digits that begins so. */
function gtin(start: string, length: number): string {
  const body = start.padEnd(length - 1, '7');
  const sum = Array.from(body.padStart(13, '0')).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1),
    0,
  );
  return body + String((10 - (sum % 10)) % 10);
}

/** GTINs, each with the longer forms of the same number. */
export const GTIN_FORMS: readonly (readonly [shortest: string, form: string])[] = [
  ...Array.from({ length: 10 }, (_, n) => gtin(`${n + 1}${n}`, 8)),
  ...Array.from({ length: 10 }, (_, n) => gtin(`${n + 10}${n}`, 12)),
  ...Array.from({ length: 10 }, (_, n) => gtin(`${n + 40}${n}`, 13)),
].flatMap((shortest) =>
  [12, 13, 14]
    .filter((length) => length > shortest.length)
    .map((length) => [shortest, shortest.padStart(length, '0')] as const),
);
