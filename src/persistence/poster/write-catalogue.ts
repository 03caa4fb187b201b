import { FORMER_SKU, type Item, type Location } from '../../domain/catalogue/catalogue';
import { collisionKey } from '../../domain/catalogue/collision-key';
import { gtinOf } from '../../domain/catalogue/gtin';
import type { IdentifierRow } from '../../domain/catalogue/catalogue-map';
import type { FormerCode, ItemMerger } from '../../domain/ledger/batch-catalogue';
import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { FormerLocationCodeEntity } from '../tables/former-location-code';
import { ItemEntity } from '../tables/item';
import { ItemIdentifierEntity } from '../tables/item-identifier';
import { LocationEntity } from '../tables/location';
import { atPlaces, deleteOf, insertOf, lastOfEach, runFor, same, updateOf, type Values } from './row-statements';
import { lookUp } from '../database/look-up';
import { run, type Session, type Statement } from '../database/statement';

const ITEM: Values<ItemEntity, Item> = {
  itemId: (item) => item.id,
  ...same('sku', 'specification', 'name', 'unitsPerPackage', 'mergedIntoId'),
  archivedAt: (item) => item.archivedAtMs,
  collisionKey: (item) => collisionKey(item.sku),
  specificationKey: (item) => collisionKey(item.specification),
};
const LOCATION: Values<LocationEntity, Location> = {
  locationId: (location) => location.id,
  ...same('code', 'name', 'parentId', 'vendorId'),
  archivedAt: (location) => location.archivedAtMs,
  collisionKey: (location) => collisionKey(location.code),
};
const FORMER_CODE: Values<FormerLocationCodeEntity, FormerCode> = {
  ...same('code', 'locationId'),
  collisionKey: ({ code }) => collisionKey(code),
};
const IDENTIFIER = same('scheme', 'value', 'specification', 'itemId');

const INSERT_ITEMS = insertOf<ItemEntity, Item>('poster_insert_items', ItemEntity, ITEM);
const UPDATE_ITEMS = updateOf<ItemEntity, Item>('poster_update_items', ItemEntity, ITEM);
const INSERT_LOCATIONS = insertOf<LocationEntity, Location>('poster_insert_locations', LocationEntity, LOCATION);
const UPDATE_LOCATIONS = updateOf<LocationEntity, Location>('poster_update_locations', LocationEntity, LOCATION);
const INSERT_FORMER_CODES = insertOf<FormerLocationCodeEntity, FormerCode>(
  'poster_insert_former_codes',
  FormerLocationCodeEntity,
  FORMER_CODE,
);
const DELETE_FORMER_CODES = deleteOf<FormerLocationCodeEntity, FormerCode>(
  'poster_delete_former_codes',
  FormerLocationCodeEntity,
  same('code', 'locationId'),
);
const INSERT_IDENTIFIERS = insertOf<ItemIdentifierEntity, IdentifierRow>(
  'poster_insert_identifiers',
  ItemIdentifierEntity,
  { ...IDENTIFIER, collisionKey: ({ value }) => collisionKey(value), gtin: gtinOf },
);
const DELETE_IDENTIFIERS = deleteOf<ItemIdentifierEntity, IdentifierRow>(
  'poster_delete_identifiers',
  ItemIdentifierEntity,
  IDENTIFIER,
);

/**
 * Sends a batch's items, identifiers and locations. Identifiers are deleted first, so that a name can change its item.
 */
export function writeCatalogue(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  return [
    ...runFor(session, INSERT_LOCATIONS, tenantId, writes.newLocations),
    ...runFor(
      session,
      UPDATE_LOCATIONS,
      tenantId,
      lastOfEach(writes.changedLocations, ({ id }) => id),
    ),
    ...runFor(session, INSERT_ITEMS, tenantId, writes.newItems),
    ...runFor(
      session,
      UPDATE_ITEMS,
      tenantId,
      lastOfEach(writes.changedItems, ({ id }) => id),
    ),
    ...runFor(session, DELETE_IDENTIFIERS, tenantId, writes.removedIdentifiers),
    ...runFor(session, INSERT_IDENTIFIERS, tenantId, keptIdentifiers(writes)),
    ...runFor(session, DELETE_FORMER_CODES, tenantId, writes.removedFormerCodes),
    ...runFor(session, INSERT_FORMER_CODES, tenantId, writes.newFormerCodes),
    ...writes.mergedItems.flatMap((merger) => giveNames(session, tenantId, merger)),
  ];
}

const MOVE_IDENTIFIERS: Statement = {
  name: 'poster_move_identifiers',
  text: atPlaces(
    'item_identifier',
    lookUp({ ...{ table: 'item_identifier', alias: 's', columns: 's.ctid AS place' }, key: [['item_id', '$2::uuid']] }),
    'UPDATE SET item_id = $3::uuid',
  ),
};

// The item may have its own sku as an identifier already: then that one was moved.
const ADD_FORMER_SKU: Statement = {
  name: 'poster_add_former_sku',
  text: `INSERT INTO item_identifier (tenant_id, scheme, value, specification, item_id, collision_key)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, scheme, value, specification) DO NOTHING`,
};

/** Gives all names of an item to the one that it is merged into. */
function giveNames(session: Session, tenantId: string, { from, intoId }: ItemMerger): Promise<unknown>[] {
  const { sku, specification } = from;
  return [
    run(session, MOVE_IDENTIFIERS, [tenantId, from.id, intoId]),
    run(session, ADD_FORMER_SKU, [tenantId, FORMER_SKU, sku, specification, intoId, collisionKey(sku)]),
  ];
}

/** Leaves out identifiers that the same batch has added and removed again. */
function keptIdentifiers({ newIdentifiers, removedIdentifiers }: BatchWrites): IdentifierRow[] {
  const removed = new Set(removedIdentifiers);
  return newIdentifiers.filter((row) => !removed.has(row));
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  INSERT_ITEMS,
  UPDATE_ITEMS,
  INSERT_LOCATIONS,
  UPDATE_LOCATIONS,
  INSERT_FORMER_CODES,
  DELETE_FORMER_CODES,
  INSERT_IDENTIFIERS,
  DELETE_IDENTIFIERS,
  MOVE_IDENTIFIERS,
  ADD_FORMER_SKU,
];
