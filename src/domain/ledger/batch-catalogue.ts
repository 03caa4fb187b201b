import type { Journal } from './journal';
import { FORMER_SKU, type Item, type ItemReference, type Location } from '../catalogue/catalogue';
import {
  findItem,
  identifierKey,
  isOtherSkuName,
  likeKey,
  listAt,
  skuKey,
  specificationLikeKey,
  tellsMore,
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
   * Identifiers that came to mean an item after its levels were read, since a posting of this batch has given them. What was planned by such a name may have missed the item's levels. Not journaled: a refusal may rest on it.
   */
  readonly lateMeanings = new Map<string, IdentifierRow>();
  readonly #itemsById = new Map<string, Item>();
  /** By `skuKey`. */
  readonly #itemsBySku = new Map<string, Item>();
  // The lists are those of this batch alone. To copy what was read beside them for each new name would take the square of them.
  readonly #itemsOfSku = new Map<string, Item[]>();
  readonly #itemsLike = new Map<string, Item[]>();
  readonly #specificationsLike = new Map<string, Item[]>();
  readonly #identifiers = new Map<string, IdentifierRow>();
  readonly #identifiersLike = new Map<string, IdentifierRow[]>();
  readonly #identifiersByGtin = new Map<string, IdentifierRow[]>();
  readonly #skuNamesLike = new Map<string, IdentifierRow[]>();
  readonly #locationsById = new Map<string, Location>();
  readonly #locationsByCode = new Map<string, Location>();
  readonly #locationsLike = new Map<string, Location[]>();
  readonly #renamedIds = new Map<string, true>();

  constructor(
    private readonly loaded: NamesInUse,
    private readonly journal: Journal,
  ) {}

  itemById(id: string): Item | undefined {
    return this.#itemsById.get(id) ?? this.loaded.itemById(id);
  }

  itemBySku(sku: string, specification: string): Item | undefined {
    const here = this.#itemsBySku.size > 0 ? this.#itemsBySku.get(skuKey(sku, specification)) : undefined;
    return here ?? this.loaded.itemBySku(sku, specification);
  }

  itemsOfSku(sku: string): Iterable<Item> {
    return withOwn(this.loaded.itemsOfSku(sku), this.#itemsOfSku.get(sku));
  }

  itemsLike(sku: string): Iterable<Item> {
    return withOwn(this.loaded.itemsLike(sku), this.#itemsLike.get(collisionKey(sku)));
  }

  specificationsLike(sku: string, specification: string): Iterable<Item> {
    const own = this.#specificationsLike.get(specificationLikeKey(sku, specification));
    return withOwn(this.loaded.specificationsLike(sku, specification), own);
  }

  skuNamesLike(sku: string): Iterable<IdentifierRow> {
    return withOwn(this.loaded.skuNamesLike(sku), this.#skuNamesLike.get(collisionKey(sku)));
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    const changed = this.#identifiers.size > 0;
    const here = changed ? this.#identifiers.get(identifierKey(scheme, value, specification)) : undefined;
    return here ?? this.loaded.identifier(scheme, value, specification);
  }

  identifiersLike(scheme: string, value: string): Iterable<IdentifierRow> {
    return withOwn(this.loaded.identifiersLike(scheme, value), this.#identifiersLike.get(likeKey(scheme, value)));
  }

  identifiersOfGtin(scheme: string, value: string): Iterable<IdentifierRow> {
    const gtin = this.#identifiersByGtin.size > 0 ? gtinOf({ scheme, value }) : null;
    const loaded = this.loaded.identifiersOfGtin(scheme, value);
    return gtin === null ? loaded : withOwn(loaded, this.#identifiersByGtin.get(gtin));
  }

  formerSku(sku: string, specification: string): IdentifierRow | undefined {
    const here = this.#identifiers.get(identifierKey(FORMER_SKU, sku, specification));
    return here ?? this.loaded.formerSku(sku, specification);
  }

  /** Whether a name has come to mean something else, so that no look-up may follow in this batch. */
  get isOutdated(): boolean {
    return this.#renamedIds.size > 0;
  }

  addItem(item: Item): void {
    const { journal } = this;
    const { sku, specification } = item;
    const [, second] = this.itemsOfSku(sku);
    if (!second) journal.push(listAt(this.#itemsLike, collisionKey(sku)), item);
    journal.set(this.#itemsById, item.id, item);
    journal.set(this.#itemsBySku, skuKey(sku, specification), item);
    journal.push(listAt(this.#itemsOfSku, sku), item);
    journal.push(listAt(this.#specificationsLike, specificationLikeKey(sku, specification)), item);
    journal.push(this.writes.newItems, item);
  }

  /** Changes what is no name of an item. */
  changeItem(item: Item): void {
    this.journal.set(this.#itemsById, item.id, item);
    this.journal.set(this.#itemsBySku, skuKey(item.sku, item.specification), item);
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
    const { journal } = this;
    const { scheme, value, specification } = row;
    if (tellsMore(row, this.identifiersLike(scheme, value))) {
      journal.push(listAt(this.#identifiersLike, likeKey(scheme, value)), row);
    }
    const gtin = gtinOf(row);
    if (gtin !== null) journal.push(listAt(this.#identifiersByGtin, gtin), row);
    if (isOtherSkuName(this, row)) journal.push(listAt(this.#skuNamesLike, collisionKey(value)), row);
    journal.set(this.#identifiers, identifierKey(scheme, value, specification), row);
    journal.push(this.writes.newIdentifiers, row);
  }

  /** Takes an identifier from its item. The batch ends with it. */
  removeIdentifier(row: IdentifierRow): void {
    this.#rename(row.itemId);
    this.journal.push(this.writes.removedIdentifiers, row);
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

  locationsLike(code: string): Iterable<Location> {
    return withOwn(this.loaded.locationsLike(code), this.#locationsLike.get(collisionKey(code)));
  }

  addLocation(location: Location): void {
    this.journal.set(this.#locationsById, location.id, location);
    this.journal.set(this.#locationsByCode, location.code, location);
    this.journal.push(listAt(this.#locationsLike, collisionKey(location.code)), location);
    this.journal.push(this.writes.newLocations, location);
  }

  changeLocation(location: Location): void {
    this.journal.set(this.#locationsById, location.id, location);
    this.journal.set(this.#locationsByCode, location.code, location);
    this.journal.push(this.writes.changedLocations, location);
  }
}

/** What was read, and behind it what this batch has added. */
const withOwn = <Row>(loaded: Iterable<Row>, own: readonly Row[] | undefined): Iterable<Row> =>
  own === undefined || own.length === 0 ? loaded : both(loaded, own);

function* both<Row>(loaded: Iterable<Row>, own: Iterable<Row>): Generator<Row> {
  yield* loaded;
  yield* own;
}
