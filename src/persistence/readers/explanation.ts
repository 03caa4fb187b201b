import {
  MAX_EXPLAINED,
  UnclearKeyError,
  type AsOf,
  type CountView,
  type ExplanationReads,
  type ExplanationView,
  type LevelReference,
  type ReasonSum,
} from '../../application/ports/reads';
import {
  DEFAULT_DIMENSIONS,
  TRACKABLE_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../domain/ledger/stock-key';
import { selectList } from '../tables/derived';
import { StockCountEntity } from '../tables/stock-count';
import type { ReadDatabase } from './database';
import { exactSum } from './exact-sum';
import { lastSequenceAt } from './levels-at';
import { between } from '../database/look-up';
import { JOIN_MOVEMENT, levelsAtPlace } from './look-ups';
import { isItemNamed, locationNamed } from './named';
import { and, Parameters, statement } from './statement';

/** Sums are texts, because numeric has no bounds. */
interface ExplanationColumns
  extends Omit<ExplanationView, 'reasons' | 'absorbedDelta' | 'countsWithoutEffect'>, Record<string, unknown> {
  readonly reasons: readonly (Omit<ReasonSum, 'delta'> & { readonly delta: string })[];
  readonly absorbedDelta: string;
  readonly countsWithoutEffect: readonly Omit<CountView, 'levelId'>[];
}

type LevelKeyReference = Extract<LevelReference, { sku: string }>;

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
      if (!row && 'sku' in level) await refuseUnclear(database, tenantId, level);
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
  const { dimensions, stated } = level;
  const leftOut = TRACKABLE_DIMENSIONS.filter((name) => !stated.has(name));
  const isDefault = leftOut.map((name) => `v.${name} = ${parameters.add(dimensions[name], 'text')}`);
  return `JOIN LATERAL (
      SELECT v.level_id, ${isDefault.join(' AND ') || 'true'} AS is_default, count(*) OVER () AS fitting
      FROM ${levelsOfKey(parameters, level)}
    ) level ON level.is_default OR level.fitting = 1`;
}

/** The levels `v` of the item at the location that have all dimensions which the key states. */
function levelsOfKey(parameters: Parameters, level: LevelKeyReference): string {
  const { sku, specification, locationCode, dimensions } = level;
  const equal = (name: keyof StockDimensions): string => `v.${name} = ${parameters.add(dimensions[name], 'text')}`;
  const at = locationNamed(parameters.add(locationCode, 'text'));
  return `item i CROSS JOIN LATERAL ${levelsAtPlace('i.item_id', at)} v
    WHERE ${isItemNamed(parameters, sku, specification)}
      ${and(['condition' as const, 'bucket' as const, ...level.stated].map(equal))}`;
}

/** As many levels as the message of an unclear key names. */
const MAX_NAMED_LEVELS = 10;

/** Rejects when there are several levels that the key could mean. */
async function refuseUnclear(database: ReadDatabase, tenantId: string, level: LevelKeyReference): Promise<void> {
  const parameters = new Parameters(tenantId);
  const columns = TRACKABLE_DIMENSIONS.map((name) => `v.${name}`).join(', ');
  const text = `SELECT ${columns} FROM ${levelsOfKey(parameters, level)} ORDER BY ${columns} LIMIT ${MAX_NAMED_LEVELS + 1}`;
  const levels = await database.query<Pick<StockDimensions, TrackableDimension>>(statement(text, parameters));
  if (levels.length === 0) return;
  const named = levels.slice(0, MAX_NAMED_LEVELS).map(dimensionsText);
  throw new UnclearKeyError(named, levels.length > MAX_NAMED_LEVELS);
}

function dimensionsText(level: Pick<StockDimensions, TrackableDimension>): string {
  const given = TRACKABLE_DIMENSIONS.filter((name) => level[name] !== DEFAULT_DIMENSIONS[name]);
  return given.map((name) => `${name} ${JSON.stringify(level[name])}`).join(', ') || 'one with none of them';
}

const quantityAt = (sequence: string): string => `coalesce((SELECT e.quantity_after FROM ledger_entry e
  WHERE e.tenant_id = $1 AND ${between('e.level_id', 'level.level_id')} AND e.sequence <= ${sequence}
  ORDER BY e.level_id DESC, e.sequence DESC, e.leg DESC LIMIT 1), 0)`;

/** The rows of a table that belong to the level and lie within the span, in the order of an index. */
const inSpan = (table: string, alias: string): string =>
  `(SELECT ${alias}.* FROM ${table} ${alias} WHERE ${alias}.tenant_id = $1 AND ${between(`${alias}.level_id`, 'level.level_id')}
    AND ${alias}.sequence > span.since AND ${alias}.sequence <= span.until
    ORDER BY ${alias}.level_id, ${alias}.sequence) ${alias}`;

const REASONS = `(SELECT coalesce(json_agg(sums ORDER BY sums.reason), '[]') FROM (
    SELECT m.reason, sum(e.delta)::text AS delta, count(*) AS "entryCount"
    FROM ${inSpan('ledger_entry', 'e')} ${JOIN_MOVEMENT} GROUP BY m.reason) sums)`;

const ABSORBED = `SELECT coalesce(sum(listed.delta), 0)::text AS "absorbedDelta", count(*) AS "absorbedCount",
    coalesce(json_agg(json_build_object('sequence', listed.sequence, 'delta', listed.delta)
      ORDER BY listed.sequence, listed.leg) FILTER (WHERE listed.position <= ${MAX_EXPLAINED}), '[]') AS absorbed
  FROM (SELECT a.sequence, a.leg, a.delta, row_number() OVER (ORDER BY a.sequence, a.leg) AS position
    FROM ${inSpan('absorbed_leg', 'a')}) listed`;

// Inside JSON a time is text, so the column types do not format it.
const AS_OF_TEXT = `to_char(listed.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COUNTS = `SELECT count(*) AS "countsWithoutEffectCount",
    coalesce(json_agg(json_build_object('sequence', listed.sequence, 'status', listed.status,
      'quantity', listed.quantity, 'previousQuantity', listed.previous_quantity, 'asOf', ${AS_OF_TEXT},
      'sourceSequence', listed.source_sequence, 'code', listed.code) ORDER BY listed.sequence, listed.ordinal)
      FILTER (WHERE listed.position <= ${MAX_EXPLAINED}), '[]') AS "countsWithoutEffect"
  FROM (SELECT c.*, row_number() OVER (ORDER BY c.sequence, c.ordinal) AS position
    FROM ${inSpan('stock_count', 'c')} WHERE c.status IN ('STALE_IGNORED', 'DUPLICATE', 'REJECTED')) listed`;

function toExplanation(row: ExplanationColumns): ExplanationView {
  const { levelId } = row;
  return {
    ...row,
    reasons: row.reasons.map((sum) => ({ ...sum, delta: exactSum(sum.delta) })),
    absorbedDelta: exactSum(row.absorbedDelta),
    countsWithoutEffect: row.countsWithoutEffect.map((count) => ({ ...count, levelId })),
  };
}
