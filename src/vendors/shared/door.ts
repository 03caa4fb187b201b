import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connection, ConnectionDirectory, ConnectionKind } from '../../application/ports/connections';
import type { NoteRefusal, RefusalEvidence, RefusalReason } from '../../application/ports/refusals';
import { redactorOf } from '../../application/secrets/redactor';
import { codingOf, codingProblem } from '../../http/content-coding';
import { HttpProblem } from '../../http/problem';
import { keptBody } from './kept-body';

export interface Door {
  readonly noteRefusal: NoteRefusal;
  /** Our clock, epoch milliseconds. */
  readonly nowMs: () => number;
  /** The connection of a request by its path or header fields, if they say it. */
  readonly connectionOf: (request: FastifyRequest) => Promise<Connection | undefined>;
  /** The path token or bearer token of a request. */
  readonly tokenOf?: (request: FastifyRequest) => string | undefined;
}

/** What is known of a request before it is answered. */
interface Seen {
  readonly connection?: Connection;
  readonly reason?: RefusalReason;
  readonly detail?: string;
}

const SEEN = 'seenAtDoor';
/** Connections that are looked up at a time for requests that no route has seen. Further ones are of no connection. */
const MAX_LOOKUPS = 16;

/** Reasons of the server itself, which it finds before a route has seen the request. */
const BEFORE_ROUTES: ReadonlySet<RefusalReason> = new Set(['SIZE', 'FORM', 'CONTENT_CODING']);

/** Counts the requests that the routes of a scope refuse, once they are answered: the sender notices nothing of it. */
export function watchDoor(scope: FastifyInstance, door: Door): void {
  let lookups = 0;
  const lookUp = async (request: FastifyRequest): Promise<Connection | undefined> => {
    if (lookups >= MAX_LOOKUPS) return undefined;
    lookups += 1;
    try {
      return await door.connectionOf(request);
    } catch {
      // The database is down. The refusal is counted as one of no connection.
      return undefined;
    } finally {
      lookups -= 1;
    }
  };
  scope.decorateRequest(SEEN, null);
  scope.addHook('onError', (request, _reply, error, done) => {
    if (error instanceof HttpProblem && error.detail !== undefined) see(request, { detail: error.detail });
    done();
  });
  scope.addHook('onResponse', (request, reply, done) => {
    const { connection, reason = reasonOf(request, reply.statusCode), detail } = seenOf(request);
    const bodyIsRead = Buffer.isBuffer(request.body);
    if (reason !== undefined) {
      const note = (found: Connection | undefined): void => {
        const evidence = (): RefusalEvidence => evidenceOf(door, request, found, detail ?? DETAILS[reason]);
        door.noteRefusal({ connection: found ?? null, reason, atMs: door.nowMs(), evidence });
      };
      if (connection || bodyIsRead || !BEFORE_ROUTES.has(reason)) note(connection);
      else void lookUp(request).then(note);
    }
    done();
  });
}

/** Notes whose a request is, as far as it says. */
export function noteClaim(request: FastifyRequest, connection: Connection): void {
  see(request, { connection });
}

/** Notes why a request is refused. The first reason holds, since a route may give the same answer to several. */
export function refuse(request: FastifyRequest, reason: RefusalReason, detail: string, connection?: Connection): void {
  const seen = seenOf(request);
  if (seen.reason === undefined) see(request, { reason, detail, ...(connection && { connection }) });
}

const seenOf = (request: FastifyRequest): Seen => request.getDecorator<Seen | null>(SEEN) ?? {};

function see(request: FastifyRequest, more: Seen): void {
  request.setDecorator(SEEN, { ...more, ...seenOf(request) });
}

/** Of an answer whose route has noted nothing. */
function reasonOf(request: FastifyRequest, status: number): RefusalReason | undefined {
  switch (status) {
    case 400:
      return codingOf(request) !== undefined && !Buffer.isBuffer(request.body) ? 'CONTENT_CODING' : 'FORM';
    case 401:
      return 'TOKEN';
    // What was understood and is not taken. A 404 is no refusal: it answers a question about what does not exist.
    case 403:
    case 409:
    case 422:
      return 'FORM';
    case 413:
      return 'SIZE';
    case 415:
      return codingProblem(request) ? 'CONTENT_CODING' : 'FORM';
    case 429:
      return 'RATE';
    default:
      return undefined;
  }
}

/** For answers that have no detail of their own. */
const DETAILS = {
  TOKEN: 'the token or account is of no connection',
  PASSWORD: 'the password is not right',
  SIGNATURE: 'the signature is not right',
  ADDRESS: 'the address is not in ipAllowList',
  SIZE: 'the body is too large',
  FORM: 'the request is not in the form of the format',
  RATE: 'more than the rate of the connection',
  CONTENT_CODING: 'the content coding is not taken, or the body is not in it',
} as const satisfies Record<RefusalReason, string>;

function evidenceOf(
  { tokenOf }: Door,
  request: FastifyRequest,
  connection: Connection | undefined,
  detail: string,
): RefusalEvidence {
  const { body, ip: address } = request;
  if (!connection || !Buffer.isBuffer(body)) return { detail, address, bytes: bytesAnnounced(request), body: null };
  const redactor = redactorOf(connection, tokenOf?.(request));
  return { detail, address, bytes: body.length, body: keptBody(body, redactor) };
}

const MAX_INTEGER = 2 ** 31 - 1;

function bytesAnnounced({ headers }: FastifyRequest): number | null {
  const length = headers['content-length'];
  return length === undefined || !/^\d+$/.test(length) ? null : Math.min(Number(length), MAX_INTEGER);
}

/** The door of a webhook whose path ends in the token. */
export function tokenDoor(
  kind: ConnectionKind,
  {
    connections,
    noteRefusal,
    nowMs,
  }: Pick<Door, 'noteRefusal' | 'nowMs'> & { readonly connections: ConnectionDirectory },
): Door {
  const tokenOf = ({ params }: FastifyRequest): string => (params as { readonly token?: string }).token ?? '';
  const connectionOf: Door['connectionOf'] = (request) => connections.byToken(kind, tokenOf(request));
  return { noteRefusal, nowMs, connectionOf, tokenOf };
}
