import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './errors';
import { processSpace, processStart } from './processes';

/** Who uses a data folder: a gateway, or a command that started the server for its own duration. */
export type HolderRole = 'gateway' | 'command';

/** The record that the holder of the lock writes about itself. */
export interface Holder {
  readonly pid: number;
  readonly role: HolderRole;
  /** The start of its process, see processStart. */
  readonly processStart: string;
  /** Where its process id is valid, see processSpace. */
  readonly processSpace: string;
  /** The port of its PostgreSQL on 127.0.0.1. Null while it is starting. */
  readonly port: number | null;
  readonly released: boolean;
}

/** The exclusive right to use a data folder. */
export interface FolderLock {
  /** Publishes the port, so that commands find the server. */
  announce(port: number): Promise<void>;
  /** Releases the lock. Does nothing when called again. */
  release(): Promise<void>;
}

/** How often a holder touches its lock, and how long a holder in another container is watched for that sign of life. */
export interface LockTimes {
  readonly heartbeatMs: number;
  readonly watchMs: number;
}

const TIMES: LockTimes = { heartbeatMs: 1_000, watchMs: 5_000 };

/** Bounds the loop. There are never that many rivals. */
const MAX_TRIES = 100;

/**
 * Takes the lock of a data folder, or returns who holds it.
 *
 * Node has no flock, so the lock is a folder of numbered records, and the record with the highest number is the lock.
 * Creating the next number is atomic (a hard link of a complete file), and the highest record is never removed, only
 * outnumbered. So if several rivals find the holder dead, exactly one of them succeeds it. A rival that was too slow sees
 * a higher number and withdraws. After a SIGKILL nothing has to be cleaned up: a record whose process has ended holds
 * nothing.
 */
export async function takeFolderLock(
  dataDir: string,
  role: HolderRole,
  times: LockTimes = TIMES,
): Promise<{ lock: FolderLock } | { heldBy: Holder }> {
  const folder = lockFolder(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const start = (await processStart(process.pid)) ?? '';
  const self: Holder = {
    pid: process.pid,
    role,
    processStart: start,
    processSpace: await processSpace(),
    port: null,
    released: false,
  };
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const top = await highestRecord(folder);
    const holder = await liveHolder(folder, top, times);
    if (holder !== undefined) return { heldBy: holder };
    if (await createRecord(folder, top + 1, self)) return { lock: holdRecord(folder, top + 1, self, times) };
  }
  throw new Error(`the lock in ${folder} changed its holder ${MAX_TRIES} times`);
}

/** Who holds the lock of a data folder now. Undefined when nobody does. */
export async function folderHolder(dataDir: string, times: LockTimes = TIMES): Promise<Holder | undefined> {
  const folder = lockFolder(dataDir);
  try {
    return await liveHolder(folder, await highestRecord(folder), times);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function lockFolder(dataDir: string): string {
  return path.join(dataDir, 'lock');
}

function recordPath(folder: string, number: number): string {
  return path.join(folder, String(number));
}

async function highestRecord(folder: string): Promise<number> {
  const names = await readdir(folder);
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

async function liveHolder(folder: string, number: number, times: LockTimes): Promise<Holder | undefined> {
  const file = recordPath(folder, number);
  const holder = number === 0 ? undefined : await readHolder(file);
  if (holder === undefined || holder.released) return undefined;
  const alive =
    holder.processSpace === (await processSpace())
      ? (await processStart(holder.pid)) === holder.processStart
      : await isTouched(file, times.watchMs);
  return alive ? holder : undefined;
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return parseHolder(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    // Outnumbered and removed meanwhile, or cut short by a power failure, which also ended its holder.
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseHolder(value: unknown): Holder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, role, processStart, processSpace, port, released } = value as Partial<Record<keyof Holder, unknown>>;
  if (typeof pid !== 'number' || typeof processStart !== 'string' || typeof processSpace !== 'string') return undefined;
  return {
    pid,
    role: role === 'command' ? 'command' : 'gateway',
    processStart,
    processSpace,
    port: typeof port === 'number' ? port : null,
    released: released === true,
  };
}

/** The only sign of life of a holder in another container, whose process id is not valid here. */
async function isTouched(file: string, watchMs: number): Promise<boolean> {
  const touchedAt = async (): Promise<number> => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const before = await touchedAt();
  await delay(watchMs);
  return (await touchedAt()) !== before;
}

/** Creates the record. Returns whether that succeeded and it is the highest one. */
async function createRecord(folder: string, number: number, holder: Holder): Promise<boolean> {
  const draft = await writeDraft(folder, holder);
  try {
    await link(draft, recordPath(folder, number));
  } catch (error) {
    // A rival was faster, or has already won and removed our draft.
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  if ((await highestRecord(folder)) > number) {
    await rm(recordPath(folder, number), { force: true });
    return false;
  }
  const others = (await readdir(folder)).filter((name) => !/^\d+$/.test(name) || Number(name) < number);
  await Promise.all(others.map((name) => rm(path.join(folder, name), { force: true })));
  return true;
}

async function writeDraft(folder: string, holder: Holder): Promise<string> {
  const draft = path.join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.draft`);
  // Readable for everyone: after a start as root, the owner of the folder must still read it. It contains no secret.
  await writeFile(draft, `${JSON.stringify(holder)}\n`, { mode: 0o644 });
  return draft;
}

function holdRecord(folder: string, number: number, self: Holder, times: LockTimes): FolderLock {
  const file = recordPath(folder, number);
  let holder = self;
  const touch = (): void => {
    const now = new Date();
    // The next beat makes up for a missed one.
    utimes(file, now, now).catch(() => undefined);
  };
  const heartbeat = setInterval(touch, times.heartbeatMs).unref();
  const rewrite = async (change: Partial<Holder>): Promise<void> => {
    holder = { ...holder, ...change };
    await rename(await writeDraft(folder, holder), file);
  };
  return {
    announce: (port) => rewrite({ port }),
    release: async () => {
      clearInterval(heartbeat);
      if (holder.released) return;
      await rewrite({ released: true }).catch((error: unknown) => {
        // If the folder is gone, there is nothing to release.
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    },
  };
}
