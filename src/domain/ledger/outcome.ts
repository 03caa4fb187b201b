/** What became of one external row or command, to be kept under (tenant, origin, externalId). */
export interface OutcomeDraft {
  readonly externalId: string;
  /** SHA-256 (hex) of the canonical input. */
  readonly fingerprint: string;
  /** The movement that the row or command became part of, where it is one. */
  readonly sequence: number | null;
  /** What a replay answers beyond the movement; null for rows of a message. */
  readonly result: OutcomeResult | null;
}

/** A use case's own JSON, given back to it on replay. */
export type OutcomeResult = Readonly<Record<string, unknown>>;

export interface StoredOutcome extends OutcomeDraft {
  readonly originId: string;
}
