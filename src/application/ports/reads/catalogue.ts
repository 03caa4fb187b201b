import type { Item, Location } from '../../../domain/catalogue/catalogue';
import type { Page, PageRequest } from './page';

/** An item, as far as its readers are concerned. */
export type ItemView = Pick<Item, 'id' | 'sku' | 'specification' | 'name' | 'unitsPerPackage'>;

export type LocationView = Pick<Location, 'id' | 'code' | 'name' | 'parentId'>;

/** Another name of an item. */
export interface ItemIdentifierView {
  readonly itemId: string;
  readonly scheme: string;
  readonly value: string;
  /** The value as a 14-digit GTIN, where it is a valid one. */
  readonly gtin: string | null;
}

/** Items in the order of their sku and specification. */
export interface ItemReads {
  /** Undefined where the tenant has no such item; so everywhere below. */
  itemBySku(tenantId: string, sku: string, specification: string): Promise<ItemView | undefined>;
  itemByIdentifier(
    tenantId: string,
    scheme: string,
    value: string,
    specification: string,
  ): Promise<ItemView | undefined>;
  /** In any order; unknown ids are left out. */
  itemsById(tenantId: string, ids: readonly string[]): Promise<readonly ItemView[]>;
  /** In the order of scheme and value. */
  identifiersOfItems(tenantId: string, itemIds: readonly string[]): Promise<readonly ItemIdentifierView[]>;
  /** `search`: a part of the sku or name, or an identifier's whole value. Sort key: sku, specification. */
  items(tenantId: string, search: string | null, page: PageRequest): Promise<Page<ItemView>>;
}

/** Locations in the order of their code. */
export interface LocationReads {
  locationByCode(tenantId: string, code: string): Promise<LocationView | undefined>;
  locationsById(tenantId: string, ids: readonly string[]): Promise<readonly LocationView[]>;
  /** Sort key: code. */
  locations(tenantId: string, page: PageRequest): Promise<Page<LocationView>>;
}
