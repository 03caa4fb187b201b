import type { ColumnOptions } from 'typeorm';

/** Kinds of columns that the tables are made of. Nullable ones are spread: `{ ...INSTANT, nullable: true }`. */

export const ID = { type: 'uuid' } as const satisfies ColumnOptions;

/** Text that orders pages or is compared across tenants' locales: by its bytes, the same on every server. */
export const CODE = { type: 'text', collation: 'C' } as const satisfies ColumnOptions;

export const TEXT = { type: 'text' } as const satisfies ColumnOptions;

/** Whole milliseconds, in UTC. */
export const INSTANT = { type: 'timestamptz', precision: 3 } as const satisfies ColumnOptions;

/** Read as a number; the data source refuses one beyond ±(2^53−1). */
export const WHOLE = { type: 'bigint' } as const satisfies ColumnOptions;

export const SMALL_WHOLE = { type: 'integer' } as const satisfies ColumnOptions;

export const BYTES = { type: 'bytea' } as const satisfies ColumnOptions;

export const NULLABLE = { nullable: true } as const satisfies ColumnOptions;
