import { execFile } from 'node:child_process';
import { access, readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const POLL_MS = 20;

/**
 * When a process started, as an opaque text that distinguishes it from a later process with the same id. Undefined when no
 * such process runs. A zombie counts as ended, because in a container without an init nothing ever reaps it.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  return (await hasProc()) ? startFromProc(pid) : startFromPs(pid);
}

/** Whether the process is the postmaster of this folder. */
export async function isPostmasterOf(pid: number, clusterFolder: string): Promise<boolean> {
  if ((await processStart(pid)) === undefined) return false;
  try {
    if (!(await hasProc())) return (await ps(pid, 'command=')).includes(clusterFolder);
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'postgres') return false;
    // PostgreSQL runs in its data folder. Folders are compared by inode, because a folder can have several paths.
    const [cwd, folder] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(clusterFolder)]);
    return cwd.dev === folder.dev && cwd.ino === folder.ino;
  } catch {
    // It has just ended, or belongs to another user, so we must not stop it.
    return false;
  }
}

/** Waits for the end of the process. Returns whether it ended in time. */
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
 * Sends the signals one after the other and waits after each. Returns whether the process has ended. For PostgreSQL, SIGINT
 * means a fast shutdown: it closes the sessions, writes a checkpoint and ends.
 */
export async function endProcess(pid: number, steps: readonly (readonly [NodeJS.Signals, number])[]): Promise<boolean> {
  for (const [signal, timeoutMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has already ended, as the wait below will see.
    }
    if (await waitForEnd(pid, timeoutMs)) return true;
  }
  return false;
}

/**
 * Where a process id is valid: this boot of this host, and in a container its namespace. An id from elsewhere can't be
 * looked up here.
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
  // The process name in brackets may contain anything, so fields are counted after the last bracket. See proc(5): the
  // third field is the state, the 22nd the start in clock ticks since boot.
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
