import { MAX_EXPLAINED, type ExplanationReads, type ExplanationView } from '../../application/reads/explanation';
import type { AsOf } from '../../application/reads';
import type { ReadDatabase } from './database';
import { lastSequenceAt } from './levels-at';
import { Parameters, statement } from './statement';

/** Reads how a level came to its quantity. */
export function createExplanationReads(database: ReadDatabase): ExplanationReads {
  return {
    async explanation(tenantId, levelId, from, to) {
      const parameters = new Parameters(tenantId);
      const level = parameters.add(levelId, 'uuid');
      const until = to === null ? 'head.sequence' : `least(head.sequence, ${sequenceAt(parameters, to)})`;
      const since = from === null ? '0' : `least(${until}, ${sequenceAt(parameters, from)})`;
      const text = `SELECT level.level_id AS "levelId", span.since AS "fromSequence", span.until AS "toSequence",
          ${quantityAt('span.since')} AS opening, ${quantityAt('span.until')} AS closing,
          ${REASONS} AS reasons, absorbed.*, counts.*
        FROM ledger_head head
        CROSS JOIN LATERAL (SELECT ${since} AS since, ${until} AS until) span
        JOIN stock_level level ON level.tenant_id = $1 AND level.level_id = ${level}
        CROSS JOIN LATERAL (${ABSORBED}) absorbed
        CROSS JOIN LATERAL (${COUNTS}) counts
        WHERE head.tenant_id = $1`;
      const rows = await database.query<ExplanationView & Record<string, unknown>>(statement(text, parameters));
      return rows[0];
    },
  };
}

function sequenceAt(parameters: Parameters, moment: AsOf): string {
  return 'sequence' in moment
    ? parameters.add(moment.sequence, 'bigint')
    : lastSequenceAt(parameters, moment.recordedAtMs);
}

const quantityAt = (sequence: string): string => `coalesce((SELECT e.quantity_after FROM ledger_entry e
  WHERE e.tenant_id = $1 AND e.level_id = level.level_id AND e.sequence <= ${sequence}
  ORDER BY e.sequence DESC, e.leg DESC LIMIT 1), 0)`;

const IN_SPAN = 'sequence > span.since AND sequence <= span.until';

const REASONS = `(SELECT coalesce(json_agg(sums ORDER BY sums.reason), '[]') FROM (
    SELECT m.reason, sum(e.delta)::bigint AS delta, count(*) AS entries
    FROM ledger_entry e JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
    WHERE e.tenant_id = $1 AND e.level_id = level.level_id AND e.${IN_SPAN.replaceAll('AND sequence', 'AND e.sequence')}
    GROUP BY m.reason) sums)`;

const ABSORBED = `SELECT coalesce(sum(a.delta), 0)::bigint AS "absorbedDelta", count(*) AS "absorbedCount",
    coalesce(json_agg(json_build_object('sequence', a.sequence, 'delta', a.delta) ORDER BY a.sequence, a.leg)
      FILTER (WHERE a.place <= ${MAX_EXPLAINED}), '[]') AS absorbed
  FROM (SELECT sequence, leg, delta, row_number() OVER (ORDER BY sequence, leg) AS place FROM absorbed_leg
    WHERE tenant_id = $1 AND level_id = level.level_id AND ${IN_SPAN}) a`;

// As text in the form in which every time is answered; the session is in UTC.
const AS_OF_TEXT = `to_char(c.as_of, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COUNTS = `SELECT count(*) AS "countsWithoutEffectCount",
    coalesce(json_agg(json_build_object('sequence', c.sequence, 'status', c.status, 'quantity', c.quantity,
      'previousQuantity', c.previous_quantity, 'asOf', ${AS_OF_TEXT}, 'code', c.code) ORDER BY c.sequence, c.ordinal)
      FILTER (WHERE c.place <= ${MAX_EXPLAINED}), '[]') AS "countsWithoutEffect"
  FROM (SELECT *, row_number() OVER (ORDER BY sequence, ordinal) AS place FROM stock_count
    WHERE tenant_id = $1 AND level_id = level.level_id AND status IN ('STALE_IGNORED', 'DUPLICATE', 'REJECTED')
      AND ${IN_SPAN}) c`;
