/** Bytes that the strict reader refuses. The message says what is wrong and where, and never quotes the content. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';

  /**
   * @param fault what is wrong, in words of ours only: bodies carry secrets and the message gets logged
   * @param offset the byte at fault, counted from 0
   * @param line counted from 1
   * @param column counted from 1 in UTF-16 code units
   */
  constructor(
    readonly fault: string,
    readonly offset: number,
    readonly line: number,
    readonly column: number,
  ) {
    super(`${fault} at byte ${offset} (line ${line}, column ${column})`);
  }
}

/** The error for the character at `index` of the decoded text. */
export function strictJsonErrorAt(fault: string, text: string, index: number): StrictJsonError {
  const before = text.slice(0, index);
  let line = 1;
  let lineStart = 0;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = at + 1;
  }
  return new StrictJsonError(fault, new TextEncoder().encode(before).length, line, index - lineStart + 1);
}
