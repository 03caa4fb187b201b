/** Nothing was done, and a later try may succeed: HTTP 503 with Retry-After, UNAVAILABLE in GraphQL. */
export abstract class RetryableError extends Error {
  abstract readonly retryAfterSeconds: number;
}

/** Too many requests, or reads, of this tenant wait already. */
export class BusyError extends RetryableError {
  readonly retryAfterSeconds = 1;

  constructor() {
    super('Too many requests are waiting; send fewer at once, and this one again.');
  }
}

/** The keys of a token's issuer are not known, and it gives none at present. */
export class IssuerUnavailableError extends RetryableError {
  readonly retryAfterSeconds = 5;

  constructor() {
    super('The keys of the issuer of this token cannot be read at present; send the request again.');
  }
}

/** The seconds after which a request that failed with this error should be sent again; undefined for any other error. */
export function retryAfterSeconds(error: unknown): number | undefined {
  return error instanceof RetryableError ? error.retryAfterSeconds : undefined;
}

/** The operator has to fix something. The message is one line that says what, and never contains a secret. */
export abstract class OperatorError extends Error {}
