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
  /** All specifications of a sku. */
  itemsOfSku(sku: string): readonly Item[];
  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined;
  /** The barcodes, of any scheme, that are the same GTIN as this one. None where it is no valid GTIN. */
  identifiersOfGtin(scheme: string, value: string): readonly IdentifierRow[];
  /** The identifier by which a sku that no item has any more means another one. */
  formerSku(sku: string, specification: string): IdentifierRow | undefined;
  locationById(id: string): Location | undefined;
  /** By the code that it has. */
  locationByCode(code: string): Location | undefined;
  /** By a code that it had before it was renamed. */
  locationByFormerCode(code: string): Location | undefined;
}

/** What a new name could be mistaken for: the names with the same collision key, itself included. */
export interface NamesInUse extends Catalogue {
  itemsLike(sku: string): readonly Item[];
  /** Of the same scheme. */
  identifiersLike(scheme: string, value: string): readonly IdentifierRow[];
  /** Of the schemes that mean a sku. */
  skuNamesLike(sku: string): readonly IdentifierRow[];
  locationsLike(code: string): readonly Location[];
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
  readonly #itemsBySku = new Map<string, readonly Item[]>();
  readonly #itemsLike = new Map<string, readonly Item[]>();
  readonly #identifiers = new Map<string, IdentifierRow>();
  readonly #identifiersLike = new Map<string, readonly IdentifierRow[]>();
  readonly #identifiersByGtin = new Map<string, readonly IdentifierRow[]>();
  readonly #skuNamesLike = new Map<string, readonly IdentifierRow[]>();
  readonly #locations = new Map<string, Location>();
  readonly #locationsByCode = new Map<string, Location>();
  readonly #locationsLike = new Map<string, readonly Location[]>();
  /** Ids of locations by the codes that they had. */
  readonly #formerCodes = new Map<string, string>();

  itemById(id: string): Item | undefined {
    return this.#items.get(id);
  }

  itemsOfSku(sku: string): readonly Item[] {
    this.#assertSku(sku);
    return this.#itemsBySku.get(sku) ?? [];
  }

  itemsLike(sku: string): readonly Item[] {
    this.#assertSku(sku);
    return this.#itemsLike.get(collisionKey(sku)) ?? [];
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
    return formerSkuAmong(this.skuNamesLike(sku), sku, specification);
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
    addTo(this.#itemsBySku, item.sku, item);
    addTo(this.#itemsLike, collisionKey(item.sku), item);
  }

  addIdentifier(row: IdentifierRow): void {
    const key = identifierKey(row.scheme, row.value, row.specification);
    if (this.#identifiers.has(key)) return;
    this.#identifiers.set(key, row);
    addTo(this.#identifiersLike, likeKey(row.scheme, row.value), row);
    const gtin = gtinOf(row);
    if (gtin !== null) addTo(this.#identifiersByGtin, gtin, row);
    if (SKU_SCHEMES.has(row.scheme)) addTo(this.#skuNamesLike, collisionKey(row.value), row);
  }

  addLocation(location: Location): void {
    if (this.#locations.has(location.id)) return;
    this.#locations.set(location.id, location);
    this.#locationsByCode.set(location.code, location);
    addTo(this.#locationsLike, collisionKey(location.code), location);
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

export const formerSkuAmong = (
  names: readonly IdentifierRow[],
  sku: string,
  specification: string,
): IdentifierRow | undefined =>
  names.find((row) => row.scheme === FORMER_SKU && row.value === sku && row.specification === specification);

function addTo<Row>(lists: Map<string, readonly Row[]>, key: string, row: Row): void {
  lists.set(key, [...(lists.get(key) ?? []), row]);
}

/** A catalogue in which one identifier means another item than it has it for. */
export class ReinterpretedCatalogue implements Catalogue {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly row: IdentifierRow,
  ) {}

  itemById(id: string): Item | undefined {
    return this.catalogue.itemById(id);
  }

  itemsOfSku(sku: string): readonly Item[] {
    return this.catalogue.itemsOfSku(sku);
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    const { row } = this;
    const key = identifierKey(row.scheme, row.value, row.specification);
    if (identifierKey(scheme, value, specification) === key) return row;
    return this.catalogue.identifier(scheme, value, specification);
  }

  identifiersOfGtin(scheme: string, value: string): readonly IdentifierRow[] {
    return this.catalogue.identifiersOfGtin(scheme, value);
  }

  formerSku(sku: string, specification: string): IdentifierRow | undefined {
    return formerSkuAmong([this.row], sku, specification) ?? this.catalogue.formerSku(sku, specification);
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

/** The item of a sku and specification. */
export function itemBySku(catalogue: Catalogue, sku: string, specification: string): Item | undefined {
  return catalogue.itemsOfSku(sku).find((item) => item.specification === specification);
}

function itemBySkuOrFormerSku(catalogue: Catalogue, sku: string, specification: string): Item | undefined {
  const item = itemBySku(catalogue, sku, specification);
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
  if (reference.by === 'SKU') return itemBySku(catalogue, reference.sku, specification) === undefined;
  const { scheme, value } = reference;
  const row = catalogue.identifier(scheme, value, specification);
  if (row) return scheme === FORMER_SKU;
  return SKU_SCHEMES.has(scheme) && itemBySku(catalogue, value, specification) === undefined;
}

/** The items that have a barcode, of any scheme, that is the same GTIN. */
export function itemsOfGtin(catalogue: Catalogue, scheme: string, value: string): Item[] {
  const ids = new Set(catalogue.identifiersOfGtin(scheme, value).map(({ itemId }) => itemId));
  return [...ids].flatMap((id) => catalogue.itemById(id) ?? []);
}

/** The location that a reference means among those known; creates nothing. */
export function findLocation(catalogue: Catalogue, reference: LocationReference): Location | undefined {
  return reference.by === 'ID' ? catalogue.locationById(reference.id) : locationNamed(catalogue, reference.code);
}

/** The location that has a code, or had it before it was renamed. */
export const locationNamed = (catalogue: Catalogue, code: string): Location | undefined =>
  catalogue.locationByCode(code) ?? catalogue.locationByFormerCode(code);
