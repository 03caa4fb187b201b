import type { AbsorbedLeg, CountRecord, LedgerEntry, Movement } from '../../domain/ledger/movement';
import { run, type Session, type Statement } from '../poster/statement';

/** Movements read at a time: enough to make the round trips cheap, few enough to hold with all their legs. */
const PAGE_MOVEMENTS = 500;

export interface StoredMovement {
  readonly movement: Movement;
  /** Whether entries, absorbed legs and counts are each numbered from 0 without a gap. */
  readonly isNumberedInOrder: boolean;
  /** Whether the message that it names is there and has the hash that it states; true where it names none. */
  readonly matchesItsMessage: boolean;
}

/**
 * Numbers come as texts, so that one which somebody has put in and no number of ours could be is a mismatch to report
 * rather than an error on the way.
 */
const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::text`;

const READ_MOVEMENTS: Statement = {
  name: 'verify_movements',
  text: `SELECT m.sequence::text, m.reason, m.reference, m.note, m.correlation_id, m.origin_kind, m.origin_id, m.external_id,
      ${MS('m.occurred_at')} AS occurred_at_ms, ${MS('m.effective_at')} AS effective_at_ms,
      ${MS('m.recorded_at')} AS recorded_at_ms, encode(m.evidence_hash, 'hex') AS evidence_hash, m.inbound_message_id,
      encode(m.hash, 'hex') AS hash,
      (m.inbound_message_id IS NULL OR coalesce(i.body_sha256 = m.evidence_hash, false)) AS matches_its_message
    FROM (SELECT * FROM movement WHERE tenant_id = $1 AND sequence > $2 ORDER BY sequence LIMIT ${PAGE_MOVEMENTS}) m
    LEFT JOIN inbound_message i ON i.tenant_id = $1 AND i.message_id = m.inbound_message_id
    ORDER BY m.sequence`,
};

interface MovementRow {
  sequence: string;
  reason: Movement['reason'];
  reference: string | null;
  note: string | null;
  correlation_id: string | null;
  origin_kind: Movement['origin']['kind'];
  origin_id: string;
  external_id: string;
  occurred_at_ms: string;
  effective_at_ms: string;
  recorded_at_ms: string;
  evidence_hash: string;
  inbound_message_id: string | null;
  hash: string;
  matches_its_message: boolean;
}

const READ_ENTRIES: Statement = {
  name: 'verify_entries',
  text: `SELECT sequence::text, leg AS ordinal, level_id, item_id, delta::text, quantity_after::text, level_version::text
    FROM ledger_entry WHERE tenant_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY ledger_entry.sequence, leg`,
};

interface EntryRow extends PartRow {
  level_id: string;
  item_id: string;
  delta: string;
  quantity_after: string;
  level_version: string;
}

const READ_ABSORBED_LEGS: Statement = {
  name: 'verify_absorbed_legs',
  text: `SELECT sequence::text, leg AS ordinal, level_id, delta::text
    FROM absorbed_leg WHERE tenant_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY absorbed_leg.sequence, leg`,
};

interface AbsorbedLegRow extends PartRow {
  level_id: string;
  delta: string;
}

const READ_COUNTS: Statement = {
  name: 'verify_counts',
  text: `SELECT sequence::text, ordinal AS ordinal, level_id, status, quantity::text, previous_quantity::text,
      ${MS('as_of')} AS as_of_ms, source_sequence::text, code
    FROM stock_count WHERE tenant_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY stock_count.sequence, ordinal`,
};

interface CountRow extends PartRow {
  level_id: string;
  status: CountRecord['status'];
  quantity: string;
  previous_quantity: string;
  as_of_ms: string | null;
  source_sequence: string | null;
  code: string | null;
}

/** A part of a movement, as a row of its own table. */
interface PartRow extends Record<string, unknown> {
  sequence: string;
  ordinal: number;
}

/** Reads the next movements after a sequence with all that belongs to them; none at the end. */
export async function readMovements(session: Session, tenantId: string, after: number): Promise<StoredMovement[]> {
  const { rows } = await run<MovementRow & Record<string, unknown>>(session, READ_MOVEMENTS, [tenantId, after]);
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (!first || !last) return [];
  const range = [tenantId, first.sequence, last.sequence];
  const entries = bySequence((await run<EntryRow>(session, READ_ENTRIES, range)).rows);
  const absorbedLegs = bySequence((await run<AbsorbedLegRow>(session, READ_ABSORBED_LEGS, range)).rows);
  const counts = bySequence((await run<CountRow>(session, READ_COUNTS, range)).rows);
  return rows.map((row) => {
    const [ownEntries, ownLegs, ownCounts] = [entries(row.sequence), absorbedLegs(row.sequence), counts(row.sequence)];
    return {
      movement: {
        ...movementOf(row),
        entries: ownEntries.map(entryOf),
        absorbedLegs: ownLegs.map(absorbedLegOf),
        counts: ownCounts.map(countOf),
      },
      isNumberedInOrder: [ownEntries, ownLegs, ownCounts].every(areNumberedFromZero),
      matchesItsMessage: row.matches_its_message,
    };
  });
}

function bySequence<Row extends PartRow>(rows: readonly Row[]): (sequence: string) => readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.sequence);
    if (group) group.push(row);
    else groups.set(row.sequence, [row]);
  }
  return (sequence) => groups.get(sequence) ?? [];
}

const areNumberedFromZero = (rows: readonly PartRow[]): boolean =>
  rows.every(({ ordinal }, index) => ordinal === index);

function movementOf(row: MovementRow): Omit<Movement, 'entries' | 'absorbedLegs' | 'counts'> {
  return {
    sequence: Number(row.sequence),
    reason: row.reason,
    reference: row.reference,
    note: row.note,
    correlationId: row.correlation_id,
    origin: { kind: row.origin_kind, id: row.origin_id },
    externalId: row.external_id,
    occurredAtMs: Number(row.occurred_at_ms),
    effectiveAtMs: Number(row.effective_at_ms),
    recordedAtMs: Number(row.recorded_at_ms),
    evidenceHash: row.evidence_hash,
    inboundMessageId: row.inbound_message_id,
    hash: row.hash,
  };
}

const entryOf = (row: EntryRow): LedgerEntry => ({
  levelId: row.level_id,
  itemId: row.item_id,
  delta: Number(row.delta),
  quantityAfter: Number(row.quantity_after),
  levelVersion: Number(row.level_version),
});

const absorbedLegOf = (row: AbsorbedLegRow): AbsorbedLeg => ({ levelId: row.level_id, delta: Number(row.delta) });

const countOf = (row: CountRow): CountRecord => ({
  levelId: row.level_id,
  status: row.status,
  quantity: Number(row.quantity),
  previousQuantity: Number(row.previous_quantity),
  asOfMs: row.as_of_ms === null ? null : Number(row.as_of_ms),
  sourceSequence: row.source_sequence === null ? null : Number(row.source_sequence),
  code: row.code,
});
