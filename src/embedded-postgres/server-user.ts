import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, OR_OWN_DATABASE } from './errors';
import { statIfThere } from './files';

const run = promisify(execFile);

/** The user that PostgreSQL runs as, when it is not the user of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Unprivileged system users, the most suitable first. */
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root. Under root it runs as the owner of its data, or on the first start as an unprivileged
 * system user. Undefined means the user of this process.
 */
export async function findServerUser(clusterFolder: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await statIfThere(clusterFolder);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of CANDIDATES) {
    const user = await lookUp(name);
    if (user !== undefined) return user;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as: create one (useradd --system postgres), start as an ordinary user, ${OR_OWN_DATABASE}`,
  );
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(async (which) => (await run('id', [which, name])).stdout));
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

/**
 * How to start a program of PostgreSQL on its data: the user, the working folder and the path to the data.
 *
 * The other user usually can't enter the folders above the data (a data folder of mode 0700, a clone in root's home). It does
 * not have to: Node enters the folder while it is still root, and `/proc/self/cwd` then leads there directly.
 */
export function onData(
  clusterFolder: string,
  user: ServerUser | undefined,
): { readonly dataPath: string; readonly spawn: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } } {
  const dataPath = user !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : clusterFolder;
  return { dataPath, spawn: { cwd: clusterFolder, env: SERVER_ENVIRONMENT, ...user } };
}

/** Contains none of our secrets, and no PGOPTIONS or locale of the shell that started us. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };
