import { retryAfterSeconds } from '../../application/ports/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOfConnection } from '../../application/ports/caller';
import type { Connection } from '../../application/ports/connections';
import { inSlices } from '../../application/turns';
import { redactorOf } from '../../application/secrets/redactor';
import { wholeCall } from '../../application/commands/reject-call';
import type { SetStock, StockSetInput } from '../../application/commands/set-stock';
import type { CallMessage, RowRefusal } from '../../domain/ledger/inbound-message';
import { RateExceededProblem } from '../../http/connection-rates';
import { httpProblems, HttpProblem } from '../../http/problem';
import { HTTP_LIMITS } from '../../http/limits';
import { rawBodyOf, useRawBody } from '../../http/raw-body';
import { dimensionsOf } from '../../domain/ledger/stock-key';
import { readCleanBody } from '../shared/clean-body';
import { isFromAllowedAddress } from '../shared/allowed-addresses';
import { refuse, tokenDoor, watchDoor } from '../shared/door';
import { receivedCall } from '../shared/received-call';
import { untrackedText } from '../shared/untracked';
import { sendReply, type TokenRoute, type VendorReply, type WebhookDeps, admitConnection } from '../shared/webhook';
import { CHALLENGE, countAnswers, countsReply, factsReply } from './encode';
import { readMessage, type CountOfMessage } from './message';
import { RECEIVE_MESSAGE } from './schema';
import { standardSettings, type StandardSettings } from './settings';
import { verifyMessage } from './signature';

export interface StandardDeps extends WebhookDeps {
  readonly setStock: SetStock;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/** A message whose sender is known. */
interface ReceivedMessage {
  readonly connection: Connection;
  readonly settings: StandardSettings;
  /** The `webhook-id`. */
  readonly webhookId: string;
  readonly stored: ReturnType<typeof receivedCall>;
}

/**
 * Adds `POST /webhooks/standard/:token`, the webhook for everyone whose form is not among the vendors': facts and counts in our own,
 * signed as Standard Webhooks 1.0 says. Answers success only after the commit.
 */
export function registerStandard(app: FastifyInstance, deps: StandardDeps): void {
  app.register((scope, _options, done) => {
    useRawBody(scope);
    watchDoor(scope, tokenDoor('standard', deps));
    scope.post<TokenRoute>(
      '/webhooks/standard/:token',
      { schema: RECEIVE_MESSAGE, bodyLimit: HTTP_LIMITS.pushBytes },
      async (request, reply) => sendReply(reply, await answer(deps, request)),
    );
    done();
  });
}

async function answer(deps: StandardDeps, request: FastifyRequest<TokenRoute>): Promise<VendorReply> {
  try {
    return await receive(deps, request);
  } catch (error) {
    const seconds = retryAfterSeconds(error);
    // Refusals for the rate are logged once a minute.
    if (error instanceof HttpProblem && !(error instanceof RateExceededProblem))
      request.log.warn({ detail: error.detail }, 'standard message refused');
    if (seconds === undefined) throw error;
    throw httpProblems.unavailable(seconds, 'The message could not be taken in at present; send it again.', error);
  }
}

async function receive(deps: StandardDeps, request: FastifyRequest<TokenRoute>): Promise<VendorReply> {
  const receivedAtMs = deps.nowMs();
  const body = rawBodyOf(request);
  const connection = await deps.connections.byToken('standard', request.params.token);
  if (!connection || !isFromAllowedAddress(request, connection)) {
    refuse(request, 'TOKEN', 'the path is of no connection');
    throw httpProblems.unauthorized(CHALLENGE, 'The path is of no connection.');
  }
  admitConnection(request, connection);
  const settings = standardSettings(connection);
  const verified = verifyMessage(request.headers, body, settings.keys, receivedAtMs);
  if ('refused' in verified) {
    refuse(request, 'SIGNATURE', verified.refused);
    throw httpProblems.unauthorized(CHALLENGE, verified.refused);
  }
  const verdict = `standard webhooks v1, ${verified.signedBy} secret`;
  const redactor = redactorOf(connection, request.params.token);
  const clean = await inSlices(readCleanBody(body, redactor));
  const stored = receivedCall('standard', { body, receivedAtMs }, clean.text, verdict);
  // Not redacted: as the identity of the message it would be that of others too.
  if (redactor.text(verified.id) !== verified.id) {
    throw httpProblems.badRequest('webhook-id holds a secret; give each message an id of its own.');
  }
  const message = await inSlices(readMessage(clean.message, settings));
  if ('refused' in message) {
    await deps.reject(connection, stored, wholeCall('INVALID_INPUT', [message.refused]));
    throw httpProblems.badRequest(message.refused);
  }
  if (message.type === 'stock.facts') {
    return factsReply(await deps.receive({ connection, ...stored, rows: message.rows }));
  }
  return setStock(deps, { connection, settings, webhookId: verified.id, stored }, message.rows);
}

/** Counts those of the rows that can be counted; the others are answered beside them. */
async function setStock(
  deps: StandardDeps,
  message: ReceivedMessage,
  decoded: readonly CountOfMessage[],
): Promise<VendorReply> {
  const { connection, stored } = message;
  const counts = decoded.flatMap((row) => ('count' in row ? [row] : []));
  const rejected = decoded.flatMap((row) => ('fault' in row ? [refusalOf(row)] : []));
  if (counts.length === 0) {
    if (rejected.length > 0) await deps.reject(connection, stored, rejected);
    return countsReply(false, countAnswers(decoded, []));
  }
  const call = { ...stockSetOf(message, counts), message: callOf(message, counts, rejected, deps.newId()) };
  const { results, userErrors, replayed } = await deps.setStock(callerOfConnection(connection), call);
  if (results.length !== counts.length) throw notCounted(userErrors[0]?.code);
  return countsReply(replayed, countAnswers(decoded, results));
}

type Count = Extract<CountOfMessage, { count: unknown }>;

const refusalOf = ({ index, text, fault }: Extract<CountOfMessage, { fault: unknown }>): RowRefusal => ({
  index,
  code: 'INVALID_INPUT',
  detail: fault,
  row: text,
});

function callOf(
  { connection, stored }: ReceivedMessage,
  counts: readonly Count[],
  rejected: readonly RowRefusal[],
  id: string,
): CallMessage {
  const rows = counts.map(({ index, text }) => ({ index, text }));
  return { ...stored, id, connectionId: connection.id, rows, rejected };
}

function stockSetOf({ settings, webhookId }: ReceivedMessage, counts: readonly Count[]): StockSetInput {
  return {
    idempotencyKey: webhookId,
    externalId: webhookId,
    onRowError: 'REJECT_ROWS',
    policy: { staleIsError: false },
    reference: null,
    note: untrackedText(
      counts.map(({ count }) => dimensionsOf(count.stated)),
      settings.tracked,
    ),
    dryRun: false,
    rows: counts.map(({ count }) => count),
  };
}

function notCounted(code: string | undefined): Error {
  if (code !== 'IDEMPOTENCY_KEY_REUSED') return new Error(`standard message not judged: ${code ?? ''}`);
  return new HttpProblem(409, { detail: 'A message with this webhook-id was received before with other counts.' });
}
