import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './errors';
import { processSpace, processStart } from './processes';

/** Who works on a data folder: a gateway, or a command that started a server for its own duration. */
export type HolderRole = 'gateway' | 'command';

/** What a holder of a data folder says about itself in the lock. */
export interface Holder {
  readonly pid: number;
  readonly role: HolderRole;
  /** When its process started, see processStart. */
  readonly processStart: string;
  /** Where its process id means something, see processSpace. */
  readonly processSpace: string;
  /** Where its PostgreSQL listens on 127.0.0.1; null while it is still starting. */
  readonly port: number | null;
  readonly released: boolean;
}

/** The right to work on a data folder. */
export interface FolderLock {
  /** Lets others find the server. */
  announce(port: number): Promise<void>;
  /** Lets the next one in. Does nothing when called again. */
  release(): Promise<void>;
}

/** How often a holder touches its lock, and for how long a holder in another container is watched for that. */
export interface LockTimes {
  readonly heartbeatMs: number;
  readonly watchMs: number;
}

const TIMES: LockTimes = { heartbeatMs: 1_000, watchMs: 5_000 };

/** Far more than there can be rivals; it only bounds the loop. */
const MAX_TRIES = 100;

/**
 * Takes the lock of a data folder, or says who holds it.
 *
 * Node has no flock, so the lock is a folder of numbered records, and the record with the highest number is the lock.
 * Making the next number is atomic (a hard link of a complete file), and the highest record is never removed, only
 * outnumbered, so of several rivals who all find a holder dead exactly one succeeds it. A rival who was so slow that
 * its number has been passed sees the higher one and withdraws. A SIGKILL needs no cleaning up: a record whose process
 * doesn't run any more holds nothing.
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
    if (await makeRecord(folder, top + 1, self)) return { lock: holdRecord(folder, top + 1, self, times) };
  }
  throw new Error(`the lock in ${folder} changes hands without an end`);
}

/** Who holds the lock of a data folder now; undefined when nobody does. */
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
    // Outnumbered and removed meanwhile; or cut short by a power failure, which its holder didn't survive either.
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

/** The only sign of life of a holder in another container, where its process id says nothing here. */
async function isTouched(file: string, watchMs: number): Promise<boolean> {
  const touchedAt = async (): Promise<number> => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const before = await touchedAt();
  await delay(watchMs);
  return (await touchedAt()) !== before;
}

/** Says whether the record could be made and is the highest one. */
async function makeRecord(folder: string, number: number, holder: Holder): Promise<boolean> {
  const draft = await writeDraft(folder, holder);
  try {
    await link(draft, recordPath(folder, number));
  } catch (error) {
    // A rival was faster; or it has won and cleaned up our draft with everything else.
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
  // Readable, since a start as root now and then must not keep the owner of the folder out; there is no secret in it.
  await writeFile(draft, `${JSON.stringify(holder)}\n`, { mode: 0o644 });
  return draft;
}

function holdRecord(folder: string, number: number, self: Holder, times: LockTimes): FolderLock {
  const file = recordPath(folder, number);
  let holder = self;
  const touch = (): void => {
    const now = new Date();
    // A missed beat is made up by the next one.
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
        // With the folder gone there is nothing left to release.
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    },
  };
}
