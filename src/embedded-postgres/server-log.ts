import { open, rename, stat, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './errors';

const MAX_BYTES = 16 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/** The file that PostgreSQL writes its messages to. PostgreSQL gets it opened, so it goes on without the gateway. */
export interface ServerLog {
  readonly file: string;
  /** Opened for a new server process; close it once that has been started. */
  open(): Promise<FileHandle>;
  /** What was written from a byte on. */
  readFrom(byte: number): Promise<string>;
  sizeBytes(): Promise<number>;
  /** Stops watching its size. */
  close(): void;
}

/** Starts the log `postgres.log` anew; that of the last run is kept as `postgres.log.1`. */
export async function startServerLog(dataDir: string): Promise<ServerLog> {
  const file = path.join(dataDir, 'postgres.log');
  await rename(file, `${file}.1`).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  const openToAppend = (): Promise<FileHandle> => open(file, 'a', 0o600);
  await (await openToAppend()).close();
  const watch = setInterval(() => void keepBounded(file), CHECK_EVERY_MS).unref();
  return {
    file,
    open: openToAppend,
    readFrom: (byte) => readFrom(file, byte),
    sizeBytes: async () => (await stat(file)).size,
    close: () => {
      clearInterval(watch);
    },
  };
}

/** PostgreSQL appends to the file, so cutting it under its hands is safe. */
async function keepBounded(file: string): Promise<void> {
  try {
    if ((await stat(file)).size > MAX_BYTES) await truncate(file);
  } catch {
    // Somebody moved it away; PostgreSQL writes on into the file that it has open.
  }
}

async function readFrom(file: string, byte: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, byte);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
