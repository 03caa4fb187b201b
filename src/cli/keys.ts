import type { Command } from 'commander';
import {
  afterDays,
  MAX_KEY_DAYS,
  MAX_KEY_OVERLAP_SECONDS,
  type CreatedApiKey,
  type Scope,
} from '../application/ports/access';
import { isUuid } from '../domain/uuid';
import { createApiKeys } from '../persistence/access';
import { tenantOf, withDatabase } from './command-database';
import { CommandError, EXIT } from '../failures';
import { wholeNumberUpTo } from './numbers';
import { printJson, printLine, printTable } from '../output';
import { parseScopes, SCOPES_HELP } from './scopes';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface CreateOptions extends Options {
  readonly client: string;
  readonly scopes: readonly Scope[];
  readonly inventoryOrganisations?: boolean;
  readonly expiresInDays?: number;
  readonly location?: readonly string[];
  readonly channel?: readonly string[];
  readonly origin?: readonly string[];
  readonly ipAllow?: readonly string[];
}

interface RotateOptions extends Options {
  readonly overlap: number;
}

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('create, list, rotate and revoke API keys')
    .description(
      'Creates, lists, rotates and revokes API keys of GraphQL clients. Only hashes of the keys are stored.',
    );
  addCreate(keys);
  keys
    .command('list')
    .description("list a tenant's keys, including revoked ones, with their last use")
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge keys list --tenant demo')
    .action((options: Options) => list(options));
  keys
    .command('rotate <key-id>')
    .summary('create the next key of a client; the old one works for a while beside it')
    .description(
      'Creates another key of the same client, with the same scopes, limits, origins and addresses and as long a life, and shows it once. The old key works until the overlap ends.',
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--overlap <seconds>', 'how long the old key still works', wholeNumberUpTo(MAX_KEY_OVERLAP_SECONDS), 86_400)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge keys rotate --tenant demo 0199d0e2-5f6a-7cc1-b6a5-9f2d1c3b4a50')
    .action((keyId: string, options: RotateOptions) => rotate(keyId, options));
  keys
    .command('revoke <key-id>')
    .description('revoke a key; running gateways refuse it within a second')
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge keys revoke --tenant demo 0199d0e2-5f6a-7cc1-b6a5-9f2d1c3b4a50')
    .action((keyId: string, options: Options) => revoke(keyId, options));
}

function addCreate(keys: Command): void {
  keys
    .command('create')
    .summary('create an API key; it is shown once')
    .description(
      'Creates an API key and shows it once. A client can have several keys, for example while rotating them.',
    )
    .requiredOption('--tenant <code>', 'the tenant that the key gives access to')
    .requiredOption('--client <name>', 'the API client that uses the key; the origin shown on its movements')
    .requiredOption('--scopes <list>', `what the key allows, ${SCOPES_HELP}`, parseScopes)
    .option('--inventory-organisations', "the client's adjustment orders track stock by inventory organisation")
    .option('--no-inventory-organisations', 'they do not; without either option, the client is not changed')
    .option(
      '--expires-in-days <days>',
      'when it stops working; left out: it does not expire',
      wholeNumberUpTo(MAX_KEY_DAYS, 1),
    )
    .option(
      '--location <code>',
      'limits the key to stock at this location, without its parts; repeat it for several',
      collected,
    )
    .option(
      '--channel <channel>',
      'limits the key to stock of this channel, "" for stock without one; repeat it for several',
      collected,
    )
    .option(
      '--origin <origin>',
      'the origin of the web pages that use a key with sellable:read; repeat it for several',
      collected,
    )
    .option(
      '--ip-allow <address>',
      'an address or network that the key may be used from, such as 203.0.113.0/24; repeat it for several',
      collected,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  stockbridge keys create --tenant demo --client shop --scopes stock:read,stock:write
  stockbridge keys create --tenant demo --client 3pl --scopes stock:read --location JERRY-1 --channel 2C
  stockbridge keys create --tenant demo --client erp --scopes write --ip-allow 203.0.113.7 --ip-allow 2001:db8::/32
  stockbridge keys create --tenant demo --client web --scopes sellable:read --origin https://shop.example`,
    )
    .action((options: CreateOptions) => create(options));
}

/** The values of an option that can be repeated. */
const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

function create(options: CreateOptions): Promise<void> {
  const { client: clientName, scopes, inventoryOrganisations, expiresInDays, json } = options;
  const { location: locations, channel: channels, origin: origins, ipAllow: ipAllowList } = options;
  const expiresAt = expiresInDays === undefined ? undefined : afterDays(expiresInDays);
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const bounds = { locations, channels, origins, ipAllowList };
    const draft = { tenantId, clientName, scopes, inventoryOrganisations, expiresAt, ...bounds };
    const created = await createApiKeys(dataSource).create(draft);
    if (json) printJson(created);
    else showKey(created, clientName);
  });
}

function showKey({ key, keyId, expiresAt }: CreatedApiKey, clientName: string): void {
  printLine(key);
  const life = expiresAt === null ? '' : ` It expires at ${expiresAt.toISOString()}.`;
  process.stderr.write(
    `This is the key of ${clientName}. It is shown only once. Send it as "Authorization: Bearer …". Its id is ${keyId}.${life}\n`,
  );
}

function rotate(keyId: string, { tenant, overlap, json }: RotateOptions): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, tenant);
    if (!isUuid(keyId)) throw new CommandError(`There is no key ${keyId}`);
    const rotated = await createApiKeys(dataSource).rotate(tenantId, keyId, overlap * 1_000);
    if (json) {
      printJson(rotated);
      return;
    }
    showKey(rotated, rotated.clientName);
    process.stderr.write(`The key ${keyId} works until ${rotated.oldKeyExpiresAt.toISOString()}.\n`);
  });
}

const listed = (values: readonly string[] | null | undefined): string | null => values?.join(', ') ?? null;

function list({ tenant, json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const keys = await createApiKeys(dataSource).list((await tenantOf(tenants, tenant)).tenantId);
    if (json) {
      printJson(keys);
      return;
    }
    printTable(
      [
        ...['key id', 'client', 'scopes', 'organisations', 'locations', 'channels', 'origins', 'addresses'],
        ...['created', 'last used', 'expires', 'revoked'],
      ],
      keys.map((key) => [
        key.keyId,
        key.clientName,
        key.scopes.join(', '),
        key.inventoryOrganisations,
        listed(key.locations),
        listed(key.channels?.map((channel) => JSON.stringify(channel))),
        listed(key.origins),
        listed(key.ipAllowList),
        key.createdAt,
        key.lastUsedAt,
        key.expiresAt,
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
    else
      printLine(
        revoked
          ? `Key ${keyId} revoked.`
          : `No active key ${keyId} in tenant ${tenant}: see "stockbridge keys list --tenant ${tenant}".`,
      );
  });
}
