import { LATEST_MS } from '../../domain/instant';

/** Writes epoch milliseconds as a DateTime. A moment after the year 9999 becomes the last one of that year. */
export function isoOf(ms: number): string {
  return new Date(Math.min(ms, LATEST_MS)).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms);
}
