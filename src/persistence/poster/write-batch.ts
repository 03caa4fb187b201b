import type { BatchWrites, LedgerState, Level } from '../../domain/ledger/ledger-state';
import type { Movement } from '../../domain/ledger/movement';
import { writeCatalogue } from './write-catalogue';
import { writeDocuments } from './write-documents';
import { writeEvidence } from './write-inbound-messages';
import { bytea, byteaArray, columns, run, timestamp, timestampOrNull, type Session, type Statement } from './statement';

/** Whether a batch has anything to write. */
export function hasWrites(writes: BatchWrites): boolean {
  return Object.values(writes).some((list: readonly unknown[]) => list.length > 0);
}

/**
 * Sends everything that a batch decided, one statement a table, and moves the head on. The statements are queued on
 * the pipelined session at once; they take effect together with the COMMIT that the caller sends behind them.
 */
export function writeBatch(session: Session, tenantId: string, state: LedgerState): Promise<unknown>[] {
  const { writes } = state;
  return [
    ...writeCatalogue(session, tenantId, writes),
    ...writeOutcomes(session, tenantId, writes.outcomes),
    ...writeMovements(session, tenantId, writes.movements),
    ...writeLevels(session, tenantId, state),
    ...writeEvidence(session, tenantId, writes),
    ...writeDocuments(session, tenantId, writes),
    advanceHead(session, tenantId, state),
  ];
}

const ADVANCE_HEAD: Statement = {
  name: 'poster_advance_head',
  text: `UPDATE ledger_head SET sequence = $2, hash = $3::bytea, recorded_at = $4::timestamptz,
      catalogue_revision = catalogue_revision + $5, next_order_number = $6, next_vendor_id = $7
    WHERE tenant_id = $1`,
};

function advanceHead(session: Session, tenantId: string, { head, writes }: LedgerState): Promise<unknown> {
  return run(session, ADVANCE_HEAD, [
    tenantId,
    head.sequence,
    bytea(head.hash),
    head.recordedAtMs === 0 ? null : timestamp(head.recordedAtMs),
    changesCatalogue(writes) ? 1 : 0,
    head.nextOrderNumber,
    head.nextVendorId,
  ]);
}

/** Whether a batch makes or changes items, identifiers or locations. */
export function changesCatalogue(writes: BatchWrites): boolean {
  const lists: readonly (readonly unknown[])[] = [
    writes.newItems,
    writes.changedItems,
    writes.newIdentifiers,
    writes.removedIdentifiers,
    writes.newLocations,
    writes.changedLocations,
  ];
  return lists.some((list) => list.length > 0);
}

const INSERT_OUTCOMES: Statement = {
  name: 'poster_insert_outcomes',
  text: `INSERT INTO outcome (tenant_id, origin_id, external_id, fingerprint, sequence, result)
    SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::bytea[], $5::bigint[], $6::jsonb[])`,
};

function writeOutcomes(session: Session, tenantId: string, outcomes: BatchWrites['outcomes']): Promise<unknown>[] {
  if (outcomes.length === 0) return [];
  const names = columns(
    outcomes,
    (outcome) => outcome.originId,
    (outcome) => outcome.externalId,
  );
  const contents = columns(
    outcomes,
    (outcome) => outcome.sequence,
    (outcome) => (outcome.result === null ? null : JSON.stringify(outcome.result)),
  );
  const fingerprints = byteaArray(outcomes.map((outcome) => outcome.fingerprint));
  return [run(session, INSERT_OUTCOMES, [tenantId, ...names, fingerprints, ...contents])];
}

const INSERT_MOVEMENTS: Statement = {
  name: 'poster_insert_movements',
  text: `INSERT INTO movement (tenant_id, recorded_at, sequence, reason, reference, note, correlation_id, origin_kind,
      origin_id, external_id, occurred_at, effective_at, inbound_message_id, evidence_hash, hash)
    SELECT $1, $2::timestamptz, * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::uuid[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::uuid[], $14::bytea[], $15::bytea[])`,
};

const INSERT_ENTRIES: Statement = {
  name: 'poster_insert_entries',
  text: `INSERT INTO ledger_entry (tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version)
    SELECT $1, * FROM unnest($2::bigint[], $3::integer[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[],
      $8::bigint[])`,
};

const INSERT_ABSORBED_LEGS: Statement = {
  name: 'poster_insert_absorbed_legs',
  text: `INSERT INTO absorbed_leg (tenant_id, sequence, leg, level_id, delta)
    SELECT $1, * FROM unnest($2::bigint[], $3::integer[], $4::uuid[], $5::bigint[])`,
};

const INSERT_COUNTS: Statement = {
  name: 'poster_insert_counts',
  text: `INSERT INTO stock_count (tenant_id, sequence, ordinal, level_id, status, quantity, previous_quantity, as_of,
      source_sequence, code)
    SELECT $1, * FROM unnest($2::bigint[], $3::integer[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[],
      $8::timestamptz[], $9::bigint[], $10::text[])`,
};

/** The movements' parts in one list, and for each its movement's sequence and its ordinal in it. */
function partsOf<Part>(
  movements: readonly Movement[],
  of: (movement: Movement) => readonly Part[],
): { sequences: number[]; ordinals: number[]; parts: Part[] } {
  const sequences: number[] = [];
  const ordinals: number[] = [];
  const parts: Part[] = [];
  for (const movement of movements) {
    for (const [ordinal, part] of of(movement).entries()) {
      sequences.push(movement.sequence);
      ordinals.push(ordinal);
      parts.push(part);
    }
  }
  return { sequences, ordinals, parts };
}

function writeMovements(session: Session, tenantId: string, movements: readonly Movement[]): Promise<unknown>[] {
  const [first] = movements;
  if (!first) return [];
  const rows = columns(
    movements,
    (movement) => movement.sequence,
    (movement) => movement.reason,
    (movement) => movement.reference,
    (movement) => movement.note,
    (movement) => movement.correlationId,
    (movement) => movement.origin.kind,
    (movement) => movement.origin.id,
    (movement) => movement.externalId,
    (movement) => timestamp(movement.occurredAtMs),
    (movement) => timestamp(movement.effectiveAtMs),
    (movement) => movement.inboundMessageId,
  );
  const hashes = [
    byteaArray(movements.map((movement) => movement.evidenceHash)),
    byteaArray(movements.map((movement) => movement.hash)),
  ];
  return [
    run(session, INSERT_MOVEMENTS, [tenantId, timestamp(first.recordedAtMs), ...rows, ...hashes]),
    ...writeEntries(session, tenantId, movements),
    ...writeAbsorbedLegs(session, tenantId, movements),
    ...writeCounts(session, tenantId, movements),
  ];
}

function writeEntries(session: Session, tenantId: string, movements: readonly Movement[]): Promise<unknown>[] {
  const { sequences, ordinals, parts } = partsOf(movements, (movement) => movement.entries);
  if (parts.length === 0) return [];
  const rows = columns(
    parts,
    (entry) => entry.levelId,
    (entry) => entry.itemId,
    (entry) => entry.delta,
    (entry) => entry.quantityAfter,
    (entry) => entry.levelVersion,
  );
  return [run(session, INSERT_ENTRIES, [tenantId, sequences, ordinals, ...rows])];
}

function writeAbsorbedLegs(session: Session, tenantId: string, movements: readonly Movement[]): Promise<unknown>[] {
  const { sequences, ordinals, parts } = partsOf(movements, (movement) => movement.absorbedLegs);
  if (parts.length === 0) return [];
  const rows = columns(
    parts,
    (leg) => leg.levelId,
    (leg) => leg.delta,
  );
  return [run(session, INSERT_ABSORBED_LEGS, [tenantId, sequences, ordinals, ...rows])];
}

function writeCounts(session: Session, tenantId: string, movements: readonly Movement[]): Promise<unknown>[] {
  const { sequences, ordinals, parts } = partsOf(movements, (movement) => movement.counts);
  if (parts.length === 0) return [];
  const rows = columns(
    parts,
    (count) => count.levelId,
    (count) => count.status,
    (count) => count.quantity,
    (count) => count.previousQuantity,
    (count) => timestampOrNull(count.asOfMs),
    (count) => count.sourceSequence,
    (count) => count.code,
  );
  return [run(session, INSERT_COUNTS, [tenantId, sequences, ordinals, ...rows])];
}

const INSERT_LEVELS: Statement = {
  name: 'poster_insert_levels',
  text: `INSERT INTO stock_level (tenant_id, level_id, item_id, location_id, owner, pool, channel, condition, packaging,
      barcode, lot, bucket, quantity, version, updated_at, has_baseline)
    SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::timestamptz[],
      $16::boolean[])`,
};

const UPDATE_LEVELS: Statement = {
  name: 'poster_update_levels',
  text: `UPDATE stock_level l
    SET quantity = next.quantity, version = next.version, updated_at = next.updated_at, has_baseline = next.has_baseline
    FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::boolean[])
      AS next (level_id, quantity, version, updated_at, has_baseline)
    WHERE l.tenant_id = $1 AND l.level_id = next.level_id`,
};

const UPDATE_LAST_COUNTS: Statement = {
  name: 'poster_update_last_counts',
  text: `UPDATE stock_level l
    SET counted_as_of = next.counted_as_of, last_count_at = next.at, last_count_explicit = next.explicit,
      last_count_quantity = next.quantity, last_count_origin_id = next.origin_id,
      last_count_source_sequence = next.source_sequence
    FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::boolean[], $6::bigint[], $7::uuid[], $8::bigint[])
      AS next (level_id, counted_as_of, at, explicit, quantity, origin_id, source_sequence)
    WHERE l.tenant_id = $1 AND l.level_id = next.level_id`,
};

function writeLevels(session: Session, tenantId: string, state: LedgerState): Promise<unknown>[] {
  const touched = state.touchedLevels();
  const made = touched.filter((level) => !state.loadedLevel(level.id));
  const changed = touched.filter((level) => state.loadedLevel(level.id));
  const counted = touched.filter((level) => level.lastCount !== (state.loadedLevel(level.id)?.lastCount ?? null));
  return [
    ...(made.length > 0 ? [insertLevels(session, tenantId, made)] : []),
    ...(changed.length > 0 ? [updateLevels(session, tenantId, changed)] : []),
    ...(counted.length > 0 ? [updateLastCounts(session, tenantId, counted)] : []),
  ];
}

function insertLevels(session: Session, tenantId: string, levels: readonly Level[]): Promise<unknown> {
  const rows = columns(
    levels,
    (level) => level.id,
    (level) => level.key.itemId,
    (level) => level.key.locationId,
    (level) => level.key.owner,
    (level) => level.key.pool,
    (level) => level.key.channel,
    (level) => level.key.condition,
    (level) => level.key.packaging,
    (level) => level.key.barcode,
    (level) => level.key.lot,
    (level) => level.key.bucket,
    (level) => level.quantity,
    (level) => level.version,
    (level) => timestamp(level.updatedAtMs),
    (level) => level.hasBaseline,
  );
  return run(session, INSERT_LEVELS, [tenantId, ...rows]);
}

function updateLevels(session: Session, tenantId: string, levels: readonly Level[]): Promise<unknown> {
  const rows = columns(
    levels,
    (level) => level.id,
    (level) => level.quantity,
    (level) => level.version,
    (level) => timestamp(level.updatedAtMs),
    (level) => level.hasBaseline,
  );
  return run(session, UPDATE_LEVELS, [tenantId, ...rows]);
}

function updateLastCounts(session: Session, tenantId: string, levels: readonly Level[]): Promise<unknown> {
  const rows = columns(
    levels,
    (level) => level.id,
    (level) => timestampOrNull(level.countedAsOfMs),
    (level) => timestampOrNull(level.lastCount?.effectiveAtMs ?? null),
    (level) => level.lastCount?.explicit ?? null,
    (level) => level.lastCount?.quantity ?? null,
    (level) => level.lastCount?.originId ?? null,
    (level) => level.lastCount?.sourceSequence ?? null,
  );
  return run(session, UPDATE_LAST_COUNTS, [tenantId, ...rows]);
}
