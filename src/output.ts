import Table from 'cli-table3';
import { EXIT } from './failures';

/** A value in a table. Dates are shown in UTC; null and undefined are empty. */
export type Cell = string | number | boolean | Date | null | undefined;

/** Writes a table for people, without colours. */
export function printTable(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  printLine(tableText(head, rows));
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
  return cell ?? '';
}

/** Writes JSON for programs. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, null, 2));
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
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
