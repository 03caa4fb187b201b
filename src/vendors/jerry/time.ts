import { parseWallClock } from '../../domain/instant';
import type { Form } from '../shared/fields';

/** `yyyy-MM-dd HH:mm:ss` in UTC, read as epoch milliseconds. */
export const utcSecond: Form<number> = {
  read(value) {
    const fault = 'has to be a time of the form yyyy-MM-dd HH:mm:ss that exists in UTC';
    const epochMs = typeof value === 'string' ? parseWallClock(value) : undefined;
    return epochMs !== undefined && epochMs >= 0 ? { value: epochMs } : { fault };
  },
  schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$' },
};
