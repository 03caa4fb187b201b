import { Option, type Command } from 'commander';
import { MAX_KEY_OVERLAP_SECONDS } from '../application/ports/access';
import { CONNECTION_KINDS, type Connections } from '../application/ports/connections';
import { createConnections } from '../persistence/access';
import { createSecretBox } from '../persistence/access/secrets';
import { EXIT } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { tenantOf, withDatabase, type CommandDatabase } from './command-database';
import { addConnectionHealth } from './connection-health';
import {
  create,
  rotate,
  update,
  type CreateOptions,
  type RotateOptions,
  type UpdateOptions,
} from './connection-changes';
import { collectSetting, handles, kindsHelp } from './connection-options';
import { wholeNumberUpTo } from './numbers';
import { collectSecret, SECRET_FORMS } from './secret-input';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

export function addConnections(program: Command): void {
  const connections = program
    .command('connections')
    .summary('create, list, watch, change, rotate and disable connections')
    .description(
      'Creates, lists, changes, rotates and disables connections: the warehouses and integrators that exchange data with a tenant.',
    );
  addCreate(connections);
  connections
    .command('list')
    .description(
      "list a tenant's connections, including disabled ones, and until when rotated secrets still work; secrets are not shown",
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections list --tenant demo')
    .action((options: Options) => list(options));
  addUpdate(connections);
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
    .action((name: string, options: RotateOptions) => rotate(name, options));
  addRotateSecret(connections);
  connections
    .command('disable <name>')
    .description('disable a connection until it is enabled again; running gateways refuse it within a second')
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections disable --tenant demo jerry')
    .action((name: string, options: Options) => disable(name, options));
  connections
    .command('enable <name>')
    .description('enable a connection that was disabled; its token and secrets are those it had')
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections enable --tenant demo jerry')
    .action((name: string, options: Options) => enable(name, options));
  addConnectionHealth(connections);
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

function addUpdate(connections: Command): void {
  connections
    .command('update <name>')
    .summary('change the name, location, settings, account name or secrets of a connection')
    .description(
      'Changes what is given, and keeps the rest. Secrets take the place of the present ones at once: rotate-secret lets both work for a while.',
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--name <name>', 'the new name')
    .option('--location <code>', 'the location that it is bound to; created if it does not exist')
    .option('--handle <name>', `the account name that its calls send: ${handles()}`)
    .option('--set <name=json...>', 'settings, with values as JSON; the others stay', collectSetting)
    .option('--unset <name...>', 'settings that are left to their defaults again')
    .option('--secret <name=…>', `a secret; can be repeated; ${SECRET_FORMS}`, collectSecret)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  stockbridge connections update --tenant demo jerry --set serialisation=compact --secret key=env:JERRY_KEY',
    )
    .action((name: string, options: UpdateOptions) => update(name, options));
}

function addRotateSecret(connections: Command): void {
  connections
    .command('rotate-secret <name> <secret>')
    .summary('replace a secret of a connection; the old one works for a while beside it')
    .description(
      'Replaces a secret of a connection, and shows it once if it was generated. The old one works until the overlap ends.',
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option(
      '--overlap <seconds>',
      'how long the old secret still works',
      wholeNumberUpTo(MAX_KEY_OVERLAP_SECONDS),
      86_400,
    )
    .option(
      '--value <value>',
      'the new secret, if the counterpart has issued it: - reads a line from standard input, env:VARIABLE an environment variable',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  stockbridge connections rotate-secret --tenant demo winit clientSecret --overlap 3600\n' +
        '  stockbridge connections rotate-secret --tenant demo jerry apiPassword --value -',
    )
    .action((name: string, secret: string, options: RotateOptions) => rotate(name, options, secret));
}

const CREATE_EXAMPLES = `Examples:
  stockbridge connections create --tenant demo --kind jerry --name jerry-eu --location JERRY-2 \\
    --set serialisation=compact --secret userName=acme --secret apiPassword=- --secret key=env:JERRY_KEY
  stockbridge connections create --tenant demo --kind winit --name winit-us --set 'customerCode="1000019"' --handle acme`;

async function list({ tenant, json }: Options): Promise<void> {
  await withDatabase(async (database) => {
    const { tenantId } = await tenantOf(database.tenants, tenant);
    const connections = await (await connectionsOf(database)).list(tenantId);
    if (json) {
      printJson(connections);
      return;
    }
    printTable(
      ['name', 'kind', 'location', 'settings', 'created', 'disabled', 'overlaps end'],
      connections.map((connection) => [
        connection.name,
        connection.kind,
        connection.locationCode,
        JSON.stringify(connection.settings),
        connection.createdAt,
        connection.disabledAt,
        connection.overlaps
          .map(({ secret, until }) => `${secret ?? 'path or bearer token'} ${until.toISOString()}`)
          .join(', '),
      ]),
    );
  });
}

/** Does not decrypt stored secrets, so a connection can be disabled even when their key is lost. */
async function connectionsOf({ dataSource, secretKeys }: CommandDatabase): Promise<Connections> {
  return createConnections(dataSource, createSecretBox(...(await secretKeys())));
}

async function disable(name: string, options: Options): Promise<void> {
  await switchConnection(name, options, (connections, ...ids) => connections.disable(...ids), {
    ...{ key: 'disabled', done: `Connection ${name} disabled.`, none: 'No active connection' },
  });
}

async function enable(name: string, options: Options): Promise<void> {
  await switchConnection(name, options, (connections, ...ids) => connections.enable(...ids), {
    ...{ key: 'enabled', done: `Connection ${name} enabled.`, none: 'No disabled connection' },
  });
}

async function switchConnection(
  name: string,
  { tenant, json }: Options,
  change: (connections: Connections, tenantId: string, connectionId: string) => Promise<boolean>,
  words: { readonly key: string; readonly done: string; readonly none: string },
): Promise<void> {
  await withDatabase(async (database) => {
    const { tenantId } = await tenantOf(database.tenants, tenant);
    const connections = await connectionsOf(database);
    const connection = (await connections.list(tenantId)).find((known) => known.name === name);
    const isChanged = connection !== undefined && (await change(connections, tenantId, connection.id));
    if (!isChanged) process.exitCode = EXIT.NO;
    const none = `${words.none} ${name} in tenant ${tenant}: see "stockbridge connections list --tenant ${tenant}".`;
    if (json) printJson({ name, [words.key]: isChanged });
    else printLine(isChanged ? words.done : none);
  });
}
