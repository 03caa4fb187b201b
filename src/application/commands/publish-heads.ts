import { setTimeout as delay } from 'node:timers/promises';
import type { HeadSigner } from '../ports/heads';
import type { Reads } from '../ports/reads';

/** How often heads are published. */
const PUBLISH_EVERY_MS = 60_000;

export interface PublishHeadsDeps {
  readonly tenantIds: () => Promise<readonly string[]>;
  readonly reads: Pick<Reads, 'treeHead'>;
  readonly signer: HeadSigner;
  /** Keeps a signed head where it will be found later. */
  readonly append: (line: string) => Promise<void>;
  /** Told of a fault, after which it goes on. */
  readonly warn: (message: string, error: unknown) => void;
}

/** Signs the head of every ledger that has grown, and gives it away, again and again. */
export class HeadPublisher {
  readonly #stop = new AbortController();
  /** The last heads that were given away. A new process gives each away once more. */
  readonly #published = new Map<string, number>();
  #publishing: Promise<void> | undefined;

  constructor(private readonly deps: PublishHeadsDeps) {}

  /** Publishes until `close`. */
  start(): void {
    this.#publishing ??= this.#run();
  }

  /** Publishes what has grown since the last time. A fault of one ledger does not keep it from the next. */
  async publish(): Promise<void> {
    const { tenantIds, warn } = this.deps;
    const due = await tenantIds().catch((error: unknown) => {
      warn('the heads of ledgers could not be published; trying again', error);
      return [];
    });
    for (const tenantId of due) {
      await this.#publishOne(tenantId).catch((error: unknown) => {
        warn(`the head of tenant ${tenantId} could not be published; trying again`, error);
      });
    }
  }

  /** Publishes the last heads. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#publishing;
    if (this.#publishing) await this.publish();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.publish();
      await delay(PUBLISH_EVERY_MS, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
    }
  }

  async #publishOne(tenantId: string): Promise<void> {
    const { reads, signer, append } = this.deps;
    const head = await reads.treeHead(tenantId);
    if (head === null || head.sequence === this.#published.get(tenantId)) return;
    await append(signer.sign({ tenantId, ...head }).line);
    this.#published.set(tenantId, head.sequence);
  }
}
