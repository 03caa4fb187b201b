import { hash } from 'node:crypto';
import { isUuid, type SortKey } from '../../application/ports/reads';
import { badUserInput } from '../types/errors';

/** What a part of a sort key can be; `integer` has 32 bits, `quantity` is as exact as a number can be. */
type KeyPart = 'text' | 'uuid' | 'integer' | 'quantity';

/** A list that pages are cut from. */
export interface List {
  /** Differs from list to list. */
  readonly name: string;
  /** What its sort key consists of. */
  readonly key: readonly KeyPart[];
}

const MAX_INTEGER = 2 ** 31 - 1;

const FITS: Readonly<Record<KeyPart, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  uuid: (value) => typeof value === 'string' && isUuid(value),
  integer: (value) => Number.isInteger(value) && Math.abs(value as number) <= MAX_INTEGER,
  quantity: (value) => Number.isSafeInteger(value),
};

/**
 * Writes and reads the cursors of one list under one filter. A cursor of another list or filter would mean a place that
 * is not where the client thinks it is, so it is refused.
 */
export class Cursors {
  #binding: string | undefined;

  constructor(
    private readonly list: List,
    private readonly filter: unknown,
  ) {}

  write(key: SortKey): string {
    return Buffer.from(JSON.stringify([this.#bound(), ...key])).toString('base64url');
  }

  /** Throws BAD_USER_INPUT for anything that `write` has not written. */
  read(cursor: string): SortKey {
    const parts = parsed(cursor);
    if (parts?.[0] === this.#bound()) {
      const key = parts.slice(1);
      if (key.length === this.list.key.length && this.list.key.every((part, index) => FITS[part](key[index]))) {
        return key as SortKey;
      }
    }
    throw badUserInput(
      'The cursor is not one of this list. Pass one that the same field gave with the same filter and asOf, or leave it out to start anew.',
    );
  }

  /** Made when it is first needed: many answers show no cursor. */
  #bound(): string {
    return (this.#binding ??= bindingOf(this.list, this.filter));
  }
}

function bindingOf({ name }: List, filter: unknown): string {
  return hash('sha256', JSON.stringify([name, canonical(filter)]), 'base64url').slice(0, 8);
}

function parsed(cursor: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The same for filters that mean the same: lists of alternatives have no order, and null does not restrict. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value)].sort();
  if (value === null || typeof value !== 'object') return value ?? null;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]);
}
