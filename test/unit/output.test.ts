import { countText, printJson, printLine, printTable } from '../../src/output';

/** Red text, the one-character form of the same, text from right to left, and a letter that is none. */
const HOSTILE = 'a\u001b[31mb\u009b31mc\u202ed\u{e0041}\n2';

/** What is written to standard output meanwhile. */
function written(run: () => void): string {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    run();
  } finally {
    spy.mockRestore();
  }
  return text;
}

describe('output of commands, with texts of strangers', () => {
  it('keeps rows of a table on their lines, and steers no terminal', () => {
    const text = written(() => {
      printTable(['id'], [[HOSTILE]]);
    });
    expect(text.split('\n').filter((line) => line.startsWith('│'))).toEqual([
      expect.stringMatching(/^│ id +│$/),
      '│ a<U+001B>[31mb<U+009B>31mc<U+202E>d<U+E0041><U+000A>2 │',
    ]);
  });

  it('steers no terminal in lines, which may be several', () => {
    const text = written(() => {
      printLine(HOSTILE);
    });
    expect(text).toBe('a<U+001B>[31mb<U+009B>31mc<U+202E>d<U+E0041>\n2\n');
  });

  it('is JSON of the same value, and steers no terminal', () => {
    const text = written(() => {
      printJson({ id: HOSTILE });
    });
    expect(JSON.parse(text)).toEqual({ id: HOSTILE });
    expect(text.replaceAll('\n', '')).toMatch(/^[ -~]*$/);
  });
});

test.each([
  [12, true, '12'],
  [10_000, false, 'at least 10000'],
  [null, true, '0'],
])('says how long a list is: %s, exact %s', (count, isExact, text) => {
  expect(countText(count, isExact)).toBe(text);
});
