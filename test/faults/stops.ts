import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { check } from './check';
import { deliver } from './clients';
import { DOORS } from './doors';
import type { Form, Suite } from './forms';
import { Gateway } from './gateway';
import { send } from './http';
import { Journal } from './journal';
import { Random } from './random';
import { print, printFindings } from './report';
import { TENANTS } from './world';
import type { Answer } from './write';

const STOPS = 20;
const CLIENTS = 12;
/** How many writes are acknowledged between two stops. */
const WRITES_BETWEEN = 60;

/**
 * Stops two gateways in turn with SIGTERM while clients send. Each request has a connection of its own: where that is
 * refused, or the answer is 503, nothing was accepted, and the client takes the other gateway. So it does where the
 * connection is reset, which happens when it waited in the kernel while the port was closed. Every request that a gateway
 * has in its log has to get its answer.
 */
export const stopsUnderLoad: Form = async (suite) => {
  const { server, world, folder, seed, wanted } = suite;
  const name = 'stops';
  const place = path.join(folder, name);
  await mkdir(place);
  await server.createDatabase(name, world.template);
  const journal = await Journal.create(path.join(place, 'clients.journal'));
  const gateways = await createGateways(suite, name, place);
  const load = new Load(gateways, journal);
  const stops = wanted.gatewayKills ?? STOPS;
  const problems: string[] = [];
  try {
    await Promise.all(gateways.map((gateway) => gateway.start()));
    const clients = load.start(world.credentials, new Random(seed));
    problems.push(...(await stopInTurn(gateways, load, stops)));
    load.isOver = true;
    await clients;
  } finally {
    load.isOver = true;
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all(gateways.map(({ proxy }) => proxy.close()));
    await journal.close();
  }
  const { answered, turnedAway, resets } = load;
  const log = gateways.map(({ complaints }) => complaints).join('');
  if (!log.includes(load.lastAnswered)) problems.push('the gateways have no log of what they answered');
  const failures = [...resets].filter((requestId) => log.includes(requestId));
  print(`${stops} stops under load: ${answered} requests answered, ${turnedAway} turned away`);
  print(
    `  ${failures.length} accepted and not answered, ${resets.size - failures.length} reset before a gateway saw them`,
  );
  const findings = await check(server.urls(name).ownerUrl, TENANTS, [world.journal, journal.file]);
  const faults = [...problems, ...failures.map((requestId) => `request ${requestId} was not answered`)];
  const failed = { check: 'every accepted request is answered', faults };
  const all = failed.faults.length === 0 ? findings : [...findings, failed];
  printFindings(all);
  return all.length === 0;
};

function createGateways({ server, world, copy }: Suite, database: string, place: string): Promise<Gateway[]> {
  return Promise.all(
    ['gateway-0', 'gateway-1'].map(async (name) => {
      const dataDir = path.join(place, name);
      await mkdir(dataDir);
      const { secretKey } = world;
      return Gateway.create({
        build: copy.folder,
        dataDir,
        secretKey,
        database: server.urls(database),
        logsRequests: true,
      });
    }),
  );
}

/** Returns what was wrong with the ends of the processes. */
async function stopInTurn(gateways: readonly Gateway[], load: Load, stops: number): Promise<string[]> {
  const problems: string[] = [];
  for (let stop = 0; stop < stops; stop += 1) {
    await load.worked(WRITES_BETWEEN);
    const gateway = gateways[stop % gateways.length] as Gateway;
    const { code } = await gateway.stop();
    if (code !== 0) problems.push(`stop ${stop + 1} ended with ${String(code)}`);
    await gateway.start();
  }
  return problems;
}

/** Clients that send one write after the other. */
class Load {
  isOver = false;
  answered = 0;
  turnedAway = 0;
  /** The id of a request that had its answer. */
  lastAnswered = '';
  /** The ids of requests that had no answer. */
  readonly resets = new Set<string>();
  #lastId = 0;
  readonly #agent = new Agent({ keepAlive: false });

  constructor(
    private readonly gateways: readonly Gateway[],
    private readonly journal: Journal,
  ) {}

  start(credentials: Parameters<Form>[0]['world']['credentials'], random: Random): Promise<unknown> {
    const clients = Array.from({ length: CLIENTS }, async (_, worker) => {
      const own = random.split(`client ${worker}`);
      for (let n = 0; !this.isOver; n += 1) {
        const door = own.oneOf(DOORS);
        const tenant = own.oneOf(TENANTS);
        const access = credentials[tenant];
        if (!access) throw new Error(`There is no tenant ${tenant}.`);
        const draft = door.draft(access, own, { worker, n });
        this.#lastId += 1;
        const write = { ...draft.content, id: this.#lastId, tenant, door: door.name, origin: door.origin };
        await deliver(this.journal, write, () => this.#untilAccepted(n, draft));
      }
    });
    return Promise.all(clients);
  }

  /** Resolves when as many further requests have been answered. */
  async worked(count: number): Promise<void> {
    const enough = this.answered + count;
    while (this.answered < enough) await delay(5);
  }

  async #untilAccepted(first: number, draft: ReturnType<(typeof DOORS)[number]['draft']>): Promise<Answer> {
    for (let turn = first; ; turn += 1) {
      const { origin } = this.gateways[turn % this.gateways.length] as Gateway;
      const requestId = randomUUID();
      const { headers, ...call } = draft.call();
      try {
        const named = { ...call, headers: { ...headers, 'x-request-id': requestId } };
        const answer = draft.read(await send(origin, named, this.#agent));
        if (answer.kind !== 'BUSY') {
          this.answered += 1;
          this.lastAnswered = requestId;
          return answer;
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') this.resets.add(requestId);
      }
      this.turnedAway += 1;
      await delay(10);
    }
  }
}
