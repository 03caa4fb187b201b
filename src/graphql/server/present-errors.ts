import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { presentError } from '../types/errors';

/** Logs a fault of the gateway under the request id that the client is told. */
export type LogFault = (error: unknown, requestId: string) => void;

/** The errors of an operation as clients see them. */
export interface PresentedErrors {
  readonly formatted: readonly GraphQLFormattedError[];
  /** The HTTP status of the whole response, when an error decides it. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Presents the errors of an operation. The only place that logs them, so each is logged once. */
export function presentErrors(errors: readonly GraphQLError[], requestId: string, logFault: LogFault): PresentedErrors {
  const presented = errors.map((error) => ({ error, ...presentError(error, requestId) }));
  for (const { error, isFault } of presented) if (isFault) logFault(error.originalError ?? error, requestId);
  const seconds = presented.findLast(({ retryAfterSeconds }) => retryAfterSeconds !== undefined)?.retryAfterSeconds;
  return {
    formatted: presented.map(({ formatted }) => formatted),
    status: presented.findLast(({ status }) => status !== undefined)?.status,
    headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
  };
}
