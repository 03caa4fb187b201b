import type { Location } from '../../domain/catalogue/catalogue';

/** Finds locations by what vendor forms call them, before a posting names them. */
export interface LocationDirectory {
  byCode(tenantId: string, code: string): Promise<Location | undefined>;
  /** By code, else by name where exactly one has it: some forms know locations by their names. */
  byCodeOrName(tenantId: string, codeOrName: string): Promise<Location | undefined>;
}
