/**
 * Reads a text as whoever decodes it could: characters that are escaped or percent-encoded, to any depth, count as what
 * they stand for. White space, backslashes and characters that nobody sees do not count at all.
 */

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const LETTER_U = 0x75;

/** What stands for nothing. */
export const NOTHING = -1;

/** How often a percent sign is taken to be encoded itself. */
const MAX_ENCODINGS = 4;
/** How many characters that do not count may stand behind a percent sign and its first digit. */
const MAX_BETWEEN = 16;

/** Reads one character after the other. Each read says where the next one begins. */
export class WrittenText {
  /** Where the character that was read last ends. */
  end = 0;

  constructor(private readonly text: string) {}

  /** The code unit that what begins at `start` stands for, or NOTHING. */
  read(start: number, encodings = 0): number {
    let code = this.unescaped(start);
    // Encoded several times, the percent sign is encoded itself: %2573.
    for (let more = encodings; code === PERCENT && more < MAX_ENCODINGS; more += 1) {
      const { end } = this;
      const byte = this.hexByte(end, more + 1);
      if (byte === NOTHING) {
        this.end = end;
        return PERCENT;
      }
      code = counted(byte);
    }
    return code;
  }

  private unescaped(start: number): number {
    const { text } = this;
    if (text.charCodeAt(start) !== BACKSLASH) {
      this.end = start + 1;
      return counted(text.charCodeAt(start));
    }
    let at = start + 1;
    while (text.charCodeAt(at) === BACKSLASH) at += 1;
    if (text.charCodeAt(at) === LETTER_U) {
      const code = this.hexDigits(at + 1, 4);
      if (code !== NOTHING) {
        this.end = at + 5;
        return counted(code);
      }
    }
    // Of an even number of backslashes, each is escaped by another, and what follows stands for itself.
    const isEscape = (at - start) % 2 === 1 && at < text.length;
    this.end = isEscape ? at + 1 : at;
    if (!isEscape || 'nrtbf'.includes(text.charAt(at))) return NOTHING;
    return counted(text.charCodeAt(at));
  }

  /** The byte of two hex digits, which may be escaped and encoded; NOTHING where there are none. */
  private hexByte(start: number, encodings: number): number {
    const high = hexValue(this.nextCounted(start, encodings));
    if (high === NOTHING) return NOTHING;
    const low = hexValue(this.nextCounted(this.end, encodings));
    return low === NOTHING ? NOTHING : 16 * high + low;
  }

  private nextCounted(start: number, encodings: number): number {
    this.end = start;
    for (let tries = 0; tries <= MAX_BETWEEN && this.end < this.text.length; tries += 1) {
      const code = this.read(this.end, encodings);
      if (code !== NOTHING) return code;
    }
    return NOTHING;
  }

  private hexDigits(start: number, count: number): number {
    let value = 0;
    for (let at = start; at < start + count; at += 1) {
      const digit = hexValue(this.text.charCodeAt(at));
      if (digit === NOTHING) return NOTHING;
      value = 16 * value + digit;
    }
    return value;
  }
}

function counted(code: number): number {
  return code === BACKSLASH || isUnseen(code) ? NOTHING : code;
}

/** White space, controls, and formats such as zero-width characters. */
function isUnseen(code: number): boolean {
  if (code <= 0x20) return true;
  if (code < 0x1680) return code === 0x7f || code === 0x85 || code === 0xa0 || code === 0xad;
  return (
    code === 0x1680 ||
    code === 0x180e ||
    (code >= 0x2000 && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x206f) ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

const IS_PLAIN = Uint8Array.from({ length: 1 << 16 }, (_, code) =>
  code === BACKSLASH || code === PERCENT || isUnseen(code) ? 0 : 1,
);

/** Whether a code unit stands for itself, whatever is beside it. */
export const isPlain = (code: number): boolean => IS_PLAIN[code] === 1;

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NOTHING;
}

/** What a text stands for. */
export function meaningOf(text: string): string {
  const written = new WrittenText(text);
  let meaning = '';
  for (let at = 0; at < text.length; at = written.end) {
    const code = written.read(at);
    if (code !== NOTHING) meaning += String.fromCharCode(code);
  }
  return meaning;
}
