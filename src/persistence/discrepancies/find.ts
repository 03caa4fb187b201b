import type { DiscrepancyKind } from '../../application/ports/reads';
import { lowestSince, sequenceUpTo } from '../past-quantities';
import { run, type Session, type Statement } from '../database/statement';

/** The movements of one tenant after `after`, up to and with `upTo`. */
export interface Stretch {
  readonly tenantId: string;
  readonly after: number;
  readonly upTo: number;
}

/** Most entries that are kept with a discrepancy: its first. */
const MAX_ENTRIES = 20;

const KIND: DiscrepancyKind = 'NEGATIVE_IN_THE_PAST';

// Each question is asked only of the levels for which the cheaper one before it leaves it open: whether what is there now
// is less than what came in since its earliest change, whether it was below zero since, and which of its changes were late.
const FIND: Statement = {
  name: 'discrepancies_find',
  text: `WITH legs AS MATERIALIZED (
      SELECT e.level_id, e.sequence, e.leg, m.effective_at, m.recorded_at FROM movement m
      JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = m.sequence AND e.delta < 0
      WHERE m.tenant_id = $1 AND m.sequence > $2 AND m.sequence <= $3
    ), since AS MATERIALIZED (
      SELECT moment.since_at, up_to.sequence FROM (SELECT DISTINCT effective_at AS since_at FROM legs) moment
      CROSS JOIN LATERAL (${sequenceUpTo('moment.since_at')}) up_to
    ), suspects AS MATERIALIZED (
      SELECT l.level_id, l.item_id, l.location_id
      FROM (SELECT level_id, min(effective_at) AS since_at FROM legs GROUP BY level_id) changed
      JOIN since USING (since_at)
      JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = changed.level_id AND l.bucket <> 'REPORTED_ON_HAND'
      WHERE CASE WHEN l.quantity >= (
          SELECT coalesce(sum(e.delta), 0) FROM ledger_entry e
          WHERE e.tenant_id = $1 AND e.level_id = changed.level_id AND e.sequence > since.sequence AND e.delta > 0
        ) THEN false ELSE (
          SELECT low.quantity FROM (${lowestSince('changed.level_id', 'changed.since_at', 'since.sequence')}) low
        ) < 0 END
    ), late AS MATERIALIZED (
      SELECT legs.* FROM legs JOIN suspects USING (level_id) CROSS JOIN LATERAL (${sequenceUpTo('legs.effective_at')}) since
      WHERE EXISTS (
        SELECT FROM ledger_entry e JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
        WHERE e.tenant_id = $1 AND e.level_id = legs.level_id AND e.sequence > since.sequence
          AND e.sequence < legs.sequence AND m.effective_at > legs.effective_at)
    )
    INSERT INTO discrepancy AS known (tenant_id, opened_sequence, level_id, kind, item_id, location_id, opened_at,
      since_at, observed, observed_at, caused_sequence, entry_sequences, entry_legs)
    SELECT $1, causes.opened_sequence, s.level_id, '${KIND}', s.item_id, s.location_id, causes.opened_at,
      found.since_at, low.quantity, low.at, causes.caused_sequence, causes.entry_sequences, causes.entry_legs
    FROM (SELECT level_id, min(effective_at) AS since_at FROM late GROUP BY level_id) found
    JOIN suspects s USING (level_id)
    CROSS JOIN LATERAL (${sequenceUpTo('found.since_at')}) since
    CROSS JOIN LATERAL (${lowestSince('found.level_id', 'found.since_at', 'since.sequence')}) low
    CROSS JOIN LATERAL (
      SELECT min(sequence) AS opened_sequence, min(recorded_at) AS opened_at,
        (array_agg(sequence ORDER BY sequence, leg))[1:${MAX_ENTRIES}] AS entry_sequences,
        (array_agg(leg ORDER BY sequence, leg))[1:${MAX_ENTRIES}] AS entry_legs,
        max(sequence) AS caused_sequence
      FROM late WHERE late.level_id = found.level_id AND late.effective_at <= low.at
    ) causes
    WHERE low.quantity < 0
    ON CONFLICT (tenant_id, level_id, kind) WHERE closed_at IS NULL DO UPDATE SET
      since_at = least(known.since_at, excluded.since_at),
      (observed, observed_at) = (
        SELECT quantity, at
        FROM (VALUES (known.observed, known.observed_at), (excluded.observed, excluded.observed_at)) low (quantity, at)
        ORDER BY 1, 2 LIMIT 1),
      caused_sequence = excluded.caused_sequence,
      entry_sequences = (known.entry_sequences || excluded.entry_sequences)[1:${MAX_ENTRIES}],
      entry_legs = (known.entry_legs || excluded.entry_legs)[1:${MAX_ENTRIES}]`,
};

// Settled: nothing since it is below zero, or a count that came after all of it has said what is there.
const SETTLE: Statement = {
  name: 'discrepancies_settle',
  text: `WITH changed AS (
      SELECT level_id, max(sequence) AS sequence FROM (
        SELECT e.level_id, e.sequence FROM ledger_entry e
          WHERE e.tenant_id = $1 AND e.sequence > $2 AND e.sequence <= $3
        UNION ALL
        SELECT c.level_id, c.sequence FROM stock_count c
          WHERE c.tenant_id = $1 AND c.sequence > $2 AND c.sequence <= $3
      ) each GROUP BY level_id
    )
    UPDATE discrepancy d SET closed_at = m.recorded_at
    FROM changed JOIN movement m ON m.tenant_id = $1 AND m.sequence = changed.sequence
    WHERE d.tenant_id = $1 AND d.level_id = changed.level_id AND d.kind = '${KIND}' AND d.closed_at IS NULL AND (
      EXISTS (
        SELECT FROM stock_count c JOIN movement counted ON counted.tenant_id = $1 AND counted.sequence = c.sequence
        WHERE c.tenant_id = $1 AND c.level_id = d.level_id AND c.sequence > d.caused_sequence
          AND c.sequence <= $3 AND c.status IN ('APPLIED', 'UNCHANGED') AND counted.effective_at >= d.observed_at)
      OR (
        SELECT low.quantity >= 0 FROM (${sequenceUpTo('d.since_at')}) since
        CROSS JOIN LATERAL (${lowestSince('d.level_id', 'd.since_at', 'since.sequence')}) low))`,
};

/** Opens and closes the discrepancies of a stretch of the ledger. Stretches come in order, each once. */
export async function findDiscrepancies(session: Session, { tenantId, after, upTo }: Stretch): Promise<void> {
  await run(session, FIND, [tenantId, after, upTo]);
  await run(session, SETTLE, [tenantId, after, upTo]);
}
