import { numberText } from '../../json/strict-json';
import type { Form } from '../shared/fields';

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** What is stored without rounding; see `checkDecimal` of the domain's validation. */
const MAX_WHOLE_DIGITS = 15;
const MAX_FRACTION_DIGITS = 10;

/**
 * Reads a JSON number as an exact plain decimal, on its digits: `12.50` stays `12.50`, `1.5e2` is `150`. A float would
 * not know the one from 12.5 and would round what has more than 15 digits.
 */
export const plainDecimal: Form<string> = {
  read(value) {
    const literal = numberText(value);
    if (literal === undefined) return { fault: 'has to be a number' };
    const plain = plainText(literal);
    if (plain !== undefined) return { value: plain };
    const digits = `${MAX_WHOLE_DIGITS} digits before and ${MAX_FRACTION_DIGITS} behind the point`;
    return { fault: `has to be a number that is not negative, with at most ${digits}` };
  },
  schema: { type: 'number', minimum: 0 },
};

function plainText(literal: string): string | undefined {
  const [, sign, integer = '', fraction = '', exponent = '0'] = NUMBER.exec(literal) ?? [];
  // The strict reader has bounded the exponent, so what is padded here stays short.
  const digits = integer + fraction;
  const point = integer.length + Number(exponent);
  const whole =
    digits
      .slice(0, Math.max(0, point))
      .padEnd(point, '0')
      .replace(/^0+(?=.)/, '') || '0';
  const behind = '0'.repeat(Math.max(0, -point)) + digits.slice(Math.max(0, point));
  const rest = behind.length > MAX_FRACTION_DIGITS ? behind.replace(/0+$/, '') : behind;
  if (sign === '-' && /[1-9]/.test(digits)) return undefined;
  if (whole.length > MAX_WHOLE_DIGITS || rest.length > MAX_FRACTION_DIGITS) return undefined;
  return rest === '' ? whole : `${whole}.${rest}`;
}
