import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { CLI, run, type Settings } from '../support/processes';
import { deliver } from './clients';
import type { DatabaseServer } from './database-server';
import { COUNTED, MAIN, NOTHING, ORDERED, SCARCE, SHARED, STATED, WINIT, DEEP } from './doors/door';
import type { ConnectionAccess, Credentials } from './doors/door';
import { graphqlCall } from './doors/graphql';
import { Gateway } from './gateway';
import { send } from './http';
import { Journal } from './journal';
import { levelName, type Write } from './write';

/** Two tenants with the same names of everything, so that nothing but the tenant tells their stock apart. */
export const TENANTS = ['north', 'south'] as const;

/** The database that each run starts from a copy of, and what its senders prove themselves with. */
export interface World {
  readonly template: string;
  readonly secretKey: string;
  readonly credentials: Readonly<Record<string, Credentials>>;
  /** The journal of the opening stock. */
  readonly journal: string;
}

const TEMPLATE = 'faults_template';

/** Sets up tenants, connections and opening stock through a gateway, as an operator would. */
export async function createWorld(server: DatabaseServer, folder: string, build: string): Promise<World> {
  const secretKey = randomBytes(32).toString('base64');
  const dataDir = path.join(folder, 'setup');
  await mkdir(dataDir);
  await server.createDatabase(TEMPLATE);
  const database = server.urls(TEMPLATE);
  const gateway = await Gateway.create({ build, dataDir, secretKey, database });
  const journal = await Journal.create(path.join(folder, 'setup.journal'));
  try {
    await gateway.start();
    const settings: Settings = {
      ...{ DATA_DIR: dataDir, STOCKBRIDGE_SECRET_KEY: secretKey, STOCKBRIDGE_ACCEPT_DATA_LOSS: '' },
      ...{ DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl },
    };
    const credentials = await Promise.all(
      TENANTS.map(async (tenant) => [tenant, await createTenant(tenant, gateway.origin, settings)] as const),
    );
    for (const [index, [tenant, access]] of credentials.entries()) {
      await openStock(tenant, access, gateway.origin, journal, -1 - index);
    }
    return { template: TEMPLATE, secretKey, credentials: Object.fromEntries(credentials), journal: journal.file };
  } finally {
    await gateway.stop();
    await gateway.proxy.close();
    await journal.close();
  }
}

async function createTenant(tenant: string, origin: string, settings: Settings): Promise<Credentials> {
  await command(['tenants', 'create', tenant], settings);
  const scopes = ['--scopes', 'write,admin', '--json'];
  const stdout = await command(['keys', 'create', '--tenant', tenant, '--client', 'integrator', ...scopes], settings);
  const [apiKey = ''] = /sb[a-z]*_[\w-]+/.exec(stdout) ?? [];
  await ask(origin, apiKey, ITEMS, { input: { rows: items() } });
  await ask(origin, apiKey, LOCATION, { code: MAIN });
  const connections = await Promise.all(
    CONNECTIONS.map(async (input) => [input.kind, await connect(origin, apiKey, input)] as const),
  );
  return { apiKey, connections: Object.fromEntries(connections) };
}

async function command(args: readonly string[], settings: Settings): Promise<string> {
  const { code, stdout, stderr } = await run(CLI, args, settings);
  if (code !== 0) throw new Error(`stockbridge ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const ITEMS = 'mutation ($input: ItemsSaveInput!) { done: itemsSave(input: $input) { userErrors { code message } } }';
const LOCATION = 'mutation ($code: String!) { done: locationSave(code: $code) { userErrors { code message } } }';
const CONNECTION = `mutation ($input: ConnectionSaveInput!) { done: connectionSave(input: $input) {
  secrets { name value } url userErrors { code message } } }`;

const items = (): object[] =>
  [...SHARED, DEEP, SCARCE, ...COUNTED, ...ORDERED, ...WINIT, ...STATED].map((sku) => ({
    ...{ sku, identifiers: [{ scheme: 'UPC', value: `upc of ${sku}` }] },
  }));

const CONNECTIONS = [
  { kind: 'jerry', location: MAIN, secrets: [{ name: 'userName', value: 'jerry' }] },
  { kind: 'standard' },
  { kind: 'increff', handle: 'increff' },
  { kind: 'comestri' },
  { kind: 'winit', handle: 'winit', settings: { customerCode: '1000019', timestampToleranceSeconds: null } },
];

async function connect(origin: string, apiKey: string, given: (typeof CONNECTIONS)[number]): Promise<ConnectionAccess> {
  const { settings = {}, ...rest } = given;
  const input = { ...rest, name: given.kind, settings: JSON.stringify(settings) };
  const { secrets, url } = await ask<{ secrets: { name: string; value: string }[]; url: string | null }>(
    ...([origin, apiKey, CONNECTION, { input }] as const),
  );
  const byName = Object.fromEntries([...(given.secrets ?? []), ...secrets].map(({ name, value }) => [name, value]));
  // The URL of a webhook ends with its token. What has no URL of its own sends its token as a secret.
  const token = url?.includes('/webhooks/') === true ? url.split('/').at(-1) : byName['token'];
  return { token: token ?? '', secrets: byName };
}

async function ask<Data extends object>(
  origin: string,
  apiKey: string,
  query: string,
  variables: object,
): Promise<Data> {
  const { body } = await send(origin, graphqlCall({ apiKey }, query, variables));
  const { data, errors } = JSON.parse(body) as {
    data: { done: Data & { userErrors: unknown[] } } | null;
    errors?: unknown;
  };
  if (!data || data.done.userErrors.length > 0) throw new Error(`The set-up was refused: ${body} ${String(errors)}`);
  return data.done;
}

const OPENING = `mutation ($input: StockAdjustInput!) {
  done: stockAdjust(input: $input) { userErrors { code message } } }`;

/** Stock to begin with, written down as any other write is. */
async function openStock(
  tenant: string,
  credentials: Credentials,
  origin: string,
  journal: Journal,
  id: number,
): Promise<void> {
  const opened = [...SHARED.map(many), ...ORDERED.map(many), ...COUNTED.map(many), [SCARCE, 5] as const];
  const rows = opened.map(([sku, delta]) => ({ sku, location: MAIN, delta }));
  const input = { idempotencyKey: 'opening', reason: 'OPENING', rows };
  const legs = rows.map(({ sku, location, delta }) => [levelName({ sku, location }), delta] as const);
  const movements = [{ externalId: 'opening', occurredAtMs: null, legs }];
  const write: Write = { ...NOTHING, id, tenant, door: 'adjustments', origin: 'integrator', movements };
  await deliver(journal, write, async () => {
    await ask(origin, credentials.apiKey, OPENING, { input });
    return { kind: 'ACK', replayed: false, sequence: null };
  });
}

const many = (sku: string) => [sku, 1_000] as const;
