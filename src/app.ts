import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import { createAdjustStock } from './application/commands/adjust-stock';
import { createAdjustmentOrders } from './application/commands/adjustment-orders';
import { createFindAvailability } from './application/queries/find-availability';
import { createReceiveDelivery } from './application/commands/receive-delivery';
import { createReplayMessage } from './application/commands/replay-message';
import { createRejectCall } from './application/commands/reject-call';
import { createReservations } from './application/commands/reservations';
import { createSaveCatalogue } from './application/commands/save-catalogue';
import { createSaveInventoryRecord } from './application/commands/save-inventory-record';
import { createUpkeep } from './application/commands/upkeep';
import { createSetStock } from './application/commands/set-stock';
import type { HeadSigner } from './application/ports/heads';
import type { SchemaViewers } from './application/ports/access';
import { retryAfterSeconds } from './application/ports/failures';
import type { NoteRefusal } from './application/ports/refusals';
import { nextTurn } from './application/turns';
import { createHeadSigner } from './application/secrets/head-signer';
import { CONNECTION_KIND_SPECS } from './connection-kinds';
import { GRAPHQL_LIMITS } from './graphql/limits/limits';
import { GRAPHQL_SECURITY } from './graphql/server/route-schema';
import { registerGraphql } from './graphql/server/server';
import type { ConnectionRates } from './http/connection-rates';
import { createHttpServer, type HttpServer } from './http/server';
import { registerLedgerRoutes } from './ledger-routes/route';
import type { OpenReads } from './application/ports/reads';
import { createReads, sharedPool } from './persistence/readers';
import type { Services } from './services';
import { registerComestri } from './vendors/comestri/route';
import { COMESTRI_SECURITY } from './vendors/comestri/schema';
import { registerIncreff } from './vendors/increff/route';
import { INCREFF_SECURITY } from './vendors/increff/schema';
import { registerJerry } from './vendors/jerry/route';
import { JERRY_SECURITY } from './vendors/jerry/schema';
import { PATH_TOKEN_SECURITY } from './vendors/shared/route-schema';
import { registerStandard } from './vendors/standard/route';
import { STANDARD_SECURITY } from './vendors/standard/schema';
import { registerWinitOrders } from './vendors/winit-orders/route';
import { WINIT_ORDERS_SECURITY } from './vendors/winit-orders/schema';
import { registerWinitEvents } from './vendors/winit-events/route';
import { openWorkplace, ROW_DECODERS } from './workplace';

export interface AppOptions {
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  /** See `HttpServerOptions`. */
  readonly trustedProxies?: readonly string[];
  /** Origins of web pages on other hosts that may call the GraphQL API; left out: none. */
  readonly corsOrigins?: readonly string[];
  /** What an API key may ask for in a second; left out: as in `GRAPHQL_LIMITS`. */
  readonly graphqlCostPerSecond?: number;
  /** See `HttpServerOptions`. */
  readonly connectionRates?: ConnectionRates;
  /** Signs the heads of ledgers. Left out: with a key of this process alone. */
  readonly headSigner?: HeadSigner;
  /** Who may look at the GraphQL schema; left out: every API key. */
  readonly schemaViewers?: SchemaViewers;
}

/** Every way to prove who calls, for the OpenAPI document. */
const SECURITY_SCHEMES = {
  ...GRAPHQL_SECURITY,
  ...PATH_TOKEN_SECURITY,
  ...JERRY_SECURITY,
  ...WINIT_ORDERS_SECURITY,
  ...INCREFF_SECURITY,
  ...COMESTRI_SECURITY,
  ...STANDARD_SECURITY,
};

/** Connects the parts of the gateway: services, use cases, vendors and GraphQL, on one HTTP server. */
export function createApp(services: Services, options: AppOptions): HttpServer {
  const { poster, connectionDirectory: connections, apiKeyDirectory: apiKeys } = services;
  const pool = sharedPool(services.readPool, (answer) => services.pulse.guard(answer));
  const openReads: OpenReads = (budget, limits) => {
    const database = pool.ofRequest(budget);
    return Object.assign(database, { reads: createReads(database, limits) });
  };
  const { headSigner = createHeadSigner(randomBytes(32)) } = options;
  const reads = createReads(pool.ofStatements, null);
  const receive = createReceiveDelivery({ poster, newId: uuidv7 });
  const setStock = createSetStock({ poster, nowMs: Date.now });
  const orders = createAdjustmentOrders({ poster, reads });
  const saveInventoryRecord = createSaveInventoryRecord({ poster, nowMs: Date.now });
  const replayMessage = createReplayMessage({
    poster,
    reads,
    connections,
    decoders: ROW_DECODERS,
  });
  const reject = createRejectCall({ poster, newId: uuidv7 });
  const noteRefusal: NoteRefusal = (refusal) => {
    services.refusals.note(refusal);
  };
  const shared = {
    connections,
    noteRefusal,
    reads,
    receive,
    reject,
    setStock,
    orders,
    newId: uuidv7,
    nowMs: () => Date.now(),
  };

  const http = createHttpServer({
    ...options,
    readiness: async () => services.pulse.fault(),
    retryAfterSeconds,
    nextTurn,
    securitySchemes: SECURITY_SCHEMES,
  });
  registerJerry(http.app, shared);
  registerWinitEvents(http.app, shared);
  registerWinitOrders(http.app, shared);
  registerIncreff(http.app, shared);
  registerComestri(http.app, { ...shared, save: saveInventoryRecord });
  registerStandard(http.app, shared);
  const directories = { apiKeys: services.apiKeyDirectory, accessTokens: services.accessTokens };
  registerLedgerRoutes(http.app, { ...directories, reads, headSigner });
  registerGraphql(http.app, {
    apiKeys,
    accessTokens: services.accessTokens,
    documents: services.documentDirectory,
    openReads,
    adjustStock: createAdjustStock({ poster }),
    saveCatalogue: createSaveCatalogue({ poster }),
    upkeep: createUpkeep({ poster }),
    replayMessage,
    workplace: openWorkplace(services, reads),
    setStock,
    adjustmentOrders: orders,
    reservations: createReservations({ poster }),
    saveInventoryRecord,
    apiKeysAs: services.apiKeysAs,
    administerConnectionsAs: services.administerConnectionsAs,
    headSigner,
    connectionKinds: CONNECTION_KIND_SPECS,
    trustedDocumentsAs: services.trustedDocumentsAs,
    discrepancyNotesAs: services.discrepancyNotesAs,
    findAvailability: createFindAvailability({ nowMs: shared.nowMs }),
    corsOrigins: options.corsOrigins ?? [],
    schemaViewers: options.schemaViewers,
    costPerSecond: options.graphqlCostPerSecond ?? GRAPHQL_LIMITS.costPerSecond,
  });
  return http;
}
