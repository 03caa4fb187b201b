/** The last moment that a DateTime can say: its years have four digits. */
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment, in epoch milliseconds, as a DateTime is answered; one beyond the year 9999 as the last one. */
export function isoOf(ms: number): string {
  return new Date(Math.min(ms, LATEST_MS)).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms);
}
