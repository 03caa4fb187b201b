import type { Answer, Attempt, JournalLine, Write } from '../write';

/** A write with all that its sender was told about it. */
export interface Told {
  readonly write: Write;
  /** In the order in which the answers came. */
  readonly answers: readonly Attempt[];
  /** What the sender knows in the end. UNKNOWN: it gave up. */
  readonly fate: 'ACKNOWLEDGED' | 'REFUSED' | 'UNKNOWN';
}

/** Puts the lines of a journal together. */
export function readTold(lines: readonly JournalLine[]): Told[] {
  const answers = new Map<number, Attempt[]>();
  const writes: Write[] = [];
  for (const line of lines) {
    if ('intent' in line) {
      writes.push(line.intent);
      answers.set(line.intent.id, []);
    } else answers.get(line.of)?.push(line);
  }
  return writes.map((write) => {
    const told = answers.get(write.id) ?? [];
    return { write, answers: told, fate: fateOf(told.map(({ answer }) => answer)) };
  });
}

function fateOf(answers: readonly Answer[]): Told['fate'] {
  if (answers.some(({ kind }) => kind === 'ACK')) return 'ACKNOWLEDGED';
  return answers.some(({ kind }) => kind === 'REFUSED') ? 'REFUSED' : 'UNKNOWN';
}

/** A write in a sentence. */
export const nameOf = ({ id, tenant, door }: Write): string => `write ${id} (${door}, ${tenant})`;
