import type { Journal } from './journal';
import { FORMER_SKU, SKU_SCHEMES, type Item, type ItemReference, type Location } from '../catalogue/catalogue';
import {
  findItem,
  formerSkuAmong,
  identifierKey,
  likeKey,
  type IdentifierRow,
  type NamesInUse,
} from '../catalogue/catalogue-map';
import { collisionKey } from '../catalogue/collision-key';
import { gtinOf } from '../catalogue/gtin';

/** What a batch has to write of the catalogue. */
export interface CatalogueWrites {
  readonly newItems: Item[];
  readonly changedItems: Item[];
  readonly newIdentifiers: IdentifierRow[];
  readonly removedIdentifiers: IdentifierRow[];
  readonly newLocations: Location[];
  readonly changedLocations: Location[];
  /** The location of each code that it had before it was renamed. */
  readonly newFormerCodes: FormerCode[];
  readonly removedFormerCodes: FormerCode[];
  readonly mergedItems: ItemMerger[];
}

/** A code that a location had before it was renamed. */
export interface FormerCode {
  readonly code: string;
  readonly locationId: string;
}

/** An item whose names, its sku included, mean another one from now on. */
export interface ItemMerger {
  readonly from: Item;
  readonly intoId: string;
}

/** The catalogue as the postings of a batch see and change it. */
export class BatchCatalogue implements NamesInUse {
  readonly writes: CatalogueWrites = {
    newItems: [],
    changedItems: [],
    newIdentifiers: [],
    removedIdentifiers: [],
    newLocations: [],
    changedLocations: [],
    newFormerCodes: [],
    removedFormerCodes: [],
    mergedItems: [],
  };
  /**
   * Identifiers that came to mean an item after its levels were read, since a posting of this batch has given or taken
   * them. What was planned by such a name may have missed the item's levels. Not journaled: a refusal may rest on it.
   */
  readonly lateMeanings = new Map<string, IdentifierRow>();
  readonly #itemsById = new Map<string, Item>();
  readonly #itemsBySku = new Map<string, readonly Item[]>();
  readonly #itemsLike = new Map<string, readonly Item[]>();
  /** Null where this batch has removed the identifier. */
  readonly #identifiers = new Map<string, IdentifierRow | null>();
  readonly #identifiersLike = new Map<string, readonly IdentifierRow[]>();
  readonly #identifiersByGtin = new Map<string, readonly IdentifierRow[]>();
  readonly #skuNamesLike = new Map<string, readonly IdentifierRow[]>();
  readonly #locationsById = new Map<string, Location>();
  readonly #locationsByCode = new Map<string, Location>();
  readonly #locationsLike = new Map<string, readonly Location[]>();
  readonly #renamedIds = new Map<string, true>();

  constructor(
    private readonly loaded: NamesInUse,
    private readonly journal: Journal,
  ) {}

  itemById(id: string): Item | undefined {
    return this.#itemsById.get(id) ?? this.loaded.itemById(id);
  }

  itemsOfSku(sku: string): readonly Item[] {
    return this.#itemsBySku.get(sku) ?? this.loaded.itemsOfSku(sku);
  }

  itemsLike(sku: string): readonly Item[] {
    return this.#itemsLike.get(collisionKey(sku)) ?? this.loaded.itemsLike(sku);
  }

  skuNamesLike(sku: string): readonly IdentifierRow[] {
    return this.#skuNamesLike.get(collisionKey(sku)) ?? this.loaded.skuNamesLike(sku);
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    const changed = this.#identifiers.size > 0;
    const here = changed ? this.#identifiers.get(identifierKey(scheme, value, specification)) : undefined;
    return here === undefined ? this.loaded.identifier(scheme, value, specification) : (here ?? undefined);
  }

  identifiersLike(scheme: string, value: string): readonly IdentifierRow[] {
    return this.#identifiersLike.get(likeKey(scheme, value)) ?? this.loaded.identifiersLike(scheme, value);
  }

  identifiersOfGtin(scheme: string, value: string): readonly IdentifierRow[] {
    const gtin = this.#identifiersByGtin.size > 0 ? gtinOf({ scheme, value }) : null;
    const changed = gtin === null ? undefined : this.#identifiersByGtin.get(gtin);
    return changed ?? this.loaded.identifiersOfGtin(scheme, value);
  }

  formerSku(sku: string, specification: string): IdentifierRow | undefined {
    return formerSkuAmong(this.skuNamesLike(sku), sku, specification);
  }

  /** Whether a name has come to mean something else, so that no look-up may follow in this batch. */
  get isOutdated(): boolean {
    return this.#renamedIds.size > 0;
  }

  addItem(item: Item): void {
    this.journal.set(this.#itemsById, item.id, item);
    this.journal.set(this.#itemsBySku, item.sku, [...this.itemsOfSku(item.sku), item]);
    this.journal.set(this.#itemsLike, collisionKey(item.sku), [...this.itemsLike(item.sku), item]);
    this.journal.push(this.writes.newItems, item);
  }

  changeItem(item: Item): void {
    this.journal.set(this.#itemsById, item.id, item);
    const others = this.itemsOfSku(item.sku).filter((other) => other.id !== item.id);
    this.journal.set(this.#itemsBySku, item.sku, [...others, item]);
    this.journal.push(this.writes.changedItems, item);
  }

  /** Changes an item, its sku and specification too. The batch ends with it. */
  replaceItem(item: Item): void {
    this.#rename(item.id);
    this.journal.push(this.writes.changedItems, item);
  }

  /** Gives the names of an item to another one. The batch ends with it. */
  mergeItem(from: Item, intoId: string): void {
    this.#rename(from.id);
    this.journal.push(this.writes.changedItems, from);
    this.journal.push(this.writes.mergedItems, { from, intoId });
  }

  /** Changes a location, its code too. The batch ends with it. */
  replaceLocation(location: Location): void {
    this.#rename(location.id);
    this.journal.push(this.writes.changedLocations, location);
  }

  addFormerCode(row: FormerCode): void {
    this.journal.push(this.writes.newFormerCodes, row);
  }

  /** Takes a former code from its location, so that another one can have it. */
  removeFormerCode(row: FormerCode): void {
    this.#rename(row.locationId);
    this.journal.push(this.writes.removedFormerCodes, row);
  }

  #rename(id: string): void {
    this.journal.set(this.#renamedIds, id, true);
  }

  addIdentifier(row: IdentifierRow): void {
    this.#changeIdentifier(row, row, (rows) => [...rows, row]);
    this.journal.push(this.writes.newIdentifiers, row);
  }

  removeIdentifier(row: IdentifierRow): void {
    this.#changeIdentifier(row, null, (rows) => rows.filter((other) => other !== row));
    this.journal.push(this.writes.removedIdentifiers, row);
  }

  #changeIdentifier(
    { scheme, value, specification }: IdentifierRow,
    row: IdentifierRow | null,
    change: (rows: readonly IdentifierRow[]) => IdentifierRow[],
  ): void {
    const { journal } = this;
    journal.set(this.#identifiersLike, likeKey(scheme, value), change(this.identifiersLike(scheme, value)));
    const gtin = gtinOf({ scheme, value });
    if (gtin !== null) journal.set(this.#identifiersByGtin, gtin, change(this.identifiersOfGtin(scheme, value)));
    if (SKU_SCHEMES.has(scheme)) {
      journal.set(this.#skuNamesLike, collisionKey(value), change(this.skuNamesLike(value)));
    }
    journal.set(this.#identifiers, identifierKey(scheme, value, specification), row);
  }

  /** Notes what a reference was found to mean; see `lateMeanings`. */
  noteMeaning(reference: ItemReference, item: Item): void {
    if (this.#identifiers.size === 0) return;
    // An item that this batch has created has no levels to read.
    if (!this.loaded.itemById(item.id) || findItem(this.loaded, reference)?.id === item.id) return;
    const { specification } = reference;
    const { scheme, value } = reference.by === 'SKU' ? { scheme: FORMER_SKU, value: reference.sku } : reference;
    this.lateMeanings.set(`${identifierKey(scheme, value, specification)}\n${item.id}`, {
      scheme,
      value,
      specification,
      itemId: item.id,
    });
  }

  locationById(id: string): Location | undefined {
    return this.#locationsById.get(id) ?? this.loaded.locationById(id);
  }

  locationByCode(code: string): Location | undefined {
    return this.#locationsByCode.get(code) ?? this.loaded.locationByCode(code);
  }

  locationByFormerCode(code: string): Location | undefined {
    return this.loaded.locationByFormerCode(code);
  }

  locationsLike(code: string): readonly Location[] {
    return this.#locationsLike.get(collisionKey(code)) ?? this.loaded.locationsLike(code);
  }

  addLocation(location: Location): void {
    this.journal.set(this.#locationsById, location.id, location);
    this.journal.set(this.#locationsByCode, location.code, location);
    this.journal.set(this.#locationsLike, collisionKey(location.code), [
      ...this.locationsLike(location.code),
      location,
    ]);
    this.journal.push(this.writes.newLocations, location);
  }

  changeLocation(location: Location): void {
    this.journal.set(this.#locationsById, location.id, location);
    this.journal.set(this.#locationsByCode, location.code, location);
    this.journal.push(this.writes.changedLocations, location);
  }
}
