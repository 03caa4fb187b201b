import { type ChildProcess, spawn } from 'node:child_process';
import { SERVER_ENVIRONMENT } from './server-user';

/** Waits for the end of its input, which is the end of the gateway, and then stops the server as the gateway would. */
const SCRIPT = 'read -r _; kill -INT "$1" && sleep 8 && kill -QUIT "$1" && sleep 3 && kill -KILL "$1"';

/**
 * Stops a server whose gateway was killed: a process that cannot be killed with it. A server that nobody watches would
 * hold its memory and its port until the next start.
 */
export function watch(server: ChildProcess): void {
  if (server.pid === undefined) return;
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', String(server.pid)], {
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell, the server is stopped at the next start.
  watchdog.once('error', () => undefined);
  watchdog.stdin.once('error', () => undefined);
  watchdog.unref();
  // Its process id may soon be that of another process.
  server.once('exit', () => watchdog.kill('SIGKILL'));
}
