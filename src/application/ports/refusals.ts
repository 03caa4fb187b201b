import type { Connection } from './connections';

/** Why a request to a connection is refused before anything of it is taken. */
export const REFUSAL_REASONS = [
  /** The path token, bearer token or account is of no connection. */
  'TOKEN',
  'PASSWORD',
  /** Also a timestamp that is too far off the clock of the gateway. */
  'SIGNATURE',
  'ADDRESS',
  'SIZE',
  /** No JSON, or not in the envelope or form of the format. */
  'FORM',
  'RATE',
  'CONTENT_CODING',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What is kept of a refused request. Nothing of it is secret. */
export interface RefusalEvidence {
  /** What is wrong, for an operator. */
  readonly detail: string;
  readonly address: string | null;
  /** Of the body, as far as it is known. */
  readonly bytes: number | null;
  /** The beginning of the body; null where it was not read. */
  readonly body: string | null;
}

export interface DoorRefusal {
  /** The connection that the request was meant for; null where that is not known. */
  readonly connection: Pick<Connection, 'tenantId' | 'id'> | null;
  readonly reason: RefusalReason;
  readonly atMs: number;
  /** Called only where the refusal is kept, since it takes time. */
  readonly evidence: () => RefusalEvidence;
}

/** Counts a refusal and may keep it. Takes no time that the sender would notice, and never fails. */
export type NoteRefusal = (refusal: DoorRefusal) => void;

export interface RefusalCount {
  readonly connectionId: string;
  readonly reason: RefusalReason;
  readonly refused: number;
  readonly lastAtMs: number;
}

export interface KeptRefusal extends RefusalEvidence {
  /** A UUIDv7. */
  readonly id: string;
  readonly connectionId: string;
  readonly reason: RefusalReason;
  readonly atMs: number;
}

export interface RefusalStore {
  /** Adds to a tenant's counts, and keeps the last refusals of each connection. */
  add(tenantId: string, counts: readonly RefusalCount[], kept: readonly KeptRefusal[]): Promise<void>;
}
