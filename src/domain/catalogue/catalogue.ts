/** Items, their other names, and locations. */

export interface Item {
  readonly id: string;
  readonly sku: string;
  /** Empty for an item without variants. */
  readonly specification: string;
  readonly name: string | null;
  /** How many single units a package of this item holds; null where unknown. */
  readonly unitsPerPackage: number | null;
  /** Our clock, epoch milliseconds; null while it is in use. An archived item is out of lists and offers. */
  readonly archivedAtMs: number | null;
  /** The item that has its names and its stock since they were merged. */
  readonly mergedIntoId: string | null;
}

/** What a new item has where nothing else is said. */
export const NEW_ITEM = { name: null, unitsPerPackage: null, archivedAtMs: null, mergedIntoId: null } as const;

export interface Location {
  readonly id: string;
  readonly code: string;
  readonly name: string | null;
  readonly parentId: string | null;
  /** The integer by which vendor forms know it, counted per tenant; null until one asks. */
  readonly vendorId: number | null;
  /** Our clock, epoch milliseconds; null while it is in use. An archived location is out of lists and offers. */
  readonly archivedAtMs: number | null;
}

/** The scheme of the skus that an item had before it was renamed, and of the items that were merged into it. */
export const FORMER_SKU = 'SKU';

/**
 * The schemes that Stockbridge's own formats use; a client may use others. Where a scheme means a sku, its value falls
 * back to an item of that sku, and the item's specification is part of the name. A barcode never does.
 */
export const SKU_SCHEMES: ReadonlySet<string> = new Set([
  'WINIT_MERCHANDISE',
  'CHANNEL_SKU',
  'CLIENT_SKU',
  'PRODUCT_CODE',
  FORMER_SKU,
]);

export interface ItemIdentifier {
  readonly scheme: string;
  readonly value: string;
}

/** How a posting names an item. */
export type ItemReference =
  { readonly by: 'SKU'; readonly sku: string; readonly specification: string } | IdentifierReference;

/** How a person names an item that is there: by its id too, which a merged item keeps. */
export type ItemName = ItemReference | { readonly by: 'ID'; readonly id: string };

/** An item named by an identifier. */
export interface IdentifierReference {
  readonly by: 'IDENTIFIER';
  readonly scheme: string;
  readonly value: string;
  readonly specification: string;
  /** Further identifiers that the source gives for the same item; they are added where they are unknown. */
  readonly alsoKnownAs: readonly ItemIdentifier[];
  readonly whenUnknown: WhenItemUnknown;
}

/** Whether a message may create an item; with `CREATE_ON_RECEIPT` only where it brings units in. */
export type WhenItemUnknown = 'CREATE' | 'CREATE_ON_RECEIPT' | 'REFUSE';

/** How a posting names a location. */
export type LocationReference =
  | { readonly by: 'ID'; readonly id: string }
  | { readonly by: 'CODE'; readonly code: string; readonly whenUnknown: 'REFUSE' }
  | {
      readonly by: 'CODE';
      readonly code: string;
      readonly whenUnknown: 'CREATE';
      /** Code of the parent of a location that a message creates. */
      readonly parentCode: string | null;
    };

/**
 * The specification under which an identifier is kept: identifiers of a scheme that means a sku name one specification
 * of it; all others (barcodes, serial numbers) are unique by themselves.
 */
export function identifierSpecification(scheme: string, specification: string): string {
  return SKU_SCHEMES.has(scheme) ? specification : '';
}
