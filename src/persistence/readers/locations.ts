import type { LocationReads, LocationView } from '../../application/ports/reads';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { locationNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { LOCATION_COLUMNS, toLocation, type LocationColumns } from './rows';
import { and, Parameters, statement } from './statement';

const LOCATIONS = `${LOCATION_COLUMNS} FROM location l WHERE l.tenant_id = $1`;

function listOf(includeArchived: boolean): ListSql {
  const shown = includeArchived ? [] : ['l.archived_at IS NULL'];
  return {
    key: [{ column: 'l.code', type: 'text', indexed: true }],
    select: (bounds, tail) => `SELECT true AS "isRow", ${LOCATIONS}${and(shown)}${bounds}${tail}`,
    count: countAmong((tail) => `SELECT ${matching(shown)} FROM location l WHERE l.tenant_id = $1${tail}`),
  };
}

/** Reads locations. */
export function createLocationReads(database: ReadDatabase): LocationReads {
  const find = async (parameters: Parameters, text: string): Promise<LocationView[]> =>
    (await database.query<LocationColumns>(statement(text, parameters))).map(toLocation);
  return {
    async locationByCode(tenantId, code) {
      const parameters = new Parameters(tenantId);
      const id = locationNamed(parameters.add(code, 'text'));
      return (await find(parameters, `SELECT ${LOCATIONS} AND l.location_id = ${id}`))[0];
    },
    async locationByCodeOrName(tenantId, codeOrName) {
      const parameters = new Parameters(tenantId);
      const asked = parameters.add(codeOrName, 'text');
      // Names have no index, so they are searched only when no code matches, and no further than the second.
      const named = locationNamed(asked);
      const text = `SELECT ${LOCATIONS} AND l.location_id = ${named} UNION ALL (SELECT ${LOCATIONS} AND l.name = ${asked}
        AND ${named} IS NULL LIMIT 2)`;
      const found = await find(parameters, text);
      return found.length === 1 ? found[0] : undefined;
    },
    locationsById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      return find(parameters, `SELECT ${LOCATIONS} AND l.location_id = ANY (${parameters.add(ids, 'uuid[]')})`);
    },
    async locations(tenantId, includeArchived, page) {
      const parameters = new Parameters(tenantId);
      const rows = await database.query<LocationColumns & PageColumns>(
        pageStatement(parameters, listOf(includeArchived), page),
      );
      return toPage(rows, page, toLocation);
    },
  };
}
