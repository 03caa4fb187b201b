import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ConnectionDirectory } from '../../application/ports/connections';
import type { ReceiveDelivery } from '../../application/commands/receive-delivery';
import { PROBLEM_MEDIA_TYPE, type ProblemDocument } from '../../http/problem';
import { useRawBody } from '../../http/raw-body';

/** What the routes of a vendor that pushes to us need. */
export interface WebhookDeps {
  readonly connections: ConnectionDirectory;
  readonly receive: ReceiveDelivery;
  /** Our clock, epoch milliseconds. */
  readonly nowMs: () => number;
}

/** A whole answer in a vendor's own form. */
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
 * Makes a scope for a vendor's webhook: its routes get bodies as raw bytes, and what the server itself refuses (body too large,
 * stopping, a fault of ours) is answered in the vendor's form too, with the status and header fields that it has anyway.
 *
 * @param form the vendor's form of a sentence that says what is wrong, for an answer of that status
 */
export function registerWebhook(
  app: FastifyInstance,
  form: (sentence: string, status: number) => Pick<VendorReply, 'contentType' | 'body'>,
  addRoutes: (scope: FastifyInstance) => void,
): void {
  app.register((scope, _options, done) => {
    useRawBody(scope);
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

/** Sends an answer with exactly the bytes of its body: a Buffer, because Fastify adds a charset to the type of a string. */
export function sendReply(reply: FastifyReply, { status, contentType, body, headers = {} }: VendorReply): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, 'cache-control': 'no-store', 'content-type': contentType })
    .send(Buffer.from(body));
}
