import { pino, type Logger } from 'pino';
import { createApp } from './app';
import { readConfig, type Config } from './config';
import { writeDemoFile } from './demo/demo-file';
import { seedDemo } from './demo/seed';
import { openDatabase } from './open-database';
import { openServices } from './services';

export interface ServeOptions {
  /** Seeds the demo tenant on a database of your own too. */
  readonly demo: boolean;
}

/**
 * Runs the gateway until it is told to stop. Resolves when it has drained and released the database.
 * @throws what prevented the start; an OperatorError where the operator can fix it.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const config = readConfig();
  const logger = pino(
    { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
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

/** Starts one part after the other; asked to stop meanwhile, it leaves it at those that it has. */
async function start(
  options: ServeOptions,
  config: Config,
  logger: Logger,
  stops: StopStack,
  stop: StopRequest,
): Promise<void> {
  const { dataDir, host, port } = config;
  const database = await openDatabase(config, 'GATEWAY', logger);
  stops.push('database', () => database.close());
  if (stop.isAsked()) return;
  const services = await openServices(database.url, await database.secretKey(), logger);
  stops.push('services', () => services.close());
  if (stop.isAsked()) return;
  const demo = database.embedded || options.demo ? await seedDemo(services, dataDir) : undefined;
  const http = createApp(services, { logger, host, port });
  stops.push('http', () => http.close());
  if (stop.isAsked()) return;
  const origin = await http.listen();
  if (demo) await writeDemoFile(dataDir, origin, demo);
  announce(origin, demo ? dataDir : undefined);
}

function announce(origin: string, demoFolder: string | undefined): void {
  const lines = [
    `stockbridge ready at ${origin}`,
    `  GraphQL and its explorer: ${origin}/graphql`,
    `  REST endpoints:           ${origin}/docs`,
    ...(demoFolder === undefined
      ? ['  make an API key:          npm run stockbridge -- keys create --help']
      : [`  demo access:              ${demoFolder}/demo.json`, '  see it work:              npm run demo']),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

interface StopRequest {
  readonly asked: Promise<NodeJS.Signals>;
  isAsked(): boolean;
}

/**
 * The first signal that asks the process to end: SIGTERM or Ctrl-C. Later ones change nothing, since npm passes on a
 * Ctrl-C that comes from the terminal anyway, and a drain is bounded by itself.
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

/** What has been started, to be stopped the other way round: the gateway drains first, the database goes last. */
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
