import type { Sha256 } from './hashing';

/** Why stock moved. */
export const MOVEMENT_REASONS = [
  'OPENING',
  'RECEIPT',
  'RECEIPT_OR_CANCELLATION',
  'RETURN',
  'SHIPMENT',
  'ALLOCATION',
  'DEALLOCATION',
  'TRANSFER',
  'HOLD',
  'RELEASE',
  'ADJUSTMENT',
  'COUNT',
  'UNPACK',
  'OWNER_TRANSFER',
  'BARCODE_CHANGE',
  'LOSS',
  'GAIN',
  'REVERSAL',
  'MERGE',
  'UNKNOWN',
] as const;
export type MovementReason = (typeof MOVEMENT_REASONS)[number];

/** Who causes movements: a connection or an API client. Not a key: keys rotate, an origin stays. */
export interface Origin {
  readonly kind: 'CONNECTION' | 'API_CLIENT';
  readonly id: string;
}

/** What became of one absolute statement. */
export type CountStatus = 'APPLIED' | 'UNCHANGED' | 'STALE_IGNORED' | 'DUPLICATE' | 'REJECTED';

/** A leg with effect. Identified by its movement's sequence and its index in it. */
export interface LedgerEntry {
  readonly levelId: string;
  readonly itemId: string;
  readonly delta: number;
  readonly quantityAfter: number;
  /** The level's own gapless version, from 1. */
  readonly levelVersion: number;
}

/** Which leg with effect took effect before an earlier one of its level, or may have: where that is not known exactly. */
export interface LateEntry {
  readonly sequence: number;
  readonly leg: number;
}

/** A leg that an accepted count already contains: kept, without effect. */
export interface AbsorbedLeg {
  readonly levelId: string;
  readonly delta: number;
}

/** An absolute statement, as accepted or refused: "there were `quantity` at `asOf`". */
export interface CountRecord {
  readonly levelId: string;
  readonly status: CountStatus;
  readonly quantity: number;
  /** The level's quantity when the statement was judged. */
  readonly previousQuantity: number;
  /** Epoch milliseconds; null where the count came without a clock. */
  readonly asOfMs: number | null;
  readonly sourceSequence: number | null;
  /** The code of the refusal, for a rejected count. */
  readonly code: string | null;
}

/** One fact or command applied as a whole. Clocks are epoch milliseconds. */
export interface Movement {
  /** Gapless in the tenant's ledger, from 1. */
  readonly sequence: number;
  readonly reason: MovementReason;
  readonly reference: string | null;
  readonly note: string | null;
  readonly correlationId: string | null;
  readonly origin: Origin;
  readonly externalId: string;
  /** Their clock, as stated. */
  readonly occurredAtMs: number;
  /** The earlier of what they say and `recordedAtMs`: the time that counts are compared with. */
  readonly effectiveAtMs: number;
  /** Our clock; never earlier than the movement before. */
  readonly recordedAtMs: number;
  /** SHA-256 (hex) of the message or command that this rests on. */
  readonly evidenceHash: string;
  readonly inboundMessageId: string | null;
  readonly entries: readonly LedgerEntry[];
  readonly absorbedLegs: readonly AbsorbedLeg[];
  readonly counts: readonly CountRecord[];
  /** SHA-256 (hex) over the hash before it and the canonical text. */
  readonly hash: string;
}

/** The hash before a ledger's first movement. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * The canonical text of a movement, version 1 (docs/ledger-format.md): a JSON object as RFC 8785 (JCS) writes it, so
 * that anyone can produce the same bytes from an export. Every value is a string, an integer, null or a list of these;
 * keys are in the order of RFC 8785.
 */
export function canonicalMovement(movement: Omit<Movement, 'hash'>): string {
  return JSON.stringify({
    absorbed: movement.absorbedLegs.map((leg) => [leg.levelId, leg.delta]),
    correlationId: movement.correlationId,
    counts: movement.counts.map((count) => [
      count.levelId,
      count.status,
      count.quantity,
      count.previousQuantity,
      count.asOfMs,
      count.sourceSequence,
      count.code,
    ]),
    effectiveAt: movement.effectiveAtMs,
    entries: movement.entries.map((entry) => [entry.levelId, entry.delta, entry.quantityAfter, entry.levelVersion]),
    evidence: movement.evidenceHash,
    externalId: movement.externalId,
    inboundMessage: movement.inboundMessageId,
    note: movement.note,
    occurredAt: movement.occurredAtMs,
    origin: [movement.origin.kind, movement.origin.id],
    reason: movement.reason,
    recordedAt: movement.recordedAtMs,
    reference: movement.reference,
    sequence: movement.sequence,
    v: 1,
  });
}

/** `sha256(hash before ‖ canonical text)`: the hash before as 64 hex digits, then the canonical text, all in UTF-8. */
export function movementHash(previousHash: string, movement: Omit<Movement, 'hash'>, sha256: Sha256): string {
  return sha256(previousHash + canonicalMovement(movement));
}
