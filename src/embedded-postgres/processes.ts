import { execFile } from 'node:child_process';
import { access, readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Between two looks at whether a process has ended. */
const POLL_MS = 20;

/**
 * When a process started, as an opaque text that tells it from a later process with the same id; undefined when no
 * such process runs. A zombie counts as ended: in a container without an init nobody ever collects it.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  return (await hasProc()) ? startFromProc(pid) : startFromPs(pid);
}

/** Whether the process is a postmaster whose data is in the folder. */
export async function isPostmasterOf(pid: number, clusterFolder: string): Promise<boolean> {
  if ((await processStart(pid)) === undefined) return false;
  try {
    if (!(await hasProc())) return (await ps(pid, 'command=')).includes(clusterFolder);
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'postgres') return false;
    // PostgreSQL works inside its data folder. Compared by identity, since a folder can have several paths.
    const [cwd, folder] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(clusterFolder)]);
    return cwd.dev === folder.dev && cwd.ino === folder.ino;
  } catch {
    // It has just ended, or belongs to somebody else; then it isn't ours to stop either.
    return false;
  }
}

/** Waits until the process has ended, and says whether it has within the time. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const start = await processStart(pid);
  const deadline = Date.now() + timeoutMs;
  while (start !== undefined && (await processStart(pid)) === start) {
    if (Date.now() >= deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/**
 * Sends the signals one after the other, each with a time to end within, and says whether the process has ended. To
 * PostgreSQL SIGINT means a fast shutdown: it ends the sessions, writes a checkpoint and ends.
 */
export async function endProcess(pid: number, steps: readonly (readonly [NodeJS.Signals, number])[]): Promise<boolean> {
  for (const [signal, timeoutMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended already, which the wait below finds out.
    }
    if (await waitForEnd(pid, timeoutMs)) return true;
  }
  return false;
}

/**
 * Within what process ids mean the same: this boot of this host, and in a container its namespace. An id that was
 * written down elsewhere can't be looked up here.
 */
export async function processSpace(): Promise<string> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return [hostname(), boot.trim(), namespace].join(' ');
}

async function hasProc(): Promise<boolean> {
  return access('/proc/self/stat').then(
    () => true,
    () => false,
  );
}

async function startFromProc(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the process, in brackets, may contain anything; what follows the last bracket is plain. See proc(5):
  // the third field is the state, the 22nd the start in clock ticks since the boot.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === 'Z' || state === 'X' ? undefined : start;
}

async function startFromPs(pid: number): Promise<string | undefined> {
  const [state, ...start] = (await ps(pid, 'stat=,lstart=').catch(() => '')).trim().split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : start.join(' ');
}

async function ps(pid: number, columns: string): Promise<string> {
  const { stdout } = await run('ps', ['-o', columns, '-p', String(pid)], {
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
  });
  return stdout;
}
