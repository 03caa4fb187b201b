import { columnName, tableOf } from '../tables/derived';
import { StockLevelEntity } from '../tables/stock-level';
import { statementName, type ReadStatement } from './statement';

/** The moment of a read, in SQL. It is never before the ledger's last movement, whatever the server's clock says. */
export const LEDGER_CLOCK = `(SELECT greatest(now(), clock.recorded_at) FROM ledger_head clock WHERE clock.tenant_id = $1)`;

/** Whether a reservation has expired that is not posted yet. Evaluated once a statement. */
const IS_ANY_DUE = `(SELECT due.next_expiry <= greatest(now(), due.recorded_at) FROM ledger_head due WHERE due.tenant_id = $1)`;

/** What has expired and is not posted yet, by level, as one object. Evaluated once a statement, and only where it is any. */
const DUE_UNITS = `(SELECT jsonb_object_agg(summed.level_id, summed.units) FROM (
    SELECT moved.level_id, sum(moved.units) AS units
    FROM (SELECT due.lines FROM reservation due WHERE due.tenant_id = $1 AND due.expires_at <= ${LEDGER_CLOCK}
      ORDER BY due.expires_at) due
    CROSS JOIN LATERAL jsonb_array_elements(due.lines) line
    CROSS JOIN LATERAL jsonb_array_elements(line -> 'allocations') held
    CROSS JOIN LATERAL (VALUES (held ->> 'levelId', (held ->> 'held')::bigint),
      (held ->> 'reservedLevelId', -(held ->> 'held')::bigint)) moved (level_id, units)
    GROUP BY moved.level_id) summed)`;

const PRESENT: Readonly<Record<string, string>> = {
  quantity: `CASE WHEN ${IS_ANY_DUE}
      THEN level.quantity + coalesce((${DUE_UNITS} ->> level.level_id::text)::bigint, 0) ELSE level.quantity END`,
};

const COLUMNS = [{ name: columnName('tenantId') }, ...tableOf(StockLevelEntity).columns]
  .map(({ name }) => `${PRESENT[name] ?? `level.${name}`} AS ${name}`)
  .join(', ');

/** The levels as they are now: units of a hold whose time is over are available, whether that is posted yet or not. */
export const PRESENT_LEVELS = `(SELECT ${COLUMNS} FROM stock_level level)`;

/** PostgreSQL plans it as the table: it is one SELECT without conditions. */
const PREFIX = `stock_level AS NOT MATERIALIZED (SELECT * FROM ${PRESENT_LEVELS} level)`;

/** Statements that read levels, as they are sent. Clients can only combine fragments, so there are few. */
const MAX_KEPT = 5_000;
const kept = new Map<string, Pick<ReadStatement, 'name' | 'text'>>();

/**
 * Makes a statement read the levels as they are now, in every reader alike: what has expired is released, whoever posts it
 * and when (ADR 36).
 */
export function atPresent(statement: ReadStatement): ReadStatement {
  const { text, hasPresentLevels = false, fallback } = statement;
  if (hasPresentLevels) return statement;
  const own = fallback && { fallback: { ...fallback, statement: () => atPresent(fallback.statement()) } };
  if (!text.includes('stock_level')) return own ? { ...statement, ...own } : statement;
  const known = kept.get(text);
  if (known) return { ...statement, ...known, ...own };
  const begins = /^\s*WITH\s/.exec(text);
  const whole = begins ? `WITH ${PREFIX},\n${text.slice(begins[0].length)}` : `WITH ${PREFIX}\n${text}`;
  const sent = { name: statementName(whole), text: whole };
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(text, sent);
  return { ...statement, ...sent, ...own };
}
