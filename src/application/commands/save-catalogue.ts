import {
  itemIdentifierRemoveReads,
  itemSaveReads,
  locationSaveReads,
  planItemIdentifierRemove,
  planItemSave,
  planLocationSave,
  planRows,
  type ItemIdentifierRemove,
  type ItemSave,
  type ItemSaveResult,
  type LocationSave,
  type LocationSaveResult,
  type RowsSaveResult,
} from '../../domain/plans/catalogue-save';
import type { ItemIdentifier } from '../../domain/catalogue/catalogue';
import type { UserError } from '../../domain/errors';
import type { PostingReads } from '../../domain/ledger/posting-reads';
import { tidyName } from '../../domain/text';
import { checkItem, checkName, checkRowCount, checkText, checkWhole, MAX_ROWS } from '../../domain/validation';
import type { Principal } from '../ports/access';
import type { Poster } from '../ports/poster';

export interface SaveCatalogue {
  saveItem(principal: Principal, command: ItemSave): Promise<ItemSaveResult>;
  removeIdentifier(principal: Principal, command: ItemIdentifierRemove): Promise<ItemSaveResult>;
  saveLocation(principal: Principal, command: LocationSave): Promise<LocationSaveResult>;
  /** Up to 300 at once, each on its own. */
  saveItems(principal: Principal, commands: readonly ItemSave[]): Promise<RowsSaveResult<ItemSaveResult>>;
  /** Up to 300 at once, each on its own and in their order, so that a parent can stand before its parts. */
  saveLocations(principal: Principal, commands: readonly LocationSave[]): Promise<RowsSaveResult<LocationSaveResult>>;
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
      const userErrors = locationFaults(command);
      if (userErrors.length > 0) return { location: null, userErrors };
      const reads = locationSaveReads(command);
      return deps.poster.post({ ...from(principal), reads, plan: (work) => planLocationSave(work, command) });
    },
    async saveItems(principal, given) {
      const userErrors = checkRowCount(given.length, ['rows']);
      if (userErrors.length > 0) return { rows: [], userErrors };
      const rows = judged(given.map(tidiedItem), itemFaults, (faults) => ({ item: null, userErrors: faults }));
      const reads = joined(rows.map(({ row }) => itemSaveReads(row)));
      return deps.poster.post({ ...from(principal), reads, plan: (work) => planRows(work, rows, planItemSave) });
    },
    async saveLocations(principal, given) {
      const userErrors = checkRowCount(given.length, ['rows']);
      if (userErrors.length > 0) return { rows: [], userErrors };
      const rows = judged(given.map(tidiedLocation), locationFaults, (faults) => ({
        location: null,
        userErrors: faults,
      }));
      const reads = joined(rows.map(({ row }) => locationSaveReads(row)));
      return deps.poster.post({ ...from(principal), reads, plan: (work) => planRows(work, rows, planLocationSave) });
    },
  };
}

/** Each row with what is wrong with its own values, which is not looked up then; null where nothing is. */
function judged<Row, Saved>(
  rows: readonly Row[],
  faultsOf: (row: Row) => UserError[],
  refused: (faults: UserError[]) => Saved,
): { row: Row; faults: Saved | null }[] {
  return rows.map((row) => {
    const faults = faultsOf(row);
    return { row, faults: faults.length > 0 ? refused(faults) : null };
  });
}

const joined = (reads: readonly PostingReads[]): PostingReads => ({
  outcomes: [],
  keys: [],
  items: reads.flatMap(({ items = [] }) => items),
  identifiers: reads.flatMap(({ identifiers = [] }) => identifiers),
  locations: reads.flatMap(({ locations = [] }) => locations),
});

const locationFaults = (command: LocationSave): UserError[] => [
  ...checkName(command.code, ['code'], true),
  ...checkText(command.name, ['name']),
  ...checkName(command.parent, ['parent']),
];

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
