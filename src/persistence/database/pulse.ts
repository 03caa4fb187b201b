import type { Pool } from 'pg';
import { isConnectionLoss, isShortage, READ_ONLY_TROUBLE, troubleOf } from './faults';

/** A database that says nothing for this long is lost: a server that was stopped keeps its connections. */
const ANSWER_WITHIN_MS = 1_000;
/** How long after an answer it is asked again. With the time above, whoever waits is answered within 2 s. */
const ASK_AGAIN_AFTER_MS = 400;
/** How long a batch that was given up counts against readiness: requests show whether the next one works. */
const TROUBLE_COUNTS_FOR_MS = 3_000;

const IS_READ_ONLY = {
  name: 'pulse',
  text: `SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "isReadOnly"`,
};

export interface PulseDeps {
  /** Connections that nothing else uses, so that much work does not look like a loss. */
  readonly pool: Pool;
  /** Called each time the database is found lost. */
  readonly onLost: (cause: unknown) => void;
  readonly warn: (message: string) => void;
}

type Fault = { readonly sentence: string; readonly loss?: unknown } | undefined;

/**
 * Knows whether the database answers. Statements of a server that has stopped wait for their time-outs, which are long;
 * whoever waits for them is told of the loss much sooner.
 */
export class Pulse {
  readonly #waiting = new Set<(cause: unknown) => void>();
  #asking: Promise<Fault> | undefined;
  #trouble: { readonly sentence: string; readonly atMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isLost = false;

  constructor(private readonly deps: PulseDeps) {}

  /** Asks again and again, until it is closed. */
  start(): void {
    this.#timer = setTimeout(() => {
      void this.#ask().then(() => {
        if (!this.#isClosed) this.start();
      });
    }, ASK_AGAIN_AFTER_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#asking;
  }

  /** The same answer, or a rejection once the database is found lost. */
  guard<Value>(answer: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  /** A batch was given up for this. A lost connection is left out: it is asked for anyway. */
  noteTrouble(cause: unknown): void {
    if (isConnectionLoss(cause)) return;
    this.#trouble = { sentence: `${troubleOf(cause)} Messages were refused for it.`, atMs: performance.now() };
  }

  /** Undefined when the database works, otherwise what is wrong, as a sentence for an operator. */
  async fault(): Promise<string | undefined> {
    const fault = await this.#ask();
    if (fault) return fault.sentence;
    const { sentence, atMs } = this.#trouble ?? { sentence: undefined, atMs: -Infinity };
    return performance.now() - atMs < TROUBLE_COUNTS_FOR_MS ? sentence : undefined;
  }

  #ask(): Promise<Fault> {
    this.#asking ??= this.#answer().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #answer(): Promise<Fault> {
    const fault = await this.#read();
    const isLost = fault?.loss !== undefined;
    if (isLost !== this.#isLost) this.deps.warn(fault?.sentence ?? 'The database answers again.');
    this.#isLost = isLost;
    if (isLost) this.#tell(fault.loss);
    return fault;
  }

  async #read(): Promise<Fault> {
    try {
      const { rows } = await inTime(this.deps.pool.query<{ isReadOnly: boolean }>(IS_READ_ONLY));
      return rows[0]?.isReadOnly === true ? { sentence: READ_ONLY_TROUBLE } : undefined;
    } catch (error) {
      const sentence = troubleOf(error);
      // A server without room for a further connection may still answer on the others.
      return isShortage(error) ? { sentence } : { sentence, loss: error };
    }
  }

  #tell(cause: unknown): void {
    for (const reject of this.#waiting) reject(cause);
    this.deps.onLost(cause);
  }
}

/** Rejects when there is no answer in time. An answer that has come, while the process was busy, counts. */
async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // Sockets are read between a timer and this.
      setImmediate(() => setImmediate(reject, new Error('timeout: no answer')));
    }, ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
