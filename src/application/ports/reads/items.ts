import type { Item } from '../../../domain/catalogue/catalogue';
import { itemNodeId } from '../../../domain/node-ids';
import type { Page, PageRequest } from './page';

/** An item as clients see it. */
export interface ItemView extends Omit<Item, 'id'> {
  /** The id that clients see. */
  readonly id: string;
  readonly itemId: string;
}

/** An item of the catalogue as clients see it. */
export function itemView({ id: itemId, ...item }: Item): ItemView {
  return { ...item, id: itemNodeId(itemId), itemId };
}

/** Another name of an item. */
export interface ItemIdentifierView {
  readonly itemId: string;
  readonly scheme: string;
  readonly value: string;
  /** The value as a 14-digit GTIN. Null when it is not a valid one. */
  readonly gtin: string | null;
}

/** Most items of one barcode, or names of one group of look-alikes, that are shown. */
export const MAX_TWINS = 50;

/** Items in the order of their sku and specification. */
export interface ItemReads {
  /** By its sku, or one that it had before it was renamed or merged. Undefined when there is no such item. So below. */
  itemBySku(tenantId: string, sku: string, specification: string): Promise<ItemView | undefined>;
  /** By the identifier exactly; else, for a barcode, the one item that has a barcode of the same GTIN. */
  itemByIdentifier(
    tenantId: string,
    scheme: string,
    value: string,
    specification: string,
  ): Promise<ItemView | undefined>;
  /** The items that have a barcode of this 14-digit GTIN, in the order of sku and specification, at most {@link MAX_TWINS}. */
  itemsByGtin(tenantId: string, gtin: string): Promise<readonly ItemView[]>;
  /** In any order; unknown ids are left out. */
  itemsById(tenantId: string, ids: readonly string[]): Promise<readonly ItemView[]>;
  /** In the order of scheme and value. */
  identifiersOfItems(tenantId: string, itemIds: readonly string[]): Promise<readonly ItemIdentifierView[]>;
  /** Sort key: sku, specification. */
  items(tenantId: string, filter: ItemFilter, page: PageRequest): Promise<Page<ItemView>>;
}

interface ItemFilter {
  /** A part of the sku or name, or an identifier's whole value; null: all. */
  readonly search: string | null;
  readonly includeArchived: boolean;
}
