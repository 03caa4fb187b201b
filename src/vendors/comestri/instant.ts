import type { JsonValue } from '../json/strict-json';
import type { FieldReading } from '../shared/fields';

const ISO_8601 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an ISO 8601 time with its offset, such as `2016-05-30T05:13:26Z` or `2016-05-30T07:13:26.5+02:00`, as epoch milliseconds;
 * digits beyond those are dropped. One without an offset would be a guess.
 */
export function instant(value: JsonValue): FieldReading<number> {
  const epochMs = typeof value === 'string' ? epochMsOf(value) : undefined;
  const fault = 'has to be an ISO 8601 time with its offset, such as 2016-05-30T05:13:26Z, from 1970 to 9999';
  return epochMs === undefined ? { fault } : { value: epochMs };
}

function epochMsOf(text: string): number | undefined {
  const [, local = '', fraction = '', sign, hours = '0', minutes = '0'] = ISO_8601.exec(text) ?? [];
  const iso = `${local}.000Z`;
  const localMs = Date.parse(iso);
  // Date.parse moves the 30th of February into March; written again it then differs.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== iso) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const epochMs = localMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - (sign === '-' ? -offsetMs : offsetMs);
  return epochMs >= 0 && epochMs <= LAST_MS ? epochMs : undefined;
}

/** Beyond it a year has five digits, which the form does not have. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Writes epoch milliseconds as the page does: in UTC, to the second, with the milliseconds only where there are some. */
export function instantText(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
