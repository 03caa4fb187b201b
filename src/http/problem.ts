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
  /** One or two sentences for the person who reads the answer. It leaves the gateway, so it names no secret and no internals. */
  readonly detail?: string | undefined;
  /** A URI for a kind of problem that says more than its status; `about:blank`, the default, says that it doesn't (RFC 9457, section 4.2.1). */
  readonly type?: string;
  /** A short name of the kind, to go with `type`; the status's own phrase if there is no `type`. */
  readonly title?: string;
  /** A URI for this very occurrence. */
  readonly instance?: string;
  /** Header fields of the answer, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is behind it. It is logged and never sent. */
  readonly cause?: unknown;
}

/** A refusal that is answered as `application/problem+json`. Throw one of {@link httpProblems} from a hook or a handler. */
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

  /** What is sent for it. */
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
 * Every problem the gateway answers with. A field that RFC 9110 asks for with a status is a parameter here,
 * so that it can't be forgotten.
 */
export const httpProblems = {
  /** 400: the request can't be understood. */
  badRequest: (detail?: string): HttpProblem => new HttpProblem(400, { detail }),
  /** 401. RFC 9110, section 15.5.2, asks for a challenge, such as `Bearer realm="stockbridge"`. */
  unauthorized: (challenge: string, detail?: string): HttpProblem =>
    new HttpProblem(401, { detail, headers: { 'www-authenticate': challenge } }),
  /** 403: understood, and refused to whoever asks. */
  forbidden: (detail?: string): HttpProblem => new HttpProblem(403, { detail }),
  /** 404: nothing there, or nothing that this client may know of. */
  notFound: (detail?: string): HttpProblem => new HttpProblem(404, { detail }),
  /** 405. RFC 9110, section 15.5.6, asks for the methods that the path does have. */
  methodNotAllowed: (allow: readonly string[]): HttpProblem =>
    new HttpProblem(405, { detail: `This path answers ${allow.join(', ')}.`, headers: { allow: allow.join(', ') } }),
  /** 408: the request did not arrive in time. */
  requestTimeout: (): HttpProblem => new HttpProblem(408, { detail: 'The request did not arrive in time.' }),
  /** 413. `limitBytes` is the largest body that the route takes. */
  contentTooLarge: (limitBytes: number): HttpProblem =>
    new HttpProblem(413, { detail: `The body may have ${limitBytes} bytes at most.` }),
  /** 414: a part of the path is longer than any that exists. */
  uriTooLong: (): HttpProblem => new HttpProblem(414),
  /** 415: the route doesn't take this media type. */
  unsupportedMediaType: (detail?: string): HttpProblem => new HttpProblem(415, { detail }),
  /** 415 for a content coding. RFC 9110, section 12.5.3, asks for the codings that are taken. */
  unsupportedContentCoding: (): HttpProblem =>
    new HttpProblem(415, {
      detail: 'The body must be sent without a content coding.',
      headers: { 'accept-encoding': 'identity' },
    }),
  /** 431: the header fields are too large (RFC 6585, section 5). */
  headersTooLarge: (): HttpProblem => new HttpProblem(431),
  /** 500 for a fault of ours: says nothing but where to look it up. */
  internal: (cause?: unknown): HttpProblem =>
    new HttpProblem(500, { detail: 'This is a fault of the gateway. Its log has more under this request id.', cause }),
  /** 503, with the whole seconds after which a further try makes sense (RFC 9110, section 15.6.4). */
  unavailable: (retryAfterSeconds: number, detail?: string, cause?: unknown): HttpProblem =>
    new HttpProblem(503, { detail, headers: { 'retry-after': String(retryAfterSeconds) }, cause }),
} as const;
