import type { Journal } from './journal';
import type { IdentifierReference, Item, Location } from '../catalogue/catalogue';
import { findItem, identifierKey, type Catalogue, type IdentifierRow } from '../catalogue/catalogue-map';

/** What a batch has to write of the catalogue. */
export interface CatalogueWrites {
  readonly newItems: Item[];
  readonly changedItems: Item[];
  readonly newIdentifiers: IdentifierRow[];
  readonly removedIdentifiers: IdentifierRow[];
  readonly newLocations: Location[];
  readonly changedLocations: Location[];
}

/** The catalogue as the postings of a batch see and change it. */
export class BatchCatalogue implements Catalogue {
  readonly writes: CatalogueWrites = {
    newItems: [],
    changedItems: [],
    newIdentifiers: [],
    removedIdentifiers: [],
    newLocations: [],
    changedLocations: [],
  };
  /**
   * Identifiers that came to mean an item after its levels were read, since a posting of this batch has given or taken
   * them. What was planned by such a name may have missed the item's levels. Not journaled: a refusal may rest on it.
   */
  readonly lateMeanings = new Map<string, IdentifierRow>();
  readonly #itemsById = new Map<string, Item>();
  readonly #itemsBySku = new Map<string, readonly Item[]>();
  /** Null where this batch has removed the identifier. */
  readonly #identifiers = new Map<string, IdentifierRow | null>();
  readonly #locationsById = new Map<string, Location>();
  readonly #locationsByCode = new Map<string, Location>();

  constructor(
    private readonly loaded: Catalogue,
    private readonly journal: Journal,
  ) {}

  itemById(id: string): Item | undefined {
    return this.#itemsById.get(id) ?? this.loaded.itemById(id);
  }

  itemsOfSku(sku: string): readonly Item[] {
    return this.#itemsBySku.get(sku) ?? this.loaded.itemsOfSku(sku);
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    const changed = this.#identifiers.size > 0;
    const here = changed ? this.#identifiers.get(identifierKey(scheme, value, specification)) : undefined;
    return here === undefined ? this.loaded.identifier(scheme, value, specification) : (here ?? undefined);
  }

  addItem(item: Item): void {
    this.journal.set(this.#itemsById, item.id, item);
    this.journal.set(this.#itemsBySku, item.sku, [...this.itemsOfSku(item.sku), item]);
    this.journal.push(this.writes.newItems, item);
  }

  changeItem(item: Item): void {
    this.journal.set(this.#itemsById, item.id, item);
    const others = this.itemsOfSku(item.sku).filter((other) => other.id !== item.id);
    this.journal.set(this.#itemsBySku, item.sku, [...others, item]);
    this.journal.push(this.writes.changedItems, item);
  }

  addIdentifier(row: IdentifierRow): void {
    this.journal.set(this.#identifiers, identifierKey(row.scheme, row.value, row.specification), row);
    this.journal.push(this.writes.newIdentifiers, row);
  }

  removeIdentifier(row: IdentifierRow): void {
    this.journal.set(this.#identifiers, identifierKey(row.scheme, row.value, row.specification), null);
    this.journal.push(this.writes.removedIdentifiers, row);
  }

  /** Notes what a reference was found to mean; see `lateMeanings`. */
  noteMeaning(reference: IdentifierReference, item: Item): void {
    if (this.#identifiers.size === 0) return;
    // An item that this batch has created has no levels to read.
    if (!this.loaded.itemById(item.id) || findItem(this.loaded, reference)?.id === item.id) return;
    const { scheme, value, specification } = reference;
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

  addLocation(location: Location): void {
    this.journal.set(this.#locationsById, location.id, location);
    this.journal.set(this.#locationsByCode, location.code, location);
    this.journal.push(this.writes.newLocations, location);
  }

  changeLocation(location: Location): void {
    this.journal.set(this.#locationsById, location.id, location);
    this.journal.set(this.#locationsByCode, location.code, location);
    this.journal.push(this.writes.changedLocations, location);
  }
}
