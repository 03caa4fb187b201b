import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import type { Command } from 'commander';
import type { Reads } from '../application/ports/reads';
import { exportLedger } from '../application/queries/export-ledger';
import { CommandError } from '../failures';
import { explainDatabaseError } from '../persistence/database/errors';
import { createReadPool, createReads, sharedPool } from '../persistence/readers';
import { tenantOf, withDatabase } from './command-database';
import { wholeNumberUpTo } from './numbers';

/** Larger than any that a ledger has. */
const MAX_SEQUENCE = 999_999_999_999_999;

interface Options {
  readonly tenant: string;
  readonly to?: string;
  readonly after?: number;
  readonly resume?: true;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .summary('write a ledger as lines of JSON that anyone can verify')
    .description(
      'Writes the movements of a ledger with their hashes, one a line, in the form of docs/ledger-format.md, up to the movement\n' +
        'that is the last when it begins. docs/verify-ledger.mjs checks them. A gateway may keep posting.',
    )
    .requiredOption('--tenant <code>', 'the tenant whose ledger is written')
    .option('--to <file>', 'write to a new file; left out: to standard output')
    .option('--resume', 'continue the file of --to behind its last whole line')
    .option('--after <sequence>', 'begin behind this movement; left out: with the first', wholeNumberUpTo(MAX_SEQUENCE))
    .addHelpText(
      'after',
      '\nExamples:\n  stockbridge export --tenant demo --to ledger.ndjson\n  stockbridge export --tenant demo | node docs/verify-ledger.mjs',
    )
    .action((options: Options) => exportOne(options));
}

function exportOne(options: Options): Promise<void> {
  if (options.resume && (options.to === undefined || options.after !== undefined)) {
    throw new CommandError('--resume continues the file of --to: give --to, and leave --after out');
  }
  return withDatabase(async ({ url, tenants }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const pool = createReadPool(url, { applicationName: 'stockbridge export', max: 1, log: () => undefined });
    try {
      await writeLines(createReads(sharedPool(pool).ofStatements), tenantId, options);
    } catch (error) {
      throw explainDatabaseError(error, url);
    } finally {
      await pool.end();
    }
  });
}

async function writeLines(reads: Reads, tenantId: string, { to, resume, after = 0 }: Options): Promise<void> {
  const { sequence: upTo } = await reads.ledgerHead(tenantId);
  if (to === undefined) {
    await writeToOutput(Readable.from(exportLedger(reads, { tenantId, after: known(after, upTo), upTo })));
    return;
  }
  const file = await openFile(to, resume);
  try {
    const { last, bytes, line } = resume ? await wholeLines(file, to) : { last: after, bytes: 0, line: '' };
    const from = known(last, upTo);
    if (line !== '' && line !== (await reads.exportPage(tenantId, from - 1, from)).lines) throw notItsLedger(to, from);
    const lines = Readable.from(exportLedger(reads, { tenantId, after: from, upTo }));
    await file.truncate(bytes);
    const output = file.createWriteStream({ start: bytes, autoClose: false });
    await pipeline(lines, output).catch((error: unknown) => {
      if (output.errored === null || error !== output.errored) throw error;
      throw new CommandError(
        `${to} can't be written (${output.errored.message}): make room, and continue it with --resume`,
      );
    });
    await file.sync();
  } finally {
    await file.close();
  }
  process.stderr.write(`${to} has the ledger up to movement ${upTo}.\n`);
}

function known(after: number, head: number): number {
  if (after <= head) return after;
  throw new CommandError(
    `The ledger ends at movement ${head}, before ${after}: it is another ledger, or it has lost its end`,
  );
}

const notItsLedger = (name: string, sequence: number): CommandError =>
  new CommandError(
    `Movement ${sequence} is not what ${name} has: it is another ledger, or its past was rewritten. Write to another file`,
  );

/** Whoever reads the output may close it early, as `head` does, and it says itself that it cannot be written. */
async function writeToOutput(lines: Readable): Promise<void> {
  let fault: unknown;
  process.stdout.once('error', (error: Error) => {
    fault = error;
  });
  try {
    await pipeline(lines, process.stdout, { end: false });
  } catch (error) {
    const isClosed = isNativeError(error) && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!isClosed && error !== fault) throw error;
  }
}

async function openFile(name: string, resume: true | undefined): Promise<FileHandle> {
  try {
    return await open(name, resume ? 'r+' : 'wx', 0o600);
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error);
    const advice = resume ? 'leave --resume out for a new one' : 'name a new file, or continue it with --resume';
    throw new CommandError(`${name} can't be opened (${reason}): ${advice}`, { cause: error });
  }
}

/** Most bytes that are looked at for the last line of a file. The longest movements take a few megabytes. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;
/** What every export begins with. */
const FIRST_BYTES = '{"absorbed":';

/** Where a file's whole lines end, the last of them, and the sequence of its movement. */
async function wholeLines(file: FileHandle, name: string): Promise<{ last: number; bytes: number; line: string }> {
  const { size } = await file.stat();
  for (let length = Math.min(size, 64 * 1024); ; length = Math.min(size, length * 16)) {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const end = buffer.lastIndexOf(NEWLINE) + 1;
    const start = end < 2 ? 0 : buffer.lastIndexOf(NEWLINE, end - 2) + 1;
    if (start === 0 && length < Math.min(size, MAX_LINE_BYTES)) continue;
    // Not even the first line was written to its end.
    if (end === 0 && FIRST_BYTES.startsWith(buffer.toString('utf8', 0, FIRST_BYTES.length)))
      return { last: 0, bytes: 0, line: '' };
    const line = buffer.toString('utf8', start, end);
    return { last: sequenceOf(line, name), bytes: size - length + end, line };
  }
}

function sequenceOf(line: string, name: string): number {
  try {
    const { sequence } = JSON.parse(line) as { readonly sequence?: unknown };
    if (Number.isSafeInteger(sequence) && Number(sequence) > 0) return Number(sequence);
  } catch {
    // Said below.
  }
  throw new CommandError(`The last line of ${name} is no movement: it is no export, so write to another file`);
}
