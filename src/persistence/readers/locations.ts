import type { LocationReads } from '../../application/ports/reads';
import type { ReadDatabase } from './database';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { LOCATION_COLUMNS, toLocation, type LocationColumns } from './rows';
import { Parameters, statement } from './statement';

const LOCATIONS = `FROM location l WHERE l.tenant_id = $1`;

const LIST: ListSql = {
  key: [{ column: 'l.code', type: 'text', indexed: true }],
  select: (bounds, tail) => `SELECT true AS "isRow", ${LOCATION_COLUMNS} ${LOCATIONS}${bounds}${tail}`,
};

/** Reads locations. */
export function createLocationReads(database: ReadDatabase): LocationReads {
  return {
    async locationByCode(tenantId, code) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${LOCATION_COLUMNS} ${LOCATIONS} AND l.code = ${parameters.add(code, 'text')}`;
      return (await database.query<LocationColumns>(statement(text, parameters))).map(toLocation)[0];
    },
    async locationsById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${LOCATION_COLUMNS} ${LOCATIONS} AND l.location_id = ANY (${parameters.add(ids, 'uuid[]')})`;
      return (await database.query<LocationColumns>(statement(text, parameters))).map(toLocation);
    },
    async locations(tenantId, page) {
      const parameters = new Parameters(tenantId);
      const rows = await database.query<LocationColumns & PageColumns>(pageStatement(parameters, LIST, page));
      return toPage(rows, page, toLocation);
    },
  };
}
