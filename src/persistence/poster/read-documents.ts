import type { AdjustmentOrder } from '../../domain/adjustment-order';
import type { AskedReads } from '../../domain/ledger/asked-reads';
import type { Posting } from '../../domain/ledger/posting';
import type { RowPlace } from '../../domain/ledger/inbound-message';
import { AdjustmentOrderEntity } from '../tables/adjustment-order';
import { selectPlain, type PlainRow } from '../tables/derived';
import { InventoryRecordEntity } from '../tables/inventory-record';
import { run, type Session, type Statement } from '../database/statement';

const READ_ORDERS: Statement = {
  name: 'poster_orders',
  text: `SELECT ${selectPlain(AdjustmentOrderEntity, 'o')} FROM adjustment_order o
    WHERE o.tenant_id = $1 AND o.order_no = ANY ($2::text[])`,
};

/** The orders whose current status the postings need. */
export async function readOrders(session: Session, postings: readonly Posting<unknown>[]): Promise<AdjustmentOrder[]> {
  const orderNumbers = postings.flatMap(({ reads }) => reads.orderNumbers ?? []);
  if (orderNumbers.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const { rows } = await run<PlainRow<AdjustmentOrderEntity>>(session, READ_ORDERS, [tenantId, orderNumbers]);
  return rows;
}

const READ_OPEN_ROWS: Statement = {
  name: 'poster_open_rows',
  text: `SELECT q.message_id AS "messageId", q.row_index AS index
    FROM unnest($2::uuid[], $3::integer[]) AS asked (message_id, row_index)
    JOIN quarantined_row q
      ON q.tenant_id = $1 AND q.message_id = asked.message_id AND q.row_index = asked.row_index AND q.open`,
};

/** Those of the rows in quarantine that the postings ask for that still wait. */
export async function readOpenRows(session: Session, postings: readonly Posting<unknown>[]): Promise<RowPlace[]> {
  const places = postings.flatMap(({ reads }) => reads.waitingRows ?? []);
  if (places.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const columns = [places.map(({ messageId }) => messageId), places.map(({ index }) => index)];
  return (await run<RowPlace>(session, READ_OPEN_ROWS, [tenantId, ...columns])).rows;
}

const READ_RECORDS: Statement = {
  name: 'poster_inventory_records',
  text: `SELECT ${selectPlain(InventoryRecordEntity, 'r')}
    FROM unnest($2::uuid[], $3::uuid[]) AS asked (item_id, location_id)
    JOIN inventory_record r
      ON r.tenant_id = $1 AND r.item_id = asked.item_id AND r.location_id = asked.location_id`,
};

const READ_RECORDS_OF: Statement = {
  name: 'poster_inventory_records_of',
  text: `SELECT ${selectPlain(InventoryRecordEntity, 'r')} FROM inventory_record r
    WHERE r.tenant_id = $1 AND r.item_id = ANY ($2::uuid[])`,
};

/** The inventory records of items at locations, as far as they have one, and all of whole items. */
export async function readInventoryRecords(
  session: Session,
  tenantId: string,
  { recordsAt, wholeItemIds }: AskedReads,
): Promise<PlainRow<InventoryRecordEntity>[]> {
  type Row = PlainRow<InventoryRecordEntity>;
  const askedAt = [...recordsAt.values()];
  const at =
    askedAt.length === 0
      ? undefined
      : run<Row>(session, READ_RECORDS, [
          tenantId,
          askedAt.map((itemLocation) => itemLocation.itemId),
          askedAt.map((itemLocation) => itemLocation.locationId),
        ]);
  const whole = wholeItemIds.size === 0 ? undefined : run<Row>(session, READ_RECORDS_OF, [tenantId, [...wholeItemIds]]);
  const found = await Promise.all([at, whole]);
  return found.flatMap((result) => result?.rows ?? []);
}
