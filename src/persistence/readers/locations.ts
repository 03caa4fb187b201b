import type { LocationReads } from '../../application/ports/reads';
import type { Location } from '../../domain/catalogue/catalogue';
import type { ReadDatabase } from './database';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { LOCATION_COLUMNS, toLocation, type LocationColumns } from './rows';
import { Parameters, statement } from './statement';

const LOCATIONS = `${LOCATION_COLUMNS} FROM location l WHERE l.tenant_id = $1`;

const LIST: ListSql = {
  key: [{ column: 'l.code', type: 'text', indexed: true }],
  select: (bounds, tail) => `SELECT true AS "isRow", ${LOCATIONS}${bounds}${tail}`,
};

/** Reads locations. */
export function createLocationReads(database: ReadDatabase): LocationReads {
  const find = async (parameters: Parameters, text: string): Promise<Location[]> =>
    (await database.query<LocationColumns>(statement(text, parameters))).map(toLocation);
  return {
    async locationByCode(tenantId, code) {
      const parameters = new Parameters(tenantId);
      return (await find(parameters, `SELECT ${LOCATIONS} AND l.code = ${parameters.add(code, 'text')}`))[0];
    },
    async locationByCodeOrName(tenantId, codeOrName) {
      const parameters = new Parameters(tenantId);
      const asked = parameters.add(codeOrName, 'text');
      // Names have no index, so they are searched only when no code matches, and no further than the second.
      const text = `SELECT ${LOCATIONS} AND l.code = ${asked} UNION ALL (SELECT ${LOCATIONS} AND l.name = ${asked}
        AND NOT EXISTS (SELECT FROM location c WHERE c.tenant_id = $1 AND c.code = ${asked}) LIMIT 2)`;
      const found = await find(parameters, text);
      return found.length === 1 ? found[0] : undefined;
    },
    locationsById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      return find(parameters, `SELECT ${LOCATIONS} AND l.location_id = ANY (${parameters.add(ids, 'uuid[]')})`);
    },
    async locations(tenantId, page) {
      const parameters = new Parameters(tenantId);
      const rows = await database.query<LocationColumns & PageColumns>(pageStatement(parameters, LIST, page));
      return toPage(rows, page, toLocation);
    },
  };
}
