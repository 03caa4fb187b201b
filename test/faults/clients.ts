import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials, Door, Draft, Place } from './doors/door';
import { send } from './http';
import type { Journal } from './journal';
import type { Random } from './random';
import type { Answer, Write } from './write';

/** Counts what the clients have been told. */
export interface Tally {
  acknowledged: number;
  refused: number;
  /** Their sender gave up without knowing. */
  forgotten: number;
  faults: number;
}

export interface ClientOptions {
  readonly door: Door;
  readonly tenant: string;
  readonly credentials: Credentials;
  readonly worker: number;
  readonly random: Random;
  /** The origins of the gateways. */
  readonly gateways: readonly string[];
  readonly journal: Journal;
  readonly tally: Tally;
  /** A number that no other write of the run has. */
  readonly nextId: () => number;
  /** Whether no further write is to begin. */
  readonly isOver: () => boolean;
  /** Whether a write that has begun is to be given up: it got no answer for so long that it never will. */
  readonly isAborted: () => boolean;
}

/** How often a write is sent twice at once, sent again after its answer, and contradicted. */
const TWICE = 0.1;
const AGAIN = 0.1;
const CONTRADICTED = 0.1;

/** A sender that makes one write after the other, each until its fate is known or it gives up. */
export async function runClient(options: ClientOptions): Promise<void> {
  for (let n = 0; !options.isOver(); n += 1) {
    const place: Place = { worker: options.worker, n };
    const draft = options.door.draft(options.credentials, options.random, place);
    const isDone = await new Sending(options, draft, place).run();
    const contradiction = isDone && options.random.chance(CONTRADICTED) ? draft.contradiction?.() : undefined;
    if (contradiction) await new Sending(options, contradiction, place).run();
  }
}

/** Writes down an intent, and the answer of a single attempt. */
export async function deliver(journal: Journal, write: Write, attempt: () => Promise<Answer>): Promise<void> {
  await journal.append({ intent: write });
  const sentAtMs = Date.now();
  await journal.append({ attempt: 1, sentAtMs, of: write.id, answer: await attempt() });
}

/** One write on its way. */
class Sending {
  readonly #write: Write;
  #attempts = 0;

  constructor(
    private readonly options: ClientOptions,
    private readonly draft: Draft,
    private readonly place: Place,
  ) {
    const { door, tenant, nextId } = options;
    this.#write = { ...draft.content, id: nextId(), tenant, door: door.name, origin: door.origin };
  }

  /** Whether it was acknowledged. */
  async run(): Promise<boolean> {
    const { journal, random, tally } = this.options;
    await journal.append({ intent: this.#write });
    const isSentTwice = random.chance(TWICE);
    const [answer] = await Promise.all([this.#untilAnswered(), isSentTwice ? this.#attempt() : undefined]);
    if (answer.kind === 'ACK' && random.chance(AGAIN)) await this.#untilAnswered();
    if (answer.kind === 'ACK') tally.acknowledged += 1;
    else if (answer.kind === 'REFUSED') tally.refused += 1;
    else if (answer.kind === 'FAULT') tally.faults += 1;
    else tally.forgotten += 1;
    return answer.kind === 'ACK';
  }

  async #untilAnswered(): Promise<Answer> {
    const { retries, pauseMs } = this.options.door;
    for (let retry = 0; ; retry += 1) {
      const answer = await this.#attempt();
      const isOpen = answer.kind === 'BUSY' || answer.kind === 'BROKEN';
      if (!isOpen || retry >= retries || this.options.isAborted()) return answer;
      await delay(pauseMs);
    }
  }

  async #attempt(): Promise<Answer> {
    const { gateways, journal } = this.options;
    this.#attempts += 1;
    const attempt = this.#attempts;
    const origin = gateways[(this.place.worker + this.place.n + attempt) % gateways.length] ?? '';
    const sentAtMs = Date.now();
    const answer = await this.#answerOf(origin);
    await journal.append({ attempt, sentAtMs, of: this.#write.id, answer });
    return answer;
  }

  async #answerOf(origin: string): Promise<Answer> {
    let reply;
    try {
      reply = await send(origin, this.draft.call());
    } catch (error) {
      return { kind: 'BROKEN', why: error instanceof Error ? error.message : String(error) };
    }
    try {
      return this.draft.read(reply);
    } catch {
      return { kind: 'FAULT', why: `not as the format says: ${reply.status} ${reply.body.slice(0, 200)}` };
    }
  }
}
