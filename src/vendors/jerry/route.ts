import { retryAfterSeconds } from '../../application/ports/failures';
import { inSlices } from '../../application/turns';
import type { RefusalReason } from '../../application/ports/refusals';
import { redactorOf } from '../../application/secrets/redactor';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { wholeCall } from '../../application/commands/reject-call';
import { HTTP_LIMITS } from '../../http/limits';
import { rawBodyOf } from '../../http/raw-body';
import { isFromAllowedAddress } from '../shared/allowed-addresses';
import { refuse as refuseAtDoor, tokenDoor } from '../shared/door';
import { sha256Hex } from '../shared/hashes';
import {
  registerWebhook,
  sendReply,
  type TokenRoute,
  type VendorReply,
  type WebhookDeps,
  admitConnection,
} from '../shared/webhook';
import { busyReply, failureForm, refusalReply, SUCCESS, type Refusal } from './encode';
import { readJerryMessage } from './message';
import { RECEIVE_STOCK_CHANGES } from './schema';

/** Adds `POST /webhooks/jerry/:token`, where Jerry pushes stock changes. Answers success only after the commit. */
export function registerJerry(app: FastifyInstance, deps: WebhookDeps): void {
  registerWebhook(app, failureForm, tokenDoor('jerry', deps), (scope) => {
    scope.post<TokenRoute>(
      '/webhooks/jerry/:token',
      { schema: RECEIVE_STOCK_CHANGES, bodyLimit: HTTP_LIMITS.pushBytes },
      async (request, reply) => sendReply(reply, await receive(deps, request)),
    );
  });
}

async function receive(deps: WebhookDeps, request: FastifyRequest<TokenRoute>): Promise<VendorReply> {
  const { params, log } = request;
  const body = rawBodyOf(request);
  const receivedAtMs = deps.nowMs();
  try {
    const connection = await deps.connections.byToken('jerry', params.token);
    if (!connection || !isFromAllowedAddress(request, connection)) {
      refuseAtDoor(request, 'TOKEN', 'the path is of no connection');
      return refuse(request, { kind: 'BAD_CREDENTIALS', detail: 'the path is of no connection' });
    }
    admitConnection(request, connection);
    const redactor = redactorOf(connection, params.token);
    const message = await inSlices(readJerryMessage(body, connection, redactor));
    const received = { format: 'jerry', receivedAtMs, bodySha256: sha256Hex(body) } as const;
    if ('refused' in message) {
      const { refused, stored } = message;
      if (stored) {
        await deps.reject(connection, { ...received, ...stored }, wholeCall('INVALID_INPUT', [`${refused.detail}.`]));
      }
      return refuse(request, refused, connection.id);
    }
    await deps.receive({ connection, ...received, ...message });
    return SUCCESS;
  } catch (error) {
    const seconds = retryAfterSeconds(error);
    if (seconds === undefined) throw error;
    log.warn({ err: error }, 'jerry delivery not taken in');
    return busyReply(seconds);
  }
}

const REASONS = {
  INVALID_PARAMETER: 'FORM',
  BAD_CREDENTIALS: 'PASSWORD',
  BAD_SIGNATURE: 'SIGNATURE',
} as const satisfies Record<Refusal['kind'], RefusalReason>;

function refuse(request: FastifyRequest, refusal: Refusal, connectionId: string | null = null): VendorReply {
  refuseAtDoor(request, REASONS[refusal.kind], refusal.detail);
  request.log.warn({ connectionId, ...refusal }, 'jerry delivery refused');
  return refusalReply(refusal);
}
