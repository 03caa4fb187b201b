/** Every code point that Unicode calls white space. */
export const WHITE_SPACE: readonly string[] = codePointsOf(/\p{White_Space}/u);

/** Every code point that a name may not have: controls, formats and what a display may ignore. */
export const UNSEEN: readonly string[] = codePointsOf(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);

/** White space that is no control: it may stand inside a name. */
export const INNER_WHITE_SPACE: readonly string[] = WHITE_SPACE.filter((character) => !UNSEEN.includes(character));

function codePointsOf(pattern: RegExp): string[] {
  // Beyond the tags and variation selectors of plane 14 there is only private use.
  return Array.from({ length: 0xe1000 }, (_, point) => point)
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point))
    .filter((character) => pattern.test(character));
}

export const codePointOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Ways to send the same name: white space around it, and decomposed. The name has to have a letter with an accent. */
export const spellingsOf = (name: string): readonly string[] => [
  name,
  name.normalize('NFD'),
  ...WHITE_SPACE.flatMap((blank) => [`${blank}${name}`, `${name}${blank}`, `${blank}${blank}${name}${blank}`]),
];
