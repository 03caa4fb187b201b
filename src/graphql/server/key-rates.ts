import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPublishable, type Principal } from '../../application/ports/access';
import { networkOf } from '../../http/network-of';
import { Spending, type KeyRates } from '../limits/spending';
import { presentError } from '../types/errors';

/** The header field by which a client asks for `extensions.cost`, with any value. */
export const COST_HEADER = 'graphql-cost';

const SPENDING = 'spending';

/** Adds the `RateLimit` fields to each answer to an API key. */
export function registerSpending(scope: FastifyInstance): void {
  scope.decorateRequest(SPENDING, null);
  scope.addHook('onSend', (request, reply, payload, done) => {
    const spending = request.getDecorator<Spending | null>(SPENDING);
    if (spending) {
      spending.settle();
      reply.headers(spending.fields());
    }
    done(null, payload);
  });
}

/** What the request spends; from when its key is known. */
export const spendingOf = (request: FastifyRequest): Spending => request.getDecorator<Spending>(SPENDING);

/**
 * Opens the spending of a request. A key that has used up its rate is refused here, before the body is read.
 *
 * @returns the reply when it is refused
 */
export function openSpending(
  rates: KeyRates,
  { keyId, clientId, scopes }: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  const visitor = isPublishable(scopes) ? networkOf(request.ip) : null;
  const payer = { keyId: keyId ?? clientId, visitor };
  const spending = new Spending(rates, payer, request.headers[COST_HEADER] !== undefined);
  request.setDecorator(SPENDING, spending);
  const refusal = spending.refusal();
  if (!refusal) return undefined;
  const { formatted } = presentError(refusal, request.id);
  const cost = spending.shown();
  return reply
    .code(429)
    .header('retry-after', String(refusal.retryAfterSeconds))
    .type(mediaTypeFor(request.headers.accept))
    .send(JSON.stringify({ errors: [formatted], ...(cost && { extensions: { cost } }) }));
}

/** The media type of an answer that Apollo Server does not see. */
const mediaTypeFor = (accept = ''): string =>
  `application/${accept.includes('graphql-response+json') ? 'graphql-response+json' : 'json'}; charset=utf-8`;
