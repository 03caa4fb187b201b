import { InvalidArgumentError, Option, type Command } from 'commander';
import { uuidv7 } from 'uuidv7';
import { MAX_KEY_OVERLAP_SECONDS } from '../application/ports/access';
import { CONNECTION_KINDS, type Connection, type ConnectionKind } from '../application/ports/connections';
import { locationSaveReads, planLocationSave } from '../domain/plans/catalogue-save';
import { tidyName } from '../domain/text';
import { checkName } from '../domain/validation';
import { createConnections, type Connections } from '../persistence/access';
import { createSecretBox } from '../persistence/access/secrets';
import type { Services } from '../services';
import { ConnectionSettingsError } from '../vendors/shared/connection-reader';
import { tenantOf, withDatabase, withServices, type CommandDatabase } from './command-database';
import { CONNECTION_KIND_SPECS, missingSecrets, type SecretSpec } from '../connection-kinds';
import { EXIT, CommandError } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { wholeNumberUpTo } from './numbers';
import { collectSecret, readSecrets, SECRET_FORMS, type SecretSource } from './secret-input';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface CreateOptions extends Options {
  readonly kind: ConnectionKind;
  readonly name: string;
  readonly location?: string;
  readonly handle?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly secret?: readonly SecretSource[];
}

interface RotateOptions extends Options {
  readonly overlap: number;
}

export function addConnections(program: Command): void {
  const connections = program
    .command('connections')
    .summary('create, list, rotate and disable connections')
    .description(
      'Creates, lists, rotates and disables connections: the warehouses and integrators that exchange data with a tenant.',
    );
  addCreate(connections);
  connections
    .command('list')
    .description("list a tenant's connections, including disabled ones; secrets are not shown")
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections list --tenant demo')
    .action((options: Options) => list(options));
  connections
    .command('rotate-token <name>')
    .summary('replace the token of a connection; the old one works for a while beside it')
    .description(
      "Replaces the token in the path of a connection's webhook, or its bearer token, and shows the new one once. The old one works until the overlap ends.",
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option(
      '--overlap <seconds>',
      'how long the old token still works',
      wholeNumberUpTo(MAX_KEY_OVERLAP_SECONDS),
      86_400,
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections rotate-token --tenant demo jerry --overlap 3600')
    .action((name: string, options: RotateOptions) => rotateToken(name, options));
  connections
    .command('disable <name>')
    .description('disable a connection; running gateways refuse it within a second')
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections disable --tenant demo jerry')
    .action((name: string, options: Options) => disable(name, options));
}

function addCreate(connections: Command): void {
  connections
    .command('create')
    .summary('create a connection; its token and generated secrets are shown once')
    .description('Creates a connection and generates every secret that is not given. New secrets are shown only once.')
    .requiredOption('--tenant <code>', 'the tenant')
    .addOption(new Option('--kind <kind>', 'the wire format').choices(CONNECTION_KINDS).makeOptionMandatory())
    .requiredOption('--name <name>', 'the origin shown on its movements; unique within the tenant')
    .option('--location <code>', 'the location that it is bound to; created if it does not exist')
    .option('--handle <name>', `the account name that its calls send: ${handles()}`)
    .option(
      '--set <name=json...>',
      'settings, with values as JSON; see the README of the wire format in src/vendors',
      collectSetting,
    )
    .option('--secret <name=…>', `a secret; can be repeated; ${SECRET_FORMS}`, collectSecret)
    .option('--json', 'print JSON')
    .addHelpText('after', `\nKinds:\n${kindsHelp()}\n\n${CREATE_EXAMPLES}`)
    .action((options: CreateOptions) => create(options));
}

const CREATE_EXAMPLES = `Examples:
  stockbridge connections create --tenant demo --kind jerry --name jerry-eu --location JERRY-2 \\
    --set serialisation=compact --secret userName=acme --secret apiPassword=- --secret key=env:JERRY_KEY
  stockbridge connections create --tenant demo --kind winit --name winit-us --set 'customerCode="1000019"' --handle acme`;

function handles(): string {
  const named = CONNECTION_KINDS.flatMap((kind) => {
    const { handle } = CONNECTION_KIND_SPECS[kind];
    return handle === null ? [] : [`${handle} of ${kind}`];
  });
  return named.join(', ');
}

function kindsHelp(): string {
  return CONNECTION_KINDS.map((kind) => {
    const { summary, secrets } = CONNECTION_KIND_SPECS[kind];
    const names = secrets.map(secretHelp).join(', ');
    return `  ${kind.padEnd(10)}${summary}\n${' '.repeat(12)}secrets: ${names || 'none'}`;
  }).join('\n');
}

function secretHelp({ name, make, neededIf }: SecretSpec): string {
  if (neededIf) return `${name} (optional)`;
  return make ? name : `${name} (required)`;
}

/** A value that is not JSON is taken as text, so plain words need no quotes. */
function collectSetting(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.');
  try {
    return { ...before, [name]: JSON.parse(value) as unknown };
  } catch {
    return { ...before, [name]: value };
  }
}

async function create(options: CreateOptions): Promise<void> {
  const { kind, name, handle, set: settings = {}, location, json } = options;
  const locationCode = location === undefined ? null : tidyName(location);
  const given = await readSecrets(options.secret ?? []);
  const generated = generateSecrets(kind, settings, given);
  const secrets = { ...given, ...generated };
  checkDraft({ tenantId: '', id: '', name, kind, locationCode, settings, secrets }, handle);
  await withServices(async (services) => {
    const { tenantId } = await tenantOf(services.tenants, options.tenant);
    if (locationCode !== null) await ensureLocation(services, tenantId, locationCode);
    const draft = {
      tenantId,
      kind,
      name,
      locationCode,
      settings,
      secrets,
      ...(handle === undefined ? {} : { handle }),
    };
    const { connectionId, token } = await services.connections.create(draft);
    const entries = CONNECTION_KIND_SPECS[kind].entries(token);
    if (json) {
      printJson({ connectionId, name, kind, token, entries, secrets: generated });
      return;
    }
    printLine(`Connection ${name} (${kind}) created. These values are shown only once:`);
    printTable(
      ['what', 'value'],
      [
        ...entries.map((entry) => ['entry', entry]),
        ...Object.entries(generated).map(([secret, value]) => [secret, value]),
      ],
    );
  });
}

function generateSecrets(
  kind: ConnectionKind,
  settings: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = CONNECTION_KIND_SPECS[kind].secrets.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new CommandError(`A ${kind} connection has no secret ${unknown}: it has ${known.join(', ') || 'no secrets'}`);
  const missing = Object.entries(missingSecrets(kind, settings, given));
  return Object.fromEntries(
    missing.map(([name, value]) => {
      if (value === undefined)
        throw new CommandError(`The secret ${name} is missing: get it from the counterpart and add --secret ${name}=…`);
      return [name, value];
    }),
  );
}

/** Refuses settings that would otherwise fail only when the first message arrives. */
function checkDraft(connection: Connection, handle: string | undefined): void {
  const spec = CONNECTION_KIND_SPECS[connection.kind];
  if (spec.handle !== null && handle === undefined) {
    throw new CommandError(
      `A ${connection.kind} connection needs the account name ${spec.handle}: add --handle <${spec.handle}>`,
    );
  }
  if (spec.handle === null && handle !== undefined) {
    throw new CommandError(`A ${connection.kind} connection has no account name: leave out --handle`);
  }
  try {
    spec.check(connection);
  } catch (error) {
    if (!(error instanceof ConnectionSettingsError)) throw error;
    const hint = `(--set takes JSON: put quotes around text that looks like a number, as in --set 'name="1000019"')`;
    throw new CommandError(`${error.message} ${hint}`, { cause: error });
  }
}

/** Creates the location if no location has that code. An existing one is not changed. */
async function ensureLocation({ poster }: Services, tenantId: string, code: string): Promise<void> {
  const command = { code };
  const faults = checkName(code, ['location'], true);
  if (faults[0]) throw new CommandError(faults[0].message);
  const { userErrors } = await poster.post({
    tenantId,
    // A location has no origin, so this id is not stored.
    origin: { kind: 'API_CLIENT', id: uuidv7() },
    reads: locationSaveReads(command),
    plan: (work) => planLocationSave(work, command),
  });
  if (userErrors[0]) throw new CommandError(userErrors[0].message);
}

async function list({ tenant, json }: Options): Promise<void> {
  await withDatabase(async (database) => {
    const { tenantId } = await tenantOf(database.tenants, tenant);
    const connections = await (await connectionsOf(database)).list(tenantId);
    if (json) {
      printJson(connections);
      return;
    }
    printTable(
      ['name', 'kind', 'location', 'settings', 'created', 'disabled'],
      connections.map((connection) => [
        connection.name,
        connection.kind,
        connection.locationCode,
        JSON.stringify(connection.settings),
        connection.createdAt,
        connection.disabledAt,
      ]),
    );
  });
}

/** Does not decrypt stored secrets, so a connection can be disabled even when their key is lost. */
async function connectionsOf({ dataSource, secretKeys }: CommandDatabase): Promise<Connections> {
  return createConnections(dataSource, createSecretBox(...(await secretKeys())));
}

async function rotateToken(name: string, { tenant, overlap, json }: RotateOptions): Promise<void> {
  await withDatabase(async (database) => {
    const { tenantId } = await tenantOf(database.tenants, tenant);
    const connections = await connectionsOf(database);
    const connection = (await connections.list(tenantId)).find((known) => known.name === name);
    if (!connection || connection.disabledAt !== null) {
      throw new CommandError(`No active connection ${name}: see "stockbridge connections list --tenant ${tenant}"`);
    }
    const { token, oldTokenUntil } = await connections.renewToken(tenantId, connection.id, overlap * 1_000);
    const entries = CONNECTION_KIND_SPECS[connection.kind].entries(token);
    if (json) {
      printJson({ name, token, entries, oldTokenUntil });
      return;
    }
    printLine(`Connection ${name} has a new token. It is shown only once:`);
    printTable(
      ['what', 'value'],
      entries.map((entry) => ['entry', entry]),
    );
    printLine(`The old token works until ${oldTokenUntil.toISOString()}.`);
  });
}

async function disable(name: string, { tenant, json }: Options): Promise<void> {
  await withDatabase(async (database) => {
    const { tenantId } = await tenantOf(database.tenants, tenant);
    const connections = await connectionsOf(database);
    const connection = (await connections.list(tenantId)).find((known) => known.name === name);
    const disabled = connection !== undefined && (await connections.disable(tenantId, connection.id));
    if (!disabled) process.exitCode = EXIT.NO;
    if (json) printJson({ name, disabled });
    else
      printLine(
        disabled
          ? `Connection ${name} disabled.`
          : `No active connection ${name} in tenant ${tenant}: see "stockbridge connections list --tenant ${tenant}".`,
      );
  });
}
