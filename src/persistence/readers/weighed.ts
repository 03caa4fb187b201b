import type { ReadDatabase } from './database';
import { statement, type Parameters } from './statement';

/** What a row of an answer has beside its texts. */
export const BYTES_AROUND_A_ROW = 200;

interface WeighedSql {
  /** A SELECT of the bytes of all rows. */
  readonly weight: string;
  /** A SELECT of the rows, which ends in its conditions. */
  readonly rows: string;
  readonly order: string;
}

/** Reads rows that can be large: weighs them first, in the same statement, and reads none that are more than the budget has. */
export function readWeighed<Row extends object>(
  database: ReadDatabase,
  parameters: Parameters,
  { weight, rows, order }: WeighedSql,
): Promise<Row[]> {
  const { budget } = database;
  return budget.inTurn(async () => {
    const most = parameters.add(budget.bytesLeft, 'bigint');
    const text = `WITH weighed AS (SELECT coalesce((${weight}), 0)::bigint AS bytes)
    SELECT weighed.bytes, q.* FROM weighed LEFT JOIN LATERAL (${rows} AND weighed.bytes <= ${most}) q ON true${order}`;
    const found = await database.query<Row & { bytes: number }>(statement(text, parameters));
    const bytes = found[0]?.bytes ?? 0;
    budget.takeBytes(bytes);
    // Of nothing there is one row, without values.
    return bytes === 0 ? [] : found;
  });
}
