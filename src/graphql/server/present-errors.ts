import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Context } from '../context';
import { withoutSuggestions, type SeesSchema } from '../limits/schema-visibility';
import { presentError, type PresentedError } from '../types/errors';

/** Logs a fault of the gateway under the request id that the client is told. */
export type LogFault = (error: unknown, requestId: string) => void;

/** The errors of an operation as clients see them. */
interface PresentedErrors {
  readonly formatted: readonly GraphQLFormattedError[];
  /** The HTTP status of the whole response, when an error decides it. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Presents the errors of an operation to whom it is of. */
export type PresentErrors = (
  errors: readonly GraphQLError[],
  caller: Pick<Context, 'principal' | 'requestId'>,
) => PresentedErrors;

/** The only place that logs the errors of operations, so each is logged once. */
export function createPresentErrors(logFault: LogFault, seesSchema: SeesSchema): PresentErrors {
  return (errors, { principal, requestId }) => {
    const message = seesSchema(principal) ? asItIs : withoutSuggestions;
    return presentAll(
      errors.map((error) => ({ error, ...presentError(error, requestId, message) })),
      (error) => {
        logFault(error.originalError ?? error, requestId);
      },
    );
  };
}

const asItIs = (message: string): string => message;

function presentAll(
  presented: readonly (PresentedError & { readonly error: GraphQLError })[],
  log: (error: GraphQLError) => void,
): PresentedErrors {
  for (const { error, isFault } of presented) if (isFault) log(error);
  const seconds = presented.findLast(({ retryAfterSeconds }) => retryAfterSeconds !== undefined)?.retryAfterSeconds;
  return {
    formatted: presented.map(({ formatted }) => formatted),
    status: presented.findLast(({ status }) => status !== undefined)?.status,
    headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
  };
}
