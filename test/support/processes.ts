import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ACCEPTANCE } from '../../src/config';
import type { DemoFile } from '../../src/demo/demo-file';

const ROOT = path.resolve(__dirname, '../..');

/** The programs that `npm test` has built. */
export const MAIN = path.join(ROOT, 'dist/src/main.js');
export const CLI = path.join(ROOT, 'dist/src/cli/stockbridge.js');
export const DEMO = path.join(ROOT, 'dist/src/demo/demo.js');

/** The environment variables of a process. It gets none of the test's own. */
export interface Settings {
  readonly DATA_DIR: string;
  readonly DATABASE_URL?: string;
  readonly DATABASE_OWNER_URL?: string;
  readonly PORT?: string;
  readonly LOG_LEVEL?: string;
  readonly STOCKBRIDGE_SECRET_KEY?: string;
  readonly SECRET?: string;
  readonly STOCKBRIDGE_ACCEPT_DATA_LOSS?: string;
  readonly GRAPHQL_COST_PER_SECOND?: string;
}

function environment(settings: Settings): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  // The server of the tests forgets on purpose.
  return { PATH, HOME, PORT: '0', STOCKBRIDGE_ACCEPT_DATA_LOSS: ACCEPTANCE, ...settings };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The processes of one test file, so that none outlives it. */
const running = new Set<ChildProcessWithoutNullStreams>();

/** Kills the processes that a failed test has left, with their children. Call it after each test. */
export async function killLeftOver(): Promise<void> {
  for (const child of running) {
    const closed = once(child, 'close');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await closed;
  }
}

/** A process and its output. */
export class Program {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;

  constructor(command: string, args: readonly string[], settings: Settings, stdin?: string) {
    // Its own process group, so that the test can send it a Ctrl-C.
    const child = spawn(command, args, { cwd: ROOT, env: environment(settings), detached: true });
    this.#child = child;
    running.add(child);
    child.stdin.end(stdin);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code, signal]) => {
      running.delete(child);
      const { stdout, stderr } = this;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr };
    });
  }

  /** Closes what reads its standard output, as `head` does when it has enough. */
  stopReading(): void {
    this.#child.stdout.destroy();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Keeps the process for later tests. The caller has to stop it. */
  outlivesTests(): void {
    running.delete(this.#child);
  }

  /** Sends a signal to the process alone, as `kill` and service managers do. */
  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Sends a signal to the whole process group, as a terminal does on Ctrl-C. */
  killGroup(signal: NodeJS.Signals): Promise<Ended> {
    process.kill(-this.pid, signal);
    return this.ended;
  }

  /** Resolves to the match of a line on standard output. Rejects when the process ends without one. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = this.stdout.split('\n').slice(0, -1).join('\n');
      const match = pattern.exec(found);
      if (match) return match;
      const more = once(this.#child.stdout, 'data').then(() => undefined);
      const ended = await Promise.race([more, this.ended]);
      if (ended) throw new Error(`ended with ${String(ended.code)}: ${ended.stderr}`);
    }
  }
}

/** Runs a program and waits for its end. */
export function run(program: string, args: readonly string[], settings: Settings, stdin?: string): Promise<Ended> {
  return new Program(process.execPath, [program, ...args], settings, stdin).ended;
}

/** Starts a gateway and resolves when it is ready. `args` may begin with another program of ours. */
export async function startGateway(
  settings: Settings,
  args: readonly string[] = [MAIN],
): Promise<{ gateway: Program; origin: string }> {
  const gateway = new Program(process.execPath, args, settings);
  return { gateway, origin: await readyOrigin(gateway) };
}

/** The origin in the ready line. */
export async function readyOrigin(gateway: Program): Promise<string> {
  const [, origin = ''] = await gateway.line(/^stockbridge ready at (http:\/\/\S+)$/m);
  return origin;
}

/** The lines on standard error that are not log lines. */
export function complaints({ stderr }: Ended): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
}

/** Asks the gateway's GraphQL as the demo's client. */
export async function askGraphql(demo: Pick<DemoFile, 'graphql' | 'apiKey'>, query: string): Promise<unknown> {
  const response = await fetch(demo.graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${demo.apiKey}` },
    body: JSON.stringify({ query }),
  });
  return response.json();
}
