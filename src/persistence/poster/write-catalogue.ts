import type { Item, Location } from '../../domain/catalogue/catalogue';
import { collisionKey } from '../../domain/catalogue/collision-key';
import { gtinOf } from '../../domain/catalogue/gtin';
import type { IdentifierRow } from '../../domain/catalogue/catalogue-map';
import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { ItemEntity } from '../tables/item';
import { ItemIdentifierEntity } from '../tables/item-identifier';
import { LocationEntity } from '../tables/location';
import { deleteOf, insertOf, lastOfEach, runFor, same, updateOf } from './row-statements';
import type { Session } from '../database/statement';

const ITEM = { itemId: (item: Item) => item.id, ...same('name', 'unitsPerPackage') };
const LOCATION = { locationId: (location: Location) => location.id, ...same('name', 'parentId', 'vendorId') };
const IDENTIFIER = same('scheme', 'value', 'specification', 'itemId');

const INSERT_ITEMS = insertOf<ItemEntity, Item>('poster_insert_items', ItemEntity, {
  ...ITEM,
  ...same('sku', 'specification'),
  collisionKey: (item) => collisionKey(item.sku),
  specificationKey: (item) => collisionKey(item.specification),
});
const UPDATE_ITEMS = updateOf<ItemEntity, Item>('poster_update_items', ItemEntity, ITEM);
const INSERT_LOCATIONS = insertOf<LocationEntity, Location>('poster_insert_locations', LocationEntity, {
  ...LOCATION,
  ...same('code'),
  collisionKey: (location) => collisionKey(location.code),
});
const UPDATE_LOCATIONS = updateOf<LocationEntity, Location>('poster_update_locations', LocationEntity, LOCATION);
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
  ];
}

/** Leaves out identifiers that the same batch has added and removed again. */
function keptIdentifiers({ newIdentifiers, removedIdentifiers }: BatchWrites): IdentifierRow[] {
  const removed = new Set(removedIdentifiers);
  return newIdentifiers.filter((row) => !removed.has(row));
}
