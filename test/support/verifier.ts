import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const VERIFIER = path.resolve(__dirname, '../../docs/verify-ledger.mjs');

export interface Verdict {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The published verifier, which shares no code with the gateway, and a folder for what it reads. */
export class Verifier {
  #files = 0;

  private constructor(readonly folder: string) {}

  static async open(): Promise<Verifier> {
    return new Verifier(await mkdtemp(path.join(tmpdir(), 'stockbridge-verify-')));
  }

  /** Writes a file, and returns its name. */
  async file(content: string | object): Promise<string> {
    const name = path.join(this.folder, `file-${(this.#files += 1)}`);
    await writeFile(name, typeof content === 'string' ? content : JSON.stringify(content));
    return name;
  }

  run(args: readonly string[], stdin = ''): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const child = execFile(process.execPath, [VERIFIER, ...args], (error, stdout, stderr) => {
        const code = error ? error.code : 0;
        if (typeof code === 'number') resolve({ code, stdout, stderr });
        else reject(new Error('The verifier did not end by itself.', { cause: error }));
      });
      child.stdin?.on('error', () => undefined).end(stdin);
    });
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
