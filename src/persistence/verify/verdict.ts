/** How far a verification has come. */
export interface VerifyProgress {
  /** Movements and levels, of which the ledger's levels come second. */
  readonly checked: number;
  readonly total: number;
}

export interface VerifyOptions {
  /** Called after each page. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** The first thing that does not hold. */
export interface LedgerFault {
  readonly ok: false;
  /** The movement at which it shows; null where it is about no movement. */
  readonly sequence: number | null;
  /** A sentence that says what is wrong. */
  readonly problem: string;
}

interface LedgerIntact {
  readonly ok: true;
  /** The last movement's number and hash: who keeps them elsewhere can prove the past later. */
  readonly sequence: number;
  readonly hash: string;
  readonly movements: number;
  readonly entries: number;
  readonly levels: number;
}

export type LedgerVerdict = LedgerIntact | LedgerFault;

/** The head as the ledger states it. */
export interface StatedHead {
  readonly sequence: number;
  readonly hash: string;
  readonly recordedAtMs: number | null;
}
