import type { ItemReference, LocationReference } from './catalogue/catalogue';
import type { UserError } from './errors';
import { isInstant } from './instant';
import type { NamedKey } from './ledger/posting-reads';
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from './ledger/quantity';
import type { StockDimensions } from './ledger/stock-key';
import { cleanName, isBlank, isPlainName, shown, textFault, tidyName } from './text';

/** Most rows that one command may have. */
export const MAX_ROWS = 300;
/** Most rows that one pushed message may have. */
export const MAX_PUSH_ROWS = 5_000;
/** Most seconds by which a count may be older than its receipt. */
export const MAX_LAG_SECONDS = 86_400;
/** Largest whole number that fits a PostgreSQL integer. */
const MAX_INTEGER = 2 ** 31 - 1;

/** Checks a text of the input; null and undefined are fine. */
export function checkText(value: string | null | undefined, field: readonly string[], required = false): UserError[] {
  const fault = required && value != null && isBlank(value) ? EMPTY : textFault(value ?? '');
  return invalidText(field, fault);
}

/** Checks a name of the input; null and undefined are fine. */
export function checkName(value: string | null | undefined, field: readonly string[], required = false): UserError[] {
  if (required && value != null && isBlank(value)) return invalidText(field, EMPTY);
  const reading = cleanName(value ?? '');
  return invalidText(field, 'fault' in reading ? reading.fault : null);
}

const EMPTY = 'must not be empty';

function invalidText(field: readonly string[], fault: string | null): UserError[] {
  return fault === null ? [] : [{ code: 'INVALID_INPUT', message: `${nameOf(field)} ${fault}.`, field }];
}

/** Checks how the input names an item. */
export const checkItem = (item: ItemReference, field: readonly string[]): UserError[] => [
  ...checkName(item.by === 'SKU' ? item.sku : item.value, [...field, 'sku'], true),
  ...checkName(item.specification, [...field, 'specification']),
];

/** Checks how the input names a location. */
export const checkLocation = (location: LocationReference, field: readonly string[]): UserError[] =>
  checkName(location.by === 'CODE' ? location.code : location.id, [...field, 'location'], true);

const NAMED_DIMENSIONS = ['owner', 'pool', 'channel', 'barcode', 'lot'] as const;

/** Checks the names in a stock key of the input. */
export function checkKey(key: NamedKey, field: readonly string[]): UserError[] {
  if (hasPlainNames(key)) return [];
  const { item, location, dimensions } = key;
  return [
    ...checkItem(item, field),
    ...checkLocation(location, field),
    ...NAMED_DIMENSIONS.flatMap((name) => checkName(dimensions[name], [...field, name])),
  ];
}

/** Whether there is nothing to clean or to refuse in the names of a key, as in nearly all. Not all such keys are found. */
function hasPlainNames({ item, location, dimensions }: NamedKey): boolean {
  const itemName = item.by === 'SKU' ? item.sku : item.value;
  const locationName = location.by === 'CODE' ? location.code : location.id;
  return (
    itemName !== '' &&
    locationName !== '' &&
    isPlainName(itemName) &&
    isPlainName(item.specification) &&
    isPlainName(locationName) &&
    NAMED_DIMENSIONS.every((name) => isPlainName(dimensions[name]))
  );
}

/** How the input names an item, with clean names. A name that cannot be one stays as it is, for `checkItem` to refuse. */
export function tidyItem(item: ItemReference): ItemReference {
  const specification = tidyName(item.specification);
  return item.by === 'SKU'
    ? { ...item, sku: tidyName(item.sku), specification }
    : { ...item, value: tidyName(item.value), specification };
}

/** How the input names a location, with a clean code. */
export const tidyLocation = (location: LocationReference): LocationReference =>
  location.by === 'CODE' ? { ...location, code: tidyName(location.code) } : location;

/** The dimensions of a stock key with clean names. */
export function tidyDimensions(dimensions: StockDimensions): StockDimensions {
  const { owner, pool, channel, barcode, lot } = dimensions;
  return {
    ...dimensions,
    owner: tidyName(owner),
    pool: tidyName(pool),
    channel: tidyName(channel),
    barcode: tidyName(barcode),
    lot: tidyName(lot),
  };
}

/** A stock key of the input with clean names. */
export function tidyKey(key: NamedKey): NamedKey {
  if (hasPlainNames(key)) return key;
  const { item, location, dimensions } = key;
  return { item: tidyItem(item), location: tidyLocation(location), dimensions: tidyDimensions(dimensions) };
}

/**
 * Checks how many units a row moves or states; null and undefined are fine.
 *
 * @param name of the value in the field; so are those below. Rows have hundreds, and most fields need not be written down
 */
export const checkRowQuantity = (value: number | null | undefined, field: readonly string[], name?: string) =>
  checkRange(value, MAX_ROW_QUANTITY, field, name);

/** Checks a quantity of the input, or a sequence, against the exact range; null and undefined are fine. */
export const checkQuantity = (value: number | null | undefined, field: readonly string[], name?: string) =>
  checkRange(value, MAX_QUANTITY, field, name);

function checkRange(value: number | null | undefined, most: number, of: readonly string[], name?: string): UserError[] {
  if (value == null || (Number.isInteger(value) && Math.abs(value) <= most)) return [];
  const field = within(of, name);
  const message = `${nameOf(field)} is ${value}; it must be a whole number within ±${most}.`;
  return [{ code: 'INVALID_QUANTITY', message, field }];
}

/** Checks a counted quantity: whole units, and never below zero. */
export function checkCount(quantity: number | null, of: readonly string[], name?: string): UserError[] {
  const errors = checkRowQuantity(quantity, of, name);
  if (errors.length > 0 || quantity === null || quantity >= 0) return errors;
  const message = `A counted quantity cannot be below zero; it is ${quantity}.`;
  return [{ code: 'INVALID_QUANTITY', message, field: within(of, name) }];
}

/** Checks a whole number that is kept as a PostgreSQL integer; null and undefined are fine. */
export function checkWhole(value: number | null | undefined, least: 0 | 1, field: readonly string[]): UserError[] {
  if (value == null || (Number.isInteger(value) && value >= least && value <= MAX_INTEGER)) return [];
  const message = `${nameOf(field)} is ${value}; it must be a whole number from ${least} to ${MAX_INTEGER}.`;
  return [{ code: 'INVALID_INPUT', message, field }];
}

/** Checks a plain decimal: not negative, and of a size that no store of it rounds. Null and undefined are fine. */
export function checkDecimal(value: string | null | undefined, field: readonly string[]): UserError[] {
  if (value == null || /^\d{1,15}(\.\d{1,10})?$/.test(value)) return [];
  const message = `${nameOf(field)} is ${shown(value)}; a decimal has at most 15 digits before and 10 after the point, and is not below zero.`;
  return [{ code: 'INVALID_INPUT', message, field }];
}

/** Checks an instant of the input, epoch milliseconds; null and undefined are fine. */
export function checkInstant(ms: number | null | undefined, of: readonly string[], name?: string): UserError[] {
  if (ms == null || isInstant(ms)) return [];
  const field = within(of, name);
  return [
    {
      code: 'INVALID_INPUT',
      message: `${nameOf(field)} is ${ms} ms since 1970; it must lie within the years 1 to 9999.`,
      field,
    },
  ];
}

/** Checks how much older than its receipt a count without a clock is taken to be; null is fine. */
export function checkLag(seconds: number | null, field: readonly string[]): UserError[] {
  if (seconds === null || (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_LAG_SECONDS)) return [];
  const message = `${nameOf(field)} is ${seconds}; it must be a whole number from 0 to ${MAX_LAG_SECONDS}.`;
  return [{ code: 'INVALID_INPUT', message, field }];
}

/** Checks the number of rows of a command. */
export function checkRowCount(count: number, field: readonly string[], most = MAX_ROWS): UserError[] {
  if (count === 0) return [{ code: 'INVALID_INPUT', message: 'Give at least one row.', field }];
  if (count <= most) return [];
  return [{ code: 'BATCH_TOO_LARGE', message: `${count} rows; at most ${most} are taken at once.`, field }];
}

const within = (field: readonly string[], name: string | undefined): readonly string[] =>
  name === undefined ? field : [...field, name];

const nameOf = (field: readonly string[]): string => field.at(-1) ?? 'The value';
