import { retryAfterSeconds } from '../../application/ports/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connection, ConnectionDirectory } from '../../application/ports/connections';
import type { NoteRefusal } from '../../application/ports/refusals';
import { redactorOf, type Redactor } from '../../application/secrets/redactor';
import { httpProblems } from '../../http/problem';
import { rawBodyOf, useRawBody } from '../../http/raw-body';
import { isFromAllowedAddress } from '../shared/allowed-addresses';
import { refuse, watchDoor, type Door } from '../shared/door';
import { admitConnection, sendReply, type VendorReply } from '../shared/webhook';
import { faultsReply, INVENTORIES_PATH, listReply, shownReply } from './encode';
import { sentenceOf } from './faults';
import { readPage, sliceOf } from './page';
import { saveInventory, type SaveDeps, type SaveRequest } from './save';
import { LIST_INVENTORIES, SAVE_INVENTORY, SHOW_INVENTORY } from './schema';

/** What the routes need. */
export interface ComestriDeps extends SaveDeps {
  readonly connections: ConnectionDirectory;
  readonly noteRefusal: NoteRefusal;
}

interface ListRoute {
  Querystring: Record<string, unknown>;
}

interface ShowRoute {
  Params: { id: string };
}

const CHALLENGE = 'Bearer realm="comestri"';
const BEARER = /^Bearer +(\S+) *$/i;
/** The older header, `Token token=…,email=…`: the token is the secret, the address only says whose it is. */
const OLDER = /^Token +(?:.*[ ,])?token="?([^",\s]+)"?(?:[ ,].*)?$/i;

/**
 * Adds `POST /api/v2/inventories`, `GET /api/v2/inventories` and `GET /api/v2/inventories/:id`, where integrators call in Comestri's
 * form. Answers a POST only after the commit.
 */
export function registerComestri(app: FastifyInstance, deps: ComestriDeps): void {
  app.register((scope, _options, done) => {
    useRawBody(scope);
    watchDoor(scope, doorOf(deps));

    scope.post(INVENTORIES_PATH, { schema: SAVE_INVENTORY }, async (request, reply) => {
      const received = { body: rawBodyOf(request), refused: refusalOf(request) };
      const save: Work = (connection, token) => saveInventory(deps, connection, { ...received, token });
      return sendReply(reply, await answer(deps, request, save));
    });

    scope.get<ListRoute>(INVENTORIES_PATH, { schema: LIST_INVENTORIES }, async (request, reply) => {
      const listPage: Work = (connection, token) =>
        list(
          deps,
          connection.tenantId,
          withoutSecrets(request.query, redactorOf(connection, token)),
          refusalOf(request),
        );
      return sendReply(reply, await answer(deps, request, listPage));
    });

    scope.get<ShowRoute>(`${INVENTORIES_PATH}/:id`, { schema: SHOW_INVENTORY }, async (request, reply) => {
      const { id } = request.params;
      return sendReply(reply, await answer(deps, request, ({ tenantId }) => show(deps, tenantId, id)));
    });
    done();
  });
}

function tokenOf({ headers: { authorization = '' } }: FastifyRequest): string | undefined {
  return (BEARER.exec(authorization) ?? OLDER.exec(authorization))?.[1];
}

const doorOf = ({ connections, noteRefusal, nowMs }: ComestriDeps): Door => ({
  ...{ noteRefusal, nowMs, tokenOf },
  connectionOf: (request) => connections.byToken('comestri', tokenOf(request) ?? ''),
});

/** Answers with faults, and notes them as what the door has refused. */
const refusalOf =
  (request: FastifyRequest): SaveRequest['refused'] =>
  (faults) => {
    refuse(request, 'FORM', faults.map(sentenceOf).join(' '));
    return faultsReply(faults, request.id);
  };

/** What is done for a connection that is known by a token. */
type Work = (connection: Connection, token: string) => Promise<VendorReply>;

/** Parameters as the answer may show them. */
function withoutSecrets(query: ListRoute['Querystring'], redactor: Redactor): ListRoute['Querystring'] {
  const entries = Object.entries(query).map(([name, value]) => [
    name,
    typeof value === 'string' ? redactor.text(value) : value,
  ]);
  return Object.fromEntries(entries) as ListRoute['Querystring'];
}

/** Finds out who calls before anything else is looked at, and does the work for them. */
async function answer({ connections }: ComestriDeps, request: FastifyRequest, work: Work): Promise<VendorReply> {
  try {
    const token = tokenOf(request);
    const connection = token === undefined ? undefined : await connections.byToken('comestri', token);
    if (token === undefined || !connection || !isFromAllowedAddress(request, connection)) {
      refuse(request, 'TOKEN', 'the bearer token is of no connection');
      throw httpProblems.unauthorized(CHALLENGE, 'Send the token of a connection as a bearer token.');
    }
    admitConnection(request, connection);
    return await work(connection, token);
  } catch (error) {
    const seconds = retryAfterSeconds(error);
    if (seconds === undefined) throw error;
    throw httpProblems.unavailable(seconds, 'The request could not be answered at present; send it again.', error);
  }
}

async function list(
  { reads }: ComestriDeps,
  tenantId: string,
  query: ListRoute['Querystring'],
  refused: SaveRequest['refused'],
): Promise<VendorReply> {
  const page = readPage(query);
  if ('faults' in page) return refused(page.faults);
  const { total, records: views } = await reads.inventoryRecords(tenantId, sliceOf(page));
  return listReply(page, total, views);
}

async function show({ reads }: ComestriDeps, tenantId: string, id: string): Promise<VendorReply> {
  const vendorId = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : NaN;
  const view = Number.isSafeInteger(vendorId) ? await reads.inventoryRecordByVendorId(tenantId, vendorId) : undefined;
  if (!view) throw httpProblems.notFound('There is no inventory with this id.');
  return shownReply(view);
}
