import type { BatchWrites, LedgerHead, LedgerState, Level } from '../../domain/ledger/ledger-state';
import type { AbsorbedLeg, CountRecord, LateEntry, LedgerEntry, Movement } from '../../domain/ledger/movement';
import type { StoredOutcome } from '../../domain/ledger/outcome';
import { AbsorbedLegEntity } from '../tables/absorbed-leg';
import { LateEntryEntity } from '../tables/late-entry';
import { LedgerEntryEntity } from '../tables/ledger-entry';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { MovementEntity } from '../tables/movement';
import { OutcomeEntity } from '../tables/outcome';
import { StockCountEntity } from '../tables/stock-count';
import { StockLevelEntity } from '../tables/stock-level';
import type { LockedHead } from './lock-head';
import { rememberQuiet, type Attempt } from './lost-commit';
import { writeCatalogue } from './write-catalogue';
import { writeDocuments } from './write-documents';
import { writeInboundMessages } from './write-inbound-messages';
import { insertOf, runFor, same, updateOf, updateOneOf, type Values } from './row-statements';
import type { Session, Statement } from '../database/statement';

/** Whether a batch has anything to write. */
export function hasWrites({ writes, hasOtherExpiry }: LedgerState): boolean {
  return hasOtherExpiry || Object.values(writes).some((list: readonly unknown[]) => list.length > 0);
}

/**
 * Sends everything that a batch decided, one statement a table, and advances the head. All statements are queued on the
 * pipelined session at once. They take effect with the COMMIT that the caller sends after them. `mayWait` says whether
 * any row may wait in quarantine.
 */
export function writeBatch(
  session: Session,
  tenantId: string,
  state: LedgerState,
  locked: LockedHead,
  attempt: Attempt,
  mayWait: boolean,
): Promise<unknown>[] {
  const { head, writes } = state;
  const catalogueRevision = locked.catalogueRevision + (changesCatalogue(writes) ? 1 : 0);
  return [
    ...writeCatalogue(session, tenantId, writes),
    ...writeMovements(session, tenantId, writes),
    ...runFor(session, INSERT_LATE_ENTRIES, tenantId, writes.lateEntries),
    ...writeLevels(session, tenantId, state),
    ...writeInboundMessages(session, tenantId, state, mayWait),
    ...writeDocuments(session, tenantId, writes),
    ...runFor(session, ADVANCE_HEAD, tenantId, [{ ...head, catalogueRevision, attempt: attempt.id }]),
    ...rememberQuiet(session, tenantId, attempt),
  ];
}

type NextHead = LedgerHead & Pick<LockedHead, 'catalogueRevision' | 'attempt'>;

const HEAD: Values<LedgerHeadEntity, NextHead> = {
  ...same('sequence', 'hash', 'catalogueRevision', 'nextOrderNumber', 'nextVendorId', 'attempt'),
  ...same('openReservations', 'backOrders'),
  nextExpiry: (head) => head.nextExpiryMs,
  recordedAt: (head) => head.recordedAtMs || null,
};

const ADVANCE_HEAD = updateOneOf<LedgerHeadEntity, NextHead>('poster_advance_head', LedgerHeadEntity, HEAD);

/** Whether a batch creates, updates or deletes items, identifiers or locations. */
export function changesCatalogue(writes: BatchWrites): boolean {
  const lists: readonly (readonly unknown[])[] = [
    writes.newItems,
    writes.changedItems,
    writes.newIdentifiers,
    writes.removedIdentifiers,
    writes.newLocations,
    writes.changedLocations,
    writes.newFormerCodes,
    writes.removedFormerCodes,
    writes.mergedItems,
  ];
  return lists.some((list) => list.length > 0);
}

const INSERT_OUTCOMES = insertOf<OutcomeEntity, StoredOutcome>('poster_insert_outcomes', OutcomeEntity, {
  ...same('originId', 'externalId', 'fingerprint', 'sequence', 'result'),
});

/** A movement as it is stored. */
interface StoredMovement {
  readonly movement: Movement;
  /** Where it is the outcome of its own external id. */
  fingerprint: string | null;
}

const INSERT_MOVEMENTS = insertOf<MovementEntity, StoredMovement>('poster_insert_movements', MovementEntity, {
  sequence: ({ movement }) => movement.sequence,
  reason: ({ movement }) => movement.reason,
  reference: ({ movement }) => movement.reference,
  note: ({ movement }) => movement.note,
  correlationId: ({ movement }) => movement.correlationId,
  originKind: ({ movement }) => movement.origin.kind,
  originId: ({ movement }) => movement.origin.id,
  externalId: ({ movement }) => movement.externalId,
  occurredAt: ({ movement }) => movement.occurredAtMs,
  effectiveAt: ({ movement }) => movement.effectiveAtMs,
  recordedAt: ({ movement }) => movement.recordedAtMs,
  evidenceHash: ({ movement }) => movement.evidenceHash,
  inboundMessageId: ({ movement }) => movement.inboundMessageId,
  hash: ({ movement }) => movement.hash,
  fingerprint: ({ fingerprint }) => fingerprint,
});

/**
 * Gives each movement the outcome of its own external id, and returns the others, which need a row of their own: those with
 * a result, and those of ids that share a movement.
 */
function ownOutcomes({ movements, outcomes }: Pick<BatchWrites, 'movements' | 'outcomes'>): {
  stored: StoredMovement[];
  others: StoredOutcome[];
} {
  const stored = movements.map((movement): StoredMovement => ({ movement, fingerprint: null }));
  const first = movements[0]?.sequence ?? 0;
  const others = outcomes.filter(({ originId, externalId, fingerprint, sequence, result }) => {
    const own = result === null && sequence !== null ? stored[sequence - first] : undefined;
    if (own?.movement.externalId !== externalId || own.movement.origin.id !== originId) return true;
    own.fingerprint = fingerprint;
    return false;
  });
  return { stored, others };
}

/** A part of a movement, with its movement's sequence and its number among its kind, from 0. */
interface Numbered<Part> {
  readonly sequence: number;
  readonly ordinal: number;
  readonly part: Part;
}

const INSERT_ENTRIES = insertOf<LedgerEntryEntity, Numbered<LedgerEntry>>('poster_insert_entries', LedgerEntryEntity, {
  sequence: (row) => row.sequence,
  leg: (row) => row.ordinal,
  levelId: (row) => row.part.levelId,
  itemId: (row) => row.part.itemId,
  delta: (row) => row.part.delta,
  quantityAfter: (row) => row.part.quantityAfter,
  levelVersion: (row) => row.part.levelVersion,
});

const INSERT_ABSORBED_LEGS = insertOf<AbsorbedLegEntity, Numbered<AbsorbedLeg>>(
  'poster_insert_absorbed_legs',
  AbsorbedLegEntity,
  {
    sequence: (row) => row.sequence,
    leg: (row) => row.ordinal,
    levelId: (row) => row.part.levelId,
    delta: (row) => row.part.delta,
  },
);

const INSERT_COUNTS = insertOf<StockCountEntity, Numbered<CountRecord>>('poster_insert_counts', StockCountEntity, {
  sequence: (row) => row.sequence,
  ordinal: (row) => row.ordinal,
  levelId: (row) => row.part.levelId,
  status: (row) => row.part.status,
  quantity: (row) => row.part.quantity,
  previousQuantity: (row) => row.part.previousQuantity,
  asOf: (row) => row.part.asOfMs,
  sourceSequence: (row) => row.part.sourceSequence,
  code: (row) => row.part.code,
});

const INSERT_LATE_ENTRIES = insertOf<LateEntryEntity, LateEntry>('poster_insert_late_entries', LateEntryEntity, {
  ...same('sequence', 'leg'),
});

function numbered<Part>(
  movements: readonly Movement[],
  partsOf: (movement: Movement) => readonly Part[],
): Numbered<Part>[] {
  return movements.flatMap((movement) =>
    partsOf(movement).map((part, ordinal) => ({ sequence: movement.sequence, ordinal, part })),
  );
}

function writeMovements(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const { movements } = writes;
  const { stored, others } = ownOutcomes(writes);
  const entries = numbered(movements, (movement) => movement.entries);
  const absorbedLegs = numbered(movements, (movement) => movement.absorbedLegs);
  const counts = numbered(movements, (movement) => movement.counts);
  return [
    ...runFor(session, INSERT_OUTCOMES, tenantId, others),
    ...runFor(session, INSERT_MOVEMENTS, tenantId, stored),
    ...runFor(session, INSERT_ENTRIES, tenantId, entries),
    ...runFor(session, INSERT_ABSORBED_LEGS, tenantId, absorbedLegs),
    ...runFor(session, INSERT_COUNTS, tenantId, counts),
  ];
}

const QUANTITY = {
  ...same('quantity', 'version', 'hasBaseline'),
  levelId: (level: Level) => level.id,
  updatedAt: (level: Level) => level.updatedAtMs,
  lastEffectiveAt: (level: Level) => level.lastEffectiveAtMs,
};

const LAST_COUNT = {
  countedAsOf: (level: Level) => level.countedAsOfMs,
  lastCountAt: (level: Level) => level.lastCount?.effectiveAtMs ?? null,
  lastCountExplicit: (level: Level) => level.lastCount?.explicit ?? null,
  lastCountQuantity: (level: Level) => level.lastCount?.quantity ?? null,
  lastCountOriginId: (level: Level) => level.lastCount?.originId ?? null,
  lastCountSourceSequence: (level: Level) => level.lastCount?.sourceSequence ?? null,
};

const INSERT_LEVELS = insertOf<StockLevelEntity, Level>('poster_insert_levels', StockLevelEntity, {
  ...QUANTITY,
  ...LAST_COUNT,
  itemId: (level) => level.key.itemId,
  locationId: (level) => level.key.locationId,
  owner: (level) => level.key.owner,
  pool: (level) => level.key.pool,
  channel: (level) => level.key.channel,
  condition: (level) => level.key.condition,
  packaging: (level) => level.key.packaging,
  barcode: (level) => level.key.barcode,
  lot: (level) => level.key.lot,
  bucket: (level) => level.key.bucket,
});

const UPDATE_LEVELS = updateOf<StockLevelEntity, Level>('poster_update_levels', StockLevelEntity, QUANTITY);

const UPDATE_COUNTED_LEVELS = updateOf<StockLevelEntity, Level>('poster_update_counted_levels', StockLevelEntity, {
  ...QUANTITY,
  ...LAST_COUNT,
});

function writeLevels(session: Session, tenantId: string, state: LedgerState): Promise<unknown>[] {
  const touched = state.touchedLevels();
  const created: Level[] = [];
  const changed: Level[] = [];
  const counted: Level[] = [];
  for (const level of touched) {
    const loaded = state.loadedLevel(level.id);
    if (!loaded) created.push(level);
    else (level.lastCount === loaded.lastCount ? changed : counted).push(level);
  }
  return [
    ...runFor(session, INSERT_LEVELS, tenantId, created),
    ...runFor(session, UPDATE_LEVELS, tenantId, changed),
    ...runFor(session, UPDATE_COUNTED_LEVELS, tenantId, counted),
  ];
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  ADVANCE_HEAD,
  INSERT_OUTCOMES,
  INSERT_MOVEMENTS,
  INSERT_ENTRIES,
  INSERT_ABSORBED_LEGS,
  INSERT_COUNTS,
  INSERT_LATE_ENTRIES,
  INSERT_LEVELS,
  UPDATE_LEVELS,
  UPDATE_COUNTED_LEVELS,
];
