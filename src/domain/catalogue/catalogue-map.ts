import {
  identifierSpecification,
  SKU_SCHEMES,
  type Item,
  type ItemReference,
  type Location,
  type LocationReference,
} from './catalogue';
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
  locationById(id: string): Location | undefined;
  locationByCode(code: string): Location | undefined;
}

/** What has been read of a tenant's items and locations. */
export class CatalogueMap implements Catalogue {
  /** The names that were read, whether or not anything has them; identifiers by `identifierName`. */
  readonly asked = {
    skus: new Set<string>(),
    identifiers: new Set<string>(),
    locationCodes: new Set<string>(),
    locationIds: new Set<string>(),
  };
  readonly items = new Map<string, Item>();
  readonly itemsBySku = new Map<string, readonly Item[]>();
  readonly identifiers = new Map<string, IdentifierRow>();
  readonly locations = new Map<string, Location>();
  readonly locationsByCode = new Map<string, Location>();

  itemById(id: string): Item | undefined {
    return this.items.get(id);
  }

  itemsOfSku(sku: string): readonly Item[] {
    if (!this.asked.skus.has(sku)) throw notAskedFor(`the items of sku ${sku}`);
    return this.itemsBySku.get(sku) ?? [];
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    if (!this.asked.identifiers.has(identifierName(scheme, value))) {
      throw notAskedFor(`the identifier ${scheme} ${value}`);
    }
    return this.identifiers.get(identifierKey(scheme, value, specification));
  }

  locationById(id: string): Location | undefined {
    return this.locations.get(id);
  }

  locationByCode(code: string): Location | undefined {
    if (!this.asked.locationCodes.has(code)) throw notAskedFor(`location ${code}`);
    return this.locationsByCode.get(code);
  }

  addItem(item: Item): void {
    if (this.items.has(item.id)) return;
    this.items.set(item.id, item);
    this.itemsBySku.set(item.sku, [...(this.itemsBySku.get(item.sku) ?? []), item]);
  }

  addIdentifier(row: IdentifierRow): void {
    this.identifiers.set(identifierKey(row.scheme, row.value, row.specification), row);
  }

  addLocation(location: Location): void {
    this.locations.set(location.id, location);
    this.locationsByCode.set(location.code, location);
  }
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

  locationById(id: string): Location | undefined {
    return this.catalogue.locationById(id);
  }

  locationByCode(code: string): Location | undefined {
    return this.catalogue.locationByCode(code);
  }
}

/** An identifier as one text, whatever its specification. NUL joins the parts: no text that was taken in contains it. */
export const identifierName = (scheme: string, value: string): string => `${scheme}\0${value}`;

/** The key of an identifier in a map. */
export function identifierKey(scheme: string, value: string, specification: string): string {
  return `${identifierName(scheme, value)}\0${identifierSpecification(scheme, specification)}`;
}

/** The item of a sku and specification. */
export function itemBySku(catalogue: Catalogue, sku: string, specification: string): Item | undefined {
  return catalogue.itemsOfSku(sku).find((item) => item.specification === specification);
}

/** The item that a reference means among those known; creates nothing. */
export function findItem(catalogue: Catalogue, reference: ItemReference): Item | undefined {
  if (reference.by === 'SKU') return itemBySku(catalogue, reference.sku, reference.specification);
  const { scheme, value, specification } = reference;
  const row = catalogue.identifier(scheme, value, specification);
  if (row) return catalogue.itemById(row.itemId);
  return SKU_SCHEMES.has(scheme) ? itemBySku(catalogue, value, specification) : undefined;
}

/** The location that a reference means among those known; creates nothing. */
export function findLocation(catalogue: Catalogue, reference: LocationReference): Location | undefined {
  return reference.by === 'ID' ? catalogue.locationById(reference.id) : catalogue.locationByCode(reference.code);
}
