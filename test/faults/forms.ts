import type { BuildCopy } from './build-copy';
import { BUGS, type Bug } from './bugs';
import type { DatabaseServer } from './database-server';
import { print, printFindings, printRound, printStarts } from './report';
import { runRound, type RoundOptions, type RoundResult } from './round';
import { stopsUnderLoad } from './stops';
import type { World } from './world';

/** What every form works with. */
export interface Suite {
  readonly server: DatabaseServer;
  readonly world: World;
  readonly folder: string;
  /** A copy of the build, so that a run goes on with the code that it began with. */
  readonly copy: BuildCopy;
  /** The folder of the database's data where that is a small tmpfs, which the form `disk` needs. */
  readonly disk: string | undefined;
  readonly seed: number;
  /** What the caller asks for instead of the form's own numbers. */
  readonly wanted: {
    readonly writes?: number | undefined;
    readonly gatewayKills?: number | undefined;
    readonly databaseKills?: number | undefined;
    readonly rounds?: number | undefined;
    readonly bugs?: readonly string[] | undefined;
  };
}

/** Runs a form, and says whether everything is as it should be. */
export type Form = (suite: Suite) => Promise<boolean>;

/** A round in which nothing was acknowledged shows nothing. */
const isGood = ({ findings, tally }: RoundResult): boolean => findings.length === 0 && tally.acknowledged > 0;

/** A round with all kinds of faults. */
const stormy = { gateways: 2, commitFaults: 0.02, hasNetworkFaults: true, clientsOf: () => 2 } as const;

/** What `npm test` has time for: one round with a few kills of each kind, and bugs that show in different checks. */
const short: Form = async (suite) => {
  const { server, world, folder, copy, seed, wanted } = suite;
  const { writes = 400, gatewayKills = 4, databaseKills = 3 } = wanted;
  const kills = { writes, gatewayKills, databaseKills, maxMs: SHORT_WITHIN_MS };
  const result = await runRound(server, world, folder, {
    ...stormy,
    ...kills,
    build: copy.folder,
    name: 'short',
    seed,
  });
  print('a round with faults');
  printRound(result);
  return isGood(result) && (await areCaught(suite, BUGS_OF_SHORT_FORM));
};

const SHORT_WITHIN_MS = 60_000;
const BUGS_OF_SHORT_FORM = ['acknowledge before commit', 'skip the idempotency check', 'lose an absorbed leg'];

const ROUNDS = 10;

/** Many rounds, each with a ledger of its own. */
const long: Form = async (suite) => {
  const { server, world, folder, copy, seed, wanted } = suite;
  const { writes = 10_000, gatewayKills = 30, databaseKills = 10, rounds = ROUNDS } = wanted;
  const results: RoundResult[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    print(`round ${number} of ${rounds}, seed ${seed + number}`);
    const kills = { writes, gatewayKills, databaseKills, maxMs: 60 * 60_000, clientsOf: () => 4 };
    // Every third round has one gateway, whose kill leaves none.
    const gateways = number % 3 === 0 ? 1 : 2;
    const round = {
      ...stormy,
      ...kills,
      build: copy.folder,
      gateways,
      name: `round_${number}`,
      seed: seed + number,
    } as const;
    results.push(await runRound(server, world, folder, round));
    printRound(results.at(-1) as RoundResult);
    printSums(results);
  }
  return results.every(isGood);
};

/** What all rounds so far have come to. */
function printSums(results: readonly RoundResult[]): void {
  const sum = (of: (result: RoundResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const violations = sum(({ findings }) => findings.reduce((total, { faults }) => total + faults.length, 0));
  print(`in all: ${sum(({ tally }) => tally.acknowledged)} writes acknowledged, ${violations} violations`);
  print(
    `  ${sum(({ counts }) => counts.gatewayKills)} gateway kills, ${sum(({ counts }) => counts.databaseKills)} database kills`,
  );
  printStarts(results);
}

/** Each bug has to be caught, and the build as it is has to pass the same round. */
const bugs: Form = async (suite) => {
  const { copy, server, world, folder, wanted } = suite;
  const names = wanted.bugs ?? BUGS.map(({ name }) => name);
  const control = await runRound(server, world, folder, bugRound(suite, copy.folder, undefined));
  printBug(undefined, control);
  printFindings(control.findings);
  return isGood(control) && (await areCaught(suite, names));
};

/** Runs a round for each of the bugs. */
async function areCaught(suite: Suite, names: readonly string[]): Promise<boolean> {
  const chosen = BUGS.filter(({ name }) => names.includes(name));
  if (chosen.length < names.length)
    throw new Error(`There are only these bugs: ${BUGS.map(({ name }) => name).join(', ')}`);
  let areAll = true;
  for (const bug of chosen) {
    await suite.copy.apply(bug);
    const round = bugRound(suite, suite.copy.folder, bug);
    const result = await runRound(suite.server, suite.world, suite.folder, round);
    printBug(bug, result);
    areAll &&= result.findings.length > 0;
  }
  await suite.copy.apply(undefined);
  return areAll;
}

function bugRound({ seed, wanted }: Suite, build: string, bug: Bug | undefined): RoundOptions {
  const { writes = 400 } = wanted;
  const faults = { commitFaults: 0.3, hasNetworkFaults: false, gatewayKills: 0, databaseKills: 0 };
  const gateways = bug === undefined || bug.needsTwoGateways ? 2 : 1;
  const number = bug === undefined ? 0 : BUGS.indexOf(bug) + 1;
  return { ...stormy, ...faults, gateways, build, name: `bug_${number}`, seed: seed + number, writes, maxMs: 30_000 };
}

/** A line of the table: the bug, what it was caught by, and after how many writes. */
function printBug(bug: Bug | undefined, { findings, tally, ms }: RoundResult): void {
  const caught = findings.map(({ check, faults }) => `${check} (${faults.length})`).join('; ');
  const verdict = bug && findings.length === 0 ? 'NOT CAUGHT: ' : '';
  const writes = `${tally.acknowledged} writes, ${Math.round(ms / 1_000)} s`;
  print(`${verdict}${bug?.name ?? 'no bug'} | ${caught === '' ? 'nothing found' : caught} | ${writes}`);
}

/** A round in which the disk of the database is full now and then. */
const disk: Form = async (suite) => {
  const { server, world, folder, copy, seed, wanted, disk: filled } = suite;
  if (filled === undefined) {
    print('left out: this user may not mount a small tmpfs');
    return true;
  }
  const { writes = 2_000, databaseKills = 5 } = wanted;
  const few = { writes, databaseKills, gatewayKills: 0, hasNetworkFaults: false, maxMs: 10 * 60_000 };
  const round = { ...stormy, ...few, build: copy.folder, name: 'disk', seed, disk: filled };
  const result = await runRound(server, world, folder, round);
  printRound(result);
  const complaints = await server.said('No space left on device');
  print(`  PostgreSQL had no space left ${complaints} times`);
  return isGood(result) && complaints > 0;
};

/** By name. */
export const FORMS: Readonly<Record<string, Form>> = { short, long, bugs, stops: stopsUnderLoad, disk };
