import type { Item } from '../../../domain/catalogue/catalogue';
import type { Page, PageRequest } from './page';

/** Another name of an item. */
export interface ItemIdentifierView {
  readonly itemId: string;
  readonly scheme: string;
  readonly value: string;
  /** The value as a 14-digit GTIN. Null when it is not a valid one. */
  readonly gtin: string | null;
}

/** Items in the order of their sku and specification. */
export interface ItemReads {
  /** Undefined when the tenant has no such item. So below. */
  itemBySku(tenantId: string, sku: string, specification: string): Promise<Item | undefined>;
  itemByIdentifier(tenantId: string, scheme: string, value: string, specification: string): Promise<Item | undefined>;
  /** In any order; unknown ids are left out. */
  itemsById(tenantId: string, ids: readonly string[]): Promise<readonly Item[]>;
  /** In the order of scheme and value. */
  identifiersOfItems(tenantId: string, itemIds: readonly string[]): Promise<readonly ItemIdentifierView[]>;
  /** `search`: a part of the sku or name, or an identifier's whole value. Sort key: sku, specification. */
  items(tenantId: string, search: string | null, page: PageRequest): Promise<Page<Item>>;
}
