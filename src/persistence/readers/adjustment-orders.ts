import type { AdjustmentOrderReads } from '../../application/ports/reads';
import type { AdjustmentOrder } from '../../domain/adjustment-order';
import { AdjustmentOrderEntity } from '../tables/adjustment-order';
import { selectPlain } from '../tables/derived';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, Parameters, statement } from './statement';

type OrderColumns = AdjustmentOrder & Record<string, unknown>;

const ORDERS = `${selectPlain(AdjustmentOrderEntity, 'o')} FROM adjustment_order o WHERE o.tenant_id = $1`;

/** Reads adjustment orders. */
export function createAdjustmentOrderReads(database: ReadDatabase): AdjustmentOrderReads {
  const select = (parameters: Parameters, rest: string): Promise<OrderColumns[]> =>
    database.query<OrderColumns>(statement(`SELECT ${ORDERS} ${rest}`, parameters));
  return {
    async orderBySellerOrderNo(tenantId, sellerOrderNo) {
      const parameters = new Parameters(tenantId);
      const asked = parameters.add(sellerOrderNo, 'text');
      const rest = `AND o.seller_order_no = ${asked} ORDER BY o.order_no DESC LIMIT 1`;
      return (await select(parameters, rest))[0];
    },
    ordersByNumber(tenantId, orderNumbers) {
      const parameters = new Parameters(tenantId);
      return select(parameters, `AND o.order_no = ANY (${parameters.add(orderNumbers, 'text[]')})`);
    },
    ordersBySequence(tenantId, sequences) {
      const parameters = new Parameters(tenantId);
      return select(parameters, `AND o.sequence = ANY (${parameters.add(sequences, 'bigint[]')})`);
    },
    async adjustmentOrders(tenantId, { type, status, page }) {
      const parameters = new Parameters(tenantId);
      const conditions = [
        ...(type === null ? [] : [`o.type = ${parameters.add(type, 'text')}`]),
        ...(status === null ? [] : [`o.status = ${parameters.add(status, 'text')}`]),
      ];
      const list: ListSql = {
        key: [{ column: 'o.order_no', type: 'text', indexed: true }],
        select: (bounds, tail) => `SELECT true AS "isRow", ${ORDERS}${and(conditions)}${bounds}${tail}`,
        count: countAmong(
          (tail) => `SELECT ${matching(conditions)} FROM adjustment_order o WHERE o.tenant_id = $1${tail}`,
        ),
      };
      const rows = await database.query<OrderColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, (row): AdjustmentOrder => row);
    },
  };
}
