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
import { lookUp, lookUpEach, type LookUp } from '../database/look-up';
import { run, type Session, type Statement } from '../database/statement';

/** Names kept before the cache starts empty again, which bounds its memory. */
const MAX_CACHED_NAMES = 200_000;

/**
 * The part of a tenant's catalogue that its lane has read. It is valid as long as the head's catalogue revision stays
 * the same. It keeps the names it has asked for, so that a name that does not exist is not looked up again.
 */
export class CatalogueCache {
  readonly map = new CatalogueMap();

  /** A new cache may be filled before its revision is known. */
  constructor(private revision?: number) {}

  /**
   * Whether it is valid at the catalogue revision of a locked head. One that has no revision yet takes this one: it was
   * filled under that lock.
   */
  isOf(revision: number): boolean {
    this.revision ??= revision;
    return this.revision === revision;
  }

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
  text: lookUpEach('unnest($2::text[]) AS asked (key)', {
    ...{ table: 'item', alias: 'i', columns: ITEM_COLUMNS, key: [['collision_key', 'asked.key']] },
    also: 'i.merged_into_id IS NULL',
  }),
};

const IDENTIFIERS = { table: 'item_identifier', alias: 'n', columns: 'n.*' } as const;
const BY_KEY: LookUp['key'] = [['collision_key', 'asked.key']];
const ITEM_OF: LookUp = { table: 'item', alias: 'i', columns: 'i.*', key: [['item_id', 'n.item_id']] };

const READ_IDENTIFIERS: Statement = {
  name: 'poster_identifiers',
  text: `WITH n AS (
      (${lookUpEach('unnest($2::text[], $3::text[]) AS asked (scheme, key)', {
        ...{ ...IDENTIFIERS, key: BY_KEY, also: 'n.scheme = asked.scheme' },
      })})
      UNION
      (${lookUpEach('unnest($4::text[]) AS asked (gtin)', { ...IDENTIFIERS, key: [['gtin', 'asked.gtin']] })})
      UNION
      (${lookUpEach('unnest($5::text[]) AS asked (key)', {
        ...{ ...IDENTIFIERS, key: BY_KEY, also: 'n.scheme = ANY ($6::text[])' },
      })})
    )
    SELECT ${selectPlain(ItemIdentifierEntity, 'n', {
      only: ['scheme', 'value', 'specification', 'itemId'],
      as: { specification: 'identifierSpecification' },
    })},
      ${ITEM_COLUMNS}
    FROM n CROSS JOIN LATERAL (${lookUp(ITEM_OF)}) i`,
};

// With all ancestors, so that a new parent can be checked for a cycle.
const LOCATIONS = {
  table: 'location',
  alias: 'l',
  columns: selectPlain(LocationEntity, 'l', LOCATION_COLUMNS),
} as const;
const ASKED_KEYS = 'unnest($2::text[]) AS asked (key)';
const FORMER_CODES = { table: 'former_location_code', alias: 'f', key: BY_KEY } as const;
const FORMER_LOCATIONS = lookUpEach(ASKED_KEYS, { ...FORMER_CODES, columns: 'f.location_id' });

const READ_LOCATIONS: Statement = {
  name: 'poster_locations',
  text: `WITH RECURSIVE found AS (
      (${lookUpEach(ASKED_KEYS, { ...LOCATIONS, key: BY_KEY })})
      UNION
      (${lookUpEach(`(SELECT unnest($3::uuid[]) UNION ${FORMER_LOCATIONS}) AS asked (id)`, {
        ...LOCATIONS,
        key: [['location_id', 'asked.id']],
      })})
      UNION
      SELECT parent.* FROM found CROSS JOIN LATERAL (${lookUp({
        ...LOCATIONS,
        key: [['location_id', 'found."parentId"']],
      })}) parent
    )
    SELECT * FROM found`,
};

const READ_FORMER_CODES: Statement = {
  name: 'poster_former_codes',
  text: lookUpEach(ASKED_KEYS, {
    ...FORMER_CODES,
    columns: selectPlain(FormerLocationCodeEntity, 'f', { only: ['code', 'locationId'] }),
  }),
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
  text: lookUpEach('unnest($2::uuid[]) AS asked (item_id)', {
    ...{ table: 'item', alias: 'i', columns: ITEM_COLUMNS, key: [['item_id', 'asked.item_id']] },
  }),
};

/** Items by their ids, merged ones too. */
export async function readItemsById(session: Session, tenantId: string, ids: readonly string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  const { rows } = await run<ItemColumns>(session, READ_ITEMS_BY_ID, [tenantId, ids]);
  return rows.map(({ itemId: id, ...item }) => ({ id, ...item }));
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  READ_ITEMS,
  READ_IDENTIFIERS,
  READ_LOCATIONS,
  READ_FORMER_CODES,
  READ_ITEMS_BY_ID,
];
