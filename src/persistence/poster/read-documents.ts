import type { AdjustmentOrder } from '../../domain/adjustment-order';
import type { AskedReads } from '../../domain/ledger/asked-reads';
import type { Posting } from '../../domain/ledger/posting';
import type { RowPlace } from '../../domain/ledger/inbound-message';
import { AdjustmentOrderEntity } from '../tables/adjustment-order';
import { selectPlain, type PlainRow } from '../tables/derived';
import { InventoryRecordEntity } from '../tables/inventory-record';
import { lookUpEach } from '../database/look-up';
import { run, type Session, type Statement } from '../database/statement';

const READ_ORDERS: Statement = {
  name: 'poster_orders',
  text: lookUpEach('unnest($2::text[]) AS asked (order_no)', {
    ...{ table: 'adjustment_order', alias: 'o', columns: selectPlain(AdjustmentOrderEntity, 'o') },
    key: [['order_no', 'asked.order_no']],
  }),
};

/** The orders whose current status the postings need. */
export async function readOrders(session: Session, postings: readonly Posting<unknown>[]): Promise<AdjustmentOrder[]> {
  const orderNumbers = [...new Set(postings.flatMap(({ reads }) => reads.orderNumbers ?? []))];
  if (orderNumbers.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const { rows } = await run<PlainRow<AdjustmentOrderEntity>>(session, READ_ORDERS, [tenantId, orderNumbers]);
  return rows;
}

const READ_OPEN_ROWS: Statement = {
  name: 'poster_open_rows',
  text: lookUpEach('unnest($2::uuid[], $3::integer[]) AS asked (message_id, row_index)', {
    ...{ table: 'quarantined_row', alias: 'q', columns: 'q.message_id AS "messageId", q.row_index AS index' },
    key: [
      ['message_id', 'asked.message_id'],
      ['row_index', 'asked.row_index'],
    ],
    also: 'q.open',
  }),
};

/** Those of the rows in quarantine that the postings ask for that still wait. */
export async function readOpenRows(session: Session, postings: readonly Posting<unknown>[]): Promise<RowPlace[]> {
  const places = postings.flatMap(({ reads }) => reads.waitingRows ?? []);
  if (places.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const columns = [places.map(({ messageId }) => messageId), places.map(({ index }) => index)];
  return (await run<RowPlace>(session, READ_OPEN_ROWS, [tenantId, ...columns])).rows;
}

const RECORDS = {
  table: 'inventory_record',
  alias: 'r',
  columns: selectPlain(InventoryRecordEntity, 'r'),
} as const;

const READ_RECORDS: Statement = {
  name: 'poster_inventory_records',
  text: lookUpEach('unnest($2::uuid[], $3::uuid[]) AS asked (item_id, location_id)', {
    ...RECORDS,
    key: [
      ['item_id', 'asked.item_id'],
      ['location_id', 'asked.location_id'],
    ],
  }),
};

const READ_RECORDS_OF: Statement = {
  name: 'poster_inventory_records_of',
  text: lookUpEach('unnest($2::uuid[]) AS asked (item_id)', { ...RECORDS, key: [['item_id', 'asked.item_id']] }),
};

/** The inventory records of items at locations, as far as they have one, and all of whole items. */
export async function readInventoryRecords(
  session: Session,
  tenantId: string,
  { recordsAt, wholeItemIds, saleItemIds }: AskedReads,
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
  const wholeIds = [...wholeItemIds, ...saleItemIds];
  const whole = wholeIds.length === 0 ? undefined : run<Row>(session, READ_RECORDS_OF, [tenantId, wholeIds]);
  const found = await Promise.all([at, whole]);
  return found.flatMap((result) => result?.rows ?? []);
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [READ_ORDERS, READ_OPEN_ROWS, READ_RECORDS, READ_RECORDS_OF];
