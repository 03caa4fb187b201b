import { SKU_SCHEMES, type ItemReference, type LocationReference } from '../catalogue/catalogue';
import { identifierName } from '../catalogue/catalogue-map';
import type { PostingReads } from './posting-reads';

/** Names of items and locations, each once. */
export interface CatalogueNames {
  /** Also the values of identifiers that mean a sku, or can become one. */
  readonly skus: readonly string[];
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly locationCodes: readonly string[];
  readonly locationIds: readonly string[];
}

/** Every name of an item or location that the plans of these postings look up. */
export function namesOf(postings: readonly { readonly reads: PostingReads }[]): CatalogueNames {
  const skus = new Set<string>();
  const identifiers = new Map<string, { scheme: string; value: string }>();
  const locationCodes = new Set<string>();
  const locationIds = new Set<string>();
  const addIdentifier = (identifier: { scheme: string; value: string }): void => {
    identifiers.set(identifierName(identifier.scheme, identifier.value), identifier);
    if (SKU_SCHEMES.has(identifier.scheme)) skus.add(identifier.value);
  };
  const addItem = (item: ItemReference): void => {
    skus.add(item.by === 'SKU' ? item.sku : item.value);
    if (item.by === 'IDENTIFIER') addIdentifier(item);
  };
  const addLocation = (location: LocationReference): void => {
    if (location.by === 'ID') locationIds.add(location.id);
    else locationCodes.add(location.code);
    if (location.by === 'CODE' && location.whenUnknown === 'CREATE' && location.parentCode !== null) {
      locationCodes.add(location.parentCode);
    }
  };
  for (const { reads } of postings) {
    for (const key of reads.keys) {
      addItem(key.item);
      addLocation(key.location);
    }
    reads.items?.forEach(addItem);
    reads.holders?.items?.forEach(addItem);
    for (const item of reads.wholeItems ?? []) if (item.by !== 'ID') addItem(item);
    for (const { item, locations } of reads.saleable ?? []) {
      addItem(item);
      locations?.forEach(addLocation);
    }
    reads.locations?.forEach(addLocation);
    reads.holders?.locations?.forEach(addLocation);
    reads.identifiers?.forEach(addIdentifier);
  }
  return {
    skus: [...skus],
    identifiers: [...identifiers.values()],
    locationCodes: [...locationCodes],
    locationIds: [...locationIds],
  };
}
