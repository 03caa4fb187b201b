import { atOnce } from '../turns';
import { Ahead } from './ahead';
import { LONGEST_API_KEY, type Mark } from './marks';
import { isPlain, NOTHING, WrittenText } from './written-text';

/** Where a secret stands in a text. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** How many characters of a mark are compared by their hash first. */
const WINDOW = 8;
/** How many characters are read in a step. */
const STEP = 1 << 16;
/** Of the hash, the bits that the last three characters decide, whatever stands before them. */
const SLOTS = 1 << 12;

/** Finds secrets in a single pass, however they are written. Most texts have none, so a pass costs little. */
export class SecretFinder {
  readonly #hasMarks = new Uint8Array(SLOTS);
  readonly #marks: (readonly Candidate[])[] = [];

  constructor(all: readonly Mark[]) {
    for (const mark of all) {
      const length = Math.min(WINDOW, mark.text.length);
      const mask = length === WINDOW ? -1 : (1 << (4 * length)) - 1;
      const alike = all.filter(({ text }) => firstOf(text) === firstOf(mark.text));
      const candidate = { mark, alike, length, mask, hash: hashOf(mark.text.slice(0, length)) & mask };
      const slot = candidate.hash & (SLOTS - 1);
      this.#hasMarks[slot] = 1;
      this.#marks[slot] = [...(this.#marks[slot] ?? []), candidate];
    }
  }

  /**
   * The first secret that begins at `from` or later; undefined where there is none.
   *
   * @param ahead of the same text, for whoever looks for all of its secrets
   */
  find(text: string, from = 0, ahead = new Ahead(text)): Found | undefined {
    return atOnce(this.findInSteps(text, from, ahead));
  }

  /** The same as {@link SecretFinder.find}, for texts that can be large: others can be served between the steps. */
  *findInSteps(text: string, from = 0, ahead = new Ahead(text)): Generator<undefined, Found | undefined> {
    const hasMarks = this.#hasMarks;
    const { length } = text;
    const written = new WrittenText(text);
    const window = new Window();
    let hash = 0;
    let stepFrom = from;
    for (let at = from; at < length;) {
      const run = at;
      const stop = Math.min(length, run + STEP);
      // Nearly all of a body is in such runs, so this is what a pass costs.
      while (at < stop) {
        const code = text.charCodeAt(at);
        if (!isPlain(code)) break;
        hash = (hash << 4) ^ (code | 0x20);
        at += 1;
        if (hasMarks[hash & (SLOTS - 1)] === 0) continue;
        const found = this.#at(text, ahead, hash, window, run, at);
        if (found) return found;
      }
      window.add(run, at);
      if (at - stepFrom >= STEP) {
        stepFrom = at;
        yield;
      }
      if (at >= length) return undefined;
      if (at === stop) continue;
      const code = written.read(at);
      if (code !== NOTHING) {
        hash = (hash << 4) ^ (code | 0x20);
        window.add(at, at + 1);
        const found = hasMarks[hash & (SLOTS - 1)] === 0 ? undefined : this.#at(text, ahead, hash, window, at, at);
        if (found) return found;
      }
      at = written.end;
    }
    return undefined;
  }

  /** The secret of which the beginning has been read, in the window and in the run that goes on until `at`. */
  #at(text: string, ahead: Ahead, hash: number, window: Window, run: number, at: number): Found | undefined {
    for (const candidate of this.#marks[hash & (SLOTS - 1)] ?? []) {
      if ((hash & candidate.mask) !== candidate.hash) continue;
      const start = window.startOf(candidate.length, run, at);
      if (start === undefined || endOf(candidate.mark, text, ahead, start) === undefined) continue;
      // Where another secret begins as this one, and is longer, its end must not be left.
      return { start, end: Math.max(...candidate.alike.map((mark) => endOf(mark, text, ahead, start) ?? 0)) };
    }
    return undefined;
  }
}

/** Where the characters that were read last begin. */
class Window {
  /** Runs of characters that stand for themselves, and others, each a run of one; by turns. */
  readonly #starts = new Int32Array(WINDOW);
  readonly #lengths = new Int32Array(WINDOW);
  #runs = 0;

  add(start: number, end: number): void {
    if (end === start) return;
    const turn = this.#runs & (WINDOW - 1);
    this.#starts[turn] = start;
    this.#lengths[turn] = end - start;
    this.#runs += 1;
  }

  /** Where the last so many characters begin, the last of them those from `start` to `end`; undefined where there are fewer. */
  startOf(count: number, start: number, end: number): number | undefined {
    let left = count - (end - start);
    if (left <= 0) return end - count;
    for (let run = this.#runs - 1; run >= 0 && run >= this.#runs - WINDOW; run -= 1) {
      const [from = 0, length = 0] = [this.#starts[run & (WINDOW - 1)], this.#lengths[run & (WINDOW - 1)]];
      if (length >= left) return from + length - left;
      left -= length;
    }
    return undefined;
  }
}

interface Candidate {
  readonly mark: Mark;
  /** All that begin with the same character, whatever its case. */
  readonly alike: readonly Mark[];
  /** How many characters the hash is of. */
  readonly length: number;
  /** The bits of the hash that they decide. */
  readonly mask: number;
  readonly hash: number;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (hash << 4) ^ (text.charCodeAt(at) | 0x20);
  return hash;
}

const firstOf = (text: string): string => text.charAt(0).toLowerCase();

/** Where what is written from `start` on ends, if it is what the mark says. */
function endOf(
  { text: wanted, anyCase, isNumber, whole }: Mark,
  text: string,
  ahead: Ahead,
  start: number,
): number | undefined {
  if (whole) return ahead.endOf(whole, LONGEST_API_KEY, start);
  const reader = new Meaning(text, start);
  for (let at = 0; at < wanted.length; at += 1) {
    const code = reader.next();
    const expected = wanted.charCodeAt(at);
    if (code !== expected && !(anyCase && lowerCase(code) === lowerCase(expected))) return undefined;
  }
  const isInNumber = isDigit(text.charCodeAt(start - 1)) || isDigit(text.charCodeAt(reader.end));
  return isNumber && isInNumber ? undefined : reader.end;
}

/** What a text stands for, character by character. */
class Meaning {
  end: number;
  readonly #written: WrittenText;

  constructor(
    private readonly text: string,
    start: number,
  ) {
    this.#written = new WrittenText(text);
    this.end = start;
  }

  /** The next code unit; NOTHING at the end of the text. */
  next(): number {
    for (let at = this.end; at < this.text.length; at = this.#written.end) {
      const code = this.#written.read(at);
      if (code === NOTHING) continue;
      this.end = this.#written.end;
      return code;
    }
    return NOTHING;
  }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const lowerCase = (code: number): number => (code >= 0x41 && code <= 0x5a ? code | 0x20 : code);
