import type { DiscrepancyReads, DiscrepancyView } from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { DiscrepancyEntity } from '../tables/discrepancy';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { itemIds, locationsNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, isOneOf, Parameters, statement } from './statement';

type DiscrepancyColumns = DiscrepancyView & Record<string, unknown>;

/** Conditions can be appended. A limited key is shown none: they tell of what others have sent. */
const rowsOf = ({ isLimited }: ReadDatabase): string =>
  `FROM discrepancy d WHERE d.tenant_id = $1${isLimited ? ' AND false' : ''}`;

const COLUMNS = selectList(DiscrepancyEntity, 'd');

/** Reads discrepancies. */
export function createDiscrepancyReads(database: ReadDatabase): DiscrepancyReads {
  const rows = rowsOf(database);
  return {
    async discrepancies(tenantId, { filter: { kinds, open, skus, locations }, page }) {
      const parameters = new Parameters(tenantId);
      const conditions = [
        ...(skus ? [`d.item_id IN (${itemIds(parameters, skus)})`] : []),
        ...(locations ? [`d.location_id IN (${locationsNamed(parameters.add(locations, 'text[]'))})`] : []),
        ...(kinds ? [isOneOf(parameters, 'd.kind', kinds, 'text')] : []),
      ];
      // Of several conditions, an index knows one, beside those that are open.
      const indexed = conditions.slice(0, 1);
      const others = conditions.slice(1);
      const isOpen = open === true ? ['d.closed_at IS NULL'] : [];
      const isClosed = open === false ? ['d.closed_at IS NOT NULL'] : [];
      const list: ListSql = {
        key: [
          { column: 'd.opened_sequence', type: 'bigint' },
          { column: 'd.level_id', type: 'uuid' },
          { column: 'd.kind COLLATE "C"', type: 'text' },
        ],
        select: (bounds, tail) =>
          `SELECT true AS "isRow", ${COLUMNS} ${rows}${and([...conditions, ...isOpen, ...isClosed])}${bounds}${tail}`,
        count: countAmong(
          (tail) => `SELECT ${matching([...others, ...isClosed])} ${rows}${and([...indexed, ...isOpen])}${tail}`,
        ),
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
      const text = `SELECT ${COLUMNS} ${rows}
        AND (d.opened_sequence, d.level_id, d.kind) IN (SELECT * FROM unnest(${sequences}, ${levelIds}, ${kinds}))`;
      return database.query<DiscrepancyColumns>(statement(text, parameters));
    },
  };
}
