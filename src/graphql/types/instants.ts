import { LATEST_MS } from '../../domain/instant';

/** A moment, in epoch milliseconds, as a DateTime is answered; one beyond the year 9999 as the last one. */
export function isoOf(ms: number): string {
  return new Date(Math.min(ms, LATEST_MS)).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms);
}
