import { open, rename, stat, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './errors';

const MAX_BYTES = 16 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/** The file for PostgreSQL's messages. PostgreSQL gets it open, so it keeps logging without the gateway. */
export interface ServerLog {
  readonly file: string;
  /** Opens it for a new server process. Close the handle once the process has started. */
  open(): Promise<FileHandle>;
  /** The text after this byte, at most 64 KiB. */
  readFrom(byte: number): Promise<string>;
  sizeBytes(): Promise<number>;
  /** Stops limiting its size. */
  close(): void;
}

/** Starts an empty `postgres.log`. The log of the last run is kept as `postgres.log.1`. */
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

/** PostgreSQL opens the file in append mode, so truncating it meanwhile is safe. */
async function keepBounded(file: string): Promise<void> {
  try {
    if ((await stat(file)).size > MAX_BYTES) await truncate(file);
  } catch {
    // Somebody moved it. PostgreSQL keeps writing to the file that it has open.
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
