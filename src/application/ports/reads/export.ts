/** A part of an export: whole movements. */
export interface ExportPage {
  /** A line for each movement, see docs/ledger-format.md. */
  readonly lines: string;
  /** The last movement in it. */
  readonly lastSequence: number;
}

/** The ledger as others can check it. */
export interface ExportReads {
  /**
   * The movements that come after a sequence: as many as fit a page, up to and with another sequence that the ledger has.
   * Rejects with a {@link MissingMovementError} when there is none.
   */
  exportPage(tenantId: string, after: number, upTo: number): Promise<ExportPage>;
}
