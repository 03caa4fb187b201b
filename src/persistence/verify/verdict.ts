/** The progress of a verification. */
export interface VerifyProgress {
  /** Movements and levels checked so far; levels are checked after all movements. */
  readonly checked: number;
  readonly total: number;
}

export interface VerifyOptions {
  /** Called after each page. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** The first fault of a ledger. */
export interface LedgerFault {
  readonly ok: false;
  /** The movement where it shows; null when it is about no movement. */
  readonly sequence: number | null;
  /** A sentence that says what is wrong. */
  readonly problem: string;
}

interface LedgerIntact {
  readonly ok: true;
  /** The last movement's sequence and hash. Whoever keeps them elsewhere can prove the history later. */
  readonly sequence: number;
  readonly hash: string;
  readonly movements: number;
  readonly entries: number;
  readonly levels: number;
}

export type LedgerVerdict = LedgerIntact | LedgerFault;

/** The end of a ledger: as its head states it, or as its movements show it. */
export interface StatedHead {
  readonly sequence: number;
  readonly hash: string;
  readonly recordedAtMs: number | null;
}
