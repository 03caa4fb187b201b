import { hash } from 'node:crypto';
import type { SortKey } from '../../application/ports/reads';
import { isUuid } from '../../domain/uuid';
import { badUserInput } from '../types/errors';

/** The kind of one part of a sort key. An `integer` has 32 bits, a `quantity` is a safe integer. */
type KeyPart = 'text' | 'uuid' | 'integer' | 'quantity';

/** A list that is read in pages. */
export interface List {
  /** Unique among the lists. */
  readonly name: string;
  /** The parts of its sort key. */
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
 * Writes and reads the cursors of one list under one filter. A cursor of another list or filter is refused, because its
 * position would not be the one that the client means.
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

  /** Throws BAD_USER_INPUT for anything that `write` did not create. */
  read(cursor: string): SortKey {
    const parts = parsed(cursor);
    if (parts?.[0] === this.#bound()) {
      const key = parts.slice(1);
      if (key.length === this.list.key.length && this.list.key.every((part, index) => FITS[part](key[index]))) {
        return key as SortKey;
      }
    }
    throw badUserInput(
      'The cursor is not one of this list. Pass one that the same field gave with the same filter and asOf, or leave it out to start again.',
    );
  }

  /** Computed on first use, because many responses show no cursor. */
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

/** Equal for filters that mean the same: the order of a list does not matter, and null does not restrict. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value)].sort();
  if (value === null || typeof value !== 'object') return value ?? null;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]);
}
