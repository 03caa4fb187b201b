import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { JournalLine } from './write';

/** What the clients have written down: a file that is on the disk before they go on. */
export class Journal {
  #waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(file: string): Promise<Journal> {
    return new Journal(file, await open(file, 'a'));
  }

  /** Resolves when the line is on the disk. Lines that wait together share a sync. */
  append(line: JournalLine): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ text: `${JSON.stringify(line)}\n`, done, failed });
      this.#writing ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.handle.close();
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.handle.appendFile(batch.map(({ text }) => text).join(''));
        await this.handle.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = undefined;
  }
}

/** Reads journals, in the order given. */
export async function readJournals(files: readonly string[]): Promise<JournalLine[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalLine),
  );
}
