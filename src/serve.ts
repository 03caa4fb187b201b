import { pino, type Logger } from 'pino';
import { createApp } from './app';
import { createHeadSigner } from './application/secrets/head-signer';
import type { HeadSigner } from './application/ports/heads';
import { HeadPublisher } from './application/commands/publish-heads';
import { ACCEPTANCE, readConfig, resolveSigningKey, type Config } from './config';
import { writeDemoFile } from './demo/demo-file';
import { seedDemo } from './demo/seed';
import { openHeadsFile } from './heads-file';
import { openDatabase } from './open-database';
import { errorForLog } from './http/request-log';
import { forgetfulness } from './persistence/database/durability';
import { DatabaseError } from './persistence/database/errors';
import { weaknessOfRole } from './persistence/database/prepare-schema';
import { createReads, sharedPool } from './persistence/readers';
import { openServices, type Services } from './services';

export interface ServeOptions {
  /** Creates the demo tenant also when `DATABASE_URL` is set. */
  readonly demo: boolean;
}

/**
 * Runs the gateway until it is told to stop. Resolves when it has drained and released the database.
 * @throws what prevented the start: an OperatorError when the operator can fix it.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const config = readConfig();
  const logger = pino(
    { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorForLog } },
    pino.destination(2),
  );
  const stops = new StopStack(logger);
  const stop = stopRequest();
  try {
    await start(options, config, logger, stops, stop);
    logger.info({ signal: await stop.asked }, 'stopping');
  } finally {
    await stops.stopAll();
  }
}

/** Starts the parts one after the other. When asked to stop meanwhile, it starts no further part. */
async function start(
  options: ServeOptions,
  config: Config,
  logger: Logger,
  stops: StopStack,
  stop: StopRequest,
): Promise<void> {
  const { dataDir, host, port, trustedProxies, corsOrigins, schemaViewers } = config;
  const { graphqlCostPerSecond, connectionRates } = config;
  const database = await openDatabase(config, 'GATEWAY', logger);
  stops.push('database', () => database.close());
  if (stop.isAsked()) return;
  await checkDurability(database.url, config, logger);
  const services = await openServices(database, await database.secretKeys(), logger);
  stops.push('services', () => services.close());
  const weakness = await weaknessOfRole(services.dataSource);
  if (weakness !== undefined) logger.warn(weakness);
  if (stop.isAsked()) return;
  const headSigner = createHeadSigner(await resolveSigningKey(config));
  services.discrepancyWatch.start();
  services.pulse.start();
  services.treeFollower.start();
  services.holdKeeper.start();
  await publishHeads(config, services, headSigner, logger, stops);
  const demo = database.embedded || options.demo ? await seedDemo(services, dataDir) : undefined;
  const http = createApp(services, {
    ...{ logger, host, port, trustedProxies, corsOrigins, schemaViewers },
    ...{ graphqlCostPerSecond, connectionRates, headSigner },
  });
  stops.push('http', () => http.close());
  if (stop.isAsked()) return;
  const origin = await http.listen();
  if (demo) await writeDemoFile(dataDir, origin, demo);
  announce(origin, demo ? dataDir : undefined);
}

async function checkDurability(url: string, { acceptsDataLoss }: Config, logger: Logger): Promise<void> {
  const weakness = await forgetfulness(url);
  if (weakness === undefined) return;
  if (acceptsDataLoss) logger.warn(weakness);
  else {
    const way = `turn them on, or set STOCKBRIDGE_ACCEPT_DATA_LOSS to "${ACCEPTANCE}"`;
    throw new DatabaseError(`${weakness}: ${way}`);
  }
}

/** Appends signed heads to HEADS_FILE, where one is named. */
async function publishHeads(
  { headsFile }: Config,
  { readPool, tenants }: Services,
  signer: HeadSigner,
  logger: Logger,
  stops: StopStack,
): Promise<void> {
  if (headsFile === undefined) return;
  const file = await openHeadsFile(headsFile);
  stops.push('heads file', () => file.close());
  const publisher = new HeadPublisher({
    tenantIds: async () => (await tenants.list()).map(({ tenantId }) => tenantId),
    reads: createReads(sharedPool(readPool).ofStatements),
    signer,
    append: (line) => file.append(line),
    warn: (message, error) => {
      logger.warn({ err: error }, message);
    },
  });
  stops.push('heads', () => publisher.close());
  publisher.start();
}

function announce(origin: string, demoFolder: string | undefined): void {
  const lines = [
    `stockbridge ready at ${origin}`,
    `  GraphQL and its explorer: ${origin}/graphql`,
    `  REST endpoints:           ${origin}/docs`,
    ...(demoFolder === undefined
      ? ['  create an API key:        npm run stockbridge -- keys create --help']
      : [`  demo access:              ${demoFolder}/demo.json`, '  see it work:              npm run demo']),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

interface StopRequest {
  readonly asked: Promise<NodeJS.Signals>;
  isAsked(): boolean;
}

/**
 * Waits for SIGTERM or Ctrl-C. Further signals are ignored: npm repeats a Ctrl-C that the terminal has already sent, and
 * a drain has its own time limit.
 */
function stopRequest(): StopRequest {
  let isAsked = false;
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        isAsked = true;
        resolve(signal);
      });
    }
  });
  return { asked, isAsked: () => isAsked };
}

/** The started parts. They are stopped in reverse order, so the gateway drains before the database stops. */
class StopStack {
  readonly #started: { name: string; stop: () => Promise<void> }[] = [];

  constructor(private readonly logger: Logger) {}

  push(name: string, stop: () => Promise<void>): void {
    this.#started.push({ name, stop });
  }

  async stopAll(): Promise<void> {
    for (const { name, stop } of this.#started.reverse()) {
      await stop().catch((error: unknown) => {
        this.logger.error({ err: error, name }, 'could not be stopped cleanly');
      });
    }
  }
}
