import type { InventoryRecordSlice } from '../../application/ports/reads';
import type { JsonValue } from '../../json/strict-json';
import { received } from '../shared/received';
import type { Fault } from './faults';

export const DEFAULT_PER_PAGE = 20;
/** Design: limits. */
export const MAX_PER_PAGE = 200;
/** Bounds how far the database has to count along. */
export const MAX_PAGE = 1_000_000;

/** Which page of the list is asked for; counted from 1. */
export interface PageRequest {
  readonly page: number;
  readonly perPage: number;
}

/** Reads the query of a list; unknown parameters are ignored. */
export function readPage(
  query: Readonly<Record<string, unknown>>,
): PageRequest | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const read = (name: string, fallback: number, max: number): number => {
    const value = Object.hasOwn(query, name) ? query[name] : String(fallback);
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > max) {
      const detail = `${name} has to be a whole number from 1 to ${max}${received(value as JsonValue)}.`;
      faults.push({ detail, pointer: `/${name}` });
    }
    return number;
  };
  const request = { page: read('page', 1, MAX_PAGE), perPage: read('per_page', DEFAULT_PER_PAGE, MAX_PER_PAGE) };
  return faults.length > 0 ? { faults } : request;
}

export function sliceOf({ page, perPage }: PageRequest): InventoryRecordSlice {
  return { offset: (page - 1) * perPage, limit: perPage };
}
