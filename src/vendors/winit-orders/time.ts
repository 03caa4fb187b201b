/** A time zone whose offset can be asked for; undefined where the name is of none. */
export function zoneOf(name: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    // RangeError: no such time zone.
    return undefined;
  }
}

/**
 * Whether a wall clock's time in a zone is within so many milliseconds of now. Around a change of the zone's offset the clock
 * may have been read under the offset before or behind it.
 */
export function isTimely(wallMs: number, zone: Intl.DateTimeFormat, nowMs: number, toleranceMs: number): boolean {
  return [nowMs, nowMs - toleranceMs, nowMs + toleranceMs].some(
    (atMs) => Math.abs(wallMs - offsetMs(zone, atMs) - nowMs) <= toleranceMs,
  );
}

/** Of `GMT`, `GMT+08:00`, `GMT-03:30`. */
function offsetMs(zone: Intl.DateTimeFormat, atMs: number): number {
  const name = zone.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === '-' ? -ms : ms;
}
