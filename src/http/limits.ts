/** The published limits of the HTTP edge. Times in milliseconds, sizes in bytes. Everything that a client can make us hold is bounded by one of them. */
export const HTTP_LIMITS = {
  /** Largest request body, unless a route says less. */
  bodyBytes: 1024 * 1024,
  /** Request line and header fields together. */
  headerBytes: 16 * 1024,
  /** From the first byte of a request to the end of its header fields. */
  headersTimeoutMs: 10_000,
  /** To receive a request whole, and again to answer it. */
  requestTimeoutMs: 30_000,
  /** How long an idle connection is kept; longer than the 60 s that load balancers usually keep theirs, so that they close first. */
  keepAliveTimeoutMs: 72_000,
  /** How often Node looks for connections that have run out of time. Its default of 30 s would make the 10 s above a 40 s. */
  timeoutCheckIntervalMs: 1_000,
  /** What the requests in flight get to finish when the server closes. */
  drainTimeoutMs: 10_000,
  /** What a readiness check gets to answer. */
  readinessTimeoutMs: 5_000,
  /** How much of a body that is too large is still read and thrown away, so that the client gets to see the 413. */
  discardBytes: 16 * 1024 * 1024,
} as const;
