import type { Item, Location } from '../../domain/catalogue/catalogue';
import type { IdentifierRow } from '../../domain/catalogue/catalogue-map';
import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { columns, run, type Session, type Statement } from './statement';

const INSERT_ITEMS: Statement = {
  name: 'poster_insert_items',
  text: `INSERT INTO item (tenant_id, item_id, sku, specification, name, units_per_package)
    SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[])`,
};

const UPDATE_ITEMS: Statement = {
  name: 'poster_update_items',
  text: `UPDATE item i SET name = next.name, units_per_package = next.units_per_package
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[])
      AS next (item_id, sku, specification, name, units_per_package)
    WHERE i.tenant_id = $1 AND i.item_id = next.item_id`,
};

const INSERT_IDENTIFIERS: Statement = {
  name: 'poster_insert_identifiers',
  text: `INSERT INTO item_identifier (tenant_id, scheme, value, specification, item_id)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::uuid[])`,
};

const DELETE_IDENTIFIERS: Statement = {
  name: 'poster_delete_identifiers',
  text: `DELETE FROM item_identifier i
    USING unnest($2::text[], $3::text[], $4::text[], $5::uuid[]) AS gone (scheme, value, specification, item_id)
    WHERE i.tenant_id = $1 AND i.scheme = gone.scheme AND i.value = gone.value
      AND i.specification = gone.specification AND i.item_id = gone.item_id`,
};

const INSERT_LOCATIONS: Statement = {
  name: 'poster_insert_locations',
  text: `INSERT INTO location (tenant_id, location_id, code, name, parent_id, vendor_id)
    SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bigint[])`,
};

const UPDATE_LOCATIONS: Statement = {
  name: 'poster_update_locations',
  text: `UPDATE location l SET name = next.name, parent_id = next.parent_id, vendor_id = next.vendor_id
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bigint[])
      AS next (location_id, code, name, parent_id, vendor_id)
    WHERE l.tenant_id = $1 AND l.location_id = next.location_id`,
};

/** Sends what a batch does to items, identifiers and locations: removals first, so that a name can move on. */
export function writeCatalogue(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const statements: [Statement, unknown[][]][] = [
    [INSERT_LOCATIONS, locationColumns(writes.newLocations)],
    [UPDATE_LOCATIONS, locationColumns(lastOfEach(writes.changedLocations))],
    [INSERT_ITEMS, itemColumns(writes.newItems)],
    [UPDATE_ITEMS, itemColumns(lastOfEach(writes.changedItems))],
    [DELETE_IDENTIFIERS, identifierColumns(writes.removedIdentifiers)],
    [INSERT_IDENTIFIERS, identifierColumns(keptIdentifiers(writes))],
  ];
  return statements
    .filter(([, values]) => (values[0]?.length ?? 0) > 0)
    .map(([statement, values]) => run(session, statement, [tenantId, ...values]));
}

/** Where a batch changes the same row more than once, the last change is the one to write. */
function lastOfEach<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** Leaves out identifiers that the same batch has added and removed again. */
function keptIdentifiers({ newIdentifiers, removedIdentifiers }: BatchWrites): IdentifierRow[] {
  const removed = new Set(removedIdentifiers);
  return newIdentifiers.filter((row) => !removed.has(row));
}

function itemColumns(items: readonly Item[]): unknown[][] {
  return columns(
    items,
    (item) => item.id,
    (item) => item.sku,
    (item) => item.specification,
    (item) => item.name,
    (item) => item.unitsPerPackage,
  );
}

function identifierColumns(identifiers: readonly IdentifierRow[]): unknown[][] {
  return columns(
    identifiers,
    (row) => row.scheme,
    (row) => row.value,
    (row) => row.specification,
    (row) => row.itemId,
  );
}

function locationColumns(locations: readonly Location[]): unknown[][] {
  return columns(
    locations,
    (location) => location.id,
    (location) => location.code,
    (location) => location.name,
    (location) => location.parentId,
    (location) => location.vendorId,
  );
}
