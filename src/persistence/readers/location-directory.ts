import type { LocationDirectory } from '../../application/ports/locations';
import type { Location } from '../../domain/catalogue/catalogue';
import type { ReadDatabase } from './database';
import { LOCATION_COLUMNS, toLocation, type LocationColumns } from './rows';
import { Parameters, statement } from './statement';

/** A location with the integer by which vendor forms know it. */
export const NUMBERED_LOCATION_COLUMNS = `${LOCATION_COLUMNS}, l.vendor_id AS "locationVendorId"`;

export interface NumberedLocationColumns extends LocationColumns {
  readonly locationVendorId: number | null;
}

export function toNumberedLocation(row: NumberedLocationColumns): Location {
  return { ...toLocation(row), vendorId: row.locationVendorId };
}

const LOCATIONS = `SELECT ${NUMBERED_LOCATION_COLUMNS} FROM location l WHERE l.tenant_id = $1`;

/** Finds locations by what vendor forms call them. */
export function createLocationDirectory(database: ReadDatabase): LocationDirectory {
  const find = async (text: string, parameters: Parameters): Promise<Location[]> =>
    (await database.query<NumberedLocationColumns>(statement(text, parameters))).map(toNumberedLocation);
  return {
    async byCode(tenantId, code) {
      const parameters = new Parameters(tenantId);
      return (await find(`${LOCATIONS} AND l.code = ${parameters.add(code, 'text')}`, parameters))[0];
    },
    async byCodeOrName(tenantId, codeOrName) {
      const parameters = new Parameters(tenantId);
      const asked = parameters.add(codeOrName, 'text');
      // Names have no index: they are only looked through where no code is meant, and no further than the second.
      const text = `${LOCATIONS} AND l.code = ${asked} UNION ALL (${LOCATIONS} AND l.name = ${asked}
        AND NOT EXISTS (SELECT FROM location c WHERE c.tenant_id = $1 AND c.code = ${asked}) LIMIT 2)`;
      const found = await find(text, parameters);
      return found.length === 1 ? found[0] : undefined;
    },
  };
}
