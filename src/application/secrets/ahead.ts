import { NOTHING, WrittenText } from './written-text';

/** How many characters are read at once. */
const BLOCK = 2_048;
const NONE: readonly number[] = [];

/**
 * What stands behind places of a text, for patterns that are long. Places are asked for in their order, so each
 * character is read about once, however many of them could be the beginning of a pattern.
 */
export class Ahead {
  /** What the characters that were read stand for. */
  #meaning = '';
  /** Where each of them begins. */
  #starts = NONE;
  #ends = NONE;
  /** The one that was asked for last. */
  #at = 0;
  #isWhole = false;

  constructor(private readonly text: string) {}

  /** Where what matches a sticky pattern from `start` on ends. @param atMost how many characters the pattern looks at */
  endOf(pattern: RegExp, atMost: number, start: number): number | undefined {
    this.#goTo(start, atMost);
    pattern.lastIndex = this.#at;
    return pattern.test(this.#meaning) ? this.#ends[pattern.lastIndex - 1] : undefined;
  }

  #goTo(start: number, atMost: number): void {
    while ((this.#starts[this.#at] ?? start) < start) this.#at += 1;
    const hasEnough = this.#isWhole || this.#meaning.length - this.#at >= atMost;
    if (this.#starts[this.#at] !== start || !hasEnough) this.#read(start);
  }

  #read(start: number): void {
    const written = new WrittenText(this.text);
    const [codes, starts, ends]: [number[], number[], number[]] = [[], [], []];
    let at = start;
    for (; at < this.text.length && codes.length < BLOCK; at = written.end) {
      const code = written.read(at);
      if (code === NOTHING) continue;
      codes.push(code);
      starts.push(at);
      ends.push(written.end);
    }
    [this.#starts, this.#ends] = [starts, ends];
    this.#meaning = String.fromCharCode(...codes);
    this.#at = 0;
    this.#isWhole = at >= this.text.length;
  }
}
