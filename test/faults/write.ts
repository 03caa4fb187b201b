/** The words that the clients, the journal and the checker share. Nothing here comes from the gateway's code. */

/** A change of one level by a movement. */
export type Leg = readonly [level: string, delta: number];

/** A movement that has to be in the ledger once its write is acknowledged. */
export interface ExpectedMovement {
  /** The sender's id. */
  readonly externalId: string;
  /** The sender's clock, where it states one: then a count may already include the legs. */
  readonly occurredAtMs: number | null;
  readonly legs: readonly Leg[];
}

/** What one request asks for, as its sender writes it down before sending. */
export interface Write {
  readonly id: number;
  readonly tenant: string;
  readonly door: string;
  /** The name of the connection or API client. */
  readonly origin: string;
  readonly movements: readonly ExpectedMovement[];
  /** What it states as absolute quantities. */
  readonly counts: readonly (readonly [level: string, quantity: number])[];
  /** The id of the counts; null where the format has none, and each attempt counts again. */
  readonly countId: string | null;
  /** The indexes of rows that have to wait in quarantine. */
  readonly quarantined: readonly number[];
  /** Of the body, where the gateway keeps it as evidence. */
  readonly bodySha256: string | null;
}

/** What one attempt to send a write was told. */
export type Answer =
  /** Done, now or by an earlier attempt. */
  | { readonly kind: 'ACK'; readonly replayed: boolean; readonly sequence: number | null; readonly orderNo?: string }
  /** No, for a reason that the sender can understand. */
  | { readonly kind: 'REFUSED'; readonly code: string }
  /** Try again later. */
  | { readonly kind: 'BUSY' }
  /** No answer. Whether it was done is unknown. */
  | { readonly kind: 'BROKEN'; readonly why: string }
  /** An answer that a working gateway never gives. */
  | { readonly kind: 'FAULT'; readonly why: string };

/** An attempt to send a write, by its number, and what it was told. */
export interface Attempt {
  readonly attempt: number;
  readonly sentAtMs: number;
  readonly answer: Answer;
}

/** A line of the journal. */
export type JournalLine = { readonly intent: Write } | (Attempt & { readonly of: number });

interface LevelParts {
  readonly sku: string;
  readonly location: string;
  readonly channel?: string;
  readonly condition?: string;
  readonly barcode?: string;
  readonly bucket?: string;
}

/** The name of a stock level, as the checker reads it from the tables. */
export function levelName(parts: LevelParts): string {
  const { sku, location, channel = '', condition = 'GOOD', barcode = '', bucket = 'AVAILABLE' } = parts;
  return [sku, location, channel, condition, barcode, bucket].join('|');
}
