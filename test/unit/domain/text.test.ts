import { cleanName, MAX_TEXT_LENGTH, tidyName } from '../../../src/domain/text';
import { codePointOf, INNER_WHITE_SPACE, spellingsOf, UNSEEN, WHITE_SPACE } from '../../support/dirty-names';

describe('a name', () => {
  it('is tried with all of Unicode', () => {
    expect(WHITE_SPACE).toHaveLength(25);
    expect(UNSEEN.length).toBeGreaterThan(4_000);
    expect(UNSEEN).toEqual(expect.arrayContaining(['\0', '\t', '\u200b', '\u202e', '\u2066', '\ufeff', '\ufe0f']));
  });

  it('is the same however it is spelt', () => {
    const names = new Set(spellingsOf('Café 7').map((spelling) => tidyName(spelling)));
    expect(names).toEqual(new Set(['Café 7']));
  });

  it.each(['', 'A', 'a  b', 'A-1_ü/ß', '茶 01', '👕', 'ﬁ', 'ＡＢ', '0', "it's"])('stays as it is: %j', (name) => {
    expect(cleanName(name)).toEqual({ name });
  });

  it('keeps white space within', () => {
    const names = INNER_WHITE_SPACE.map((blank) => `A${blank}${blank}1`.normalize('NFC'));
    expect(names.map((name) => cleanName(name))).toEqual(names.map((name) => ({ name })));
  });

  it('is refused with a character that cannot be seen, which is named', () => {
    // textFault names NUL in its own words.
    const characters = UNSEEN.filter((character) => character !== '\0');
    const faults = characters.map((character) => cleanName(`A${character}1`));
    expect(faults).toEqual(
      characters.map((character) => {
        const unseen = codePointOf(character);
        return { fault: `contains ${unseen}, a character that cannot be seen; remove it: A<${unseen}>1`, unseen };
      }),
    );
    expect(cleanName('A\x001')).toEqual({ fault: 'contains a NUL character' });
  });

  it('may be as long as any text, also once it is composed', () => {
    expect(cleanName('x'.repeat(MAX_TEXT_LENGTH))).toEqual({ name: 'x'.repeat(MAX_TEXT_LENGTH) });
    expect(cleanName('x'.repeat(MAX_TEXT_LENGTH + 1))).toEqual({ fault: 'has 256 characters; at most 255 are taken' });
    // U+0958 is two characters in NFC.
    expect(cleanName('\u0958'.repeat(200))).toEqual({ fault: 'has 400 characters; at most 255 are taken' });
  });

  it('that cannot be one is looked up as it is', () => {
    expect(tidyName('A\u200b')).toBe('A\u200b');
  });
});
