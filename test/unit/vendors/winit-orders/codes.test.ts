import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { USER_ERROR_CODES } from '../../../../src/domain/errors';
import { ORDER_CODES } from '../../../../src/vendors/winit-orders/codes';

const README = readFileSync(join(__dirname, '../../../../src/vendors/winit-orders/README.md'), 'utf8');

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test('every refusal of the domain has a code, and no two share one or have that of success', () => {
  expect(Object.keys(ORDER_CODES)).toEqual(expect.arrayContaining(Object.keys(USER_ERROR_CODES)));
  const codes = Object.values(ORDER_CODES).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes).not.toContain('0');
});

test.each(Object.entries(ORDER_CODES))('%s says the same in both languages', (_name, { zh_CN, en_US }) => {
  expect(zh_CN).toMatch(/\p{Script=Han}/u);
  expect(en_US).not.toMatch(/\p{Script=Han}/u);
  expect(placeholders(zh_CN)).toEqual(placeholders(en_US));
});

test('the README has every code', () => {
  const missing = Object.entries(ORDER_CODES).filter(
    ([name, { code }]) => !new RegExp(`\\| ${code} +\\| \`${name}\` +\\|`).test(README),
  );
  expect(missing).toEqual([]);
});
