import type { Stats } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './errors';

/** Undefined when there is no such file or folder. */
export async function statIfThere(file: string): Promise<Stats | undefined> {
  return undefinedIfMissing(stat(file));
}

/** Undefined when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return undefinedIfMissing(readFile(file, 'utf8'));
}

/** Writes a file that only its owner may read. After a crash it exists completely or not at all. */
export async function writeSecretFile(file: string, text: string): Promise<void> {
  const draft = `${file}.draft`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncFolder(path.dirname(file));
}

/** Makes renames into or out of the folder survive a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function undefinedIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
