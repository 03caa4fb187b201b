/** Texts of the input: what can be stored, and the one way in which names are cleaned at every door. */

/** Longest text that is accepted where no other limit is stated, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 255;

/** Why a text cannot be stored as it is: too long, NUL, or half of a surrogate pair. Null where it can. */
export function textFault(value: string, maxLength = MAX_TEXT_LENGTH): string | null {
  if (value.length > maxLength) return `has ${value.length} characters; at most ${maxLength} are taken`;
  if (value.includes('\0')) return 'contains a NUL character';
  if (/\p{Surrogate}/u.test(value)) return 'contains half of a surrogate pair';
  return null;
}

/** White space as Unicode's White_Space property has it. JavaScript's trim() leaves NEL and removes a byte order mark. */
const OUTER_WHITE_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

/** Whether a text is empty or only white space. */
export const isBlank = (value: string): boolean => /^\p{White_Space}*$/u.test(value);

/** Most names are printable ASCII without outer white space: those are clean as they are. */
const CLEAN_ASCII = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/**
 * Characters that nobody sees in a name: controls (Cc), formats such as zero-width and bidi characters (Cf), and those
 * that Unicode lets a display ignore (Default_Ignorable_Code_Point), such as a variation selector.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** A name as it is kept, or what is wrong with it; the fault goes on after the field's name. */
export type NameReading =
  | { readonly name: string }
  | {
      readonly fault: string;
      /** The character that cannot be seen, as `U+200B`, where that is the fault. */
      readonly unseen?: string;
    };

/**
 * Cleans a name: a sku, specification, identifier, location code, owner, pool, channel, lot, barcode or reference.
 * Outer white space is removed and the text brought to NFC (Unicode Standard Annex 15); all else stays as it is.
 * A name with a character that nobody sees is refused, since it would look the same as another name.
 */
export function cleanName(value: string, maxLength = MAX_TEXT_LENGTH): NameReading {
  if (value.length <= maxLength && CLEAN_ASCII.test(value)) return { name: value };
  // The limit holds for the text as sent, and for NFC, which can be longer.
  const sentFault = textFault(value, maxLength);
  if (sentFault !== null) return { fault: sentFault };
  const name = value.replace(OUTER_WHITE_SPACE, '').normalize('NFC');
  const fault = textFault(name, maxLength);
  if (fault !== null) return { fault };
  const found = UNSEEN.exec(name);
  if (!found) return { name };
  const unseen = codePoint(found[0]);
  return { fault: `contains ${unseen}, a character that cannot be seen; remove it: ${showUnseen(name)}`, unseen };
}

/** Whether a text is a clean name as it is, as nearly all are. Not all clean names are found. */
export const isPlainName = (value: string): boolean =>
  value === '' || (value.length <= MAX_TEXT_LENGTH && CLEAN_ASCII.test(value));

/** The clean name; a text that cannot be one stays as it is, and no item or location has it. */
export function tidyName(value: string): string {
  const reading = cleanName(value);
  return 'name' in reading ? reading.name : value;
}

/** `U+200B` */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** A text with its unseen characters written out, as `SKU<U+200B>1` where nothing else is asked for. */
export const showUnseen = (text: string, write = (character: string): string => `<${codePoint(character)}>`): string =>
  text.replace(new RegExp(UNSEEN, 'gu'), write);

/** Cuts a text to `maxLength` UTF-16 units, marks the cut with an ellipsis, and never splits a surrogate pair. */
export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** The longest value that a sentence shows whole, in UTF-16 units. */
const MAX_SHOWN_LENGTH = 100;

/** A value as sentences show it. */
export const shown = (text: string): string => shortened(text, MAX_SHOWN_LENGTH);
