import { SECRET_SCOPES } from '../application/ports/access';
import type { Connection, ConnectionInfo, ConnectionKind } from '../application/ports/connections';
import { CONNECTION_KIND_SPECS, missingSecrets } from '../connection-kinds';
import type { Services } from '../services';
import { DEMO_TENANT, DemoError, readDemoFile, type DemoAccess } from './demo-file';
import { openingPosting } from './opening';

/** The API client of the demo's key. It is also the origin of the opening stock. */
const DEMO_CLIENT = 'demo';

/** The fixed parts of the demo's connections. Their other secrets are random for each data folder. */
const FIXED = {
  jerry: { location: 'JERRY-1', settings: {}, secrets: { userName: 'DUMMY DUCK' }, handle: undefined },
  winit: {
    location: null,
    settings: { customerCode: '1000019' },
    secrets: { clientId: 'demo-client' },
    handle: 'rebecca',
  },
  increff: { location: null, settings: {}, secrets: {}, handle: 'demo-increff' },
  comestri: { location: null, settings: {}, secrets: {}, handle: undefined },
  standard: { location: null, settings: {}, secrets: {}, handle: undefined },
} satisfies Record<ConnectionKind, DemoConnection>;

interface DemoConnection {
  readonly location: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly handle: string | undefined;
}

/**
 * Makes sure that the demo tenant exists, with its opening stock, an API key and a connection of each kind. Returns their
 * secrets: those of an earlier start with this data folder, or new ones where they are missing or no longer work.
 * @throws DemoError
 */
export async function seedDemo(services: Services, dataDir: string): Promise<DemoAccess> {
  const tenantId = await services.tenants.ensure(DEMO_TENANT);
  const before = await readDemoFile(dataDir);
  const { apiKey, clientId } = await demoKey(services, tenantId, before?.apiKey);
  const refused = await services.poster.post(openingPosting(tenantId, clientId));
  if (refused[0]) throw new DemoError(`The opening stock of the demo tenant was refused: ${refused[0].message}`);
  const seed = new ConnectionSeed(services, tenantId);
  const known = before?.connections;
  const jerry = await seed.connection('jerry', lastPart(known?.jerry?.url));
  const winit = await seed.connection('winit', lastPart(known?.winit?.url));
  const increff = await seed.connection('increff', undefined);
  const comestri = await seed.connection('comestri', known?.comestri?.token);
  const standard = await seed.connection('standard', lastPart(known?.standard?.url));
  return { apiKey, ...accessOf({ jerry, winit, increff, comestri, standard }) };
}

function accessOf(seeded: Readonly<Record<ConnectionKind, Seeded>>): Omit<DemoAccess, 'apiKey'> {
  const { jerry, winit, increff, comestri, standard } = seeded;
  return {
    jerry: {
      name: jerry.name,
      pathToken: jerry.token,
      userName: jerry.secret('userName'),
      apiPassword: jerry.secret('apiPassword'),
      key: jerry.secret('key'),
      location: FIXED.jerry.location,
    },
    winit: {
      name: winit.name,
      pathToken: winit.token,
      customerCode: FIXED.winit.settings.customerCode,
      appKey: FIXED.winit.handle,
      token: winit.secret('token'),
      clientId: winit.secret('clientId'),
      clientSecret: winit.secret('clientSecret'),
    },
    increff: { name: increff.name, authUsername: FIXED.increff.handle, authPassword: increff.secret('authPassword') },
    comestri: { name: comestri.name, token: comestri.token },
    standard: { name: standard.name, pathToken: standard.token, secret: standard.secret('secret') },
  };
}

/** The token of a webhook: the last part of its path. */
function lastPart(url: string | undefined): string | undefined {
  return url?.slice(url.lastIndexOf('/') + 1);
}

/** The key of an earlier start if it still has all scopes, otherwise a new one of the same client. */
async function demoKey(
  { apiKeys, apiKeyDirectory }: Services,
  tenantId: string,
  before: string | undefined,
): Promise<{ apiKey: string; clientId: string }> {
  const principal = before === undefined ? undefined : await apiKeyDirectory.authenticate(before);
  const isWhole = principal?.tenantId === tenantId && SECRET_SCOPES.every((scope) => principal.scopes.has(scope));
  if (before !== undefined && principal && isWhole && principal.clientName === DEMO_CLIENT) {
    return { apiKey: before, clientId: principal.clientId };
  }
  const { key, clientId } = await apiKeys.create({ tenantId, clientName: DEMO_CLIENT, scopes: SECRET_SCOPES });
  return { apiKey: key, clientId };
}

/** A connection with its token and secrets. */
class Seeded {
  constructor(
    readonly name: string,
    readonly token: string,
    private readonly secrets: Readonly<Record<string, string>>,
  ) {}

  secret(name: string): string {
    const secret = this.secrets[name];
    if (secret === undefined) throw new Error(`the connection ${this.name} has no secret ${name}`);
    return secret;
  }
}

/** Finds or creates the demo's connections, one of each kind. */
class ConnectionSeed {
  constructor(
    private readonly services: Services,
    private readonly tenantId: string,
  ) {}

  /** @param tokenBefore the token of an earlier start. It is kept if it still finds the connection. */
  async connection(kind: ConnectionKind, tokenBefore: string | undefined): Promise<Seeded> {
    const { connections, connectionDirectory } = this.services;
    const stored = await connections.list(this.tenantId);
    const usable = await this.#usable(kind, stored);
    if (!usable) return this.#create(kind, new Set(stored.map(({ name }) => name)));
    const found = tokenBefore === undefined ? undefined : await connectionDirectory.byToken(kind, tokenBefore);
    const isKept = tokenBefore !== undefined && found?.id === usable.id;
    // The demo has no token of a kind that uses none. Renewing it would add an audit entry at each start.
    const isUsed = CONNECTION_KIND_SPECS[kind].tokenIn !== null;
    if (!isUsed || isKept) return new Seeded(usable.name, tokenBefore ?? '', usable.secrets);
    const { token } = await connections.renewToken(this.tenantId, usable.id);
    return new Seeded(usable.name, token, usable.secrets);
  }

  /** The first active connection of an earlier start. Its secrets can be read back, but not its token. */
  async #usable(kind: ConnectionKind, stored: readonly ConnectionInfo[]): Promise<Connection | undefined> {
    const named = new RegExp(`^${kind}(-\\d+)?$`);
    for (const { id, name, disabledAt } of stored) {
      if (!named.test(name) || disabledAt !== null) continue;
      const connection = await this.services.connectionDirectory.byId(this.tenantId, id);
      if (connection?.kind === kind && (await this.#isUnchanged(connection))) return connection;
    }
    return undefined;
  }

  /** Whether the connection is as the demo creates it, so that the demo's messages fit it. */
  async #isUnchanged({ id, kind, locationCode, settings, secrets }: Connection): Promise<boolean> {
    const fixed: DemoConnection = FIXED[kind];
    const handled =
      fixed.handle === undefined ? undefined : await this.services.connectionDirectory.byHandle(kind, fixed.handle);
    return (
      locationCode === fixed.location &&
      Object.entries(fixed.settings).every(([name, value]) => settings[name] === value) &&
      Object.entries(fixed.secrets).every(([name, value]) => secrets[name] === value) &&
      Object.keys(missingSecrets(kind, settings, secrets)).length === 0 &&
      (handled?.some((found) => found.id === id) ?? true)
    );
  }

  /** Creates a connection under the first free name. Disabled connections keep their names. */
  async #create(kind: ConnectionKind, taken: ReadonlySet<string>): Promise<Seeded> {
    const fixed: DemoConnection = FIXED[kind];
    let name: string = kind;
    for (let number = 2; taken.has(name); number++) name = `${kind}-${number}`;
    const { settings, location: locationCode, handle } = fixed;
    const secrets: Record<string, string> = { ...fixed.secrets };
    for (const [secret, value] of Object.entries(missingSecrets(kind, settings, secrets))) {
      if (value === undefined) throw new Error(`the demo has no secret ${secret} for ${kind}`);
      secrets[secret] = value;
    }
    const draft = { tenantId: this.tenantId, kind, name, locationCode, settings, secrets };
    const { token } = await this.services.connections.create(handle === undefined ? draft : { ...draft, handle });
    return new Seeded(name, token, secrets);
  }
}
