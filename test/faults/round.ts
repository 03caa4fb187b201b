import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { check, type Finding } from './check';
import { runClient, type Tally } from './clients';
import type { DatabaseServer } from './database-server';
import { DOORS } from './doors';
import type { Door } from './doors/door';
import {
  commitFates,
  databaseFaults,
  diskFaults,
  gatewayFaults,
  networkFaults,
  type FaultCounts,
  type FaultOptions,
} from './faults';
import { Gateway, type Start } from './gateway';
import { Journal } from './journal';
import { Random } from './random';
import { TENANTS, type World } from './world';

export interface RoundOptions {
  readonly name: string;
  readonly seed: number;
  readonly gateways: 1 | 2;
  /** The round ends when all three are reached, or its time is up. */
  readonly writes: number;
  readonly gatewayKills: number;
  readonly databaseKills: number;
  readonly maxMs: number;
  readonly commitFaults: number;
  readonly hasNetworkFaults: boolean;
  /** The small disk of the database, which is filled instead of killing its server. Left out: none. */
  readonly disk?: string;
  /** How many clients of each door a tenant has. */
  readonly clientsOf: (door: Door) => number;
  /** The folder that holds `src/main.js`. */
  readonly build: string;
}

export interface RoundResult {
  readonly tally: Tally;
  readonly counts: FaultCounts;
  readonly starts: readonly Start[];
  readonly findings: readonly Finding[];
  readonly ms: number;
  /** The journals and other files of the round. */
  readonly folder: string;
}

/** How long clients may take to finish when all faults are over. */
const FINISH_WITHIN_MS = 60_000;

/** Runs gateways, clients and faults until enough has happened, and then checks what is left. */
export async function runRound(
  server: DatabaseServer,
  world: World,
  folder: string,
  options: RoundOptions,
): Promise<RoundResult> {
  const round = await Round.prepare(server, world, path.join(folder, options.name), options);
  try {
    return await round.run();
  } finally {
    await round.close();
  }
}

class Round {
  readonly #startedAt = performance.now();
  readonly #tally: Tally = { acknowledged: 0, refused: 0, forgotten: 0, faults: 0 };
  readonly #counts: FaultCounts = { gatewayKills: 0, databaseKills: 0, byName: new Map() };
  readonly #random: Random;
  #isAborted = false;
  /** Set by the checks. Without it the database is kept. */
  #isGood = false;
  #lastId = 0;

  private constructor(
    private readonly server: DatabaseServer,
    private readonly world: World,
    private readonly folder: string,
    private readonly options: RoundOptions,
    private readonly gateways: readonly Gateway[],
    private readonly journal: Journal,
  ) {
    this.#random = new Random(options.seed);
  }

  static async prepare(server: DatabaseServer, world: World, folder: string, options: RoundOptions): Promise<Round> {
    await mkdir(folder);
    await server.createDatabase(options.name, world.template);
    const gateways = await Promise.all(
      Array.from({ length: options.gateways }, async (_, index) => {
        const dataDir = path.join(folder, `gateway-${index}`);
        await mkdir(dataDir);
        const { secretKey } = world;
        return Gateway.create({ build: options.build, dataDir, secretKey, database: server.urls(options.name) });
      }),
    );
    const journal = await Journal.create(path.join(folder, 'clients.journal'));
    return new Round(server, world, folder, options, gateways, journal);
  }

  async run(): Promise<RoundResult> {
    await Promise.all(this.gateways.map((gateway) => gateway.start()));
    const faults = this.#faults();
    const clients = Promise.all(this.#clients());
    await faults;
    while (!this.#isOver()) await delay(20);
    const problems = await this.#finish(clients);
    const ownerUrl = this.server.urls(this.options.name).ownerUrl;
    const found = await check(ownerUrl, TENANTS, [this.world.journal, this.journal.file]);
    const findings = problems.length === 0 ? found : [...found, { check: 'gateways end well', faults: problems }];
    this.#isGood = findings.length === 0;
    const starts = this.gateways.flatMap((gateway) => gateway.starts);
    const ms = Math.round(performance.now() - this.#startedAt);
    return { tally: this.#tally, counts: this.#counts, starts, findings, ms, folder: this.folder };
  }

  async close(): Promise<void> {
    this.#isAborted = true;
    await Promise.all(
      this.gateways.map(async (gateway) => {
        await gateway.kill();
        await gateway.proxy.close();
      }),
    );
    if (this.#isGood) await this.server.dropDatabase(this.options.name);
  }

  #isOver(): boolean {
    if (this.#isAborted) return true;
    const { writes, gatewayKills, databaseKills, maxMs } = this.options;
    if (performance.now() - this.#startedAt > maxMs) return true;
    const { gatewayKills: killed, databaseKills: down } = this.#counts;
    const { acknowledged, faults } = this.#tally;
    return acknowledged + faults >= writes && killed >= gatewayKills && down >= databaseKills;
  }

  async #faults(): Promise<void> {
    const { options } = this;
    const isOver = (): boolean => this.#isOver();
    // So that the kills are done a little before the writes are.
    const writesBetween = (faults: number): number => Math.ceil((options.writes / Math.max(1, faults)) * 0.8);
    const optionsOf = (name: string, faults = 1): FaultOptions => ({
      writesBetween: writesBetween(faults),
      ...{ random: this.#random.split(name), counts: this.#counts, isOver, commitFaults: options.commitFaults },
      progress: () => this.#tally.acknowledged,
    });
    for (const [index, { proxy }] of this.gateways.entries()) proxy.fateOf = commitFates(optionsOf(`commits ${index}`));
    await Promise.all([
      ...(options.gatewayKills === 0
        ? []
        : this.gateways.map((gateway, index) =>
            gatewayFaults(gateway, optionsOf(`gateway ${index}`, options.gatewayKills / options.gateways)),
          )),
      options.databaseKills === 0 ? undefined : this.#faultsOfDatabase(optionsOf('database', options.databaseKills)),
      options.hasNetworkFaults
        ? networkFaults(this.gateways, optionsOf('network', options.databaseKills * 2))
        : undefined,
    ]);
  }

  #faultsOfDatabase(faultOptions: FaultOptions): Promise<void> {
    const { disk, name } = this.options;
    return disk === undefined
      ? databaseFaults(this.server, name, faultOptions)
      : diskFaults(this.server, disk, faultOptions);
  }

  #clients(): Promise<void>[] {
    const { options } = this;
    const doors = DOORS.flatMap((door) => Array.from({ length: options.clientsOf(door) }, () => door));
    return TENANTS.flatMap((tenant) =>
      doors.map((door, worker) => {
        const credentials = this.world.credentials[tenant];
        if (!credentials) throw new Error(`There is no tenant ${tenant}.`);
        return runClient({
          ...{ door, tenant, credentials, worker, journal: this.journal, tally: this.#tally },
          random: this.#random.split(`${tenant} ${worker}`),
          gateways: this.gateways.map(({ origin }) => origin),
          nextId: () => (this.#lastId += 1),
          isOver: () => this.#isOver(),
          isAborted: () => this.#isAborted,
        });
      }),
    );
  }

  /** Waits for the clients and stops the gateways. Returns what was wrong with that. */
  async #finish(clients: Promise<unknown>): Promise<string[]> {
    const problems: string[] = [];
    for (const { proxy } of this.gateways) proxy.fateOf = () => 'PASS';
    await this.server.ready();
    const timer = new AbortController();
    const tooLate = delay(FINISH_WITHIN_MS, true, { signal: timer.signal }).catch(() => false);
    if (await Promise.race([clients.then(() => false), tooLate])) {
      problems.push(`clients had no answer ${FINISH_WITHIN_MS} ms after the last fault`);
      this.#isAborted = true;
    }
    timer.abort();
    await clients;
    for (const gateway of this.gateways) {
      const { code, signal } = await gateway.stop();
      if (code !== 0) problems.push(`a gateway ended with ${String(code ?? signal)} when it was asked to stop`);
      if (gateway.complaints !== '') problems.push(`a gateway said: ${gateway.complaints.slice(0, 2_000)}`);
    }
    await this.journal.close();
    return problems;
  }
}
