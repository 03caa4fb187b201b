/** The limits of the HTTP server. They bound everything that a client can make the gateway keep in memory. */
export const HTTP_LIMITS = {
  /** Largest request body, unless a route has a smaller limit. */
  bodyBytes: 1024 * 1024,
  /** Largest body of a pushed message. */
  pushBytes: 8 * 1024 * 1024,
  /** All bodies that are received or worked on. */
  bodiesInFlightBytes: 48 * 1024 * 1024,
  /** Request line and header fields together. */
  headerBytes: 16 * 1024,
  /** From the first byte of a request to the end of its header fields. */
  headersTimeoutMs: 10_000,
  /** The time to receive a whole request, and again to answer it. */
  requestTimeoutMs: 30_000,
  /** How long an idle connection is kept. Load balancers usually keep theirs for 60 s, so they close first. */
  keepAliveTimeoutMs: 72_000,
  /** How often Node checks for timeouts. Its default of 30 s would turn the 10 s above into up to 40 s. */
  timeoutCheckIntervalMs: 1_000,
  /** How long the requests in flight have to finish when the server closes. */
  drainTimeoutMs: 10_000,
  /** How long a readiness check may take. */
  readinessTimeoutMs: 5_000,
  /** Requests with wrong credentials that an address may send in the window. */
  failedAttempts: 60,
  failedAttemptsWindowMs: 60_000,
  /** Addresses that are remembered with their failed attempts. */
  failedAttemptAddresses: 10_000,
  /** Requests of a connection, unless the operator sets another rate: more than one connection's one-row messages commit. */
  messagesPerSecond: 10_000,
  /** Bytes of their bodies, unless the operator sets another rate: more than one connection's rows commit. */
  bytesPerSecond: 16 * 1024 * 1024,
  /** For so many seconds of its rate, a connection can send at once. */
  rateWindowSeconds: 10,
  /** Connections whose rates are remembered. */
  ratedConnections: 10_000,
  /** How much of a too large body is still read and dropped, so that the client sees the 413. */
  discardBytes: 16 * 1024 * 1024,
} as const;
