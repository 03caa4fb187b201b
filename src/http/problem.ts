import { STATUS_CODES } from 'node:http';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The members of a problem document (RFC 9457, section 3.1), with the request's id as an extension (section 3.2). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly requestId: string;
}

export interface HttpProblemOptions {
  /** One or two sentences for the reader of the answer. Clients see it, so it contains no secrets and no internals. */
  readonly detail?: string | undefined;
  /** A URI for the kind of problem. The default `about:blank` means that the status says it all (RFC 9457, section 4.2.1). */
  readonly type?: string;
  /** A short name of the kind, for use with `type`. The default is the phrase of the status. */
  readonly title?: string;
  /** A URI for this occurrence. */
  readonly instance?: string;
  /** Header fields of the answer, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The underlying error. It is logged and never sent. */
  readonly cause?: unknown;
}

/** An error that is answered as `application/problem+json`. Throw one of {@link httpProblems} from a hook or a handler. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly type: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly instance: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    /** From 400 to 599. */
    readonly status: number,
    options: HttpProblemOptions = {},
  ) {
    const title = options.title ?? STATUS_CODES[status] ?? 'Error';
    super(options.detail ?? title, { cause: options.cause });
    this.type = options.type ?? 'about:blank';
    this.title = title;
    this.detail = options.detail;
    this.instance = options.instance;
    this.headers = options.headers ?? {};
  }

  toDocument(requestId: string): ProblemDocument {
    return {
      type: this.type,
      title: this.title,
      status: this.status,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.instance === undefined ? {} : { instance: this.instance }),
      requestId,
    };
  }
}

/**
 * Every problem that the gateway answers with. A header field that RFC 9110 requires for a status is a parameter here, so that
 * it can't be forgotten.
 */
export const httpProblems = {
  /** 400: the request is malformed. */
  badRequest: (detail?: string): HttpProblem => new HttpProblem(400, { detail }),
  /** 401. RFC 9110, section 15.5.2, requires a challenge, such as `Bearer realm="stockbridge"`. */
  unauthorized: (challenge: string, detail?: string): HttpProblem =>
    new HttpProblem(401, { detail, headers: { 'www-authenticate': challenge } }),
  /** 403: the client may not do this. */
  forbidden: (detail?: string): HttpProblem => new HttpProblem(403, { detail }),
  /** 404: nothing exists here, or nothing that this client may know about. */
  notFound: (detail?: string): HttpProblem => new HttpProblem(404, { detail }),
  /** 405. RFC 9110, section 15.5.6, requires the methods that the path supports. */
  methodNotAllowed: (allow: readonly string[]): HttpProblem =>
    new HttpProblem(405, { detail: `This path answers ${allow.join(', ')}.`, headers: { allow: allow.join(', ') } }),
  /** 408: the request did not arrive in time. */
  requestTimeout: (): HttpProblem => new HttpProblem(408, { detail: 'The request did not arrive in time.' }),
  /** 413. `limitBytes` is the largest body that the route accepts. */
  contentTooLarge: (limitBytes: number): HttpProblem =>
    new HttpProblem(413, { detail: `The body may have ${limitBytes} bytes at most.` }),
  /** 414: a part of the path is too long. */
  uriTooLong: (): HttpProblem => new HttpProblem(414),
  /** 415: the route does not accept this media type. */
  unsupportedMediaType: (detail?: string): HttpProblem => new HttpProblem(415, { detail }),
  /** 415 for a content coding. RFC 9110, section 12.5.3, requires the codings that are accepted. */
  unsupportedContentCoding: (accepted: string): HttpProblem =>
    new HttpProblem(415, {
      detail: `The content coding of the body has to be one of ${accepted}.`,
      headers: { 'accept-encoding': accepted },
    }),
  /** 429, with the whole seconds after which the client may try again (RFC 6585, section 4). */
  tooManyRequests: (retryAfterSeconds: number, detail?: string): HttpProblem =>
    new HttpProblem(429, { detail, headers: { 'retry-after': String(retryAfterSeconds) } }),
  /** 431: the header fields are too large (RFC 6585, section 5). */
  headersTooLarge: (): HttpProblem => new HttpProblem(431),
  /** 500 for a fault of the gateway. The answer says only how to find it in the log. */
  internal: (cause?: unknown): HttpProblem =>
    new HttpProblem(500, { detail: 'This is a fault of the gateway. Its log has more under this request id.', cause }),
  /** 503, with the whole seconds after which the client should retry (RFC 9110, section 15.6.4). */
  unavailable: (retryAfterSeconds: number, detail?: string, cause?: unknown): HttpProblem =>
    new HttpProblem(503, { detail, headers: { 'retry-after': String(retryAfterSeconds) }, cause }),
} as const;
