import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommitFate } from '../support/commit-proxy';
import type { DatabaseServer } from './database-server';
import type { Gateway } from './gateway';
import type { Random } from './random';

/** How many faults of each kind there were. */
export interface FaultCounts {
  gatewayKills: number;
  databaseKills: number;
  /** By name, the kills too. */
  readonly byName: Map<string, number>;
}

export interface FaultOptions {
  readonly random: Random;
  readonly counts: FaultCounts;
  readonly isOver: () => boolean;
  /** How many writes have been acknowledged. */
  readonly progress: () => number;
  /** How many writes are acknowledged between two faults, on average. */
  readonly writesBetween: number;
  /** The probability that a COMMIT is cut off, before or after it takes effect, or is answered with an error. */
  readonly commitFaults: number;
}

/** A fault waits this long at most for work between it and the one before. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Does one fault after the other until the run is over. Between them the clients work: some writes are acknowledged, so
 * that a slow machine has fewer faults in a second. What a fault has broken works again when it ends.
 */
async function repeat(
  { random, counts, isOver, progress, writesBetween }: FaultOptions,
  faults: readonly (readonly [name: string, weight: number, fault: () => unknown])[],
): Promise<void> {
  const total = faults.reduce((sum, [, weight]) => sum + weight, 0);
  for (;;) {
    const enough = progress() + random.between(0, 2 * writesBetween);
    const deadline = performance.now() + LONGEST_PAUSE_MS;
    while (!isOver() && progress() < enough && performance.now() < deadline) await delay(10);
    if (isOver()) return;
    let at = random.next() * total;
    for (const [name, weight, fault] of faults) {
      at -= weight;
      if (at >= 0) continue;
      counts.byName.set(name, (counts.byName.get(name) ?? 0) + 1);
      await fault();
      break;
    }
  }
}

const ERRORS_AFTER_COMMIT = ['', '40001', '23505', '57P01', 'XX000'];

/** What becomes of each COMMIT of a gateway that is at work. */
export function commitFates({ random, commitFaults }: FaultOptions): () => CommitFate {
  return () => {
    if (!random.chance(commitFaults)) return 'PASS';
    const errorAfter = random.oneOf(ERRORS_AFTER_COMMIT);
    return random.oneOf<CommitFate>(['CUT_BEFORE', 'LOSE', 'CUT_AFTER', { errorAfter }]);
  };
}

/** Kills, stops and pauses one gateway. */
export function gatewayFaults(gateway: Gateway, options: FaultOptions): Promise<void> {
  const { random, counts } = options;
  const fates = commitFates(options);
  const restart = async (end: () => Promise<unknown>): Promise<void> => {
    await end();
    gateway.proxy.fateOf = () => 'PASS';
    await gateway.start();
    gateway.proxy.fateOf = fates;
  };
  const kill = async (): Promise<void> => {
    counts.gatewayKills += 1;
    await gateway.kill();
  };
  /** Waits for a COMMIT, and kills the gateway before the server sees it, or before the answer comes. */
  const killAtCommit = async (isCommitted: boolean): Promise<void> => {
    gateway.proxy.fateOf = () => 'HOLD';
    for (let waits = 0; gateway.proxy.held === 0 && waits < 100; waits += 1) await delay(10);
    if (isCommitted) gateway.proxy.passHeld();
    const killed = kill();
    gateway.proxy.cutHeld();
    await killed;
  };
  const pause = async (): Promise<void> => {
    gateway.pause();
    await delay(random.between(300, 3_500));
    gateway.resume();
  };
  return repeat(options, [
    ['gateway killed', 5, () => restart(kill)],
    ['gateway killed before a COMMIT', 3, () => restart(() => killAtCommit(false))],
    ['gateway killed after a COMMIT', 3, () => restart(() => killAtCommit(true))],
    ['gateway stopped', 1, () => restart(() => gateway.stop())],
    ['gateway paused', 1, pause],
  ]);
}

/** Kills and stops the database. */
export function databaseFaults(server: DatabaseServer, database: string, options: FaultOptions): Promise<void> {
  const { counts } = options;
  const end = async (signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> => {
    counts.databaseKills += 1;
    await server.end(signal);
    await server.resume();
    await server.ready();
  };
  const killBackend = async (): Promise<void> => {
    if (await server.killBackend(database)) counts.databaseKills += 1;
    await server.ready();
  };
  return repeat(options, [
    ['postmaster killed', 3, () => end('SIGKILL')],
    ['database stopped at once', 2, () => end('SIGQUIT')],
    ['backend killed', 3, killBackend],
  ]);
}

const BALLAST_CHUNK = Buffer.alloc(1024 * 1024);
const FULL_FOR_MS = 2_000;

/** Fills the disk of the database, and empties it again. */
export function diskFaults(server: DatabaseServer, disk: string, options: FaultOptions): Promise<void> {
  const { counts } = options;
  const fill = async (): Promise<void> => {
    counts.databaseKills += 1;
    const ballast = path.join(disk, 'ballast');
    await writeUntilFull(ballast);
    // Only a new segment of the WAL needs room; the present one has its own.
    await server.query('postgres', 'SELECT pg_switch_wal()').catch(() => undefined);
    await delay(FULL_FOR_MS);
    await rm(ballast);
    await server.ready();
  };
  return repeat(options, [['disk full', 1, fill]]);
}

async function writeUntilFull(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (;;) await handle.write(BALLAST_CHUNK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
}

/** Cuts, slows and half-closes the connections between the gateways and their database. */
export function networkFaults(gateways: readonly Gateway[], options: FaultOptions): Promise<void> {
  const { random } = options;
  const proxy = () => {
    const atWork = gateways.filter(({ isReady }) => isReady);
    return random.oneOf(atWork.length === 0 ? gateways : atWork).proxy;
  };
  const cut = (): void => {
    proxy().cutAll();
  };
  const halfClose = (): void => {
    proxy().halfCloseAll();
  };
  const slow = async (): Promise<void> => {
    const slowed = proxy();
    slowed.delayMs = random.between(5, 150);
    await delay(random.between(200, 1_000));
    slowed.delayMs = 0;
  };
  const refuse = async (): Promise<void> => {
    const paused = proxy();
    paused.pause();
    paused.cutAll();
    await delay(random.between(200, 1_500));
    paused.resume();
  };
  return repeat(options, [
    ['connections cut', 2, cut],
    ['connections half closed', 2, halfClose],
    ['connections slowed', 2, slow],
    ['connections cut, and new ones not answered', 1, refuse],
  ]);
}
