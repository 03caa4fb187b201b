import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries';
import { EmbeddedPostgresError, OR_OWN_DATABASE, isError, lineOf, whatToFix } from './errors';
import { readIfThere, statIfThere, syncFolder, writeSecretFile } from './files';
import { type ServerUser, onData } from './server-user';

const run = promisify(execFile);

/** The role that owns the databases of the embedded server. */
export const SUPERUSER = 'postgres';

/** The data folder of PostgreSQL itself, inside ours. */
export function clusterFolder(dataDir: string): string {
  return path.join(dataDir, 'postgres');
}

function passwordFile(dataDir: string): string {
  return path.join(dataDir, 'postgres.password');
}

/** Creates the data of PostgreSQL or checks that these binaries can open it. Returns its password. */
export async function prepareCluster(
  dataDir: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<{ password: string }> {
  const folder = clusterFolder(dataDir);
  await removeDrafts(dataDir);
  const version = (await readIfThere(path.join(folder, 'PG_VERSION')))?.trim();
  if (version === undefined) return { password: await initialise(dataDir, binaries, user) };
  if (version !== String(binaries.majorVersion)) {
    throw new EmbeddedPostgresError(
      `${folder} was written by PostgreSQL ${version}, but this gateway contains PostgreSQL ${binaries.majorVersion}: dump it with the old gateway and load it with this one, set another DATA_DIR, ${OR_OWN_DATABASE}`,
    );
  }
  if (user !== undefined && (await stat(folder)).uid !== user.uid) await giveTo(folder, user);
  return { password: await readPassword(dataDir) };
}

export async function readPassword(dataDir: string): Promise<string> {
  const password = (await readIfThere(passwordFile(dataDir)))?.trim();
  if (password !== undefined && password !== '') return password;
  throw new EmbeddedPostgresError(
    `${passwordFile(dataDir)} is missing, and the database can't be opened without it: restore it from a backup, or set another DATA_DIR`,
  );
}

/**
 * Creates the data in a draft folder and renames it when complete, so that a killed start can simply be repeated. The name
 * is random, because the initdb of a killed start may still be writing to its own draft.
 */
async function initialise(dataDir: string, binaries: Binaries, user: ServerUser | undefined): Promise<string> {
  const folder = clusterFolder(dataDir);
  if ((await statIfThere(folder)) !== undefined && (await readdir(folder)).length > 0) {
    throw new EmbeddedPostgresError(
      `${folder} contains files that are not PostgreSQL data: move it away, or set another DATA_DIR`,
    );
  }
  const password = randomBytes(24).toString('hex');
  await writeSecretFile(passwordFile(dataDir), `${password}\n`);
  const draft = path.join(dataDir, `${DRAFT_PREFIX}${randomBytes(6).toString('hex')}`);
  const data = path.join(draft, 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  // initdb reads the password as the user that it runs as.
  await writeFile(path.join(draft, 'password'), password, { mode: 0o600 });
  if (user !== undefined) await giveTo(draft, user);
  await runInitdb(data, binaries, user);
  await rename(data, folder);
  await syncFolder(dataDir);
  await removeDrafts(dataDir);
  return password;
}

async function runInitdb(data: string, binaries: Binaries, user: ServerUser | undefined): Promise<void> {
  const { dataPath, spawn } = onData(data, user);
  const options = [
    `--pgdata=${dataPath}`,
    // Not path.join, which would turn /proc/self/cwd/.. into /proc/self.
    `--pwfile=${dataPath}/../password`,
    `--username=${SUPERUSER}`,
    '--auth=scram-sha-256',
    // Encoding and sort order must not depend on the shell or machine of the first start.
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  try {
    await run(binaries.initdb, options, spawn);
  } catch (error) {
    const complaint = initdbComplaint(error);
    throw new EmbeddedPostgresError(
      `PostgreSQL can't set up its data in ${path.resolve(data, '../..')} (${complaint}): ${whatToFix(complaint)}`,
      { cause: error },
    );
  }
}

function initdbComplaint(error: unknown): string {
  const stderr = isError(error) && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  const complaint = stderr.split('\n').find((line) => /\b(?:error|FATAL|PANIC):/.test(line));
  return complaint === undefined ? lineOf(error) : lineOf(complaint);
}

const DRAFT_PREFIX = 'postgres.new-';

async function removeDrafts(dataDir: string): Promise<void> {
  const drafts = (await readdir(dataDir)).filter((name) => name.startsWith(DRAFT_PREFIX));
  await Promise.all(
    drafts.map((name) =>
      rm(path.join(dataDir, name), { recursive: true, force: true }).catch(() => {
        // An initdb that outlived its gateway is still writing there. The next start removes it.
      }),
    ),
  );
}

/** Files that root restored from a backup, or creates for the server, belong to root. The server needs to own them. */
async function giveTo(folder: string, user: ServerUser): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(file, user);
    else await lchown(file, user.uid, user.gid);
  }
  await chown(folder, user.uid, user.gid);
}
