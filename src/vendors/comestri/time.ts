import { parseInstant } from '../../domain/instant';
import type { Form } from '../shared/fields';

/**
 * Reads an ISO 8601 time with its offset, such as `2016-05-30T05:13:26Z` or `2016-05-30T07:13:26.5+02:00`, as epoch milliseconds;
 * digits beyond those are dropped. One without an offset would be a guess.
 */
export const instant: Form<number> = {
  read(value) {
    const epochMs = typeof value === 'string' ? parseInstant(value) : undefined;
    const fault = 'has to be an ISO 8601 time with its offset, such as 2016-05-30T05:13:26Z, from 1970 to 9999';
    return epochMs !== undefined && epochMs >= 0 ? { value: epochMs } : { fault };
  },
  schema: { type: 'string', format: 'date-time' },
};

/** Writes epoch milliseconds as the page does: in UTC, to the second, with the milliseconds only where there are some. */
export function instantText(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
