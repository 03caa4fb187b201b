import type { ColumnOptions } from 'typeorm';

/** Types of columns that the entities share. A nullable column spreads two: `{ ...INSTANT, ...NULLABLE }`. */

export const ID = { type: 'uuid' } as const satisfies ColumnOptions;

/** Text that pages are ordered by. It is compared by its bytes, so the order is the same on every server. */
export const CODE = { type: 'text', collation: 'C' } as const satisfies ColumnOptions;

export const TEXT = { type: 'text' } as const satisfies ColumnOptions;

/** Whole milliseconds, in UTC. */
export const INSTANT = { type: 'timestamptz', precision: 3 } as const satisfies ColumnOptions;

/** Read as a number; a value beyond ±(2^53−1) is an error of the read. */
export const WHOLE = { type: 'bigint' } as const satisfies ColumnOptions;

export const SMALL_WHOLE = { type: 'integer' } as const satisfies ColumnOptions;

export const BYTES = { type: 'bytea' } as const satisfies ColumnOptions;

export const NULLABLE = { nullable: true } as const satisfies ColumnOptions;
