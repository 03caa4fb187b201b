import { SKU_SCHEMES, type Item, type ItemIdentifier, type Location } from './catalogue';
import { itemsOfGtin, type Catalogue, type IdentifierRow, type NamesInUse } from './catalogue-map';
import { isBarcodeScheme } from './gtin';
import type { UserErrorCode } from '../errors';

/** Why a name cannot be given. The message names what it could be mistaken for. */
export interface NameFault {
  readonly code: UserErrorCode;
  readonly message: string;
}

/** What the caller has decided: to have a name that differs from another only in form. */
export interface Permission {
  readonly allowLookalike?: boolean;
}

/** What is renamed: its own names are no fault. */
interface Renamed<Kind> {
  readonly of?: Kind;
}

/** A number as spreadsheets and programs write it when they take a long code for one. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i;

/** Why a code that nobody has registered cannot become an item: it is not what stands on the product. */
export function codeFault({ scheme, value }: ItemIdentifier): NameFault | undefined {
  if (isBarcodeScheme(scheme) && !/^\d+$/.test(value)) {
    return { code: 'INVALID_INPUT', message: `${quoted(value)} is no barcode: a ${scheme} has only digits.` };
  }
  return SCIENTIFIC.test(value) ? { code: 'INVALID_INPUT', message: scientific(value) } : undefined;
}

const scientific = (value: string): string =>
  `${quoted(value)} is a number in scientific notation, as spreadsheets shorten codes; give the whole code.`;

/** Why no item can be created with this sku and specification. */
export function newItemFault(
  names: NamesInUse,
  sku: string,
  specification: string,
  { allowLookalike = false, of }: Permission & Renamed<Item> = {},
): NameFault | undefined {
  const other = skuNameOfAnother(names, sku, of);
  if (other?.row.value === sku) {
    const message = `${quoted(sku)} is the ${other.row.scheme} of the item with sku ${quoted(other.item.sku)}; give another sku, or remove it there.`;
    return { code: 'IDENTIFIER_TAKEN', message };
  }
  const bareness = barenessFault(names, sku, specification, of);
  if (bareness || allowLookalike) return bareness;
  if (SCIENTIFIC.test(sku)) return { code: 'INVALID_INPUT', message: `${scientific(sku)} ${ALLOW}` };
  const twin = firstOf(names.itemsLike(sku), (item) => item.sku !== sku && item.id !== of?.id);
  if (twin) return lookalike('sku', sku, twin.sku);
  if (other) return lookalike('sku', sku, other.row.value, `the ${other.row.scheme} of item ${quoted(other.item.sku)}`);
  const sibling = firstOf(names.specificationsLike(sku, specification), ({ id }) => id !== of?.id);
  return sibling && lookalike('specification', specification, sibling.specification);
}

/** A sku without specification means all of its items: beside others it would be one name for two things. */
function barenessFault(
  names: NamesInUse,
  sku: string,
  specification: string,
  of: Item | undefined,
): NameFault | undefined {
  if (specification === '') return bareSkuFault(names, sku, specification, of);
  const bare = names.itemBySku(sku, '');
  if (bare === undefined || bare.id === of?.id) return undefined;
  const message = `The sku ${quoted(sku)} is that of an item without specification, which ${quoted(specification)} cannot stand beside; give one of the two another sku.`;
  return { code: 'SKU_TAKEN', message };
}

/** Why a sku needs a specification beside it. */
export function bareSkuFault(names: Catalogue, sku: string, specification: string, of?: Item): NameFault | undefined {
  if (specification !== '') return undefined;
  const other = firstOf(names.itemsOfSku(sku), (item) => item.specification !== '' && item.id !== of?.id);
  if (!other) return undefined;
  const message = `The sku ${quoted(sku)} has specifications, such as ${quoted(other.specification)}; name one.`;
  return { code: 'SPECIFICATION_REQUIRED', message };
}

/** An identifier that means a sku, equal to this one or like it, of an item with another sku. */
function skuNameOfAnother(
  names: NamesInUse,
  sku: string,
  of: Item | undefined,
): { row: IdentifierRow; item: Item } | undefined {
  let like: { row: IdentifierRow; item: Item } | undefined;
  for (const row of names.skuNamesLike(sku)) {
    const item = names.itemById(row.itemId);
    if (!item || item.sku === sku || item.id === of?.id) continue;
    if (row.value === sku) return { row, item };
    like ??= { row, item };
  }
  return like;
}

function firstOf<Row>(rows: Iterable<Row>, isMeant: (row: Row) => boolean): Row | undefined {
  for (const row of rows) if (isMeant(row)) return row;
  return undefined;
}

/** Why an item cannot have this identifier. One that it has already is no fault. */
export function newIdentifierFault(
  names: NamesInUse,
  item: Item,
  { scheme, value }: ItemIdentifier,
  { allowLookalike = false }: Permission = {},
): NameFault | undefined {
  const known = names.identifier(scheme, value, item.specification);
  if (known && known.itemId !== item.id) return takenBy(names, known);
  if (known) return undefined;
  const skus = SKU_SCHEMES.has(scheme) ? [...names.itemsLike(value)].filter(({ sku }) => sku !== item.sku) : [];
  if (skus.some(({ sku }) => sku === value)) {
    const message = `${quoted(value)} is the sku of another item, so it cannot be the ${scheme} of ${quoted(item.sku)}.`;
    return { code: 'SKU_TAKEN', message };
  }
  if (allowLookalike) return undefined;
  const sameGtin = itemsOfGtin(names, scheme, value).find(({ id }) => id !== item.id);
  if (sameGtin) {
    const message = `${scheme} ${quoted(value)} is the same GTIN as a barcode of the item with sku ${quoted(sameGtin.sku)}; use that item. ${ALLOW}`;
    return { code: 'LOOKALIKE', message };
  }
  const twin = firstOf(
    names.identifiersLike(scheme, value),
    ({ itemId, value: other }) => itemId !== item.id && other !== value,
  );
  if (twin) return lookalike(scheme, value, twin.value, `of item ${quoted(names.itemById(twin.itemId)?.sku ?? '')}`);
  const [sku] = skus;
  return sku && lookalike(scheme, value, sku.sku, 'which is the sku of another item');
}

function takenBy(names: NamesInUse, { scheme, value, itemId }: IdentifierRow): NameFault {
  const owner = names.itemById(itemId);
  const message = `${scheme} ${quoted(value)} belongs to the item with sku ${quoted(owner?.sku ?? itemId)}; remove it there first.`;
  return { code: 'IDENTIFIER_TAKEN', message };
}

/** Why no location can be created with this code. */
export function newLocationFault(
  names: NamesInUse,
  code: string,
  { allowLookalike = false, of }: Permission & Renamed<Location> = {},
): NameFault | undefined {
  if (allowLookalike) return undefined;
  const former = names.locationByFormerCode(code);
  if (former && former.id !== of?.id) {
    const message = `The location ${quoted(former.code)} had the code ${quoted(code)} before; use that one. ${ALLOW}`;
    return { code: 'LOOKALIKE', message };
  }
  const twin = firstOf(names.locationsLike(code), (location) => location.code !== code && location.id !== of?.id);
  return twin && lookalike('code', code, twin.code);
}

const ALLOW = 'Where it is meant to be, save it with allowLookalike.';

function lookalike(what: string, name: string, twin: string, whose?: string): NameFault {
  const other = whose === undefined ? quoted(twin) : `${quoted(twin)}, ${whose}`;
  const message = `The ${what} ${quoted(name)} differs only in form from ${other}; use that one. ${ALLOW}`;
  return { code: 'LOOKALIKE', message };
}

const quoted = (name: string): string => `"${name}"`;
