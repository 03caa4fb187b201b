import type { Location } from '../../../domain/catalogue/catalogue';
import type { Page, PageRequest } from './page';

/** Locations in the order of their code. */
export interface LocationReads {
  /** By its code, or one that it had before it was renamed. Undefined when the tenant has no such location. */
  locationByCode(tenantId: string, code: string): Promise<Location | undefined>;
  /** By code, else by name when exactly one has it: some vendor forms know locations by their names. */
  locationByCodeOrName(tenantId: string, codeOrName: string): Promise<Location | undefined>;
  /** In any order; unknown ids are left out. */
  locationsById(tenantId: string, ids: readonly string[]): Promise<readonly Location[]>;
  /** Sort key: code. */
  locations(tenantId: string, includeArchived: boolean, page: PageRequest): Promise<Page<Location>>;
}
