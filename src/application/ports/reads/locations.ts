import type { Location } from '../../../domain/catalogue/catalogue';
import { locationNodeId } from '../../../domain/node-ids';
import type { Page, PageRequest } from './page';

/** A location as clients see it. */
export interface LocationView extends Omit<Location, 'id'> {
  /** The id that clients see. */
  readonly id: string;
  readonly locationId: string;
}

/** A location of the catalogue as clients see it. */
export function locationView({ id: locationId, ...location }: Location): LocationView {
  return { ...location, id: locationNodeId(locationId), locationId };
}

/** Locations in the order of their code. */
export interface LocationReads {
  /** By its code, or one that it had before it was renamed. Undefined when the tenant has no such location. */
  locationByCode(tenantId: string, code: string): Promise<LocationView | undefined>;
  /** By code, else by name when exactly one has it: some vendor forms know locations by their names. */
  locationByCodeOrName(tenantId: string, codeOrName: string): Promise<LocationView | undefined>;
  /** In any order; unknown ids are left out. */
  locationsById(tenantId: string, ids: readonly string[]): Promise<readonly LocationView[]>;
  /** Sort key: code. */
  locations(tenantId: string, includeArchived: boolean, page: PageRequest): Promise<Page<LocationView>>;
}
