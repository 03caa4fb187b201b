import { SKU_SCHEMES, type Item } from '../../domain/catalogue/catalogue';
import { CatalogueMap, identifierName } from '../../domain/catalogue/catalogue-map';
import { collisionKey } from '../../domain/catalogue/collision-key';
import { gtinOf } from '../../domain/catalogue/gtin';
import type { CatalogueNames } from '../../domain/ledger/asked-names';
import type { FormerCode } from '../../domain/ledger/batch-catalogue';
import { FormerLocationCodeEntity } from '../tables/former-location-code';
import { ItemEntity } from '../tables/item';
import { ItemIdentifierEntity } from '../tables/item-identifier';
import { LocationEntity } from '../tables/location';
import { selectPlain, type PlainRow } from '../tables/derived';
import { run, type Session, type Statement } from '../database/statement';

/** Names kept before the cache starts empty again, which bounds its memory. */
const MAX_CACHED_NAMES = 200_000;

/**
 * The part of a tenant's catalogue that its lane has read. It is valid as long as the head's catalogue revision stays
 * the same. It keeps the names it has asked for, so that a name that does not exist is not looked up again.
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

  /** Marks these names as read, whether they exist or not. */
  noteRead(names: CatalogueNames): void {
    const { asked } = this.map;
    for (const sku of names.skus) asked.skus.add(sku);
    for (const { scheme, value } of names.identifiers) asked.identifiers.add(identifierName(scheme, value));
    for (const code of names.locationCodes) asked.locationCodes.add(code);
    for (const id of names.locationIds) asked.locationIds.add(id);
  }
}

const ITEM_COLUMNS = selectPlain(ItemEntity, 'i', {
  only: ['itemId', 'sku', 'specification', 'name', 'unitsPerPackage', 'archivedAt', 'mergedIntoId'],
});
const LOCATION_COLUMNS = { only: ['locationId', 'code', 'name', 'parentId', 'vendorId', 'archivedAt'] } as const;

type ItemColumns = Omit<PlainRow<ItemEntity>, 'collisionKey' | 'specificationKey'>;

// By the collision keys of the asked names, so that what a new name could be mistaken for is read with it. The sku of a
// merged item is an identifier of the one that it was merged into.
const READ_ITEMS: Statement = {
  name: 'poster_items',
  text: `SELECT ${ITEM_COLUMNS} FROM unnest($2::text[]) AS asked (key)
    JOIN item i ON i.tenant_id = $1 AND i.collision_key = asked.key AND i.merged_into_id IS NULL`,
};

const READ_IDENTIFIERS: Statement = {
  name: 'poster_identifiers',
  text: `WITH found AS (
      SELECT n.* FROM unnest($2::text[], $3::text[]) AS asked (scheme, key)
        JOIN item_identifier n ON n.tenant_id = $1 AND n.collision_key = asked.key AND n.scheme = asked.scheme
      UNION
      SELECT n.* FROM unnest($4::text[]) AS asked (gtin)
        JOIN item_identifier n ON n.tenant_id = $1 AND n.gtin = asked.gtin
      UNION
      SELECT n.* FROM unnest($5::text[]) AS asked (key)
        JOIN item_identifier n ON n.tenant_id = $1 AND n.collision_key = asked.key AND n.scheme = ANY ($6::text[])
    )
    SELECT ${selectPlain(ItemIdentifierEntity, 'n', {
      only: ['scheme', 'value', 'specification', 'itemId'],
      as: { specification: 'identifierSpecification' },
    })},
      ${ITEM_COLUMNS}
    FROM found n JOIN item i ON i.tenant_id = $1 AND i.item_id = n.item_id`,
};

// With all ancestors, so that a new parent can be checked for a cycle.
const READ_LOCATIONS: Statement = {
  name: 'poster_locations',
  text: `WITH RECURSIVE found AS (
      SELECT ${selectPlain(LocationEntity, 'l', LOCATION_COLUMNS)} FROM location l
        WHERE l.tenant_id = $1 AND (l.collision_key = ANY ($2::text[]) OR l.location_id = ANY ($3::uuid[])
          OR l.location_id IN (SELECT f.location_id FROM former_location_code f
            WHERE f.tenant_id = $1 AND f.collision_key = ANY ($2::text[])))
      UNION
      SELECT ${selectPlain(LocationEntity, 'p', LOCATION_COLUMNS)} FROM location p
        JOIN found ON p.tenant_id = $1 AND p.location_id = found."parentId"
    )
    SELECT * FROM found`,
};

const READ_FORMER_CODES: Statement = {
  name: 'poster_former_codes',
  text: `SELECT ${selectPlain(FormerLocationCodeEntity, 'f', { only: ['code', 'locationId'] })} FROM former_location_code f
    WHERE f.tenant_id = $1 AND f.collision_key = ANY ($2::text[])`,
};

/** Reads the names that the cache does not have yet into it. */
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
  if (identifiers.length + skus.length > 0) reads.push(readIdentifiers(session, tenantId, cache.map, missing));
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
  const { rows } = await run<ItemColumns>(session, READ_ITEMS, [tenantId, keysOf(skus)]);
  for (const { itemId: id, ...item } of rows) map.addItem({ id, ...item });
}

async function readLocations(
  session: Session,
  tenantId: string,
  map: CatalogueMap,
  codes: readonly string[],
  ids: readonly string[],
): Promise<void> {
  const keys = keysOf(codes);
  const [locations, formerCodes] = await Promise.all([
    run<Omit<PlainRow<LocationEntity>, 'collisionKey'>>(session, READ_LOCATIONS, [tenantId, keys, ids]),
    run<FormerCode>(session, READ_FORMER_CODES, [tenantId, keys]),
  ]);
  for (const { locationId: id, ...location } of locations.rows) map.addLocation({ id, ...location });
  for (const { code, locationId } of formerCodes.rows) map.addFormerCode(code, locationId);
}

/** An identifier and its item. The id of the item is the same in both. */
type IdentifiedItem = ItemColumns &
  Pick<PlainRow<ItemIdentifierEntity>, 'scheme' | 'value'> & { readonly identifierSpecification: string };

async function readIdentifiers(
  session: Session,
  tenantId: string,
  map: CatalogueMap,
  { identifiers, skus }: CatalogueNames,
): Promise<void> {
  const { rows } = await run<IdentifiedItem>(session, READ_IDENTIFIERS, [
    tenantId,
    identifiers.map(({ scheme }) => scheme),
    identifiers.map(({ value }) => collisionKey(value)),
    [...new Set(identifiers.flatMap((identifier) => gtinOf(identifier) ?? []))],
    keysOf(skus),
    [...SKU_SCHEMES],
  ]);
  for (const { scheme, value, identifierSpecification: specification, itemId, ...item } of rows) {
    map.addItem({ id: itemId, ...item });
    map.addIdentifier({ scheme, value, specification, itemId });
  }
}

const keysOf = (names: readonly string[]): string[] => [...new Set(names.map(collisionKey))];

const READ_ITEMS_BY_ID: Statement = {
  name: 'poster_items_by_id',
  text: `SELECT ${ITEM_COLUMNS} FROM item i WHERE i.tenant_id = $1 AND i.item_id = ANY ($2::uuid[])`,
};

/** Items by their ids, merged ones too. */
export async function readItemsById(session: Session, tenantId: string, ids: readonly string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  const { rows } = await run<ItemColumns>(session, READ_ITEMS_BY_ID, [tenantId, ids]);
  return rows.map(({ itemId: id, ...item }) => ({ id, ...item }));
}
