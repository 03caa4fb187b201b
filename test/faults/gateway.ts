import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pickFreePort } from '../../src/embedded-postgres/ports';
import { CommitProxy } from '../support/commit-proxy';
import { Program, readyOrigin, type Ended, type Settings } from '../support/processes';
import type { DatabaseUrls } from './database-server';

/** How long a start took, and whether the database was there all the time. */
export interface Start {
  readonly ms: number;
  readonly tries: number;
}

export interface GatewayOptions {
  /** The folder that holds `src/main.js`: the build, or a copy with a bug. */
  readonly build: string;
  readonly dataDir: string;
  readonly secretKey: string;
  readonly database: DatabaseUrls;
  /** Whether it has a line for each request in what it says. */
  readonly logsRequests?: true;
}

const PAUSE_AFTER_FAILED_START_MS = 100;

/** A gateway process that is started again whenever it ends, behind a proxy to its database. */
export class Gateway {
  readonly starts: Start[] = [];
  /** What the processes have said when they had ended. */
  complaints = '';
  isReady = false;
  #program: Program | undefined;

  private constructor(
    readonly origin: string,
    readonly proxy: CommitProxy,
    private readonly program: string,
    private readonly settings: Settings,
  ) {}

  static async create(options: GatewayOptions): Promise<Gateway> {
    const proxy = await CommitProxy.start(options.database.url);
    const owner = new URL(options.database.ownerUrl);
    owner.port = new URL(proxy.url).port;
    const port = String(await pickFreePort());
    const settings: Settings = {
      ...{ PORT: port, DATA_DIR: options.dataDir, STOCKBRIDGE_SECRET_KEY: options.secretKey },
      LOG_LEVEL: options.logsRequests ? 'info' : 'fatal',
      ...{ DATABASE_URL: proxy.url, DATABASE_OWNER_URL: owner.href, GRAPHQL_COST_PER_SECOND: '999999999' },
      // Its own check of the database's durability has to pass.
      STOCKBRIDGE_ACCEPT_DATA_LOSS: '',
    };
    return new Gateway(`http://127.0.0.1:${port}`, proxy, path.join(options.build, 'src/main.js'), settings);
  }

  /** Starts it, again and again until it is ready, as a service manager does. */
  async start(): Promise<void> {
    const startedAt = performance.now();
    for (let tries = 1; ; tries += 1) {
      this.#program = new Program(process.execPath, [this.program], this.settings);
      try {
        await readyOrigin(this.#program);
        this.isReady = true;
        this.starts.push({ ms: Math.round(performance.now() - startedAt), tries });
        return;
      } catch (error) {
        if (tries > 100) throw error;
        await delay(PAUSE_AFTER_FAILED_START_MS);
      }
    }
  }

  /** Kills it. Resolves when it has ended. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop, and waits until it has drained. */
  stop(): Promise<Ended> {
    return this.#end('SIGTERM');
  }

  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended> {
    if (!this.#program) throw new Error('The gateway was never started.');
    this.isReady = false;
    const ended = await this.#program.kill(signal);
    this.complaints += ended.stderr;
    return ended;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#program) process.kill(this.#program.pid, signal);
  }
}
