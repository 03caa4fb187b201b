import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, timestamp, timestampOrNull, type Session, type Statement } from '../database/statement';
import { selectPlain, type PlainRow } from '../tables/derived';
import { DiscrepancyEntity } from '../tables/discrepancy';

/** Most entries that are kept with a discrepancy: its first. */
const MAX_ENTRIES = 20;

export type DiscrepancyRow = PlainRow<DiscrepancyEntity>;

/** What one movement did to a level. */
export interface LevelEvent {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly levelId: string;
  readonly itemId: string;
  readonly locationId: string;
  /** Its entries of the level, by their places in the movement. */
  readonly legs: readonly number[];
}

/** What was found, and when. */
export type Finding = Pick<DiscrepancyRow, 'expected' | 'observed' | 'observedAtMs'>;

/** A row that an event opens. */
export const opened = (
  kind: DiscrepancyKind,
  { sequence, recordedAtMs, levelId, itemId, locationId }: Omit<LevelEvent, 'legs'>,
  finding: Finding,
): DiscrepancyRow => ({
  ...{ kind, openedSequence: sequence, openedAtMs: recordedAtMs, levelId, itemId, locationId, ...finding },
  ...{ closedAtMs: null, sinceAtMs: recordedAtMs, entrySequences: [], entryLegs: [], note: null },
});

/** The row with further entries of a movement, as long as it has room for them. */
export function withEntries(row: DiscrepancyRow, sequence: number, legs: readonly number[]): DiscrepancyRow {
  const room = MAX_ENTRIES - row.entryLegs.length;
  if (room <= 0) return row;
  const kept = legs.slice(0, room);
  return {
    ...row,
    entrySequences: [...row.entrySequences, ...kept.map(() => sequence)],
    entryLegs: [...row.entryLegs, ...kept],
  };
}

const byLevel = ({ levelId }: Pick<DiscrepancyRow, 'levelId'>): string => levelId;

/** The open rows of one kind while a stretch is judged, and those that it has changed. */
export class OpenRows {
  readonly #open: Map<string, DiscrepancyRow>;
  readonly #changed = new Map<string, DiscrepancyRow>();

  /** @param keyOf what has one open row at most; left out: a level */
  constructor(
    rows: readonly DiscrepancyRow[],
    private readonly keyOf: (row: DiscrepancyRow) => string = byLevel,
  ) {
    this.#open = new Map(rows.map((row) => [keyOf(row), row]));
  }

  get(key: string): DiscrepancyRow | undefined {
    return this.#open.get(key);
  }

  put(row: DiscrepancyRow): void {
    this.#changed.set(`${row.openedSequence} ${row.levelId}`, row);
    if (row.closedAtMs === null) this.#open.set(this.keyOf(row), row);
    else this.#open.delete(this.keyOf(row));
  }

  async save(session: Session, tenantId: string): Promise<void> {
    if (this.#changed.size === 0) return;
    await run(session, SAVE, [tenantId, JSON.stringify([...this.#changed.values()].map(stored))]);
  }
}

const stored = ({ openedAtMs, closedAtMs, sinceAtMs, observedAtMs, ...row }: DiscrepancyRow): object => ({
  ...row,
  ...{ openedAt: timestamp(openedAtMs), closedAt: timestampOrNull(closedAtMs) },
  ...{ sinceAt: timestamp(sinceAtMs), observedAt: timestamp(observedAtMs) },
});

// Oldest first: a level's row is closed before its next one opens. The note is not the watch's to change.
const SAVE: Statement = {
  name: 'discrepancies_save',
  text: `INSERT INTO discrepancy (tenant_id, opened_sequence, level_id, kind, item_id, location_id, opened_at, closed_at,
      since_at, expected, observed, observed_at, entry_sequences, entry_legs)
    SELECT $1, r."openedSequence", r."levelId", r.kind, r."itemId", r."locationId", r."openedAt", r."closedAt",
      r."sinceAt", r.expected, r.observed, r."observedAt", r."entrySequences", r."entryLegs"
    FROM jsonb_to_recordset($2::jsonb) AS r ("openedSequence" bigint, "levelId" uuid, kind text, "itemId" uuid,
      "locationId" uuid, "openedAt" timestamptz, "closedAt" timestamptz, "sinceAt" timestamptz, expected bigint,
      observed bigint, "observedAt" timestamptz, "entrySequences" bigint[], "entryLegs" integer[])
    ORDER BY r."openedSequence"
    ON CONFLICT (tenant_id, opened_sequence, level_id, kind) DO UPDATE SET closed_at = excluded.closed_at,
      since_at = excluded.since_at, expected = excluded.expected, observed = excluded.observed,
      observed_at = excluded.observed_at, entry_sequences = excluded.entry_sequences, entry_legs = excluded.entry_legs`,
};

const READ_OPEN: Statement = {
  name: 'discrepancies_open',
  text: `SELECT ${selectPlain(DiscrepancyEntity, 'd')} FROM discrepancy d
    WHERE d.tenant_id = $1 AND d.kind = $2 AND d.closed_at IS NULL AND d.level_id = ANY ($3::uuid[])`,
};

/** The open rows of a kind for these levels. */
export async function readOpen(
  session: Session,
  tenantId: string,
  kind: DiscrepancyKind,
  levelIds: readonly string[],
): Promise<DiscrepancyRow[]> {
  if (levelIds.length === 0) return [];
  return (await run<DiscrepancyRow>(session, READ_OPEN, [tenantId, kind, [...new Set(levelIds)]])).rows;
}

/** A number within ±(2^53−1), where numbers are exact. */
export const clamped = (quantity: bigint): number => {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(quantity > most ? most : quantity < -most ? -most : quantity);
};
