import Table from 'cli-table3';
import { showUnseen } from './domain/text';
import { EXIT } from './failures';

/** A value in a table. Dates are shown in UTC; null and undefined are empty. */
export type Cell = string | number | boolean | Date | null | undefined;

/** Writes a table for people, without colours. Each row is a line. */
export function printTable(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  write(tableText(head, rows));
}

/** Numbers are aligned to the right. */
function tableText(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) {
    table.push(
      row.map((cell) => (typeof cell === 'number' ? { content: cell, hAlign: 'right' as const } : cellText(cell))),
    );
  }
  return table.toString();
}

function cellText(cell: Exclude<Cell, number>): string {
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return showUnseen(cell ?? '');
}

/** Writes JSON for programs. A person may read it too, so what could steer the terminal is escaped. */
export function printJson(value: unknown): void {
  write(
    showUnseen(JSON.stringify(value, null, 2), (character) => (character === '\n' ? character : escaped(character))),
  );
}

/** Such as `\u009b`. JSON leaves most of what nobody sees as it is. */
const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');

/**
 * Writes lines for people. What a sender or client has written may be in them: characters that would steer the terminal,
 * or that nobody sees, are written out.
 */
export function printLine(line: string): void {
  write(showUnseen(line, (character) => (character === '\n' ? character : showUnseen(character))));
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * Lets whoever reads the output close it early, as `head` does. The rest of a command runs as it would have, so that it
 * closes its database and keeps its exit code. It does so too where the output is lost, as on a full disk, but fails.
 */
export function allowClosedOutput(): void {
  let isLost = false;
  const lose = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    process.once('exit', () => {
      process.exitCode = EXIT.FAILED;
    });
    const advice = 'make room; what the command has changed stays changed';
    process.stderr.write(`stockbridge: The output can't be written (${error.message}): ${advice}\n`);
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', lose);
}

/** How long a list is, in words; null: it was not asked for. */
export const countText = (count: number | null, isExact: boolean): string =>
  `${isExact ? '' : 'at least '}${count ?? 0}`;
