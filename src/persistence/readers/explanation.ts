import {
  MAX_EXPLAINED,
  type AsOf,
  type CountView,
  type ExplanationReads,
  type ExplanationView,
  type LevelReference,
  type ReasonSum,
} from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { StockCountEntity } from '../tables/stock-count';
import { DIMENSION_COLUMNS } from '../tables/stock-level';
import type { ReadDatabase } from './database';
import { exactSum } from './exact-sum';
import { lastSequenceAt } from './levels-at';
import { and, Parameters, statement } from './statement';

/** Sums are texts, because numeric has no bounds. */
interface ExplanationColumns
  extends Omit<ExplanationView, 'reasons' | 'absorbedDelta' | 'countsWithoutEffect'>, Record<string, unknown> {
  readonly reasons: readonly (Omit<ReasonSum, 'delta'> & { readonly delta: string })[];
  readonly absorbedDelta: string;
  readonly countsWithoutEffect: readonly Omit<CountView, 'levelId'>[];
}

/** Reads how a level got its quantity. */
export function createExplanationReads(database: ReadDatabase): ExplanationReads {
  return {
    async explanation(tenantId, level, from, to) {
      const parameters = new Parameters(tenantId);
      const until = to === null ? 'head.sequence' : `least(head.sequence, ${sequenceAt(parameters, to)})`;
      const since = from === null ? '0' : `least(${until}, ${sequenceAt(parameters, from)})`;
      const text = `SELECT level.level_id AS "levelId", span.since AS "fromSequence", span.until AS "toSequence",
          ${quantityAt('span.since')} AS opening, ${quantityAt('span.until')} AS closing,
          ${REASONS} AS reasons, absorbed.*, counts.*
        FROM ledger_head head
        CROSS JOIN LATERAL (SELECT ${since} AS since, ${until} AS until) span
        ${levelJoin(parameters, level)}
        CROSS JOIN LATERAL (${ABSORBED}) absorbed
        CROSS JOIN LATERAL (${COUNTS}) counts
        WHERE head.tenant_id = $1`;
      const [row] = await database.query<ExplanationColumns>(statement(text, parameters));
      return row && toExplanation(row);
    },
    countsOfMovements(tenantId, sequences) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${selectList(StockCountEntity, 'c')} FROM stock_count c WHERE c.tenant_id = $1 AND c.sequence = ANY (${parameters.add(sequences, 'bigint[]')})
        ORDER BY c.sequence, c.ordinal`;
      return database.query<CountView & Record<string, unknown>>(statement(text, parameters));
    },
  };
}

function sequenceAt(parameters: Parameters, moment: AsOf): string {
  return 'sequence' in moment
    ? parameters.add(moment.sequence, 'bigint')
    : lastSequenceAt(parameters, moment.recordedAtMs);
}

function levelJoin(parameters: Parameters, level: LevelReference): string {
  if ('id' in level) {
    return `JOIN stock_level level ON level.tenant_id = $1 AND level.level_id = ${parameters.add(level.id, 'uuid')}`;
  }
  const { sku, specification, locationCode, dimensions } = level;
  const equal = (column: string, value: string): string => `${column} = ${parameters.add(value, 'text')}`;
  return `JOIN item i ON i.tenant_id = $1 AND ${equal('i.sku', sku)} AND ${equal('i.specification', specification)}
    JOIN location l ON l.tenant_id = $1 AND ${equal('l.code', locationCode)}
    JOIN stock_level level ON level.tenant_id = $1 AND level.item_id = i.item_id AND level.location_id = l.location_id
      ${and(DIMENSION_COLUMNS.map((name) => equal(`level.${name}`, dimensions[name])))}`;
}

const quantityAt = (sequence: string): string => `coalesce((SELECT e.quantity_after FROM ledger_entry e
  WHERE e.tenant_id = $1 AND e.level_id = level.level_id AND e.sequence <= ${sequence}
  ORDER BY e.sequence DESC, e.leg DESC LIMIT 1), 0)`;

/** The condition that a row of this table belongs to the level and lies within the span. */
const inSpan = (table: string): string =>
  `${table}.tenant_id = $1 AND ${table}.level_id = level.level_id
    AND ${table}.sequence > span.since AND ${table}.sequence <= span.until`;

const REASONS = `(SELECT coalesce(json_agg(sums ORDER BY sums.reason), '[]') FROM (
    SELECT m.reason, sum(e.delta)::text AS delta, count(*) AS "entryCount"
    FROM ledger_entry e JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
    WHERE ${inSpan('e')} GROUP BY m.reason) sums)`;

const ABSORBED = `SELECT coalesce(sum(listed.delta), 0)::text AS "absorbedDelta", count(*) AS "absorbedCount",
    coalesce(json_agg(json_build_object('sequence', listed.sequence, 'delta', listed.delta)
      ORDER BY listed.sequence, listed.leg) FILTER (WHERE listed.position <= ${MAX_EXPLAINED}), '[]') AS absorbed
  FROM (SELECT a.sequence, a.leg, a.delta, row_number() OVER (ORDER BY a.sequence, a.leg) AS position
    FROM absorbed_leg a WHERE ${inSpan('a')}) listed`;

// Inside JSON a time is text, so the column types do not format it.
const AS_OF_TEXT = `to_char(listed.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COUNTS = `SELECT count(*) AS "countsWithoutEffectCount",
    coalesce(json_agg(json_build_object('sequence', listed.sequence, 'status', listed.status,
      'quantity', listed.quantity, 'previousQuantity', listed.previous_quantity, 'asOf', ${AS_OF_TEXT},
      'sourceSequence', listed.source_sequence, 'code', listed.code) ORDER BY listed.sequence, listed.ordinal)
      FILTER (WHERE listed.position <= ${MAX_EXPLAINED}), '[]') AS "countsWithoutEffect"
  FROM (SELECT c.*, row_number() OVER (ORDER BY c.sequence, c.ordinal) AS position FROM stock_count c
    WHERE ${inSpan('c')} AND c.status IN ('STALE_IGNORED', 'DUPLICATE', 'REJECTED')) listed`;

function toExplanation(row: ExplanationColumns): ExplanationView {
  const { levelId } = row;
  return {
    ...row,
    reasons: row.reasons.map((sum) => ({ ...sum, delta: exactSum(sum.delta) })),
    absorbedDelta: exactSum(row.absorbedDelta),
    countsWithoutEffect: row.countsWithoutEffect.map((count) => ({ ...count, levelId })),
  };
}
