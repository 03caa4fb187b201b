/** How long is waited for those who have just been answered: a share of the time that their batch took. */
const SHARE_OF_BATCH = 0.5;
const LONGEST_MS = 8;
/** How often the number of batches that start at once is doubled, at most: to 64. */
const MOST_DOUBLINGS = 6;

/**
 * Waits for those who have just been answered. Senders that wait for their answer before they send again then share a
 * batch, and not each half of them one. Where they do not come back in time, it waits ever more rarely.
 */
export class Gathering {
  #expected = 0;
  #untilMs = 0;
  /** How many more waits were in vain than not, and how many batches start at once because of that. */
  #inVain = 0;
  #atOnce = 0;
  #go: (() => void) | undefined;

  /** Notes how many may soon wait, after a batch that took this long. */
  expect(count: number, batchMs: number): void {
    this.#expected = count;
    this.#untilMs = performance.now() + Math.min(batchMs * SHARE_OF_BATCH, LONGEST_MS);
  }

  /** Notes how many wait now. */
  arrived(count: number): void {
    if (count >= this.#expected) this.#go?.();
  }

  /** Waits for nobody any more, until the next batch is settled. */
  end(): void {
    this.#expected = 0;
    this.#go?.();
  }

  /** Waits for more than those that wait now, when that pays. */
  async wait(waiting: number): Promise<void> {
    const ms = this.#untilMs - performance.now();
    if (waiting >= this.#expected || ms <= 0) return;
    if (this.#atOnce > 0) {
      this.#atOnce -= 1;
      return;
    }
    const haveCome = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      this.#go = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
    this.#go = undefined;
    this.#inVain = haveCome ? Math.max(this.#inVain - 1, 0) : Math.min(this.#inVain + 1, MOST_DOUBLINGS);
    this.#atOnce = this.#inVain === 0 ? 0 : 2 ** this.#inVain;
  }
}
