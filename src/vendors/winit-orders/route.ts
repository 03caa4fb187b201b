import { retryAfterSeconds } from '../../application/ports/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AdjustmentOrders } from '../../application/commands/adjustment-orders';
import { callerOfConnection } from '../../application/ports/caller';
import type { Connection, ConnectionDirectory } from '../../application/ports/connections';
import {
  isJsonObject,
  parseStrictJson,
  StrictJsonError,
  type JsonObject,
  type ParsedJson,
} from '../../json/strict-json';
import { wholeCall, type RejectCall } from '../../application/commands/reject-call';
import { atOnce } from '../../application/turns';
import type { NoteRefusal, RefusalReason } from '../../application/ports/refusals';
import { redactorOf } from '../../application/secrets/redactor';
import { RateExceededProblem } from '../../http/connection-rates';
import { noteFailedAttempt } from '../../http/failed-attempts';
import { createRateLimiter, type RateLimiter } from '../../http/rate-limiter';
import { rawBodyOf } from '../../http/raw-body';
import { cleanMessage, type CleanBody } from '../shared/clean-body';
import { isFromAllowedAddress } from '../shared/allowed-addresses';
import { refuse } from '../shared/door';
import { receivedCall } from '../shared/received-call';
import { redactMembers } from '../shared/redact';
import { admitConnection, registerWebhook, sendReply, type VendorReply } from '../shared/webhook';
import { authenticateCall, type AuthenticCall, type RefusedCall } from './authenticate';
import type { OrderFault } from './codes';
import { decodeOrder, faultOf, type DecodedOrder } from './decode';
import { failureReply, languageOf, sentenceOf, serverFailureForm, successReply, type Language } from './encode';
import { withReceived } from './received';
import { CREATE_ORDER } from './schema';
import { textOf } from './signature';
import { CREATE_ORDER_ACTION, ENVELOPE_WORDS, FIRST_VERSION_ACTIONS, SECRET_MEMBERS } from './wire';

/** What the route needs. */
export interface WinitOrderDeps {
  readonly connections: ConnectionDirectory;
  readonly orders: Pick<AdjustmentOrders, 'create'>;
  readonly reject: RejectCall;
  readonly noteRefusal: NoteRefusal;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Our clock, epoch milliseconds. */
  readonly nowMs: () => number;
  /** By default Winit's own; see {@link winitRateLimiter}. */
  readonly limiter?: CallLimiter;
}

type CallLimiter = Pick<RateLimiter, 'take'>;

/** Winit's published limit of calls a minute. */
const CALLS_PER_MINUTE = 1_000;
const MAX_LIMITED_CONNECTIONS = 10_000;

/** Winit's published limit, for each connection. @param now milliseconds on any clock that no one can set back */
export function winitRateLimiter(now?: () => number): RateLimiter {
  const options = { limit: CALLS_PER_MINUTE, windowMs: 60_000, maxKeys: MAX_LIMITED_CONNECTIONS };
  return createRateLimiter(now ? { ...options, now } : options);
}

/** Adds `POST /openapi/service`, where integrators call in Winit's form. Answers success only after the commit. */
export function registerWinitOrders(app: FastifyInstance, deps: WinitOrderDeps): void {
  const limiter = deps.limiter ?? winitRateLimiter();
  // Whose a call is stands in its body.
  const connectionOf = () => Promise.resolve(undefined);
  const { noteRefusal, nowMs } = deps;
  const door = { noteRefusal, nowMs, connectionOf };
  registerWebhook(app, serverFailureForm, door, (scope) => {
    scope.post('/openapi/service', { schema: CREATE_ORDER }, async (request, reply) => {
      const call = new WinitCall(deps, limiter, request);
      return sendReply(reply, await call.answer());
    });
  });
}

/** One call, from its bytes to its answer. */
class WinitCall {
  readonly #receivedAtMs: number;
  readonly #body: Buffer;
  /** Empty until the body has been read. */
  #envelope: JsonObject = {};
  /** Winit's own until the call has said which it wants. */
  #language: Language = languageOf(undefined);

  constructor(
    private readonly deps: WinitOrderDeps,
    private readonly limiter: CallLimiter,
    private readonly request: FastifyRequest,
  ) {
    this.#receivedAtMs = deps.nowMs();
    this.#body = rawBodyOf(request);
  }

  /** Never rejects: whatever happens is answered in the call's form and language. */
  async answer(): Promise<VendorReply> {
    try {
      return await this.#serve();
    } catch (error) {
      if (error instanceof RateExceededProblem) {
        const { retryAfterSeconds: seconds } = error;
        return this.#tryAgain({ code: 'RATE_EXCEEDED', details: { seconds } }, seconds);
      }
      const seconds = retryAfterSeconds(error);
      if (seconds === undefined) {
        this.request.log.error({ err: error }, 'request failed');
        return failureReply([{ code: 'INTERNAL', details: { requestId: this.request.id } }], this.#language);
      }
      this.request.log.warn({ err: error }, 'winit call not taken in');
      return this.#tryAgain({ code: 'BUSY', details: { seconds } }, seconds);
    }
  }

  async #serve(): Promise<VendorReply> {
    const parsed = parse(this.#body);
    if ('refused' in parsed) return this.#refuse([parsed.refused]);
    const { envelope } = parsed;
    this.#envelope = envelope;
    this.#language = languageOf(envelope['language']);
    const mayCall = (connection: Connection): boolean => isFromAllowedAddress(this.request, connection);
    const call = await authenticateCall(envelope, this.deps.connections, this.#receivedAtMs, mayCall);
    if ('refused' in call) {
      refuse(this.request, reasonOf(call), `${sentenceOf(call.refused, 'en_US')}.`, call.connection ?? call.claimed);
      if (call.connection) {
        // A call that was caught and is sent again and again has the rate of its connection.
        admitConnection(this.request, call.connection);
        this.#clean(call.connection, parsed.message);
      }
      // Whose secrets it could hold is not known, so nothing of it is shown.
      else this.#envelope = {};
      if (!call.connection) noteFailedAttempt(this.request);
      return this.#refuse([call.refused], call.connection?.id);
    }
    const { connection } = call;
    admitConnection(this.request, connection);
    const { allowed, retryAfterSeconds: seconds } = this.limiter.take(connection.id);
    if (!allowed)
      return this.#tryAgain({ code: 'TOO_MANY_CALLS', details: { limit: CALLS_PER_MINUTE, seconds } }, seconds);
    const clean = this.#clean(connection, parsed.message);
    const unsupported = envelopeFaults(this.#envelope);
    if (unsupported.length > 0) return this.#reject(call, clean, unsupported);
    const decoded = decodeOrder(this.#envelope['data'], call.settings, call.sign);
    if ('faults' in decoded) return this.#reject(call, clean, decoded.faults);
    return this.#create(call, clean, decoded.order);
  }

  /** From here on, nothing sees the secrets that the call may hold. */
  #clean(connection: Connection, message: ParsedJson): CleanBody {
    const shown = redactMembers(this.#body.toString(), message, SECRET_MEMBERS);
    const clean = atOnce(cleanMessage(shown, message, redactorOf(connection)));
    if (isJsonObject(clean.message.value)) this.#envelope = clean.message.value;
    return clean;
  }

  /** Keeps what is refused, with its sentences in English, and answers it. */
  async #reject(call: AuthenticCall, clean: CleanBody, faults: readonly OrderFault[]): Promise<VendorReply> {
    const { connection } = call;
    const sentences = withReceived(faults, this.#envelope).map((fault) => `${sentenceOf(fault, 'en_US')}.`);
    refuse(this.request, 'FORM', sentences.join(' '));
    await this.deps.reject(connection, this.#stored(call, clean), wholeCall(faults[0]?.code ?? 'INTERNAL', sentences));
    return this.#refuse(faults, connection.id);
  }

  #stored({ verdict }: AuthenticCall, { text }: CleanBody): ReturnType<typeof receivedCall> {
    return receivedCall('winit', { body: this.#body, receivedAtMs: this.#receivedAtMs }, text, verdict);
  }

  async #create(call: AuthenticCall, clean: CleanBody, order: DecodedOrder): Promise<VendorReply> {
    const { connection } = call;
    const { orderNo, userErrors } = await this.deps.orders.create(callerOfConnection(connection), {
      ...order,
      message: { ...this.#stored(call, clean), id: this.deps.newId(), connectionId: connection.id },
    });
    if (userErrors.length > 0) return this.#refuse(userErrors.map(faultOf), connection.id);
    if (orderNo === null) throw new Error('An order that is not refused and no dry run has to have a number.');
    return successReply(orderNo, this.#language);
  }

  #refuse(faults: readonly OrderFault[], connectionId: string | null = null): VendorReply {
    // Only what is ours: details of a fault may quote the call.
    const named = faults.slice(0, 20).map(({ code, field }) => ({ code, field }));
    this.request.log.warn({ connectionId, faults: named }, 'winit call refused');
    return failureReply(withReceived(faults, this.#envelope), this.#language);
  }

  #tryAgain(fault: OrderFault, seconds: number): VendorReply {
    return failureReply([fault], this.#language, { 'retry-after': String(seconds) });
  }
}

/** Of a call that is refused before anything in it is looked at. */
function reasonOf({ refused, connection, claimed }: RefusedCall): RefusalReason {
  if (refused.code === 'SIGN_METHOD_UNSUPPORTED') return 'FORM';
  return (connection ?? claimed) ? 'SIGNATURE' : 'TOKEN';
}

function parse(body: Buffer): { message: ParsedJson; envelope: JsonObject } | { refused: OrderFault } {
  const invalid = (detail: string): { refused: OrderFault } => ({
    refused: { code: 'BODY_INVALID', details: { detail } },
  });
  try {
    const message = parseStrictJson(body);
    return isJsonObject(message.value) ? { message, envelope: message.value } : invalid('not an object');
  } catch (error) {
    if (error instanceof StrictJsonError) return invalid(error.message);
    throw error;
  }
}

/** What the envelope asks for that is not offered. */
function envelopeFaults(envelope: JsonObject): OrderFault[] {
  const { format, version } = ENVELOPE_WORDS;
  const faults: OrderFault[] = [];
  if (envelope['action'] !== CREATE_ORDER_ACTION) {
    const code = FIRST_VERSION_ACTIONS.has(envelope['action']) ? 'ACTION_RETIRED' : 'ACTION_UNKNOWN';
    faults.push({ code, field: 'action', details: { allowed: CREATE_ORDER_ACTION } });
  }
  if (textOf(envelope['format']).toLowerCase() !== format) {
    faults.push({ code: 'FORMAT_UNSUPPORTED', field: 'format', details: { allowed: format } });
  }
  if (textOf(envelope['version']) !== version) {
    faults.push({ code: 'VERSION_UNSUPPORTED', field: 'version', details: { allowed: version } });
  }
  return faults;
}
