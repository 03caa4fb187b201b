import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { killLeftOver } from '../support/processes';
import { BuildCopy } from './build-copy';
import { DatabaseServer } from './database-server';
import { FORMS, type Form, type Suite } from './forms';
import { print } from './report';
import { createWorld } from './world';

const USAGE = `Usage: npm run test:faults -- [options]
  --form <name>           ${Object.keys(FORMS).join(', ')} (default: short)
  --seed <number>         repeat the choices of an earlier run
  --writes <number>       acknowledged writes of each round
  --kills <number>        kills of gateways in each round, or stops of the form stops
  --database-kills <n>    kills of the database in each round
  --rounds <number>       rounds of the form long
  --bug <name>            only this bug; can be repeated
  --keep                  keep journals and data`;

const text = { type: 'string' } as const;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      ...{ form: { ...text, default: 'short' }, seed: text, writes: text, kills: text, 'database-kills': text },
      ...{ rounds: text, bug: { ...text, multiple: true }, keep: { type: 'boolean' }, help: { type: 'boolean' } },
    },
  });
  const form: Form | undefined = FORMS[values.form];
  if (values.help === true || !form) {
    print(USAGE);
    return values.help === true;
  }
  const seed = numberOf(values.seed) ?? randomInt(2 ** 31);
  print(`seed ${seed}; repeat with: npm run test:faults -- --form ${values.form} --seed ${seed}`);
  const wanted = {
    ...{ writes: numberOf(values.writes), gatewayKills: numberOf(values.kills), rounds: numberOf(values.rounds) },
    ...{ databaseKills: numberOf(values['database-kills']), bugs: values.bug },
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'stockbridge-faults-'));
  let isGood = false;
  try {
    isGood = await withSuite(folder, values.form === 'disk', (suite) => form({ ...suite, seed, wanted }));
  } finally {
    if (isGood && values.keep !== true) await rm(folder, { recursive: true });
    else print(`journals: ${folder}`);
  }
  return isGood;
}

/** Runs with a database server of its own, in which the tenants are set up. */
async function withSuite(
  folder: string,
  isDiskSmall: boolean,
  run: (suite: Pick<Suite, 'server' | 'world' | 'folder' | 'copy' | 'disk'>) => Promise<boolean>,
): Promise<boolean> {
  const [dataDir, build] = [path.join(folder, 'database'), path.join(folder, 'build')];
  for (const each of [dataDir, build]) await mkdir(each, { mode: 0o700 });
  const disk = isDiskSmall && mountSmallDisk(dataDir) ? dataDir : undefined;
  try {
    const copy = await BuildCopy.create(build);
    const server = await DatabaseServer.start(dataDir, () => undefined);
    stopWhenAsked(server);
    try {
      const world = await createWorld(server, folder, copy.folder);
      return await run({ server, world, folder, copy, disk });
    } finally {
      await server.stop();
    }
  } finally {
    if (disk !== undefined) execFileSync('umount', [disk]);
  }
}

/** Room for the database and its WAL, and little more. */
const SMALL_DISK = 'size=400m';

/** Whether it could be mounted, which takes root. */
function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', SMALL_DISK, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Gateways and the server have process groups of their own, so a Ctrl-C does not reach them. */
function stopWhenAsked(server: DatabaseServer): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void killLeftOver()
        .then(() => server.stop())
        .finally(() => process.exit(130));
    });
  }
}

function numberOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d{1,10}$/.test(given)) throw new Error(`${given} is no whole number.\n${USAGE}`);
  return Number(given);
}

// What a failed round has left running would keep this process alive.
main()
  .then(
    (isGood) => (isGood ? 0 : 1),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return 2;
    },
  )
  .then(async (code) => {
    await killLeftOver();
    process.exit(code);
  })
  .catch(() => process.exit(2));
