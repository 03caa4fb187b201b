import { MAX_RESERVATION_LINES, type PromisedLine } from '../../domain/reservation';
import type { Segment } from '../../domain/segment';
import { tidyItem, tidyLocation } from '../../domain/validation';

/** What a promise has said: which units from where, for whom. */
export interface PromiseContent {
  readonly segment: Segment;
  readonly lines: readonly {
    readonly index: number;
    readonly sku: string;
    readonly specification: string;
    readonly location: string;
    readonly quantity: number;
    readonly backOrdered: number;
  }[];
}

const VERSION = 1;
/** Longest token, in characters: that of the most lines from ten locations each. */
const MAX_LENGTH = 400_000;
/** Most sources that a token may name. */
const MAX_SOURCES = MAX_RESERVATION_LINES * 100;

/**
 * Writes a promise as a token. It is a plain text that its holder could write too: what it asks for is checked again when it
 * is held, so there is nothing to gain by changing it.
 */
export function promiseToken({ segment, lines }: PromiseContent): string {
  const rows = lines.map((line) => [
    ...[line.index, line.sku, line.specification, line.location, line.quantity, line.backOrdered],
  ]);
  const { channels, pools, owners } = segment;
  return Buffer.from(JSON.stringify([VERSION, [channels, pools, owners], rows])).toString('base64url');
}

/** Reads a token; undefined for a text that is none. */
export function readPromise(token: string): { segment: Segment; lines: PromisedLine[] } | undefined {
  const content = token.length > MAX_LENGTH ? undefined : parsed(token);
  if (!Array.isArray(content) || content[0] !== VERSION) return undefined;
  const [, names, rows] = content as readonly unknown[];
  if (!Array.isArray(names) || names.length !== 3 || !names.every(isNames)) return undefined;
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > MAX_SOURCES || !rows.every(isRow)) return undefined;
  const [channels, pools, owners] = names as (readonly string[] | null)[];
  const segment = { channels: channels ?? null, pools: pools ?? null, owners: owners ?? null };
  return { segment, lines: (rows as Row[]).map(lineOf) };
}

type Row = readonly [index: number, sku: string, specification: string, location: string, now: number, later: number];

const lineOf = ([index, sku, specification, code, quantity, backOrdered]: Row): PromisedLine => ({
  ...{ index, quantity, backOrdered },
  item: tidyItem({ by: 'SKU', sku, specification }),
  location: tidyLocation({ by: 'CODE', code, whenUnknown: 'REFUSE' }),
});

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

const isNames = (value: unknown): boolean => value === null || (Array.isArray(value) && value.every(isText));
const isText = (value: unknown): boolean => typeof value === 'string';
const isUnits = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isRow(row: unknown): boolean {
  if (!Array.isArray(row) || row.length !== 6) return false;
  const [index, sku, specification, location, now, later] = row as unknown[];
  const hasUnits = isUnits(now) && isUnits(later) && (now as number) + (later as number) > 0;
  return isUnits(index) && [sku, specification, location].every(isText) && hasUnits;
}
