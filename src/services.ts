import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { createAccessTokenDirectory } from './access-tokens';
import type { Granted } from './application/grants';
import { RefusalKeeper } from './application/commands/keep-refusals';
import { createAdministerConnections, type AdministerConnections } from './application/commands/administer-connections';
import type { Actor, ApiKeyDirectory, ApiKeys } from './application/ports/access';
import type { ConnectionDirectory, Connections } from './application/ports/connections';
import type { DiscrepancyNotes } from './application/ports/discrepancy-notes';
import type { DocumentDirectory, TrustedDocuments } from './application/ports/documents';
import type { AccessTokenDirectory } from './application/ports/token-issuers';
import type { SecretKeys } from './config';
import { CONNECTION_KIND_SPECS, readSettings } from './connection-kinds';
import {
  createApiKeyDirectory,
  createApiKeys,
  createConnectionDirectory,
  createConnections,
  createDocumentDirectory,
  createTenants,
  createTokenClients,
  createTokenIssuerDirectory,
  createTrustedDocuments,
  type Tenants,
} from './persistence/access';
import type { OpenDatabase } from './open-database';
import { AS_OPERATOR, openDataSource } from './persistence/database/data-source';
import { createPool } from './persistence/database/pool';
import { Pulse } from './persistence/database/pulse';
import { prepareSchema } from './persistence/database/prepare-schema';
import { createDiscrepancyNotes } from './persistence/discrepancies/notes';
import { DiscrepancyWatch } from './persistence/discrepancies/watch';
import { HoldKeeper } from './persistence/poster/hold-keeper';
import { TreeFollower } from './persistence/proof/tree-follower';
import { createPoster, createPostPool, type ClosablePoster } from './persistence/poster/poster';
import { createReadPool } from './persistence/readers/database';
import { createRefusalStore } from './persistence/refusals/store';
import { createSecretBox } from './persistence/access/secrets';
import { CONNECT_WHILE_SERVING_MS, PLAN_EACH } from './persistence/database/session';
import { sha256 } from './persistence/sha256';

/** The sizes of the connection pools. */
const POSTER_CONNECTIONS = 8;
const READ_CONNECTIONS = 12;
const ACCESS_CONNECTIONS = 4;
/** Longer than any statement may take. After this time the server or the network must be down. */
const ANSWER_TIMEOUT_MS = 15_000;
/** A little longer than the pulse waits. */
const PULSE_TIMEOUT_MS = 1_200;

/** The services of a process: the gateway and the command line use the same. */
export interface Services {
  readonly dataSource: DataSource;
  readonly readPool: Pool;
  /** Whether the database answers, once it is started. */
  readonly pulse: Pulse;
  readonly poster: ClosablePoster;
  /** Keeps the discrepancies, once it is started. */
  readonly discrepancyWatch: DiscrepancyWatch;
  /** Keeps the Merkle trees over the ledgers, once it is started. */
  readonly treeFollower: TreeFollower;
  /** Posts what has expired. */
  readonly holdKeeper: HoldKeeper;
  /** Counts and keeps what is refused at the doors of connections. */
  readonly refusals: RefusalKeeper;
  readonly tenants: Tenants;
  readonly apiKeys: ApiKeys;
  /** The same, with changes kept as somebody else's than the command line's. */
  readonly apiKeysAs: (actor: Actor, own: Granted) => ApiKeys;
  readonly trustedDocumentsAs: (actor: Actor) => TrustedDocuments;
  readonly discrepancyNotesAs: (actor: Actor) => DiscrepancyNotes;
  readonly connections: Connections;
  /** Creates and changes connections, as the command line where nobody is named. */
  readonly administerConnectionsAs: (actor?: Actor) => AdministerConnections;
  readonly apiKeyDirectory: ApiKeyDirectory;
  readonly accessTokens: AccessTokenDirectory;
  readonly connectionDirectory: ConnectionDirectory;
  readonly documentDirectory: DocumentDirectory;
  /** Waits until accepted postings are committed, then closes the connections. */
  close(): Promise<void>;
}

/**
 * Opens the database, runs the due migrations and creates the services.
 * @throws DatabaseError or SecretKeyError, with one line that says what to fix.
 */
export async function openServices(
  { url, ownerUrl }: Pick<OpenDatabase, 'url' | 'ownerUrl'>,
  secretKeys: SecretKeys,
  logger: Logger,
): Promise<Services> {
  const log = (line: string): void => {
    logger.warn(line);
  };
  const warn = (message: string, err: unknown): void => {
    logger.warn({ err }, message);
  };
  /** One connection for a job that works beside the requests. */
  const jobPool = (job: string, settings: string): Pool =>
    createPool(url, {
      applicationName: `stockbridge ${job}`,
      max: 1,
      settings,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      log,
    });
  const dataSource = await openDataSource(url, { max: ACCESS_CONNECTIONS, log });
  try {
    await prepareSchema(dataSource, url, ownerUrl);
    const box = createSecretBox(...secretKeys);
    const connections = createConnections(dataSource, box);
    await connections.checkSecretKey();
    const postPool = createPostPool(url, {
      applicationName: 'stockbridge poster',
      max: POSTER_CONNECTIONS,
      connectTimeoutMs: CONNECT_WHILE_SERVING_MS,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      log,
    });
    const readPool = createReadPool(url, {
      applicationName: 'stockbridge reads',
      max: READ_CONNECTIONS,
      connectTimeoutMs: CONNECT_WHILE_SERVING_MS,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      log,
    });
    const pulsePool = createPool(url, {
      applicationName: 'stockbridge pulse',
      max: 1,
      connectTimeoutMs: PULSE_TIMEOUT_MS,
      answerTimeoutMs: PULSE_TIMEOUT_MS,
      log: () => undefined,
    });
    const pulse = new Pulse({
      pool: pulsePool,
      onLost: (cause) => {
        poster.giveUp(cause);
      },
      warn: log,
    });
    const watchPool = jobPool('discrepancies', `${PLAN_EACH} ${AS_OPERATOR}`);
    const discrepancyWatch = new DiscrepancyWatch({ pool: watchPool, warn });
    const treePool = jobPool('trees', `${PLAN_EACH} ${AS_OPERATOR}`);
    const treeFollower = new TreeFollower({ pool: treePool, warn });
    const refusalPool = jobPool('refusals', PLAN_EACH);
    const refusals = new RefusalKeeper({ store: createRefusalStore(refusalPool), newId: uuidv7, log: logger });
    const poster = createPoster({
      pool: postPool,
      tools: { sha256, newId: uuidv7 },
      onRetry: (error) => {
        logger.warn({ err: error }, 'retrying a batch');
      },
      onGivenUp: (error) => {
        pulse.noteTrouble(error);
      },
    });
    const holdPool = jobPool('holds', `${PLAN_EACH} ${AS_OPERATOR}`);
    const holdKeeper = new HoldKeeper({ pool: holdPool, poster, warn });
    return {
      dataSource,
      readPool,
      pulse,
      poster,
      discrepancyWatch,
      treeFollower,
      holdKeeper,
      refusals,
      tenants: createTenants(dataSource),
      apiKeys: createApiKeys(dataSource),
      apiKeysAs: (actor, own) => createApiKeys(dataSource, actor, own),
      trustedDocumentsAs: (actor) => createTrustedDocuments(dataSource, actor),
      discrepancyNotesAs: (actor) => createDiscrepancyNotes(dataSource, actor),
      connections,
      administerConnectionsAs: (actor) =>
        createAdministerConnections({
          connections: actor ? createConnections(dataSource, box, actor) : connections,
          kinds: CONNECTION_KIND_SPECS,
          ...{ readSettings, poster, newId: uuidv7 },
        }),
      apiKeyDirectory: createApiKeyDirectory(dataSource),
      accessTokens: createAccessTokenDirectory({
        issuers: createTokenIssuerDirectory(dataSource),
        clients: createTokenClients(dataSource),
        nowMs: Date.now,
        warn: (message, error) => {
          logger.warn({ err: error }, message);
        },
      }),
      connectionDirectory: createConnectionDirectory(dataSource, box),
      documentDirectory: createDocumentDirectory(dataSource),
      async close() {
        await holdKeeper.close();
        await Promise.all([
          poster.close(),
          discrepancyWatch.close(),
          treeFollower.close(),
          refusals.close(),
          pulse.close(),
        ]);
        const pools = [postPool, watchPool, treePool, holdPool, refusalPool, readPool, pulsePool];
        await Promise.all([...pools.map((pool) => pool.end()), dataSource.destroy()]);
      },
    };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
