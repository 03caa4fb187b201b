import type { AbsorbedLeg, CountRecord, LedgerEntry, Movement } from '../../domain/ledger/movement';
import { AbsorbedLegEntity } from '../tables/absorbed-leg';
import { selectTexts, tableOf, type EntityClass, type TextRow } from '../tables/derived';
import { LedgerEntryEntity } from '../tables/ledger-entry';
import { MovementEntity } from '../tables/movement';
import { StockCountEntity } from '../tables/stock-count';
import { run, type Session, type Statement } from '../database/statement';

/** Movements read at a time: enough to make the round trips cheap, few enough to keep in memory with all their legs. */
export const PAGE_MOVEMENTS = 500;

export interface StoredMovement {
  readonly movement: Movement;
  /** Whether entries, absorbed legs and counts are each numbered from 0 without a gap. */
  readonly isNumberedInOrder: boolean;
  /** Whether its inbound message exists and has the hash that it states; true when it has no message. */
  readonly matchesItsMessage: boolean;
}

// Numbers are read as texts, so that one which is out of our range is reported as a mismatch and does not break the
// statement.
const READ_MOVEMENTS: Statement = {
  name: 'verify_movements',
  text: `SELECT ${selectTexts(MovementEntity, 'm')},
      (m.inbound_message_id IS NULL OR coalesce(i.body_sha256 = m.evidence_hash, false)) AS "matchesItsMessage"
    FROM (
      SELECT * FROM movement WHERE tenant_id = $1 AND sequence > $2 AND sequence <= $3
      ORDER BY sequence LIMIT ${PAGE_MOVEMENTS}
    ) m
    LEFT JOIN inbound_message i ON i.tenant_id = $1 AND i.message_id = m.inbound_message_id
    ORDER BY m.sequence`,
};

type MovementRow = TextRow<MovementEntity> & { readonly matchesItsMessage: boolean };

const READ_ENTRIES = readParts('verify_entries', LedgerEntryEntity, 'leg');
const READ_ABSORBED_LEGS = readParts('verify_absorbed_legs', AbsorbedLegEntity, 'leg');
const READ_COUNTS = readParts('verify_counts', StockCountEntity, 'ordinal');

/** The statement that reads one kind of parts of a range of movements, in their order. */
function readParts(name: string, entity: EntityClass<object>, ordinal: 'leg' | 'ordinal'): Statement {
  return {
    name,
    text: `SELECT ${selectTexts(entity, 'p')}, p.${ordinal}::text AS number FROM ${tableOf(entity).name} p
    WHERE p.tenant_id = $1 AND p.sequence BETWEEN $2 AND $3 ORDER BY p.sequence, p.${ordinal}`,
  };
}

/** A part of a movement, as a row of its own table. `number` is its number among its kind. */
interface PartRow {
  readonly sequence: string;
  readonly number: string;
}

type EntryRow = TextRow<LedgerEntryEntity> & PartRow;
type AbsorbedLegRow = TextRow<AbsorbedLegEntity> & PartRow;
type CountRow = TextRow<StockCountEntity> & PartRow;

/** Reads the next movements after a sequence, up to and with another one, with all their parts; none at the end. */
export async function readMovements(
  session: Session,
  tenantId: string,
  after: number,
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<StoredMovement[]> {
  const { rows } = await run<MovementRow>(session, READ_MOVEMENTS, [tenantId, after, upTo]);
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
      matchesItsMessage: row.matchesItsMessage,
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
  rows.every(({ number }, index) => number === String(index));

function movementOf(row: MovementRow): Omit<Movement, 'entries' | 'absorbedLegs' | 'counts'> {
  return {
    sequence: Number(row.sequence),
    reason: row.reason,
    reference: row.reference,
    note: row.note,
    correlationId: row.correlationId,
    origin: { kind: row.originKind, id: row.originId },
    externalId: row.externalId,
    occurredAtMs: Number(row.occurredAtMs),
    effectiveAtMs: Number(row.effectiveAtMs),
    recordedAtMs: Number(row.recordedAtMs),
    evidenceHash: row.evidenceHash,
    inboundMessageId: row.inboundMessageId,
    hash: row.hash,
  };
}

const entryOf = (row: EntryRow): LedgerEntry => ({
  levelId: row.levelId,
  itemId: row.itemId,
  delta: Number(row.delta),
  quantityAfter: Number(row.quantityAfter),
  levelVersion: Number(row.levelVersion),
});

const absorbedLegOf = (row: AbsorbedLegRow): AbsorbedLeg => ({ levelId: row.levelId, delta: Number(row.delta) });

const countOf = (row: CountRow): CountRecord => ({
  levelId: row.levelId,
  status: row.status,
  quantity: Number(row.quantity),
  previousQuantity: Number(row.previousQuantity),
  asOfMs: row.asOfMs === null ? null : Number(row.asOfMs),
  sourceSequence: row.sourceSequence === null ? null : Number(row.sourceSequence),
  code: row.code,
});
