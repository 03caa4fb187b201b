import {
  FORMER_SKU,
  identifierSpecification,
  SKU_SCHEMES,
  type Item,
  type ItemReference,
  type Location,
  type LocationReference,
} from './catalogue';
import { collisionKey } from './collision-key';
import { gtinOf } from './gtin';
import { notAskedFor } from '../not-asked-for';

/** An identifier and the item that it names. */
export interface IdentifierRow {
  readonly scheme: string;
  readonly value: string;
  /** Empty where the scheme does not mean a sku; see `identifierSpecification`. */
  readonly specification: string;
  readonly itemId: string;
}

/** Names looked up in the catalogue, as far as it has been read: a name that was not read throws. */
export interface Catalogue {
  itemById(id: string): Item | undefined;
  itemBySku(sku: string, specification: string): Item | undefined;
  /** All specifications of a sku. */
  itemsOfSku(sku: string): Iterable<Item>;
  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined;
  /** The barcodes, of any scheme, that are the same GTIN as this one. None where it is no valid GTIN. */
  identifiersOfGtin(scheme: string, value: string): Iterable<IdentifierRow>;
  /** The identifier by which a sku that no item has any more means another one. */
  formerSku(sku: string, specification: string): IdentifierRow | undefined;
  locationById(id: string): Location | undefined;
  /** By the code that it has. */
  locationByCode(code: string): Location | undefined;
  /** By a code that it had before it was renamed. */
  locationByFormerCode(code: string): Location | undefined;
}

/**
 * What a new name could be mistaken for: the names with the same collision key, itself included. A sku can have thousands of
 * specifications, and a message can name each: what is asked for each of its rows must not go through all of them.
 */
export interface NamesInUse extends Catalogue {
  /** Two items of each sku, which is enough to find another one than a given item. */
  itemsLike(sku: string): Iterable<Item>;
  /** Of the same sku. */
  specificationsLike(sku: string, specification: string): Iterable<Item>;
  /** Of the same scheme: as many as it takes to find one of another item and of another value than given. */
  identifiersLike(scheme: string, value: string): Iterable<IdentifierRow>;
  /** Of the schemes that mean a sku, but for those that say the same as the sku of their item. */
  skuNamesLike(sku: string): Iterable<IdentifierRow>;
  locationsLike(code: string): Iterable<Location>;
}

/** What has been read of a tenant's items and locations. */
export class CatalogueMap implements NamesInUse {
  /** The names that were read, whether or not anything has them; identifiers by `identifierName`. */
  readonly asked = {
    skus: new Set<string>(),
    identifiers: new Set<string>(),
    locationCodes: new Set<string>(),
    locationIds: new Set<string>(),
  };
  readonly #items = new Map<string, Item>();
  /** By `skuKey`. */
  readonly #itemsBySku = new Map<string, Item>();
  readonly #itemsOfSku = new Map<string, Item[]>();
  readonly #itemsLike = new Map<string, Item[]>();
  readonly #specificationsLike = new Map<string, Item[]>();
  readonly #identifiers = new Map<string, IdentifierRow>();
  readonly #identifiersLike = new Map<string, IdentifierRow[]>();
  readonly #identifiersByGtin = new Map<string, IdentifierRow[]>();
  readonly #skuNamesLike = new Map<string, IdentifierRow[]>();
  readonly #locations = new Map<string, Location>();
  readonly #locationsByCode = new Map<string, Location>();
  readonly #locationsLike = new Map<string, Location[]>();
  /** Ids of locations by the codes that they had. */
  readonly #formerCodes = new Map<string, string>();

  itemById(id: string): Item | undefined {
    return this.#items.get(id);
  }

  itemBySku(sku: string, specification: string): Item | undefined {
    this.#assertSku(sku);
    return this.#itemsBySku.get(skuKey(sku, specification));
  }

  itemsOfSku(sku: string): readonly Item[] {
    this.#assertSku(sku);
    return this.#itemsOfSku.get(sku) ?? [];
  }

  itemsLike(sku: string): readonly Item[] {
    this.#assertSku(sku);
    return this.#itemsLike.get(collisionKey(sku)) ?? [];
  }

  specificationsLike(sku: string, specification: string): readonly Item[] {
    this.#assertSku(sku);
    return this.#specificationsLike.get(specificationLikeKey(sku, specification)) ?? [];
  }

  skuNamesLike(sku: string): readonly IdentifierRow[] {
    this.#assertSku(sku);
    return this.#skuNamesLike.get(collisionKey(sku)) ?? [];
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    this.#assertIdentifier(scheme, value);
    return this.#identifiers.get(identifierKey(scheme, value, specification));
  }

  identifiersLike(scheme: string, value: string): readonly IdentifierRow[] {
    this.#assertIdentifier(scheme, value);
    return this.#identifiersLike.get(likeKey(scheme, value)) ?? [];
  }

  identifiersOfGtin(scheme: string, value: string): readonly IdentifierRow[] {
    this.#assertIdentifier(scheme, value);
    const gtin = gtinOf({ scheme, value });
    return (gtin === null ? undefined : this.#identifiersByGtin.get(gtin)) ?? [];
  }

  formerSku(sku: string, specification: string): IdentifierRow | undefined {
    this.#assertSku(sku);
    return this.#identifiers.get(identifierKey(FORMER_SKU, sku, specification));
  }

  locationById(id: string): Location | undefined {
    return this.#locations.get(id);
  }

  locationByCode(code: string): Location | undefined {
    this.#assertLocation(code);
    return this.#locationsByCode.get(code);
  }

  locationByFormerCode(code: string): Location | undefined {
    this.#assertLocation(code);
    return this.#locations.get(this.#formerCodes.get(code) ?? '');
  }

  locationsLike(code: string): readonly Location[] {
    this.#assertLocation(code);
    return this.#locationsLike.get(collisionKey(code)) ?? [];
  }

  addItem(item: Item): void {
    if (this.#items.has(item.id)) return;
    this.#items.set(item.id, item);
    this.#itemsBySku.set(skuKey(item.sku, item.specification), item);
    const ofSku = listAt(this.#itemsOfSku, item.sku);
    ofSku.push(item);
    if (ofSku.length <= 2) listAt(this.#itemsLike, collisionKey(item.sku)).push(item);
    listAt(this.#specificationsLike, specificationLikeKey(item.sku, item.specification)).push(item);
  }

  /** The item has to be there. */
  addIdentifier(row: IdentifierRow): void {
    const key = identifierKey(row.scheme, row.value, row.specification);
    if (this.#identifiers.has(key)) return;
    this.#identifiers.set(key, row);
    const like = listAt(this.#identifiersLike, likeKey(row.scheme, row.value));
    if (tellsMore(row, like)) like.push(row);
    const gtin = gtinOf(row);
    if (gtin !== null) listAt(this.#identifiersByGtin, gtin).push(row);
    if (isOtherSkuName(this, row)) listAt(this.#skuNamesLike, collisionKey(row.value)).push(row);
  }

  addLocation(location: Location): void {
    if (this.#locations.has(location.id)) return;
    this.#locations.set(location.id, location);
    this.#locationsByCode.set(location.code, location);
    listAt(this.#locationsLike, collisionKey(location.code)).push(location);
  }

  addFormerCode(code: string, locationId: string): void {
    this.#formerCodes.set(code, locationId);
  }

  #assertSku(sku: string): void {
    if (!this.asked.skus.has(sku)) throw notAskedFor(`the items of sku ${sku}`);
  }

  #assertIdentifier(scheme: string, value: string): void {
    if (!this.asked.identifiers.has(identifierName(scheme, value))) {
      throw notAskedFor(`the identifier ${scheme} ${value}`);
    }
  }

  #assertLocation(code: string): void {
    if (!this.asked.locationCodes.has(code)) throw notAskedFor(`location ${code}`);
  }
}

/** The list of a key in a map of lists. */
export function listAt<Row>(lists: Map<string, Row[]>, key: string): Row[] {
  const known = lists.get(key);
  if (known) return known;
  const list: Row[] = [];
  lists.set(key, list);
  return list;
}

/** Whether an identifier is needed beside those like it: of each value two items are enough, and of each item two values. */
export function tellsMore({ itemId, value }: IdentifierRow, like: Iterable<IdentifierRow>): boolean {
  const [items, values] = [new Set<string>(), new Set<string>()];
  for (const other of like) {
    if (other.value === value) items.add(other.itemId);
    if (other.itemId === itemId) values.add(other.value);
  }
  return items.size < 2 && values.size < 2;
}

/** Whether a row names its item by a sku that is not the item's own. */
export const isOtherSkuName = (names: Catalogue, { scheme, value, itemId }: IdentifierRow): boolean =>
  SKU_SCHEMES.has(scheme) && names.itemById(itemId)?.sku !== value;

/** A catalogue in which one identifier means another item than it has it for. */
export class ReinterpretedCatalogue implements Catalogue {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly row: IdentifierRow,
  ) {}

  itemById(id: string): Item | undefined {
    return this.catalogue.itemById(id);
  }

  itemBySku(sku: string, specification: string): Item | undefined {
    return this.catalogue.itemBySku(sku, specification);
  }

  itemsOfSku(sku: string): Iterable<Item> {
    return this.catalogue.itemsOfSku(sku);
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    const { row } = this;
    const key = identifierKey(row.scheme, row.value, row.specification);
    if (identifierKey(scheme, value, specification) === key) return row;
    return this.catalogue.identifier(scheme, value, specification);
  }

  identifiersOfGtin(scheme: string, value: string): Iterable<IdentifierRow> {
    return this.catalogue.identifiersOfGtin(scheme, value);
  }

  formerSku(sku: string, specification: string): IdentifierRow | undefined {
    const { row } = this;
    const isMeant = row.scheme === FORMER_SKU && row.value === sku && row.specification === specification;
    return isMeant ? row : this.catalogue.formerSku(sku, specification);
  }

  locationById(id: string): Location | undefined {
    return this.catalogue.locationById(id);
  }

  locationByCode(code: string): Location | undefined {
    return this.catalogue.locationByCode(code);
  }

  locationByFormerCode(code: string): Location | undefined {
    return this.catalogue.locationByFormerCode(code);
  }
}

/** An identifier as one text, whatever its specification. NUL joins the parts: no text that was taken in contains it. */
export const identifierName = (scheme: string, value: string): string => `${scheme}\0${value}`;

/** The key of an identifier in a map. */
export function identifierKey(scheme: string, value: string, specification: string): string {
  return `${identifierName(scheme, value)}\0${identifierSpecification(scheme, specification)}`;
}

/** The key under which the look-alikes of an identifier are. */
export const likeKey = (scheme: string, value: string): string => identifierName(scheme, collisionKey(value));

/** The key of an item in a map. Most items have no specification, and a text that is there already costs nothing. */
export const skuKey = (sku: string, specification: string): string =>
  specification === '' ? sku : `${sku}\0${specification}`;

/** The key under which the look-alikes of a specification are. */
export const specificationLikeKey = (sku: string, specification: string): string =>
  skuKey(sku, collisionKey(specification));

function itemBySkuOrFormerSku(catalogue: Catalogue, sku: string, specification: string): Item | undefined {
  const item = catalogue.itemBySku(sku, specification);
  return item ?? catalogue.itemById(catalogue.formerSku(sku, specification)?.itemId ?? '');
}

/** The item that a reference means among those known; creates nothing. None where a barcode means several items. */
export function findItem(catalogue: Catalogue, reference: ItemReference): Item | undefined {
  if (reference.by === 'SKU') return itemBySkuOrFormerSku(catalogue, reference.sku, reference.specification);
  const { scheme, value, specification } = reference;
  const row = catalogue.identifier(scheme, value, specification);
  if (row) return catalogue.itemById(row.itemId);
  if (SKU_SCHEMES.has(scheme)) return itemBySkuOrFormerSku(catalogue, value, specification);
  const [item, ...others] = itemsOfGtin(catalogue, scheme, value);
  return others.length > 0 ? undefined : item;
}

/** Whether a reference means its item only by a name that it had before it was renamed, or merged. */
export function isFormerName(catalogue: Catalogue, reference: ItemReference): boolean {
  const { specification } = reference;
  if (reference.by === 'SKU') return catalogue.itemBySku(reference.sku, specification) === undefined;
  const { scheme, value } = reference;
  const row = catalogue.identifier(scheme, value, specification);
  if (row) return scheme === FORMER_SKU;
  return SKU_SCHEMES.has(scheme) && catalogue.itemBySku(value, specification) === undefined;
}

/** The items that have a barcode, of any scheme, that is the same GTIN. */
export function itemsOfGtin(catalogue: Catalogue, scheme: string, value: string): Item[] {
  const ids = new Set(Array.from(catalogue.identifiersOfGtin(scheme, value), ({ itemId }) => itemId));
  return [...ids].flatMap((id) => catalogue.itemById(id) ?? []);
}

/** The location that a reference means among those known; creates nothing. */
export function findLocation(catalogue: Catalogue, reference: LocationReference): Location | undefined {
  return reference.by === 'ID' ? catalogue.locationById(reference.id) : locationNamed(catalogue, reference.code);
}

/** The location that has a code, or had it before it was renamed. */
export const locationNamed = (catalogue: Catalogue, code: string): Location | undefined =>
  catalogue.locationByCode(code) ?? catalogue.locationByFormerCode(code);
