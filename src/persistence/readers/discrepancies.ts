import type { DiscrepancyFilter, DiscrepancyReads, DiscrepancyView } from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { DiscrepancyEntity } from '../tables/discrepancy';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { between } from '../database/look-up';
import { orderedBy } from './look-ups';
import { itemsNamed, placesNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, isOneOf, Parameters, statement } from './statement';

type DiscrepancyColumns = DiscrepancyView & Record<string, unknown>;

const KEY = [
  { column: 'd.opened_sequence', type: 'bigint' },
  { column: 'd.level_id', type: 'uuid' },
  { column: 'd.kind COLLATE "C"', type: 'text' },
] as const satisfies ListSql['key'];

/**
 * A table of discrepancies `d`, along the index of the items that are asked for, else of the locations, the kinds or all. Takes further conditions and the end of a SELECT.
 */
function sourceOf(
  parameters: Parameters,
  { skus, locations, kinds, open }: DiscrepancyFilter,
): (conditions: string, tail: string) => string {
  const each = (values: string, column: string) => (conditions: string, tail: string) =>
    `(SELECT d.* FROM (${values}) asked (value) CROSS JOIN LATERAL (SELECT d.* FROM discrepancy d WHERE d.tenant_id = $1
      AND ${between(`d.${column}`, 'asked.value')}${conditions}${orderedBy(`d.${column}`, tail)}) d)`;
  if (skus) return each(itemsNamed(parameters, skus).ids, 'item_id');
  // Those that are open are few, and have indexes of their own.
  if (locations && open !== true) return each(placesNamed(parameters, locations).ids, 'location_id');
  if (kinds) return each(`SELECT DISTINCT unnest(${parameters.add(kinds, 'text[]')})`, 'kind');
  return (conditions, tail) => `(SELECT d.* FROM discrepancy d WHERE d.tenant_id = $1${conditions}${tail})`;
}

/** A limited key is shown none: they tell of what others have sent. */
const shown = ({ isLimited }: ReadDatabase): string => (isLimited ? ' AND false' : '');

const COLUMNS = selectList(DiscrepancyEntity, 'd');

/** Reads discrepancies. */
export function createDiscrepancyReads(database: ReadDatabase): DiscrepancyReads {
  const only = shown(database);
  return {
    async discrepancies(tenantId, { filter, page }) {
      const { kinds, open, skus, locations } = filter;
      const parameters = new Parameters(tenantId);
      const others = [
        ...(open === undefined ? [] : [`d.closed_at IS ${open ? '' : 'NOT '}NULL`]),
        ...(locations && (skus || open === true) ? [placesNamed(parameters, locations).has('d.location_id')] : []),
        ...((skus || (locations && open !== true)) && kinds ? [isOneOf(parameters, 'd.kind', kinds, 'text')] : []),
      ];
      const by = sourceOf(parameters, filter);
      const key = KEY.map(({ column }) => column).join(', ');
      const list: ListSql = {
        key: KEY,
        select: (bounds, tail) =>
          `SELECT true AS "isRow", ${COLUMNS} FROM ${by(only + and(others) + bounds, tail)} d WHERE true${tail}`,
        count: countAmong((tail) => {
          const isOpen = open === true ? ' AND d.closed_at IS NULL' : '';
          return `SELECT ${matching(others)} FROM ${by(only + isOpen, ` ORDER BY ${key}${tail}`)} d WHERE true${tail}`;
        }),
      };
      const found = await database.query<DiscrepancyColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(found, page, (row): DiscrepancyView => row);
    },
    discrepanciesByKey(tenantId, keys) {
      const parameters = new Parameters(tenantId);
      const sequences = parameters.add(
        keys.map(({ openedSequence }) => openedSequence),
        'bigint[]',
      );
      const levelIds = parameters.add(
        keys.map(({ levelId }) => levelId),
        'uuid[]',
      );
      const kinds = parameters.add(
        keys.map(({ kind }) => kind),
        'text[]',
      );
      const text = `SELECT ${COLUMNS} FROM unnest(${sequences}, ${levelIds}, ${kinds}) asked (sequence, level_id, kind)
        CROSS JOIN LATERAL (SELECT d.* FROM discrepancy d
          WHERE d.tenant_id = $1 AND ${between('d.opened_sequence', 'asked.sequence')} AND d.level_id = asked.level_id
            AND d.kind = asked.kind${only} ORDER BY d.opened_sequence, d.level_id LIMIT 1) d`;
      return database.query<DiscrepancyColumns>(statement(text, parameters));
    },
  };
}
