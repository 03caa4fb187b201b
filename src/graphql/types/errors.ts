import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { RetryableError } from '../../application/ports/failures';
import {
  ReadBudgetError,
  SumTooLargeError,
  UnclearKeyError,
  UnknownHeadError,
  UnreadableTextError,
} from '../../application/ports/reads';
import { shortened } from '../../domain/text';
import { GRAPHQL_LIMITS } from '../limits/limits';

/** The codes of top-level errors. Expected refusals are not errors: mutations return them as `userErrors`. */
const CODES = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  PERSISTED_DOCUMENT_NOT_FOUND: 'PERSISTED_DOCUMENT_NOT_FOUND',
  PERSISTED_DOCUMENT_REQUIRED: 'PERSISTED_DOCUMENT_REQUIRED',
  PERSISTED_QUERY_NOT_FOUND: 'PERSISTED_QUERY_NOT_FOUND',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  THROTTLED: 'THROTTLED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL',
} as const;
type RequestErrorCode = keyof typeof CODES;

/** An error that the client can fix. The message says how. */
export function badUserInput(message: string): GraphQLError {
  return requestError('BAD_USER_INPUT', message);
}

/** The error for an operation that the API key's scopes do not allow. */
export function forbidden(message: string): GraphQLError {
  return requestError('FORBIDDEN', message, 403);
}

/** The error for an operation that is refused before it runs: it is not of this API, or asks for too much at once. */
export function invalidOperation(message: string): GraphQLError {
  return requestError('GRAPHQL_VALIDATION_FAILED', message, 400);
}

/** The error for an operation that the rate of the API key has no room for. Nothing of it has run. */
export class ThrottledError extends GraphQLError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(message, { extensions: { code: 'THROTTLED', http: { status: 429 } } });
  }
}

/** The codes of requests whose document cannot be found. */
type DocumentErrorCode = Extract<RequestErrorCode, `PERSISTED_${string}` | 'BAD_USER_INPUT'>;

/** The error for a request that names its document wrongly, or one that is not there. */
export function badDocument(code: DocumentErrorCode, message: string): GraphQLError {
  return requestError(code, message, 400);
}

/** An error of a variable, as graphql-js words it, with the code of all bad input. */
export function badVariable({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    ...(nodes === undefined ? {} : { nodes }),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** `status` is the HTTP status of the whole response, for errors that refuse an operation before it runs. */
function requestError(code: RequestErrorCode, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...(status === undefined ? {} : { http: { status } }) } });
}

/** An error as clients see it. */
export interface PresentedError {
  readonly formatted: GraphQLFormattedError;
  /** The HTTP status of the whole response, when the error decides it. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** True for a fault of the gateway, which has to be logged. */
  readonly isFault: boolean;
}

/** Errors of reads that the client can fix. */
const FIXABLE = [ReadBudgetError, UnreadableTextError, SumTooLargeError, UnclearKeyError, UnknownHeadError];

/**
 * Keeps what a client can use of an error. Anything else becomes INTERNAL, with the request id to look it up by.
 *
 * @param worded the message as this client sees it
 */
export function presentError(
  error: GraphQLError,
  requestId: string | undefined,
  worded: (message: string) => string = (message) => message,
): PresentedError {
  const cause = error.originalError ?? error;
  if (cause instanceof RetryableError) {
    const { retryAfterSeconds } = cause;
    return { formatted: shown(error, 'UNAVAILABLE', cause.message), status: 503, retryAfterSeconds, isFault: false };
  }
  if (error instanceof ThrottledError) {
    const { message, retryAfterSeconds } = error;
    return { formatted: shown(error, 'THROTTLED', message), status: 429, retryAfterSeconds, isFault: false };
  }
  if (FIXABLE.some((kind) => cause instanceof kind)) {
    return { formatted: shown(error, 'BAD_USER_INPUT', cause.message), isFault: false };
  }
  const code = publicCode(error);
  if (code === undefined) {
    const message = 'This is a fault of the gateway. Its log has more under this request id.';
    const formatted = shown(error, 'INTERNAL', message, requestId);
    return { formatted, isFault: true };
  }
  const formatted = shown(error, code, worded(error.message));
  return { formatted, isFault: false };
}

/** Apollo Server's codes for requests that it cannot read. */
const UNREADABLE = new Set<unknown>(['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE', 'PERSISTED_QUERY_NOT_SUPPORTED']);

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
    message: withoutMiddle(message),
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code, ...(requestId === undefined ? {} : { requestId }) },
  };
}

/** Errors of graphql-js show the whole value, and say after it what is wrong. */
function withoutMiddle(message: string): string {
  const { messageLength } = GRAPHQL_LIMITS;
  if (message.length <= messageLength) return message;
  const half = Math.floor(messageLength / 2);
  return `${shortened(message, half)} ${message.slice(half - messageLength)}`;
}
