import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { RetryableError } from '../../application/ports/failures';
import { SumTooLargeError, UnreadableTextError } from '../../application/ports/reads';

/** The codes that an error of a request can have. Expected refusals are not errors: mutations answer them as `userErrors`. */
const CODES = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  THROTTLED: 'THROTTLED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL',
} as const;
type RequestErrorCode = keyof typeof CODES;

/** What the client can mend; the message says how. */
export function badUserInput(message: string): GraphQLError {
  return requestError('BAD_USER_INPUT', message);
}

/** What the API key's scopes do not allow. */
export function forbidden(message: string): GraphQLError {
  return requestError('FORBIDDEN', message, 403);
}

/** A query that is refused before it runs, since it asks for too much at once. */
export function tooLarge(message: string): GraphQLError {
  return requestError('GRAPHQL_VALIDATION_FAILED', message, 400);
}

/** `status` is that of the whole answer, for what is refused before it runs. */
function requestError(code: RequestErrorCode, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...(status === undefined ? {} : { http: { status } }) } });
}

/** An error as it is answered. */
export interface PresentedError {
  readonly formatted: GraphQLFormattedError;
  /** The status of the whole answer, where the error decides it. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** Whether it is a fault of ours, to be logged. */
  readonly isFault: boolean;
}

/** Shows of an error what the client can use. What is not meant for clients becomes INTERNAL and says where to look it up. */
export function presentError(error: GraphQLError, requestId: string | undefined): PresentedError {
  const cause = error.originalError ?? error;
  if (cause instanceof RetryableError) {
    const { retryAfterSeconds } = cause;
    return { formatted: shown(error, 'UNAVAILABLE', cause.message), status: 503, retryAfterSeconds, isFault: false };
  }
  if (cause instanceof UnreadableTextError || cause instanceof SumTooLargeError) {
    return { formatted: shown(error, 'BAD_USER_INPUT', cause.message), isFault: false };
  }
  const code = publicCode(error);
  if (code === undefined) {
    const message = 'This is a fault of the gateway. Its log has more under this request id.';
    const formatted = shown(error, 'INTERNAL', message, requestId);
    return { formatted, isFault: true };
  }
  const formatted = shown(error, code, error.message);
  return { formatted, isFault: false };
}

/** Codes of Apollo Server for requests that it cannot read. */
const UNREADABLE = new Set<unknown>([
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_FOUND',
]);

function publicCode({ extensions: { code } }: GraphQLError): RequestErrorCode | undefined {
  if (UNREADABLE.has(code)) return 'BAD_USER_INPUT';
  return typeof code === 'string' && code in CODES ? (code as RequestErrorCode) : undefined;
}

function shown(
  { locations, path }: GraphQLError,
  code: RequestErrorCode,
  message: string,
  requestId?: string,
): GraphQLFormattedError {
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code, ...(requestId === undefined ? {} : { requestId }) },
  };
}
