import { parseInstant } from '../../domain/instant';
import type { Form } from '../shared/fields';

/** RFC 3339 with an offset, read as epoch milliseconds; finer digits are cut off. */
export const moment: Form<number> = {
  read(value) {
    const fault = 'has to be a moment from 1970 on, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00.250+01:00';
    const epochMs = typeof value === 'string' ? parseInstant(value) : undefined;
    return epochMs !== undefined && epochMs >= 0 ? { value: epochMs } : { fault };
  },
  schema: { type: 'string', format: 'date-time' },
};
