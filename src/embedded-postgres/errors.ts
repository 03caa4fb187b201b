import { types } from 'node:util';

/**
 * The embedded PostgreSQL can't be used, and the operator can fix the cause. The message is one line that says what to fix.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The end of every message about a missing or unusable server. */
export const OR_OWN_DATABASE = 'or set DATABASE_URL to a PostgreSQL of your own';

/** Unlike `instanceof`, also true for errors that Node creates outside of Jest's realm. */
export function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

/** The code (`ENOENT`, `28P01`, …) of an error from Node or PostgreSQL. Undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  if (!isError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The text of an error on one line. */
export function lineOf(error: unknown): string {
  return (isError(error) ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}

/**
 * Turns a file system error in the data folder into one that says what to fix. Other errors are bugs and are returned
 * unchanged.
 */
export function explainFileError(error: unknown, dataDir: string): unknown {
  if (!isError(error) || error instanceof EmbeddedPostgresError || !('syscall' in error)) return error;
  return new EmbeddedPostgresError(adviceOnFile(codeOf(error), lineOf(error), dataDir), { cause: error });
}

function adviceOnFile(code: string | undefined, reason: string, dataDir: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `The data folder ${dataDir} can't be read and written by ${ourselves()} (${reason}): fix its owner or permissions, or set another DATA_DIR`;
    case 'EROFS':
      return `The data folder ${dataDir} is on a read-only file system: set DATA_DIR to a folder that can be written`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `No space is left for the data folder ${dataDir}: free some, or set another DATA_DIR`;
    case 'EEXIST':
    case 'ENOTDIR':
      return `The data folder ${dataDir} is not a folder (${reason}): set DATA_DIR to a folder`;
    case undefined:
    default:
      return `The data folder ${dataDir} can't be used (${reason}): fix that, or set another DATA_DIR`;
  }
}

function ourselves(): string {
  return process.getuid === undefined ? 'this user' : `this user (id ${process.getuid()})`;
}

/** What to fix when PostgreSQL itself gave the reason for not working. */
export function whatToFix(reason: string): string {
  // Checked first, because PostgreSQL also reports a lack of shared memory as a lack of space.
  if (/memory/i.test(reason)) return `free some memory (PostgreSQL needs 300 MB), ${OR_OWN_DATABASE}`;
  if (/No space left|Disk quota/i.test(reason)) return 'free some disk space, or set another DATA_DIR';
  if (/Permission denied|wrong ownership|invalid permissions/i.test(reason)) {
    return 'fix the owner or permissions of the data folder, or set another DATA_DIR';
  }
  return `fix that, set another DATA_DIR, ${OR_OWN_DATABASE}`;
}
