/** Instants are epoch milliseconds everywhere inside; this is the one place that reads and writes them as text. */

/** The first and the last instant whose year has four digits, which is all that RFC 3339 can write. */
export const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
export const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const WALL_CLOCK = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** Whether epoch milliseconds are whole and have a four-digit year. */
export const isInstant = (ms: number): boolean => Number.isInteger(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS;

/**
 * Reads an RFC 3339 date-time with its offset, such as `2016-05-30T07:13:26.5+02:00`. Digits finer than milliseconds are
 * cut off. Undefined for any other text, and for a date that does not exist.
 */
export function parseInstant(text: string): number | undefined {
  const [, local, fraction = '', sign, hours = '0', minutes = '0'] = RFC_3339.exec(text) ?? [];
  const localMs = local === undefined ? undefined : parseUtcSecond(local);
  if (localMs === undefined) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const ms = localMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - (sign === '-' ? -offsetMs : offsetMs);
  return isInstant(ms) ? ms : undefined;
}

/** Reads `yyyy-MM-dd HH:mm:ss` as if it were UTC. Undefined for any other text, and for a date that does not exist. */
export function parseWallClock(text: string): number | undefined {
  return WALL_CLOCK.test(text) ? parseUtcSecond(text.replace(' ', 'T')) : undefined;
}

/** `Date.parse` moves the 30th of February into March, and 24:00 into the next day: the day is another one then. */
function parseUtcSecond(local: string): number | undefined {
  const ms = Date.parse(`${local}.000Z`);
  return new Date(ms).getUTCDate() === Number(local.slice(8, 10)) ? ms : undefined;
}
