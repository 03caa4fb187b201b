import { locationNamed } from '../../domain/catalogue/catalogue-map';
import type { UserError } from '../../domain/errors';
import { locationSaveReads, planLocationSave } from '../../domain/plans/catalogue-save';
import { AccessError } from '../ports/access';
import type { ConnectionKinds, ReadSettings } from '../ports/connection-kinds';
import {
  ConnectionTakenError,
  type Connection,
  type ConnectionChange,
  type ConnectionKind,
  type Connections,
  type Overlap,
} from '../ports/connections';
import type { Poster } from '../ports/poster';
import { decideConnection, newConnection, type ConnectionInput } from './decide-connection';
import { decideRotation, type RotationInput } from './decide-rotation';

/** What became of a change of a connection. */
export interface ConnectionResult {
  /** Null where the change was refused; so is the kind. */
  readonly connectionId: string | null;
  readonly kind: ConnectionKind | null;
  /** The token in the path, or the bearer token, where it is new. Null for kinds that have none. Shown only here. */
  readonly token: string | null;
  /** The secrets that were generated, by name. Shown only here. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Until when what was rotated works too. */
  readonly overlaps: readonly Overlap[];
  readonly userErrors: readonly UserError[];
}

/** Creates and changes connections. Every change is an audit entry; what is refused changes nothing. */
export interface AdministerConnections {
  create(tenantId: string, input: ConnectionInput): Promise<ConnectionResult>;
  /** Says what `update` would refuse, and changes nothing. */
  check(
    tenantId: string,
    connectionId: string,
    input: Partial<ConnectionInput>,
  ): Promise<Pick<ConnectionResult, 'userErrors'>>;
  /** Changes what is given. Secrets that are given take the place of the present ones at once. No id is of none. */
  update(tenantId: string, connectionId: string | null, input: Partial<ConnectionInput>): Promise<ConnectionResult>;
  /** Replaces a secret or the token. The old one works until the overlap ends. */
  rotate(tenantId: string, connectionId: string | null, input: RotationInput): Promise<ConnectionResult>;
  /**
   * A disabled connection takes nothing, in any process within a second, until it is enabled again. Refused with
   * NOTHING_CHANGES where it is so already.
   */
  setDisabled(tenantId: string, connectionId: string | null, disabled: boolean): Promise<ConnectionResult>;
}

export interface AdministerConnectionsDeps {
  /** Changes are kept as those of its actor. */
  readonly connections: Connections;
  readonly kinds: ConnectionKinds;
  readonly readSettings: ReadSettings;
  readonly poster: Poster;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

export function createAdministerConnections(deps: AdministerConnectionsDeps): AdministerConnections {
  return {
    create: (tenantId, input) => orRefusal(() => createConnection(deps, tenantId, input)),
    check: async (tenantId, connectionId, input) => {
      const present = await deps.connections.find(tenantId, connectionId);
      if (!present) return notFound();
      const decided = decideConnection(deps, present, input);
      return { userErrors: 'refused' in decided ? decided.refused : [] };
    },
    update: (tenantId, connectionId, input) =>
      orRefusal(() => updateConnection(deps, { tenantId, connectionId }, input)),
    rotate: (tenantId, connectionId, input) =>
      orRefusal(() =>
        changeConnection(deps, { tenantId, connectionId }, (connection) => {
          const decided = decideRotation(deps.kinds, connection, input);
          return 'refused' in decided
            ? decided
            : { change: { rotation: decided.rotation }, generated: decided.generated };
        }),
      ),
    setDisabled: (tenantId, connectionId, disabled) =>
      setDisabled(deps.connections, { tenantId, connectionId }, disabled),
  };
}

async function createConnection(
  deps: AdministerConnectionsDeps,
  tenantId: string,
  input: ConnectionInput,
): Promise<ConnectionResult> {
  const decided = decideConnection(deps, newConnection(tenantId), input);
  if ('refused' in decided) return refusal(decided.refused);
  const { kind, name, locationCode, settings, secrets } = decided.connection;
  const others = await deps.connections.list(tenantId);
  if (others.some((other) => other.name === name)) throw nameTaken(name);
  const userErrors = await ensureLocation(deps, tenantId, locationCode);
  if (userErrors.length > 0) return refusal(userErrors);
  const { handle } = decided.change;
  const draft = { tenantId, kind, name, locationCode, settings, secrets, ...(handle === undefined ? {} : { handle }) };
  const { connectionId, token } = await deps.connections.create(draft);
  const shown = { token: deps.kinds[kind].tokenIn === null ? null : token, secrets: decided.generated };
  return { connectionId, kind, ...shown, overlaps: [], userErrors: [] };
}

interface Ids {
  readonly tenantId: string;
  readonly connectionId: string | null;
}

async function updateConnection(
  deps: AdministerConnectionsDeps,
  ids: Ids,
  input: Partial<ConnectionInput>,
): Promise<ConnectionResult> {
  const present = ids.connectionId === null ? undefined : await deps.connections.find(ids.tenantId, ids.connectionId);
  if (!present) return notFound();
  // Decided before the location is created, and again when nobody else can change the connection.
  const first = decideConnection(deps, present, input);
  if ('refused' in first) return refusal(first.refused);
  const { name, locationCode } = first.change;
  const others = name === undefined ? [] : await deps.connections.list(ids.tenantId);
  if (name !== undefined && others.some((other) => other.name === name)) throw nameTaken(name);
  const userErrors = await ensureLocation(deps, ids.tenantId, locationCode ?? null);
  if (userErrors.length > 0) return refusal(userErrors);
  return changeConnection(deps, ids, (connection) => decideConnection(deps, connection, input));
}

type Decided = { readonly change: ConnectionChange; readonly generated: Readonly<Record<string, string>> };
type Refused = { readonly refused: readonly UserError[] };

async function changeConnection(
  { connections }: AdministerConnectionsDeps,
  { tenantId, connectionId }: Ids,
  decide: (connection: Connection) => Decided | Refused,
): Promise<ConnectionResult> {
  if (connectionId === null) return notFound();
  let shown: { kind: ConnectionKind; secrets: Decided['generated'] } | undefined;
  const changed = await connections.change(tenantId, connectionId, (connection) => {
    const decided = decide(connection);
    if ('refused' in decided) return decided;
    shown = { kind: connection.kind, secrets: decided.generated };
    return decided.change;
  });
  if (changed === undefined) return notFound();
  if ('refused' in changed) return refusal(changed.refused);
  if (shown === undefined) throw new Error('A change that was made has to be decided.');
  return { connectionId, ...shown, ...changed, userErrors: [] };
}

async function setDisabled(
  connections: Connections,
  { tenantId, connectionId }: Ids,
  disabled: boolean,
): Promise<ConnectionResult> {
  const known = (await connections.list(tenantId)).find(({ id }) => id === connectionId);
  if (!known) return notFound();
  const { id, kind } = known;
  const isChanged = await (disabled ? connections.disable(tenantId, id) : connections.enable(tenantId, id));
  const message = `The connection is ${disabled ? 'disabled' : 'enabled'} already.`;
  return {
    ...{ connectionId: id, kind, token: null, secrets: {}, overlaps: [] },
    userErrors: isChanged ? [] : [{ code: 'NOTHING_CHANGES', field: [disabled ? 'id' : 'disabled'], message }],
  };
}

/** Creates the location if no location has, or had, that code. An existing one is not changed. */
async function ensureLocation(
  { poster, newId }: AdministerConnectionsDeps,
  tenantId: string,
  code: string | null,
): Promise<readonly UserError[]> {
  if (code === null) return [];
  const command = { code };
  const { userErrors } = await poster.post({
    tenantId,
    // A location has no origin, so this id is not stored.
    origin: { kind: 'API_CLIENT', id: newId() },
    reads: locationSaveReads(command),
    plan: (work) =>
      locationNamed(work.catalogue, code)
        ? { keep: false, remember: [], result: { location: null, userErrors: [] } }
        : planLocationSave(work, command),
  });
  return userErrors.map((error) => ({ ...error, field: ['location'] }));
}

const nameTaken = (name: string): AccessError =>
  new ConnectionTakenError(`The tenant has a connection named ${name} already`, 'name');

const refusal = (userErrors: readonly UserError[]): ConnectionResult => ({
  ...{ connectionId: null, kind: null, token: null, secrets: {}, overlaps: [] },
  userErrors,
});

const notFound = (): ConnectionResult =>
  refusal([{ code: 'NOT_FOUND', field: ['id'], message: 'There is no connection with this id.' }]);

async function orRefusal(work: () => Promise<ConnectionResult>): Promise<ConnectionResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    const field = error instanceof ConnectionTakenError ? [error.field] : [];
    return refusal([{ code: 'INVALID_INPUT', field, message: `${error.message}.` }]);
  }
}
