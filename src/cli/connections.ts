import { InvalidArgumentError, Option, type Command } from 'commander';
import { uuidv7 } from 'uuidv7';
import { CONNECTION_KINDS, type Connection, type ConnectionKind } from '../application/ports/connections';
import { locationSaveReads, planLocationSave } from '../domain/plans/catalogue-save';
import { checkText } from '../domain/validation';
import { createConnections, type Connections } from '../persistence/access';
import { createSecretBox } from '../persistence/access/secrets';
import type { Services } from '../services';
import { ConnectionSettingsError } from '../vendors/shared/connection-reader';
import { tenantOf, withDatabase, withServices, type CommandDatabase } from './command-database';
import { CONNECTION_KIND_SPECS, missingSecrets, type SecretSpec } from '../connection-kinds';
import { EXIT, CommandError } from '../failures';
import { printJson, printLine, printTable } from '../output';
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

/** `stockbridge connections create|list|disable`: the counterparts of a tenant. */
export function addConnections(program: Command): void {
  const connections = program
    .command('connections')
    .summary('make, list and disable connections')
    .description('Makes, lists and disables connections: the warehouses and integrators that talk to a tenant.');
  addCreate(connections);
  connections
    .command('list')
    .description("list a tenant's connections, disabled ones included; never their secrets")
    .requiredOption('--tenant <code>', 'whose connections')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections list --tenant demo')
    .action((options: Options) => list(options));
  connections
    .command('disable <name>')
    .description('disable a connection: running gateways refuse it within a second')
    .requiredOption('--tenant <code>', 'whose connection')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections disable --tenant demo jerry')
    .action((name: string, options: Options) => disable(name, options));
}

function addCreate(connections: Command): void {
  connections
    .command('create')
    .summary('make a connection; its token and new secrets are shown this once')
    .description('Makes a connection, and a strong secret wherever none is given. What is new is shown this once.')
    .requiredOption('--tenant <code>', 'whose connection')
    .addOption(new Option('--kind <kind>', 'the wire format').choices(CONNECTION_KINDS).makeOptionMandatory())
    .requiredOption('--name <name>', 'what its movements are shown under; unique in the tenant')
    .option('--location <code>', 'the location it is bound to; made where there is none of that code')
    .option('--handle <name>', `the account name that its calls carry: ${handles()}`)
    .option('--set <name=json...>', 'settings, values as JSON; see src/vendors/<kind>/README.md', collectSetting)
    .option('--secret <name=…>', `may be given several times: ${SECRET_FORMS}`, collectSecret)
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
  return make ? name : `${name} (has to be given)`;
}

/** A value that isn't JSON is a text, so that plain words need no quotes. */
function collectSetting(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It has to be name=value.');
  try {
    return { ...before, [name]: JSON.parse(value) as unknown };
  } catch {
    return { ...before, [name]: value };
  }
}

async function create(options: CreateOptions): Promise<void> {
  const { kind, name, handle, set: settings = {}, location: locationCode = null, json } = options;
  const given = await readSecrets(options.secret ?? []);
  const made = madeSecrets(kind, settings, given);
  const secrets = { ...given, ...made };
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
      printJson({ connectionId, name, kind, token, entries, secrets: made });
      return;
    }
    printLine(`Connection ${name} (${kind}) made. What follows is shown this once:`);
    printTable(
      ['what', 'value'],
      [...entries.map((entry) => ['entry', entry]), ...Object.entries(made).map(([secret, value]) => [secret, value])],
    );
  });
}

function madeSecrets(
  kind: ConnectionKind,
  settings: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = CONNECTION_KIND_SPECS[kind].secrets.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new CommandError(`${kind} has no secret ${unknown}; it has ${known.join(', ')}`);
  const missing = Object.entries(missingSecrets(kind, settings, given));
  return Object.fromEntries(
    missing.map(([name, value]) => {
      if (value === undefined) throw new CommandError(`${name} is the counterpart's to give: add --secret ${name}=…`);
      return [name, value];
    }),
  );
}

/** What could only fail on the first message is refused here. */
function checkDraft(connection: Connection, handle: string | undefined): void {
  const spec = CONNECTION_KIND_SPECS[connection.kind];
  if (spec.handle !== null && handle === undefined) {
    throw new CommandError(`${connection.kind} is found by its ${spec.handle}: add --handle <${spec.handle}>`);
  }
  if (spec.handle === null && handle !== undefined) {
    throw new CommandError(`${connection.kind} has no account name: leave out --handle`);
  }
  try {
    spec.check(connection);
  } catch (error) {
    if (!(error instanceof ConnectionSettingsError)) throw error;
    const hint = `(--set takes JSON: a text that looks like a number is written --set 'name="1000019"')`;
    throw new CommandError(`${error.message} ${hint}`, { cause: error });
  }
}

/** Makes the location where there is none of that code; one that is there stays as it is. */
async function ensureLocation({ poster }: Services, tenantId: string, code: string): Promise<void> {
  const command = { code };
  const faults = checkText(code, ['location'], true);
  if (faults[0]) throw new CommandError(faults[0].message);
  const { userErrors } = await poster.post({
    tenantId,
    // A location has no origin, so nothing is kept of this one.
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
      ['name', 'kind', 'location', 'settings', 'made', 'disabled'],
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

/** Without a look at stored secrets: a connection can be disabled also when their key is lost. */
async function connectionsOf({ dataSource, secretKey }: CommandDatabase): Promise<Connections> {
  return createConnections(dataSource, createSecretBox(await secretKey()));
}

async function disable(name: string, { tenant, json }: Options): Promise<void> {
  await withDatabase(async (database) => {
    const { tenantId } = await tenantOf(database.tenants, tenant);
    const connections = await connectionsOf(database);
    const connection = (await connections.list(tenantId)).find((known) => known.name === name);
    const disabled = connection !== undefined && (await connections.disable(tenantId, connection.id));
    if (!disabled) process.exitCode = EXIT.NO;
    if (json) printJson({ name, disabled });
    else printLine(disabled ? `Connection ${name} disabled.` : `${tenant} has no such connection, or it is disabled.`);
  });
}
