import { retryAfterSeconds } from '../../application/ports/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { wholeCall } from '../../application/commands/reject-call';
import type { Connection } from '../../application/ports/connections';
import { RateExceededProblem } from '../../http/connection-rates';
import { inSlices } from '../../application/turns';
import { redactorOf } from '../../application/secrets/redactor';
import { HTTP_LIMITS } from '../../http/limits';
import { rawBodyOf } from '../../http/raw-body';
import { isFromAllowedAddress } from '../shared/allowed-addresses';
import { refuse, tokenDoor } from '../shared/door';
import { sha256Hex } from '../shared/hashes';
import {
  registerWebhook,
  sendReply,
  type TokenRoute,
  type VendorReply,
  type WebhookDeps,
  admitConnection,
} from '../shared/webhook';
import { failureForm, failureReply, SUCCESS, UNKNOWN_PATH } from './encode';
import { readWinitMessage } from './message';
import { PROBE, RECEIVE_INVENTORY_UPDATES } from './schema';
import { winitSettings, type WinitSettings } from './settings';

const PATH = '/webhooks/winit/:token';

/**
 * Adds `POST /webhooks/winit/:token`, where Winit pushes inventory updates, and GET and HEAD on it for the probe at
 * subscription. Answers `success` to a push only after the commit.
 */
export function registerWinitEvents(app: FastifyInstance, deps: WebhookDeps): void {
  registerWebhook(app, failureForm, tokenDoor('winit', deps), (scope) => {
    scope.post<TokenRoute>(
      PATH,
      { schema: RECEIVE_INVENTORY_UPDATES, bodyLimit: HTTP_LIMITS.pushBytes },
      async (request, reply) => {
        const receivedAtMs = deps.nowMs();
        const answer = await answerCaller(deps, request, async (connection, settings) => {
          const body = rawBodyOf(request);
          const redactor = redactorOf(connection, request.params.token);
          const message = await inSlices(readWinitMessage(body, request.headers, settings, redactor));
          const received = { format: 'winit', receivedAtMs, bodySha256: sha256Hex(body) } as const;
          if (!('refused' in message)) {
            await deps.receive({ connection, ...received, ...message });
            return undefined;
          }
          const { refused, stored } = message;
          if (stored) {
            await deps.reject(connection, { ...received, ...stored }, wholeCall('INVALID_INPUT', [`${refused}.`]));
          }
          return refused;
        });
        return sendReply(reply, answer);
      },
    );

    scope.get<TokenRoute>(PATH, { schema: PROBE }, async (request, reply) =>
      sendReply(reply, await answerCaller(deps, request, () => Promise.resolve(undefined))),
    );
  });
}

/**
 * Finds the connection of a request and does the work.
 *
 * @param work resolves to why the request is not taken, undefined where it is
 */
async function answerCaller(
  deps: WebhookDeps,
  request: FastifyRequest<TokenRoute>,
  work: (connection: Connection, settings: WinitSettings) => Promise<string | undefined>,
): Promise<VendorReply> {
  let failureStatus: WinitSettings['failureStatus'] = 500;
  try {
    const connection = await deps.connections.byToken('winit', request.params.token);
    if (!connection || !isFromAllowedAddress(request, connection)) {
      refuse(request, 'TOKEN', 'the path is of no connection');
      return UNKNOWN_PATH;
    }
    admitConnection(request, connection);
    const settings = winitSettings(connection);
    ({ failureStatus } = settings);
    const refused = await work(connection, settings);
    if (refused === undefined) return SUCCESS;
    refuse(request, 'FORM', refused);
    request.log.warn({ connectionId: connection.id, detail: refused }, 'winit delivery refused');
    return failureReply(failureStatus);
  } catch (error) {
    if (error instanceof RateExceededProblem) throw error;
    // Not left to the server's own handler: that does not know with which status this connection wants its failures.
    const seconds = retryAfterSeconds(error);
    if (seconds === undefined) request.log.error({ err: error }, 'request failed');
    else request.log.warn({ err: error }, 'winit delivery not taken in');
    return failureReply(failureStatus, seconds);
  }
}
