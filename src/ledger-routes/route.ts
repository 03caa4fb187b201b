import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findCaller, isFromOriginOf, type CallerDirectories } from '../application/callers';
import type { Principal } from '../application/ports/access';
import type { HeadSigner } from '../application/ports/heads';
import type { Reads } from '../application/ports/reads';
import { exportLedger, type ExportRange } from '../application/queries/export-ledger';
import { liftAnswerTimeout } from '../http/answer-timeout';
import { useSchemasAsDocumentation } from '../http/openapi';
import { httpProblems } from '../http/problem';
import { noteCaller } from '../http/request-log';
import { END_HEADER, EXPORT_LEDGER, PUBLIC_KEYS } from './schema';

/** Exports that run at a time, of all tenants and of one. */
const MAX_EXPORTS = 8;
const MAX_EXPORTS_OF_TENANT = 2;
const RETRY_AFTER_SECONDS = 5;
/** An export whose reader takes nothing for so long is cut off. */
const STALLED_MS = 30_000;

export interface LedgerRoutesDeps extends CallerDirectories {
  readonly reads: Pick<Reads, 'exportPage' | 'ledgerHead'>;
  readonly headSigner: HeadSigner;
}

interface ExportRoute {
  Querystring: Readonly<Record<string, unknown>>;
}

/** Adds `GET /ledger/export`, and the public keys at `GET /.well-known/stockbridge-keys.json`. */
export function registerLedgerRoutes(app: FastifyInstance, deps: LedgerRoutesDeps): void {
  const running = new RunningExports();
  app.register((scope, _options, done) => {
    useSchemasAsDocumentation(scope);
    // A HEAD request would read the whole ledger for nothing.
    scope.get<ExportRoute>(
      '/ledger/export',
      { schema: EXPORT_LEDGER, exposeHeadRoute: false },
      async (request, reply) => {
        const { tenantId } = await admit(deps, request);
        const asked = { after: readSequence(request.query, 'after'), upTo: readSequence(request.query, 'upTo') };
        const { sequence } = await deps.reads.ledgerHead(tenantId);
        const range = { tenantId, ...within(sequence, asked) };
        running.enter(tenantId, reply);
        return sendLines(request, reply, range, deps.reads);
      },
    );
    scope.get('/.well-known/stockbridge-keys.json', { schema: PUBLIC_KEYS }, (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=300')
        .type('application/json')
        .send(Buffer.from(JSON.stringify(deps.headSigner.publicKeys))),
    );
    done();
  });
}

/** Who asks, if they may read the whole ledger. */
async function admit(deps: LedgerRoutesDeps, request: FastifyRequest): Promise<Principal> {
  const { headers, ip: address, log } = request;
  const { authorization, origin } = headers;
  const caller = await findCaller(deps, { authorization, address, warn: log.warn.bind(log) });
  if ('fault' in caller) throw httpProblems.unauthorized(caller.challenge, caller.fault);
  const { principal, logged } = caller;
  noteCaller(request, logged);
  if (!isFromOriginOf(principal, origin))
    throw httpProblems.forbidden('This API key is bound to web pages of certain origins.');
  if (!principal.scopes.has('stock:read')) throw httpProblems.forbidden('The key lacks the scope stock:read.');
  if (principal.limits) {
    throw httpProblems.forbidden('The key is limited to some stock, and an export has all: use a key without limits.');
  }
  deps.apiKeys.noteUse(principal);
  return principal;
}

function readSequence(query: ExportRoute['Querystring'], name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw httpProblems.badRequest(`${name} is ${JSON.stringify(text)}: write the sequence of a movement, once.`);
}

/** The range that is asked for, in a ledger that ends there. */
function within(
  end: number,
  { after = 0, upTo = end }: { after?: number | undefined; upTo?: number | undefined },
): Omit<ExportRange, 'tenantId'> {
  for (const [name, value] of Object.entries({ after, upTo })) {
    if (value > end) throw httpProblems.badRequest(`${name} is ${value}: the ledger ends at movement ${end}.`);
  }
  return { after, upTo };
}

/** Sends page after page, each when the reader has taken the one before. No connection of the database is kept between them. */
async function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  range: ExportRange,
  reads: LedgerRoutesDeps['reads'],
): Promise<FastifyReply> {
  const pages = exportLedger(reads, range);
  // Before the answer begins, so that a fault is still answered as one.
  const first = await pages.next();
  liftAnswerTimeout(request);
  reply.raw.setTimeout(STALLED_MS, () => {
    reply.raw.destroy();
  });
  const lines = Readable.from(joined(first.value ?? '', pages), { objectMode: false });
  return reply
    .headers({ [END_HEADER]: range.upTo, 'cache-control': 'no-store', 'content-type': 'application/x-ndjson' })
    .send(lines);
}

async function* joined(first: string, rest: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  if (first !== '') yield first;
  yield* rest;
}

/** Bounds the exports that run at a time. */
class RunningExports {
  readonly #ofTenant = new Map<string, number>();
  #all = 0;

  /** Until the answer has been sent, or given up. */
  enter(tenantId: string, reply: FastifyReply): void {
    // Of a reader that has gone already, nobody would ever say that it has.
    if (reply.raw.destroyed) throw httpProblems.badRequest('The reader has gone.');
    const own = this.#ofTenant.get(tenantId) ?? 0;
    if (own >= MAX_EXPORTS_OF_TENANT || this.#all >= MAX_EXPORTS) {
      throw httpProblems.tooManyRequests(RETRY_AFTER_SECONDS, 'Other exports are running; wait until they have ended.');
    }
    this.#count(tenantId, 1);
    reply.raw.once('close', () => {
      this.#count(tenantId, -1);
    });
  }

  #count(tenantId: string, change: number): void {
    this.#all += change;
    const own = (this.#ofTenant.get(tenantId) ?? 0) + change;
    if (own === 0) this.#ofTenant.delete(tenantId);
    else this.#ofTenant.set(tenantId, own);
  }
}
