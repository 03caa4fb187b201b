import type { ParsedJson } from '../../json/strict-json';

const REDACTED = '"[redacted]"';

/** The text between two values of an object: a brace or comma, the next key, a colon. */
const UP_TO_NEXT_VALUE = /\s*[{,]\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*/y;

/**
 * Replaces the values of some top-level members of a document, and keeps all other bytes. The result is still JSON.
 *
 * @param text what `parsed` was read from: its outermost value is an object
 */
export function redactMembers(text: string, parsed: ParsedJson, names: ReadonlySet<string>): string {
  // Joined in the end: each character of a concatenation would be slower to read.
  const parts: string[] = [];
  let copiedTo = 0;
  for (let at = 0; ;) {
    // The document is well-formed and the length of each value is known, so the values need no second reading.
    UP_TO_NEXT_VALUE.lastIndex = at;
    const key = UP_TO_NEXT_VALUE.exec(text)?.[1];
    if (key === undefined) return [...parts, text.slice(copiedTo)].join('');
    const start = UP_TO_NEXT_VALUE.lastIndex;
    const name = JSON.parse(key) as string;
    at = start + (parsed.memberText(name)?.length ?? 0);
    if (!names.has(name)) continue;
    parts.push(text.slice(copiedTo, start), REDACTED);
    copiedTo = at;
  }
}
