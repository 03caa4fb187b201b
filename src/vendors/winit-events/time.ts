import { exactInteger } from '../../json/strict-json';
import type { Form } from '../shared/fields';

/** Seconds (10 digits) or milliseconds (13 digits) since 1970, read as milliseconds; so many digits begin in September 2001. */
export const epochTime: Form<number> = {
  read(value) {
    const digits = exactInteger(value)?.toString() ?? value;
    if (typeof digits === 'string' && /^[1-9]\d{12}$/.test(digits)) return { value: Number(digits) };
    if (typeof digits === 'string' && /^[1-9]\d{9}$/.test(digits)) return { value: Number(digits) * 1000 };
    return { fault: 'has to be a time in seconds (10 digits) or milliseconds (13 digits) since 1970' };
  },
  schema: {
    anyOf: [
      { type: 'integer', minimum: 1_000_000_000, maximum: 9_999_999_999 },
      { type: 'integer', minimum: 1_000_000_000_000, maximum: 9_999_999_999_999 },
      { type: 'string', pattern: '^[1-9]\\d{9}(\\d{3})?$' },
    ],
  },
};
