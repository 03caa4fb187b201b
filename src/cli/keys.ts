import { InvalidArgumentError, type Command } from 'commander';
import { SCOPES, type Scope } from '../application/ports/access';
import { isUuid } from '../domain/uuid';
import { createApiKeys } from '../persistence/access';
import { tenantOf, withDatabase } from './command-database';
import { EXIT } from '../failures';
import { printJson, printLine, printTable } from '../output';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface CreateOptions extends Options {
  readonly client: string;
  readonly scopes: readonly Scope[];
  readonly inventoryOrganisations?: boolean;
}

/** `stockbridge keys create|list|revoke`: the API keys of GraphQL clients. */
export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make, list and revoke API keys')
    .description('Makes, lists and revokes API keys. Only hashes of them are kept.');
  addCreate(keys);
  keys
    .command('list')
    .description("list a tenant's keys, revoked ones included")
    .requiredOption('--tenant <code>', 'whose keys')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge keys list --tenant demo')
    .action((options: Options) => list(options));
  keys
    .command('revoke <key-id>')
    .description('revoke a key: running gateways refuse it within a second')
    .requiredOption('--tenant <code>', 'whose key')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge keys revoke --tenant demo 0199d0e2-5f6a-7cc1-b6a5-9f2d1c3b4a50')
    .action((keyId: string, options: Options) => revoke(keyId, options));
}

function addCreate(keys: Command): void {
  keys
    .command('create')
    .summary('make an API key; it is shown this once')
    .description('Makes an API key and shows it this once. A further key of a client keeps what the client has posted.')
    .requiredOption('--tenant <code>', 'whose stock the key opens')
    .requiredOption('--client <name>', 'who uses it: the name that its movements carry')
    .requiredOption('--scopes <list>', `what it allows: ${SCOPES.join(', ')}, separated by commas`, parseScopes)
    .option('--inventory-organisations', "the client's adjustment orders keep stock by inventory organisation")
    .option('--no-inventory-organisations', '… or no longer do; left out, a client stays as it is')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge keys create --tenant demo --client shop --scopes read,write')
    .action((options: CreateOptions) => create(options));
}

function parseScopes(text: string): readonly Scope[] {
  return text.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name.trim());
    if (scope === undefined) throw new InvalidArgumentError(`There are the scopes ${SCOPES.join(', ')}.`);
    return scope;
  });
}

function create(options: CreateOptions): Promise<void> {
  const { client: clientName, scopes, inventoryOrganisations, json } = options;
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const created = await createApiKeys(dataSource).create({ tenantId, clientName, scopes, inventoryOrganisations });
    if (json) {
      printJson(created);
      return;
    }
    printLine(created.key);
    process.stderr.write(
      `This is the key of ${clientName}, shown this once. Send it as "Authorization: Bearer …"; its id is ${created.keyId}.\n`,
    );
  });
}

function list({ tenant, json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const keys = await createApiKeys(dataSource).list((await tenantOf(tenants, tenant)).tenantId);
    if (json) {
      printJson(keys);
      return;
    }
    printTable(
      ['key id', 'client', 'scopes', 'organisations', 'made', 'revoked'],
      keys.map((key) => [
        key.keyId,
        key.clientName,
        key.scopes.join(', '),
        key.inventoryOrganisations,
        key.createdAt,
        key.revokedAt,
      ]),
    );
  });
}

function revoke(keyId: string, { tenant, json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, tenant);
    const revoked = isUuid(keyId) && (await createApiKeys(dataSource).revoke(tenantId, keyId));
    if (!revoked) process.exitCode = EXIT.NO;
    if (json) printJson({ keyId, revoked });
    else printLine(revoked ? `Key ${keyId} revoked.` : `${tenant} has no such key, or it has been revoked before.`);
  });
}
