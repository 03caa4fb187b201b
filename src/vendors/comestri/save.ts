import { callerOfConnection } from '../../application/ports/caller';
import type { Connection } from '../../application/ports/connections';
import type { Reads } from '../../application/ports/reads';
import { wholeCall, type RejectCall } from '../../application/commands/reject-call';
import type { SaveInventoryRecord } from '../../application/commands/save-inventory-record';
import type { IdentifierReference, LocationReference } from '../../domain/catalogue/catalogue';
import { atOnce } from '../../application/turns';
import { redactorOf } from '../../application/secrets/redactor';
import { StrictJsonError } from '../../json/strict-json';
import { httpProblems } from '../../http/problem';
import { locationByCode } from '../shared/locations';
import { readCleanBody } from '../shared/clean-body';
import { receivedCall } from '../shared/received-call';
import type { VendorReply } from '../shared/webhook';
import { decodeInventory, type InventoryRequest, type ReadableNames } from './decode';
import { savedReply } from './encode';
import { faultOf, sentenceOf, type Fault } from './faults';
import { comestriSettings, type ComestriSettings } from './settings';

/** What the POST needs. */
export interface SaveDeps {
  readonly reads: Pick<
    Reads,
    | 'itemBySku'
    | 'itemByIdentifier'
    | 'locationByCodeOrName'
    | 'inventoryRecordView'
    | 'inventoryRecordByVendorId'
    | 'inventoryRecords'
  >;
  readonly save: SaveInventoryRecord;
  readonly reject: RejectCall;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Our clock, epoch milliseconds. */
  readonly nowMs: () => number;
}

/** A POST as received. */
export interface SaveRequest {
  readonly body: Buffer;
  /** The answer that names faults. */
  readonly refused: (faults: readonly Fault[]) => VendorReply;
  /** The bearer token. */
  readonly token: string;
}

/**
 * Creates or updates the inventory that a body states, and answers with the result.
 *
 * @throws {ConnectionSettingsError} where the settings of the connection are wrong
 * @throws {HttpProblem} where the answer has nothing of the form's own
 */
export async function saveInventory(
  deps: SaveDeps,
  connection: Connection,
  received: SaveRequest,
): Promise<VendorReply> {
  const receivedAtMs = deps.nowMs();
  const settings = comestriSettings(connection);
  if (settings.readOnly) throw httpProblems.forbidden('The token of this connection may read only.');
  const { body, refused, token } = received;
  const { tenantId } = connection;
  const clean = atOnce(readCleanBody(body, redactorOf(connection, token)));
  const stored = receivedCall('comestri', { body, receivedAtMs }, clean.text, 'bearer token');
  const refuse = async (faults: readonly Fault[]): Promise<VendorReply> => {
    const code = faults.find((fault) => fault.code !== undefined)?.code ?? 'INVALID_INPUT';
    await deps.reject(connection, stored, wholeCall(code, faults.map(sentenceOf)));
    return refused(faults);
  };
  if (clean.message instanceof StrictJsonError) {
    const sentence = `The body is not JSON: ${clean.message.message}.`;
    await deps.reject(connection, stored, wholeCall('INVALID_INPUT', [sentence]));
    throw httpProblems.badRequest(sentence);
  }
  const decoded = decodeInventory(clean.message.value, settings);
  if ('faults' in decoded) {
    return refuse([...decoded.faults, ...(await unknownNames(deps, settings, tenantId, decoded.names))]);
  }
  const { request } = decoded;
  const { source } = request;
  const known = await deps.reads.locationByCodeOrName(tenantId, source);
  if (!known && settings.whenLocationUnknown === 'REFUSE') {
    return refuse(await unknownNames(deps, settings, tenantId, request));
  }
  const location = known ? ({ by: 'ID', id: known.locationId } as const) : locationByCode(source, 'CREATE');
  return post(deps, connection, settings, { ...request, stored, refused, location });
}

interface FoundRequest extends InventoryRequest, Pick<SaveRequest, 'refused'> {
  readonly stored: ReturnType<typeof receivedCall>;
  readonly location: LocationReference;
}

async function post(
  deps: SaveDeps,
  connection: Connection,
  settings: ComestriSettings,
  request: FoundRequest,
): Promise<VendorReply> {
  const { inventory, item, location, product, terms, quantity, asOfMs, stored, refused } = request;
  const messageId = deps.newId();
  const { record, created, userErrors } = await deps.save(callerOfConnection(connection), {
    idempotencyKey: null,
    externalId: messageId,
    item,
    location,
    terms,
    quantity,
    asOfMs,
    staleIsError: false,
    ...settings.countWithoutAsOf,
    dryRun: false,
    message: { ...stored, id: messageId, connectionId: connection.id },
  });
  const faults = userErrors.map((error) => faultOf(error, product, inventory));
  if (faults.length > 0) return refused(faults);
  // Created, updated, or unchanged because the statement is older: in each case the record exists.
  const view = record && (await deps.reads.inventoryRecordView(connection.tenantId, record));
  if (!view) throw new Error('A record that was saved has to be found.');
  return savedReply(view, created);
}

/** The unknown names of a request that is refused anyway, so that one answer reports every fault. */
async function unknownNames(
  deps: SaveDeps,
  { whenLocationUnknown }: ComestriSettings,
  tenantId: string,
  { source, item, product, inventory }: ReadableNames,
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  if (item && product && !(await isKnownOrMade(deps, tenantId, item))) {
    faults.push(faultOf({ code: 'ITEM_NOT_FOUND', field: ['sku'], message: '' }, product, inventory));
  }
  const mustBeKnown = source !== undefined && whenLocationUnknown === 'REFUSE';
  if (mustBeKnown && !(await deps.reads.locationByCodeOrName(tenantId, source))) {
    faults.push(faultOf({ code: 'LOCATION_NOT_FOUND', field: ['location'], message: '' }, 'product_id', inventory));
  }
  return faults;
}

/** As the posting would find it: by the identifier, else, where that means a sku, by the sku. */
async function isKnownOrMade(
  { reads }: SaveDeps,
  tenantId: string,
  { scheme, value, specification, whenUnknown }: IdentifierReference,
): Promise<boolean> {
  if (whenUnknown !== 'REFUSE' || (await reads.itemByIdentifier(tenantId, scheme, value, specification))) return true;
  return scheme === 'PRODUCT_CODE' && (await reads.itemBySku(tenantId, value, specification)) !== undefined;
}
