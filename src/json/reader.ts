import { strictJsonErrorAt } from './error';
import { JsonDecimal } from './values';
import type { JsonArray, JsonValue } from './values';

/** Containers within containers; the outermost is the first level. Also what bounds the reader's recursion. */
const MAX_NESTING = 32;
/** Objects, arrays and all else, keys not counted: 5,000 rows with 50 members each. Reading more would block the process. */
const MAX_VALUES = 250_000;

/** Objects within objects whose arrays are read element by element: `data` and its `rows`. */
const OUTER_LEVELS = 3;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const END = -1;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPE_LETTERS = '"\\/bfnrt';

type Members = Record<string, JsonValue>;

/**
 * Creates objects that inherit nothing at all, so looking a key up finds only what was sent. `Object.create(null)` would
 * do the same, but such objects are hash tables from birth; these have hidden classes, and rows of one shape share one.
 */
const InheritsNothing = function () {
  // The members are added as they are read.
} as unknown as new () => Members;
InheritsNothing.prototype = Object.freeze(Object.create(null) as object);

/**
 * A string that doesn't keep the whole body alive. V8 makes a slice of 13 characters or more a view of its parent, so one
 * item code in a long-lived cache would pin its message; a slice of a fresh concatenation pins only its own characters.
 */
function ownCopy(slice: string): string {
  return slice.length < 13 ? slice : ` ${slice}`.slice(1);
}

/** From the first character of a value to just behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads one JSON document in a single pass. Every fault is thrown as a StrictJsonError. */
export class StrictJsonReader {
  /** Where the values of the outermost object's members stand. */
  readonly memberSpans = new Map<string, Span>();
  /** For each array the start and end of its elements, by turns. */
  readonly elementBounds = new Map<JsonArray, readonly number[]>();

  private at = 0;
  private nesting = 0;
  private values = 0;
  private lastKey = '';
  /** By nesting and position, the key read last: rows repeat their keys, and comparing is cheaper than making a string. */
  private readonly expectedKeys: string[][] = [];

  constructor(private readonly text: string) {}

  /** Yields between the elements of the outer arrays, since a document can take a while. */
  *readDocument(): Generator<undefined, JsonValue> {
    const first = this.skipSpace();
    if (first === END) this.fail('nothing but white space');
    const value = yield* this.readOuterValue(first);
    if (this.skipSpace() !== END) this.fail('content behind the end of the value');
    return value;
  }

  private *readOuterValue(code: number): Generator<undefined, JsonValue> {
    if (code !== OPEN_ARRAY && code !== OPEN_OBJECT) return this.readValue(code);
    this.count();
    return code === OPEN_ARRAY ? yield* this.readOuterArray() : yield* this.readOuterObject();
  }

  private *readOuterObject(): Generator<undefined, JsonValue> {
    const members = new InheritsNothing();
    const isOutermost = this.nesting === 0;
    this.enter();
    for (let code = this.skipSpace(), position = 0; code !== CLOSE_OBJECT; position += 1) {
      code = this.readMemberName(members, code, position);
      const { at: start, lastKey } = this;
      members[lastKey] = this.nesting < OUTER_LEVELS ? yield* this.readOuterValue(code) : this.readValue(code);
      if (isOutermost) this.memberSpans.set(lastKey, { start, end: this.at });
      code = this.nextOf(CLOSE_OBJECT);
    }
    return this.leave(members);
  }

  private *readOuterArray(): Generator<undefined, JsonValue> {
    const { elements, bounds } = this.newArray();
    this.enter();
    for (let code = this.skipSpace(); code !== CLOSE_ARRAY; code = this.nextOf(CLOSE_ARRAY)) {
      const start = this.at;
      elements.push(this.readValue(code));
      bounds.push(start, this.at);
      yield;
    }
    return this.leave(elements);
  }

  private fail(fault: string, index = this.at): never {
    throw strictJsonErrorAt(fault, this.text, index);
  }

  private unexpected(index = this.at): never {
    return this.fail(index < this.text.length ? 'unexpected character' : 'unexpected end', index);
  }

  /** Moves to the next character that isn't white space and returns its code, or END. */
  private skipSpace(): number {
    const { text } = this;
    for (let at = this.at; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        this.at = at;
        return code;
      }
    }
    this.at = text.length;
    return END;
  }

  /** Reads the value whose first character has this code and stands at `this.at`. */
  private readValue(code: number): JsonValue {
    this.count();
    switch (code) {
      case QUOTE:
        return this.readString();
      case OPEN_OBJECT:
        return this.readObject();
      case OPEN_ARRAY:
        return this.readArray();
      case 0x74: // t
        return this.readWord('true', true);
      case 0x66: // f
        return this.readWord('false', false);
      case 0x6e: // n
        return this.readWord('null', null);
      default:
        return this.readNumber(code);
    }
  }

  private readWord<T extends boolean | null>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.unexpected();
    this.at += word.length;
    return value;
  }

  private readObject(): JsonValue {
    const members = new InheritsNothing();
    this.enter();
    for (let code = this.skipSpace(), position = 0; code !== CLOSE_OBJECT; position += 1) {
      code = this.readMemberName(members, code, position);
      const key = this.lastKey;
      members[key] = this.readValue(code);
      code = this.nextOf(CLOSE_OBJECT);
    }
    return this.leave(members);
  }

  private readArray(): JsonValue {
    const { elements, bounds } = this.newArray();
    this.enter();
    for (let code = this.skipSpace(); code !== CLOSE_ARRAY; code = this.nextOf(CLOSE_ARRAY)) {
      const start = this.at;
      elements.push(this.readValue(code));
      bounds.push(start, this.at);
    }
    return this.leave(elements);
  }

  private newArray(): { elements: JsonValue[]; bounds: number[] } {
    const elements: JsonValue[] = [];
    const bounds: number[] = [];
    this.elementBounds.set(elements, bounds);
    return { elements, bounds };
  }

  /** Moves behind a comma, to the next value or key, or stays before the end of the container. */
  private nextOf(close: number): number {
    const code = this.skipSpace();
    if (code === close) return code;
    if (code !== COMMA) this.unexpected();
    this.at += 1;
    const next = this.skipSpace();
    // Nothing comes behind the last comma.
    if (next === close) this.unexpected();
    return next;
  }

  /** Reads a new key into `lastKey`, and moves to its value. */
  private readMemberName(members: Members, code: number, position: number): number {
    if (code !== QUOTE) this.unexpected();
    this.lastKey = this.readNewKey(members, position);
    if (this.skipSpace() !== COLON) this.unexpected();
    this.at += 1;
    return this.skipSpace();
  }

  private count(): void {
    this.values += 1;
    if (this.values > MAX_VALUES) this.fail(`more than ${MAX_VALUES} values`);
  }

  private enter(): void {
    if (this.nesting === MAX_NESTING) this.fail(`nesting deeper than ${MAX_NESTING}`);
    this.nesting += 1;
    this.at += 1;
  }

  private leave<T extends Members | JsonArray>(container: T): T {
    this.nesting -= 1;
    this.at += 1;
    return container;
  }

  private readNewKey(members: Members, position: number): string {
    const start = this.at;
    const key = this.readKey(position);
    if (key === '__proto__') this.fail('forbidden key', start);
    if (members[key] !== undefined) this.fail('duplicate key', start);
    return key;
  }

  private readKey(position: number): string {
    const start = this.at + 1;
    const expectedKeys = (this.expectedKeys[this.nesting] ??= []);
    const expected = expectedKeys[position];
    if (expected !== undefined && this.text.startsWith(expected, start)) {
      const end = start + expected.length;
      if (this.text.charCodeAt(end) === QUOTE) {
        this.at = end + 1;
        return expected;
      }
    }
    const key = this.readString();
    // Only a key written without escapes may be compared with raw text.
    if (this.at === start + key.length + 1) expectedKeys[position] = key;
    return key;
  }

  private readString(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return ownCopy(text.slice(start, at));
      }
      if (code === BACKSLASH) return this.readEscapedString(start, at);
      if (code < 0x20) this.fail('control character in a string', at);
    }
    return this.unexpected(text.length);
  }

  /** Goes on with the string that began at `start` from its first backslash; what is checked here is unescaped natively. */
  private readEscapedString(start: number, backslash: number): string {
    const { text } = this;
    let at = backslash;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return JSON.parse(text.slice(start - 1, at + 1)) as string;
      }
      if (code < 0x20) this.fail('control character in a string', at);
      at = code === BACKSLASH ? this.endOfEscape(at) : at + 1;
    }
    return this.unexpected(at);
  }

  private endOfEscape(backslash: number): number {
    const { text } = this;
    const letter = text.charAt(backslash + 1);
    if (letter !== 'u') {
      if (letter === '' || !ESCAPE_LETTERS.includes(letter)) this.unexpected(backslash + 1);
      return backslash + 2;
    }
    const unit = this.escapedCodeUnit(backslash);
    if (unit === 0) this.fail('NUL in a string', backslash);
    if (unit < 0xd800 || unit > 0xdfff) return backslash + 6;
    // A high surrogate, and right behind it the low one, also escaped: unescaped it would have been invalid UTF-8.
    if (unit > 0xdbff || !text.startsWith('\\u', backslash + 6)) this.fail('lone surrogate', backslash);
    const low = this.escapedCodeUnit(backslash + 6);
    if (low < 0xdc00 || low > 0xdfff) this.fail('lone surrogate', backslash);
    return backslash + 12;
  }

  private escapedCodeUnit(backslash: number): number {
    HEX4.lastIndex = backslash + 2;
    const hex = HEX4.exec(this.text)?.[0] ?? this.fail('bad escape', backslash);
    return parseInt(hex, 16);
  }

  private readNumber(first: number): number | JsonDecimal {
    const { text } = this;
    const start = this.at;
    const digitsAt = first === MINUS ? start + 1 : start;
    let at = digitsAt;
    let magnitude = 0;
    let code = END;
    for (; at < text.length; at += 1) {
      code = text.charCodeAt(at);
      if (code < DIGIT_0 || code > DIGIT_9) break;
      magnitude = magnitude * 10 + (code - DIGIT_0);
    }
    if (at === digitsAt) this.unexpected(at);
    if (at > digitsAt + 1 && text.charCodeAt(digitsAt) === DIGIT_0) this.unexpected(digitsAt + 1);
    if (code === 0x2e || code === 0x65 || code === 0x45) return this.readDecimal(); // . e E
    // Sums up to 2^53−1 are exact, and rounding never brings a larger one back below that.
    if (magnitude > Number.MAX_SAFE_INTEGER) this.fail('number out of range');
    this.at = at;
    return first === MINUS && magnitude !== 0 ? -magnitude : magnitude;
  }

  private readDecimal(): JsonDecimal {
    NUMBER.lastIndex = this.at;
    const literal = NUMBER.exec(this.text)?.[0] ?? this.unexpected();
    const decimal = JsonDecimal.of(ownCopy(literal)) ?? this.fail('number out of range');
    this.at += literal.length;
    return decimal;
  }
}
