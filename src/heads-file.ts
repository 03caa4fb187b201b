import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { isNativeError } from 'node:util/types';
import { ConfigError } from './config';

/** A file that lines are appended to, and that is never changed in another way. Other processes may append too. */
export interface HeadsFile {
  /** Resolves when the line is on the disk. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** @throws ConfigError when the file cannot be written. */
export async function openHeadsFile(name: string): Promise<HeadsFile> {
  try {
    await mkdir(path.dirname(name), { recursive: true });
    const file = await open(name, 'a');
    // A line that a full disk has cut off stays a line of its own.
    let begin = (await file.stat()).size > 0 ? '\n' : '';
    return {
      async append(line) {
        const text = `${begin}${line}\n`;
        begin = '\n';
        // Not `write`, which does not mind when a full disk takes only a part.
        await file.appendFile(text);
        await file.datasync();
        begin = '';
      },
      close: () => file.close(),
    };
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error);
    throw new ConfigError(`HEADS_FILE can't be written (${reason}): name a file that the gateway may append to`, {
      cause: error,
    });
  }
}
