import type { Whole } from './marks';
import { isPlain, NOTHING, WrittenText } from './written-text';

/** How many characters are read at once. */
const BLOCK = 2_048;

/** Some of a text, as what it stands for. */
interface Block {
  readonly meaning: string;
  /** Where each of its characters begins and ends; null where each stands for itself. */
  readonly bounds: { readonly starts: readonly number[]; readonly ends: readonly number[] } | null;
  readonly start: number;
  /** Nothing of the text comes after it. */
  readonly isLast: boolean;
}

const NONE: Block = { meaning: '', bounds: null, start: 0, isLast: false };

/**
 * What stands behind places of a text, for patterns that are long. Places are asked for in their order, so each
 * character is read about once, however many of them could be the beginning of a pattern.
 */
export class Ahead {
  #block = NONE;
  /** The character of the block that was asked for last. */
  #at = 0;

  constructor(private readonly text: string) {}

  /** Where a secret that has a form and begins at `start` ends. @param atMost how many characters its pattern looks at */
  endOf({ pattern, telling }: Whole, atMost: number, start: number): number | undefined {
    this.#goTo(start, atMost);
    const { meaning, bounds } = this.#block;
    if (!telling.characters.includes(meaning.charAt(this.#at + telling.place))) return undefined;
    pattern.lastIndex = this.#at;
    if (!pattern.test(meaning)) return undefined;
    return bounds ? bounds.ends[pattern.lastIndex - 1] : this.#block.start + pattern.lastIndex;
  }

  #goTo(start: number, atMost: number): void {
    const { meaning, bounds, isLast } = this.#block;
    if (!bounds) this.#at = start - this.#block.start;
    else while ((bounds.starts[this.#at] ?? start) < start) this.#at += 1;
    const left = meaning.length - this.#at;
    if (left > 0 && (isLast || left >= atMost) && (!bounds || bounds.starts[this.#at] === start)) return;
    this.#block = plainBlock(this.text, start) ?? writtenBlock(this.text, start);
    this.#at = 0;
  }
}

function plainBlock(text: string, start: number): Block | undefined {
  const end = Math.min(start + BLOCK, text.length);
  for (let at = start; at < end; at += 1) if (!isPlain(text.charCodeAt(at))) return undefined;
  return { meaning: text.slice(start, end), bounds: null, start, isLast: end === text.length };
}

function writtenBlock(text: string, start: number): Block {
  const written = new WrittenText(text);
  const [codes, starts, ends]: [number[], number[], number[]] = [[], [], []];
  let at = start;
  for (; at < text.length && codes.length < BLOCK; at = written.end) {
    const code = written.read(at);
    if (code === NOTHING) continue;
    codes.push(code);
    starts.push(at);
    ends.push(written.end);
  }
  return { meaning: String.fromCharCode(...codes), bounds: { starts, ends }, start, isLast: at >= text.length };
}
