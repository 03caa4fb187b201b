import type { AdjustmentOrder } from '../../domain/adjustment-order';
import { findItem, findLocation, type Catalogue } from '../../domain/catalogue/catalogue-map';
import type { InventoryRecord } from '../../domain/inventory-record';
import type { LoadedLedger } from '../../domain/ledger/ledger-state';
import type { Posting } from '../../domain/ledger/posting';
import { AdjustmentOrderEntity } from '../tables/adjustment-order';
import { selectPlain } from '../tables/derived';
import { InventoryRecordEntity } from '../tables/inventory-record';
import { run, type Session, type Statement } from './statement';

const READ_ORDERS: Statement = {
  name: 'poster_orders',
  text: `SELECT ${selectPlain(AdjustmentOrderEntity, 'o')} FROM adjustment_order o
    WHERE o.tenant_id = $1 AND o.order_no = ANY ($2::text[])`,
};

/** The orders whose present status the postings need. */
export async function readOrders(session: Session, postings: readonly Posting<unknown>[]): Promise<AdjustmentOrder[]> {
  const orderNumbers = postings.flatMap(({ reads }) => reads.orderNumbers ?? []);
  if (orderNumbers.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const { rows } = await run<AdjustmentOrder & Record<string, unknown>>(session, READ_ORDERS, [tenantId, orderNumbers]);
  return rows;
}

const READ_RECORDS: Statement = {
  name: 'poster_inventory_records',
  text: `SELECT ${selectPlain(InventoryRecordEntity, 'r')}
    FROM unnest($2::uuid[], $3::uuid[]) AS asked (item_id, location_id)
    JOIN inventory_record r
      ON r.tenant_id = $1 AND r.item_id = asked.item_id AND r.location_id = asked.location_id`,
};

/** The inventory records that the postings merge into, and the items and locations that were asked about. */
export async function readInventoryRecords(
  session: Session,
  postings: readonly Posting<unknown>[],
  catalogue: Catalogue,
): Promise<Pick<LoadedLedger, 'recordsAskedAt' | 'inventoryRecords'>> {
  const recordsAskedAt = postings.flatMap(({ reads }) =>
    (reads.inventoryRecords ?? []).flatMap((named) => {
      const item = findItem(catalogue, named.item);
      const location = findLocation(catalogue, named.location);
      return item && location ? [{ itemId: item.id, locationId: location.id }] : [];
    }),
  );
  if (recordsAskedAt.length === 0) return { recordsAskedAt, inventoryRecords: [] };
  const { rows } = await run<InventoryRecord & Record<string, unknown>>(session, READ_RECORDS, [
    (postings[0] as Posting<unknown>).tenantId,
    recordsAskedAt.map((itemLocation) => itemLocation.itemId),
    recordsAskedAt.map((itemLocation) => itemLocation.locationId),
  ]);
  return { recordsAskedAt, inventoryRecords: rows };
}
