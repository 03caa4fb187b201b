import {
  itemIdentifierRemoveReads,
  itemSaveReads,
  locationSaveReads,
  planItemIdentifierRemove,
  planItemSave,
  planLocationSave,
  type ItemIdentifierRemove,
  type ItemSave,
  type ItemSaveResult,
  type LocationSave,
  type LocationSaveResult,
} from '../../domain/plans/catalogue-save';
import type { ItemIdentifier } from '../../domain/catalogue/catalogue';
import type { UserError } from '../../domain/errors';
import { tidyName } from '../../domain/text';
import { checkItem, checkName, checkText, checkWhole, MAX_ROWS } from '../../domain/validation';
import type { Principal } from '../ports/access';
import type { Poster } from '../ports/poster';

export interface SaveCatalogue {
  saveItem(principal: Principal, command: ItemSave): Promise<ItemSaveResult>;
  removeIdentifier(principal: Principal, command: ItemIdentifierRemove): Promise<ItemSaveResult>;
  saveLocation(principal: Principal, command: LocationSave): Promise<LocationSaveResult>;
}

/** Saves items, identifiers and locations, through the lane as everything else. */
export function createSaveCatalogue(deps: { poster: Poster }): SaveCatalogue {
  const from = ({ tenantId, clientId }: Principal) =>
    ({ tenantId, origin: { kind: 'API_CLIENT', id: clientId } }) as const;
  return {
    async saveItem(principal, given) {
      const command = tidiedItem(given);
      const userErrors = itemFaults(command);
      if (userErrors.length > 0) return { item: null, userErrors };
      const reads = itemSaveReads(command);
      return deps.poster.post({ ...from(principal), reads, plan: (work) => planItemSave(work, command) });
    },
    async removeIdentifier(principal, given) {
      const command = { ...given, ...tidiedIdentifier(given), specification: tidyName(given.specification) };
      const userErrors = [...checkName(command.scheme, ['scheme'], true), ...checkName(command.value, ['value'], true)];
      if (userErrors.length > 0) return { item: null, userErrors };
      const reads = itemIdentifierRemoveReads(command);
      return deps.poster.post({ ...from(principal), reads, plan: (work) => planItemIdentifierRemove(work, command) });
    },
    async saveLocation(principal, given) {
      const command = tidiedLocation(given);
      const userErrors = [
        ...checkName(command.code, ['code'], true),
        ...checkText(command.name, ['name']),
        ...checkName(command.parent, ['parent']),
      ];
      if (userErrors.length > 0) return { location: null, userErrors };
      const reads = locationSaveReads(command);
      return deps.poster.post({ ...from(principal), reads, plan: (work) => planLocationSave(work, command) });
    },
  };
}

const tidiedIdentifier = ({ scheme, value }: ItemIdentifier): ItemIdentifier => ({
  scheme: tidyName(scheme),
  value: tidyName(value),
});

const tidiedItem = (command: ItemSave): ItemSave => ({
  ...command,
  sku: tidyName(command.sku),
  specification: tidyName(command.specification),
  identifiers: command.identifiers.map(tidiedIdentifier),
});

const tidiedLocation = (command: LocationSave): LocationSave => ({
  ...command,
  code: tidyName(command.code),
  ...(command.parent ? { parent: tidyName(command.parent) } : {}),
});

function itemFaults(command: ItemSave): UserError[] {
  const { sku, specification, identifiers } = command;
  const errors = [
    ...checkItem({ by: 'SKU', sku, specification }, []),
    ...checkText(command.name, ['name']),
    ...identifiers
      .slice(0, MAX_ROWS)
      .flatMap(({ scheme, value }, index) => [
        ...checkName(scheme, ['identifiers', String(index), 'scheme'], true),
        ...checkName(value, ['identifiers', String(index), 'value'], true),
      ]),
  ];
  if (identifiers.length > MAX_ROWS) {
    const message = `${identifiers.length} identifiers; at most ${MAX_ROWS} are taken at once.`;
    errors.push({ code: 'BATCH_TOO_LARGE', message, field: ['identifiers'] });
  }
  return [...errors, ...checkWhole(command.unitsPerPackage, 1, ['unitsPerPackage'])];
}
