import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { presentError } from '../types/errors';

/** Takes the gateway's own faults, to be looked up by the request's id. */
export type LogFault = (error: unknown, requestId: string) => void;

/** The errors of an operation as they are answered. */
export interface PresentedErrors {
  readonly formatted: readonly GraphQLFormattedError[];
  /** The status of the whole answer, where an error decides it. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Errors are logged here, once, and nowhere else. */
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
