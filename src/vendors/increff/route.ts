import { retryAfterSeconds } from '../../application/ports/failures';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOfConnection } from '../../application/ports/caller';
import type { ConnectionDirectory } from '../../application/ports/connections';
import type { NoteRefusal } from '../../application/ports/refusals';
import type { LocationReads } from '../../application/ports/reads';
import { wholeCall, type RejectCall } from '../../application/commands/reject-call';
import type { SetStock } from '../../application/commands/set-stock';
import type { UserErrorCode } from '../../domain/errors';
import { shortened } from '../../domain/text';
import type { StockSetStatus } from '../../domain/plans/stock-set';
import { rawBodyOf } from '../../http/raw-body';
import { atOnce } from '../../application/turns';
import { redactorOf } from '../../application/secrets/redactor';
import { readCleanBody } from '../shared/clean-body';
import { isFromAllowedAddress } from '../shared/allowed-addresses';
import { refuse as refuseAtDoor } from '../shared/door';
import { receivedCall } from '../shared/received-call';
import { admitConnection, registerWebhook, sendReply, type VendorReply } from '../shared/webhook';
import { stockSetOf } from './command';
import { accountOf, authenticate, type IncreffCaller } from './credentials';
import { decodeCall, type InventoryCall } from './decode';
import { badDataReply, busyReply, failureForm, listsReply, UNAUTHORIZED, type CodeVerdict } from './encode';
import { UPDATE_INVENTORY } from './schema';
import { received } from '../shared/received';
import type { Fault } from './wire';

export interface IncreffDeps {
  readonly connections: ConnectionDirectory;
  readonly reads: Pick<LocationReads, 'locationByCode'>;
  readonly setStock: SetStock;
  readonly reject: RejectCall;
  readonly noteRefusal: NoteRefusal;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Our clock, epoch milliseconds. */
  readonly nowMs: () => number;
}

/** Whether a code that came to this may be listed as a success. Of a stale count the ledger took nothing. */
const SUCCEEDED = {
  APPLIED: true,
  UNCHANGED: true,
  DUPLICATE: true,
  STALE_IGNORED: false,
  REJECTED: false,
  NOT_APPLIED: false,
} satisfies Record<StockSetStatus, boolean>;

const PATH = '/usp/inventories/absolute';

/** Adds `PUT` and `POST /usp/inventories/absolute`, where systems state quantities. Answers the lists only after the commit. */
export function registerIncreff(app: FastifyInstance, deps: IncreffDeps): void {
  const { connections, noteRefusal, nowMs } = deps;
  const door = { noteRefusal, nowMs, connectionOf: ({ headers }: FastifyRequest) => accountOf(connections, headers) };
  registerWebhook(app, failureForm, door, (scope) => {
    const handler = async (request: FastifyRequest, reply: FastifyReply) =>
      sendReply(reply, await answer(deps, request));
    scope.put(PATH, { schema: UPDATE_INVENTORY }, handler);
    scope.post(PATH, { schema: { ...UPDATE_INVENTORY, operationId: 'increffPushInventory' } }, handler);
  });
}

const WRONG_CREDENTIALS = 'authUsername, authPassword or authDomainName is not right';

async function answer(deps: IncreffDeps, request: FastifyRequest): Promise<VendorReply> {
  const { headers, log } = request;
  const receivedAtMs = deps.nowMs();
  try {
    const caller = await authenticate(deps.connections, headers);
    if ('claimed' in caller) {
      refuseAtDoor(request, caller.claimed ? 'PASSWORD' : 'TOKEN', WRONG_CREDENTIALS, caller.claimed);
      return refuse(log, UNAUTHORIZED, null);
    }
    if (!isFromAllowedAddress(request, caller.connection)) return refuse(log, UNAUTHORIZED, null);
    admitConnection(request, caller.connection);
    return await update(deps, caller, request, receivedAtMs);
  } catch (error) {
    const seconds = retryAfterSeconds(error);
    if (seconds === undefined) throw error;
    log.warn({ err: error }, 'increff call not taken in');
    return busyReply(seconds);
  }
}

async function update(
  deps: IncreffDeps,
  caller: IncreffCaller,
  request: FastifyRequest,
  receivedAtMs: number,
): Promise<VendorReply> {
  const { connection, settings } = caller;
  const { log } = request;
  const body = rawBodyOf(request);
  const verdict = settings.authDomainName === null ? 'authPassword' : 'authPassword, authDomainName';
  const clean = atOnce(readCleanBody(body, redactorOf(connection)));
  const stored = receivedCall('increff', { body, receivedAtMs }, clean.text, verdict);
  const refuseBadData = async (code: UserErrorCode, faults: readonly Fault[]): Promise<VendorReply> => {
    const sentences = faults.map(({ field, message }) => `${field} ${message}.`);
    await deps.reject(connection, stored, wholeCall(code, sentences));
    refuseAtDoor(request, 'FORM', sentences.join(' '));
    return refuse(log, badDataReply(faults), connection.id);
  };
  const call = decodeCall(clean.message, settings);
  if ('faults' in call) return refuseBadData('INVALID_INPUT', call.faults);
  const { whenLocationUnknown } = settings;
  const unknown = whenLocationUnknown === 'CREATE' ? [] : await unknownLocations(deps, connection.tenantId, call);
  if (unknown.length > 0) return refuseBadData('LOCATION_NOT_FOUND', unknown);
  return listsReply(call.form, await setStock(deps, caller, call, stored));
}

async function unknownLocations(
  { reads }: IncreffDeps,
  tenantId: string,
  { locations }: InventoryCall,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [code, field] of locations) {
    if (!(await reads.locationByCode(tenantId, code))) {
      faults.push({ field, message: `is not the code of a location${received(code)}` });
    }
  }
  return faults;
}

async function setStock(
  deps: IncreffDeps,
  caller: IncreffCaller,
  { form, rows }: InventoryCall,
  stored: ReturnType<typeof receivedCall>,
): Promise<CodeVerdict[]> {
  const judged = rows.filter(({ contradicted }) => !contradicted);
  if (judged.length === 0) return [];
  const input = stockSetOf(caller, form, rows, stored, deps.newId());
  const { results, userErrors } = await deps.setStock(callerOfConnection(caller.connection), input);
  if (results.length !== judged.length) throw new Error(`increff call not judged: ${userErrors[0]?.code ?? ''}`);
  const succeeded = new Set(judged.filter((_row, index) => SUCCEEDED[results[index]?.status ?? 'REJECTED']));
  return rows.map((row) => ({ code: row.code, succeeded: succeeded.has(row) }));
}

/** The answer quotes what was received; the whole of it is kept with the message. */
const LOGGED_CHARACTERS = 200;

function refuse(log: FastifyBaseLogger, reply: VendorReply, connectionId: string | null): VendorReply {
  log.warn(
    { connectionId, status: reply.status, answer: shortened(reply.body, LOGGED_CHARACTERS) },
    'increff call refused',
  );
  return reply;
}
