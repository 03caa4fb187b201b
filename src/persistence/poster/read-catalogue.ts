import type { Item, ItemReference, Location, LocationReference } from '../../domain/catalogue/catalogue';
import { CatalogueMap, identifierName, type IdentifierRow } from '../../domain/catalogue/catalogue-map';
import type { Posting } from '../../domain/ledger/posting';
import { ItemEntity } from '../tables/item';
import { ItemIdentifierEntity } from '../tables/item-identifier';
import { LocationEntity } from '../tables/location';
import { selectList } from '../tables/derived';
import { run, type Session, type Statement } from './statement';

/** Names remembered before the cache starts over: bounds its memory, not its use. */
const MAX_CACHED_NAMES = 200_000;

/**
 * What a lane has read of its tenant's catalogue, good as long as the head's catalogue revision is the one it was read
 * at. Knows which names it has asked for, so that one which does not exist is not asked for again.
 */
export class CatalogueCache {
  readonly map = new CatalogueMap();

  constructor(readonly revision: number) {}

  get isFull(): boolean {
    return Object.values(this.map.asked).reduce((sum, { size }) => sum + size, 0) > MAX_CACHED_NAMES;
  }

  /** The names among those given that have not been read yet. */
  missing(names: CatalogueNames): CatalogueNames {
    const { asked } = this.map;
    return {
      skus: names.skus.filter((sku) => !asked.skus.has(sku)),
      identifiers: names.identifiers.filter(
        (identifier) => !asked.identifiers.has(identifierName(identifier.scheme, identifier.value)),
      ),
      locationCodes: names.locationCodes.filter((code) => !asked.locationCodes.has(code)),
      locationIds: names.locationIds.filter((id) => !asked.locationIds.has(id)),
    };
  }

  /** Whether every name has been read. */
  covers(names: CatalogueNames): boolean {
    return Object.values(this.missing(names)).every((list: readonly unknown[]) => list.length === 0);
  }

  /** Notes that these names have been read into the map, as far as there is anything of that name. */
  noteRead(names: CatalogueNames): void {
    const { asked } = this.map;
    for (const sku of names.skus) asked.skus.add(sku);
    for (const { scheme, value } of names.identifiers) asked.identifiers.add(identifierName(scheme, value));
    for (const code of names.locationCodes) asked.locationCodes.add(code);
    for (const id of names.locationIds) asked.locationIds.add(id);
  }
}

export interface CatalogueNames {
  readonly skus: readonly string[];
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly locationCodes: readonly string[];
  readonly locationIds: readonly string[];
}

/** Every name by which the postings speak of items and locations. */
export function namesOf(postings: readonly Posting<unknown>[]): CatalogueNames {
  const skus = new Set<string>();
  const identifiers = new Map<string, { scheme: string; value: string }>();
  const locationCodes = new Set<string>();
  const locationIds = new Set<string>();
  const addIdentifier = (identifier: { scheme: string; value: string }): void => {
    identifiers.set(identifierName(identifier.scheme, identifier.value), identifier);
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
    reads.locations?.forEach(addLocation);
    reads.identifiers?.forEach(addIdentifier);
  }
  return {
    skus: [...skus],
    identifiers: [...identifiers.values()],
    locationCodes: [...locationCodes],
    locationIds: [...locationIds],
  };
}

const AS_ID = { as: { itemId: 'id' } } as const;

const READ_ITEMS: Statement = {
  name: 'poster_items',
  text: `SELECT ${selectList(ItemEntity, 'i', AS_ID)} FROM unnest($2::text[]) AS asked (sku) JOIN item i ON i.tenant_id = $1 AND i.sku = asked.sku`,
};

const READ_IDENTIFIERS: Statement = {
  name: 'poster_identifiers',
  text: `SELECT ${selectList(ItemIdentifierEntity, 'n', { as: { specification: 'identifierSpecification' } })},
      ${selectList(ItemEntity, 'i', AS_ID)}
    FROM unnest($2::text[], $3::text[]) AS asked (scheme, value)
    JOIN item_identifier n ON n.tenant_id = $1 AND n.scheme = asked.scheme AND n.value = asked.value
    JOIN item i ON i.tenant_id = $1 AND i.item_id = n.item_id`,
};

const locationColumns = (alias: string): string => selectList(LocationEntity, alias, { as: { locationId: 'id' } });

// With the ancestors, so that a parent can be checked against going round in a circle.
const READ_LOCATIONS: Statement = {
  name: 'poster_locations',
  text: `WITH RECURSIVE found AS (
      SELECT ${locationColumns('l')} FROM location l
        WHERE l.tenant_id = $1 AND (l.code = ANY ($2::text[]) OR l.location_id = ANY ($3::uuid[]))
      UNION
      SELECT ${locationColumns('p')} FROM location p JOIN found ON p.tenant_id = $1 AND p.location_id = found."parentId"
    )
    SELECT * FROM found`,
};

/** Reads the names that the cache does not know yet into it. */
export async function readCatalogue(
  session: Session,
  tenantId: string,
  cache: CatalogueCache,
  names: CatalogueNames,
): Promise<void> {
  const missing = cache.missing(names);
  const { skus, identifiers, locationCodes, locationIds } = missing;
  const reads: Promise<void>[] = [];
  if (skus.length > 0) reads.push(readItems(session, tenantId, cache.map, skus));
  if (identifiers.length > 0) reads.push(readIdentifiers(session, tenantId, cache.map, identifiers));
  if (locationCodes.length + locationIds.length > 0) {
    reads.push(readLocations(session, tenantId, cache.map, locationCodes, locationIds));
  }
  await Promise.all(reads);
  cache.noteRead(missing);
}

async function readItems(
  session: Session,
  tenantId: string,
  map: CatalogueMap,
  skus: readonly string[],
): Promise<void> {
  const { rows } = await run<Item & Record<string, unknown>>(session, READ_ITEMS, [tenantId, skus]);
  for (const item of rows) map.addItem(item);
}

async function readLocations(
  session: Session,
  tenantId: string,
  map: CatalogueMap,
  codes: readonly string[],
  ids: readonly string[],
): Promise<void> {
  const { rows } = await run<Location & Record<string, unknown>>(session, READ_LOCATIONS, [tenantId, codes, ids]);
  for (const location of rows) map.addLocation(location);
}

type IdentifiedItem = Item & Omit<IdentifierRow, 'specification'> & { readonly identifierSpecification: string };

async function readIdentifiers(
  session: Session,
  tenantId: string,
  map: CatalogueMap,
  identifiers: CatalogueNames['identifiers'],
): Promise<void> {
  const { rows } = await run<IdentifiedItem & Record<string, unknown>>(session, READ_IDENTIFIERS, [
    tenantId,
    identifiers.map(({ scheme }) => scheme),
    identifiers.map(({ value }) => value),
  ]);
  for (const { scheme, value, identifierSpecification: specification, itemId, ...item } of rows) {
    map.addItem(item);
    map.addIdentifier({ scheme, value, specification, itemId });
  }
}
