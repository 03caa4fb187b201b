import type { AdministerConnections, ConnectionResult } from '../application/commands/administer-connections';
import { decideConnection, newConnection, type ConnectionInput } from '../application/commands/decide-connection';
import type { ConnectionInfo, ConnectionKind, Overlap } from '../application/ports/connections';
import { CONNECTION_KIND_SPECS, readSettings } from '../connection-kinds';
import type { UserError } from '../domain/errors';
import { CommandError } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { tenantOf, withServices } from './command-database';
import { collectSecret, readSecrets, type SecretSource } from './secret-input';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface Parts extends Options {
  readonly location?: string;
  readonly handle?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly secret?: readonly SecretSource[];
}

export interface CreateOptions extends Parts {
  readonly kind: ConnectionKind;
  readonly name: string;
}

export interface UpdateOptions extends Parts {
  readonly name?: string;
  readonly unset?: readonly string[];
}

export interface RotateOptions extends Options {
  readonly overlap: number;
  readonly value?: string;
}

export async function create(options: CreateOptions): Promise<void> {
  const { kind, name, location = null, handle = null, set = {}, tenant, json } = options;
  const settings = JSON.stringify(set);
  const secrets = await secretInputs(options);
  const input: ConnectionInput = { kind, name, locationCode: location, handle, settings, secrets };
  // Before the database is opened, because it may have to be started.
  const decided = decideConnection({ kinds: CONNECTION_KIND_SPECS, readSettings }, newConnection(''), input);
  if ('refused' in decided) throw refusedBy(decided.refused);
  await withServices(async (services) => {
    const { tenantId } = await tenantOf(services.tenants, tenant);
    const {
      connectionId,
      token,
      secrets: generated,
    } = made(await services.administerConnectionsAs().create(tenantId, input));
    const entries = CONNECTION_KIND_SPECS[kind].entries(token ?? '');
    if (json) {
      printJson({ connectionId, name, kind, token, entries, secrets: generated });
      return;
    }
    printLine(`Connection ${name} (${kind}) created. These values are shown only once:`);
    printShownOnce(entries, generated);
  });
}

export async function update(name: string, options: UpdateOptions): Promise<void> {
  const { name: newName, location, handle, set, unset = [], json } = options;
  const secrets = await secretInputs(options);
  await withConnection(name, options.tenant, async ({ connections, connection }) => {
    const kept = Object.entries(connection.settings).filter(([setting]) => !unset.includes(setting));
    const isSet = set !== undefined || unset.length > 0;
    const { secrets: generated } = made(
      await connections.update(connection.tenantId, connection.id, {
        ...(newName === undefined ? {} : { name: newName }),
        ...(location === undefined ? {} : { locationCode: location }),
        ...(handle === undefined ? {} : { handle }),
        ...(isSet ? { settings: JSON.stringify({ ...Object.fromEntries(kept), ...set }) } : {}),
        secrets,
      }),
    );
    if (json) {
      printJson({ connectionId: connection.id, name: newName ?? name, secrets: generated });
      return;
    }
    printLine(`Connection ${newName ?? name} updated.`);
    if (Object.keys(generated).length === 0) return;
    printLine('These values are shown only once:');
    printShownOnce([], generated);
  });
}

/** Replaces the token, or a secret that is named. */
export async function rotate(
  name: string,
  { tenant, overlap, value, json }: RotateOptions,
  secret?: string,
): Promise<void> {
  const given = value === undefined ? {} : await readSecrets(collectSecret(`value=${value}`));
  await withConnection(name, tenant, async ({ connections, connection }) => {
    const { tenantId, id, kind } = connection;
    const what = { secret: secret ?? null, value: given['value'] ?? null, token: secret === undefined };
    const result = made(await connections.rotate(tenantId, id, { ...what, overlapSeconds: overlap }));
    const entries = result.token === null ? [] : CONNECTION_KIND_SPECS[kind].entries(result.token);
    const [{ until } = { until: null }]: readonly (Overlap | { until: null })[] = result.overlaps;
    if (json) {
      printJson(
        secret === undefined
          ? { name, token: result.token, entries, oldTokenUntil: until }
          : { name, secret, secrets: result.secrets, oldSecretUntil: until },
      );
      return;
    }
    const thing = secret === undefined ? 'token' : `secret ${secret}`;
    printLine(`Connection ${name} has a new ${thing}.${value === undefined ? ' It is shown only once:' : ''}`);
    if (value === undefined) printShownOnce(entries, result.secrets);
    printLine(`The old ${secret === undefined ? 'token' : 'secret'} works until ${until?.toISOString() ?? ''}.`);
  });
}

function printShownOnce(entries: readonly string[], secrets: Readonly<Record<string, string>>): void {
  printTable(['what', 'value'], [...entries.map((entry) => ['entry', entry]), ...Object.entries(secrets)]);
}

async function secretInputs({ secret = [] }: Parts): Promise<ConnectionInput['secrets']> {
  return Object.entries(await readSecrets(secret)).map(([name, value]) => ({ name, value }));
}

interface Found {
  readonly connections: AdministerConnections;
  readonly connection: ConnectionInfo;
}

async function withConnection(name: string, tenant: string, work: (found: Found) => Promise<void>): Promise<void> {
  await withServices(async (services) => {
    const { tenantId } = await tenantOf(services.tenants, tenant);
    const connection = (await services.connections.list(tenantId)).find((known) => known.name === name);
    if (!connection) {
      throw new CommandError(`There is no connection ${name}: see "stockbridge connections list --tenant ${tenant}"`);
    }
    await work({ connections: services.administerConnectionsAs(), connection });
  });
}

/** What to add to the command line, by the part of the connection at fault. */
const HINTS: Readonly<Record<string, string>> = {
  handle: ' (--handle)',
  location: ' (--location)',
  secrets: ' (--secret name=…)',
  settings: ` (--set takes JSON: put quotes around text that looks like a number, as in --set 'name="1000019"')`,
};

function refusedBy([first]: readonly UserError[]): CommandError {
  const hint = HINTS[first?.field[0] ?? ''] ?? '';
  return new CommandError(`${first?.message.replace(/\.$/, '') ?? ''}${hint}`);
}

/** A change that was made. Throws CommandError where it was refused. */
function made(result: ConnectionResult): ConnectionResult {
  if (result.userErrors.length > 0) throw refusedBy(result.userErrors);
  return result;
}
