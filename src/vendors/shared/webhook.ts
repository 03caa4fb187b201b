import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Connection, ConnectionDirectory } from '../../application/ports/connections';
import type { RejectCall } from '../../application/commands/reject-call';
import type { NoteRefusal } from '../../application/ports/refusals';
import type { ReceiveDelivery } from '../../application/commands/receive-delivery';
import { countRequest } from '../../http/connection-rates';
import { PROBLEM_MEDIA_TYPE, type ProblemDocument } from '../../http/problem';
import { noteCaller } from '../../http/request-log';
import { useRawBody } from '../../http/raw-body';
import { noteClaim, watchDoor, type Door } from './door';

/** What the routes of a vendor that sends webhooks need. */
export interface WebhookDeps {
  readonly connections: ConnectionDirectory;
  readonly receive: ReceiveDelivery;
  readonly reject: RejectCall;
  readonly noteRefusal: NoteRefusal;
  /** Our clock, epoch milliseconds. */
  readonly nowMs: () => number;
}

/** A complete answer in a vendor's own form. */
export interface VendorReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Route of a webhook: the last part of the path is the connection's secret. */
export interface TokenRoute {
  Params: { token: string };
}

/**
 * Creates a scope for a vendor's webhook. Its routes get bodies as raw bytes. Refusals by the server itself (body too large,
 * stopping, a fault of ours) keep their status and header fields, and get the vendor's form.
 *
 * @param form writes a sentence that says what is wrong in the vendor's form, for an answer of that status
 */
export function registerWebhook(
  app: FastifyInstance,
  form: (sentence: string, status: number) => Pick<VendorReply, 'contentType' | 'body'>,
  door: Door,
  addRoutes: (scope: FastifyInstance) => void,
): void {
  app.register((scope, _options, done) => {
    useRawBody(scope);
    watchDoor(scope, door);
    scope.addHook('onSend', (_request, reply, payload, next) => {
      if (reply.getHeader('content-type') !== PROBLEM_MEDIA_TYPE || !Buffer.isBuffer(payload)) {
        next(null, payload);
        return;
      }
      const problem = JSON.parse(payload.toString()) as ProblemDocument;
      const { contentType, body } = form(problem.detail ?? problem.title, problem.status);
      reply.header('content-type', contentType);
      next(null, Buffer.from(body));
    });
    addRoutes(scope);
    done();
  });
}

/**
 * Notes for the access log whose request it is, once the sender is known, and counts it.
 *
 * @throws {RateExceededProblem} when the connection sends more than its rate
 */
export function admitConnection(request: FastifyRequest, connection: Connection): void {
  noteClaim(request, connection);
  noteCaller(request, { tenantId: connection.tenantId, connectionId: connection.id });
  countRequest(request, connection);
}

/** Sends an answer with exactly the bytes of its body: a Buffer, because Fastify adds a charset to the type of a string. */
export function sendReply(reply: FastifyReply, { status, contentType, body, headers = {} }: VendorReply): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, 'cache-control': 'no-store', 'content-type': contentType })
    .send(Buffer.from(body));
}
