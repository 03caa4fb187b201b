import type { DiscrepancyReads, DiscrepancyView } from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { DiscrepancyEntity } from '../tables/discrepancy';
import type { ReadDatabase } from './database';
import { itemIds, locationsNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, isOneOf, Parameters, statement } from './statement';

type DiscrepancyColumns = DiscrepancyView & Record<string, unknown>;

const DISCREPANCIES = `${selectList(DiscrepancyEntity, 'd')} FROM discrepancy d WHERE d.tenant_id = $1`;

/** Reads discrepancies. */
export function createDiscrepancyReads(database: ReadDatabase): DiscrepancyReads {
  return {
    async discrepancies(tenantId, { filter: { kinds, open, skus, locations }, page }) {
      const parameters = new Parameters(tenantId);
      const conditions = and([
        ...(kinds ? [isOneOf(parameters, 'd.kind', kinds, 'text')] : []),
        ...(open === undefined ? [] : [`d.closed_at IS ${open ? '' : 'NOT '}NULL`]),
        ...(skus ? [`d.item_id IN (${itemIds(parameters, skus)})`] : []),
        ...(locations ? [`d.location_id IN (${locationsNamed(parameters.add(locations, 'text[]'))})`] : []),
      ]);
      const list: ListSql = {
        key: [
          { column: 'd.opened_sequence', type: 'bigint' },
          { column: 'd.level_id', type: 'uuid' },
          { column: 'd.kind COLLATE "C"', type: 'text' },
        ],
        select: (bounds, tail) => `SELECT true AS "isRow", ${DISCREPANCIES}${conditions}${bounds}${tail}`,
      };
      const rows = await database.query<DiscrepancyColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, (row): DiscrepancyView => row);
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
      const text = `SELECT ${DISCREPANCIES}
        AND (d.opened_sequence, d.level_id, d.kind) IN (SELECT * FROM unnest(${sequences}, ${levelIds}, ${kinds}))`;
      return database.query<DiscrepancyColumns>(statement(text, parameters));
    },
  };
}
