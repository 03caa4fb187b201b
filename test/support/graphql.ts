import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { uuidv7 } from 'uuidv7';
import {
  isPublishable,
  SCOPE_SETS,
  SCOPES,
  SECRET_SCOPES,
  type Principal,
  type SchemaViewers,
  type Scope,
} from '../../src/application/ports/access';
import { createAdministerConnections } from '../../src/application/commands/administer-connections';
import { createAdjustStock } from '../../src/application/commands/adjust-stock';
import { createAdjustmentOrders } from '../../src/application/commands/adjustment-orders';
import { createFindAvailability } from '../../src/application/queries/find-availability';
import type { TrustedDocuments } from '../../src/application/ports/documents';
import { createHeadSigner } from '../../src/application/secrets/head-signer';
import type { OpenReads, Reads } from '../../src/application/ports/reads';
import { createWorkplace } from '../../src/application/commands/quarantine';
import { createReplayMessage, type RowDecoder } from '../../src/application/commands/replay-message';
import { createReservations } from '../../src/application/commands/reservations';
import { createSaveCatalogue } from '../../src/application/commands/save-catalogue';
import { createSaveInventoryRecord } from '../../src/application/commands/save-inventory-record';
import { createUpkeep } from '../../src/application/commands/upkeep';
import { createSetStock } from '../../src/application/commands/set-stock';
import { factReads, planDelivery, type DeliveryResult, type Fact } from '../../src/domain/plans/delivery';
import type { MovementReason } from '../../src/domain/ledger/movement';
import type { Posting } from '../../src/domain/ledger/posting';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import type { MovementDraft, Posted, UnitOfWork } from '../../src/domain/ledger/unit-of-work';
import { registerGraphql } from '../../src/graphql/server/server';
import { createHttpServer } from '../../src/http/server';
import { CONNECTION_KIND_SPECS, readSettings } from '../../src/connection-kinds';
import {
  createApiKeyDirectory,
  createApiKeys,
  createConnections,
  createDocumentDirectory,
  createTrustedDocuments,
} from '../../src/persistence/access';
import { createSecretBox } from '../../src/persistence/access/secrets';
import { openDataSource } from '../../src/persistence/database/data-source';
import { createDiscrepancyNotes } from '../../src/persistence/discrepancies/notes';
import { DiscrepancyWatch } from '../../src/persistence/discrepancies/watch';
import { TreeFollower } from '../../src/persistence/proof/tree-follower';
import { createReadPool, createReads, sharedPool, type ReadDatabase } from '../../src/persistence/readers';
import { at, bySku, CLIENT, CONNECTION, deliveryOf, factOf, idOf, NOON, rowsOf } from './domain/test-ledger';
import { createTestDatabase, type TestDatabase } from './database';
import { LedgerHarness, type TestPoster } from './ledger';

/** Seals the secrets of connections that tests create. */
const SECRET_BOX = createSecretBox(new Uint8Array(32));
export const HEAD_SIGNER = createHeadSigner(new Uint8Array(32).fill(7));
/** The origin that publishable keys are bound to. */
const SHOP = 'https://shop.example';

const ORIGINS = { connection: 'warehouse', client: 'integrator' };

/** A GraphQL answer. Tests say by its shape what they expect of it. */
export interface Answer {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

export type Data = Readonly<Record<string, unknown>>;

/** The GraphQL API on a database of its own, with the tenants `ours` and `theirs`. */
export class GraphqlHarness {
  /** The names of the read statements, in order. */
  readonly statements: string[] = [];
  /** The log lines at level `error`. */
  readonly faults: string[] = [];
  /** Those below. */
  readonly lines: string[] = [];
  /** When set, every read fails with this error. */
  failReadsWith: Error | undefined;
  #messages = 0;

  private constructor(
    private readonly database: TestDatabase,
    readonly ledger: LedgerHarness,
    readonly poster: TestPoster,
    readonly tenants: { readonly ours: string; readonly theirs: string },
    readonly reads: Reads,
    readonly app: FastifyInstance,
    /** Changes show at once: the gateway looks at each request whether there are any. */
    readonly documents: TrustedDocuments,
    private readonly principals: Map<string, Principal>,
  ) {}

  /** @param costPerSecond of each key; by default more than a test asks for */
  static async open(
    decode?: RowDecoder,
    {
      schemaViewers,
      costPerSecond = 1e9,
      trustedProxies = [],
    }: {
      readonly schemaViewers?: SchemaViewers;
      readonly costPerSecond?: number;
      readonly trustedProxies?: readonly string[];
    } = {},
  ): Promise<GraphqlHarness> {
    const database = await createTestDatabase();
    const ledger = new LedgerHarness(database);
    const [ours = '', theirs = ''] = await ledger.tenants('ours', 'theirs');
    for (const tenantId of [ours, theirs]) await addOrigins(ledger, tenantId);
    const poster = ledger.openPoster();
    const pool = createReadPool(database.gatewayUrl, { applicationName: 'test reads', max: 4, log: () => undefined });
    const watched: { current: GraphqlHarness | undefined } = { current: undefined };
    const shared = sharedPool(pool);
    const openReads: OpenReads = (budget, limits) => {
      const database = shared.ofRequest(budget);
      return Object.assign(database, {
        reads: createReads(
          watch(database, () => watched.current),
          limits,
        ),
      });
    };
    const reads = createReads(
      watch(shared.ofStatements, () => watched.current),
      null,
    );
    const { app } = createHttpServer({
      logger: pino({ level: 'info' }, { write: (line: string) => watched.current?.keepLine(line) }),
      host: '127.0.0.1',
      port: 0,
      trustedProxies,
      readiness: () => Promise.resolve(undefined),
    });
    const dataSource = await openDataSource(database.url);
    app.addHook('onClose', async () => {
      await Promise.all([pool.end(), dataSource.destroy()]);
    });
    let time = 0;
    const principals = testPrincipals({ ours, theirs });
    const directory = createApiKeyDirectory(dataSource);
    registerGraphql(app, {
      corsOrigins: [],
      costPerSecond,
      schemaViewers,
      openReads,
      adjustStock: createAdjustStock({ poster }),
      setStock: createSetStock({ poster, nowMs: Date.now }),
      adjustmentOrders: createAdjustmentOrders({ poster, reads }),
      reservations: createReservations({ poster }),
      saveInventoryRecord: createSaveInventoryRecord({ poster, nowMs: Date.now }),
      findAvailability: createFindAvailability({ nowMs: () => NOON }),
      saveCatalogue: createSaveCatalogue({ poster }),
      upkeep: createUpkeep({ poster }),
      replayMessage: createReplayMessage({
        poster,
        reads,
        connections: testConnections(),
        decoders: decode ? { standard: decode } : {},
      }),
      workplace: createWorkplace({
        ...{ poster, reads, connections: testConnections(), readSettings },
        listConnections: (tenantId) => createConnections(dataSource, SECRET_BOX).list(tenantId),
        administerConnectionsAs: (actor) =>
          createAdministerConnections({
            connections: createConnections(dataSource, SECRET_BOX, actor),
            kinds: CONNECTION_KIND_SPECS,
            ...{ readSettings, poster, newId: uuidv7 },
          }),
        decoders: decode ? { standard: decode } : {},
      }),
      documents: createDocumentDirectory(dataSource, { now: () => (time += 10_000) }),
      trustedDocumentsAs: (actor) => createTrustedDocuments(dataSource, actor),
      discrepancyNotesAs: (actor) => createDiscrepancyNotes(dataSource, actor),
      apiKeysAs: (actor, own) => createApiKeys(dataSource, actor, own),
      administerConnectionsAs: (actor) =>
        createAdministerConnections({
          connections: createConnections(dataSource, SECRET_BOX, actor),
          kinds: CONNECTION_KIND_SPECS,
          ...{ readSettings, poster, newId: uuidv7 },
        }),
      connectionKinds: CONNECTION_KIND_SPECS,
      headSigner: HEAD_SIGNER,
      apiKeys: {
        authenticate: async (key) => principalOf(principals, key) ?? (await directory.authenticate(key)),
        noteUse: (principal) => {
          directory.noteUse(principal);
        },
        isOriginOfKey: (origin) => directory.isOriginOfKey(origin),
      },
      accessTokens: { authenticate: () => Promise.resolve({ fault: 'This gateway has no issuer.' }) },
    });
    await app.ready();
    watched.current = new GraphqlHarness(
      ...([database, ledger, poster, { ours, theirs }, reads, app] as const),
      createTrustedDocuments(dataSource),
      principals,
    );
    return watched.current;
  }

  /** Where the owner of the tables connects to. */
  get databaseUrl(): string {
    return this.database.url;
  }

  private keepLine(line: string): void {
    (line.startsWith('{"level":50') ? this.faults : this.lines).push(line);
  }

  /** Adds an API key like another one. */
  addKey(name: string, like: string, changes: Partial<Principal>): void {
    const principal = this.principals.get(like);
    if (!principal) throw new TypeError(`There is no key ${like}.`);
    this.principals.set(name, { ...principal, ...changes });
  }

  /** Sends an operation, from a page of its origin where the key is bound to one; `key` is the name of a tenant, that with `-read` or `-write` for a key that only reads or writes, with `-` and a scope for a key with that alone, with `-none`, or with `-organised` for a client with organisations. */
  send(query: string, variables: object = {}, key: string | null = 'ours'): Promise<LightMyRequestResponse> {
    const origin = this.principals.get(key ?? '')?.origins?.[0];
    return this.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(origin === undefined ? {} : { origin }),
      },
      payload: JSON.stringify({ query, variables }),
    });
  }

  async answer(query: string, variables: object = {}, key = 'ours'): Promise<Answer> {
    return (await this.send(query, variables, key)).json<Answer>();
  }

  /** The data of an answer. Fails if the answer has errors. */
  async data<Shape = Data>(query: string, variables: object = {}, key = 'ours'): Promise<Shape> {
    const { data, errors } = await this.answer(query, variables, key);
    expect(errors).toBeUndefined();
    return data as Shape;
  }

  /** The number of read statements of an operation. */
  async statementsOf(query: string, variables: object = {}): Promise<number> {
    this.statements.length = 0;
    await this.data(query, variables);
    return this.statements.length;
  }

  post<Result>(posting: Omit<Posting<Result>, 'tenantId'>, tenantId = this.tenants.ours): Promise<Result> {
    return this.poster.post({ ...posting, tenantId });
  }

  /** Posts one movement of the connection, as the plan drafts it. */
  postMovement(
    reads: Posting<Posted>['reads'],
    draft: (work: UnitOfWork) => MovementDraft,
    tenantId = this.tenants.ours,
  ): Promise<Posted> {
    const plan = (work: UnitOfWork) => ({ keep: true, remember: [], result: work.post(draft(work)) });
    return this.post({ origin: CONNECTION, reads, plan }, tenantId);
  }

  /** Delivers facts in one message of the connection. */
  deliver(facts: readonly Fact[], tenantId = this.tenants.ours): Promise<DeliveryResult> {
    const delivery = { ...deliveryOf((this.#messages += 1), rowsOf(...facts)), format: 'standard' };
    const reads = factReads(delivery.rows);
    return this.post({ origin: CONNECTION, reads, plan: (work) => planDelivery(work, delivery) }, tenantId);
  }

  /** Posts more units than one row of input may have. */
  async fill(
    sku: string,
    location: string,
    delta: number,
    { lot = '', reason = 'RECEIPT' }: { readonly lot?: string; readonly reason?: MovementReason } = {},
  ): Promise<void> {
    const names = { item: bySku(sku), location: at(location), dimensions: { ...DEFAULT_DIMENSIONS, lot } };
    const { rows } = await this.deliver([factOf(`fill ${(this.#messages += 1)}`, { ...names, delta, reason })]);
    expect(rows).toMatchObject([{ status: 'POSTED' }]);
  }

  /** Looks for discrepancies, as a running gateway does all the time. */
  async findDiscrepancies(): Promise<void> {
    const warn = (message: string): never => {
      throw new Error(message);
    };
    await new DiscrepancyWatch({ pool: this.ledger.pool, warn }).catchUp();
  }

  /** Takes what the ledgers hold into their trees, as a running gateway does all the time. */
  async growTrees(): Promise<void> {
    const warn = (message: string): never => {
      throw new Error(message);
    };
    await new TreeFollower({ pool: this.ledger.pool, warn }).catchUp();
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.ledger.close();
    await this.database.drop();
  }
}

function watch(database: ReadDatabase, harness: () => GraphqlHarness | undefined): ReadDatabase {
  return {
    budget: database.budget,
    query: (statement) => {
      const current = harness();
      if (current?.failReadsWith) return Promise.reject(current.failReadsWith);
      current?.statements.push(statement.name);
      return database.query(statement);
    },
  };
}

function testPrincipals(tenants: Readonly<Record<string, string>>): Map<string, Principal> {
  const scopes: Readonly<Record<string, readonly Scope[]>> = {
    '': SECRET_SCOPES,
    '-read': SCOPE_SETS.read,
    '-write': SCOPE_SETS.write,
    '-none': [],
    ...Object.fromEntries(SCOPES.map((scope) => [`-${scope}`, [scope]])),
  };
  const principals = new Map<string, Principal>();
  for (const [name, tenantId] of Object.entries(tenants)) {
    for (const [suffix, allowed] of Object.entries(scopes)) {
      const client = {
        clientId: CLIENT.id,
        clientName: ORIGINS.client,
        keyId: idOf(0xfff4),
        inventoryOrganisations: false,
        limits: null,
        origins: isPublishable(new Set(allowed)) ? [SHOP] : null,
        addresses: null,
      };
      principals.set(name + suffix, { tenantId, ...client, scopes: new Set(allowed) });
    }
    const another = {
      clientId: idOf(0xfff3),
      clientName: 'organised',
      keyId: idOf(0xfff5),
      inventoryOrganisations: true,
      limits: null,
      origins: null,
      addresses: null,
    };
    principals.set(`${name}-organised`, { tenantId, ...another, scopes: new Set(SECRET_SCOPES) });
  }
  return principals;
}

/** A name with `/` and more is that of another key of the same client. */
function principalOf(principals: ReadonlyMap<string, Principal>, key: string): Principal | undefined {
  const [name = '', keyId] = key.split('/');
  const principal = principals.get(name);
  return principal && keyId !== undefined ? { ...principal, keyId } : principal;
}

/** The one connection that the harness has, in every tenant. */
function testConnections() {
  const connection = (tenantId: string) => ({
    tenantId,
    id: CONNECTION.id,
    name: ORIGINS.connection,
    kind: 'standard' as const,
    locationCode: null,
    settings: {},
    secrets: {},
  });
  return {
    byToken: () => Promise.resolve(undefined),
    byHandle: () => Promise.resolve([]),
    byId: (tenantId: string, id: string) => Promise.resolve(id === CONNECTION.id ? connection(tenantId) : undefined),
  };
}

/** The rows that movements refer to as their origin. */
async function addOrigins({ pool }: LedgerHarness, tenantId: string): Promise<void> {
  await pool.query(
    `INSERT INTO connection (tenant_id, connection_id, name, kind, settings, secrets, handle_hash, created_at)
     VALUES ($1, $2, $3, 'standard', '{}', '', '', now())`,
    [tenantId, CONNECTION.id, ORIGINS.connection],
  );
  await pool.query('INSERT INTO api_client VALUES ($1, $2, $3, now())', [tenantId, CLIENT.id, ORIGINS.client]);
}
