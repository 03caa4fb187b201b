import {
  identifierSpecification,
  NEW_ITEM,
  type Item,
  type ItemIdentifier,
  type Location,
} from '../catalogue/catalogue';
import { locationNamed } from '../catalogue/catalogue-map';
import { newIdentifierFault, newItemFault, newLocationFault, type Permission } from '../catalogue/new-names';
import type { UserError, UserErrorCode } from '../errors';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import { itemFieldOf } from './named-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

/** Catalogue writes go through the lane as well, so that nothing waits on an index. */

export interface ItemSave {
  readonly sku: string;
  readonly specification: string;
  /** Left out: unchanged. */
  readonly name?: string | null;
  readonly unitsPerPackage?: number | null;
  /** Added to those that the item has. */
  readonly identifiers: readonly ItemIdentifier[];
  /** Whether new names may differ from others only in form. Left out: no. */
  readonly allowLookalike?: boolean;
}

export interface ItemSaveResult {
  /** Null where refused. */
  readonly item: Item | null;
  readonly userErrors: readonly UserError[];
}

export function itemSaveReads(command: ItemSave): PostingReads {
  const { sku, specification, identifiers } = command;
  return { outcomes: [], keys: [], items: [{ by: 'SKU', sku, specification }], identifiers };
}

/** Creates or updates an item; identifiers given are added. */
export function planItemSave(work: UnitOfWork, command: ItemSave): Planned<ItemSaveResult> {
  const { sku, specification } = command;
  const known = work.catalogue.itemBySku(sku, specification);
  const item: Item = {
    ...NEW_ITEM,
    ...known,
    id: known?.id ?? work.tools.newId(),
    sku,
    specification,
    name: command.name === undefined ? (known?.name ?? null) : command.name,
    unitsPerPackage: command.unitsPerPackage === undefined ? (known?.unitsPerPackage ?? null) : command.unitsPerPackage,
  };
  const fault = known ? undefined : newItemFault(work.catalogue, sku, specification, command);
  if (fault) return refusedItem([{ ...fault, field: [itemFieldOf(fault.code)] }]);
  if (!known) work.catalogue.addItem(item);
  else if (known.name !== item.name || known.unitsPerPackage !== item.unitsPerPackage) work.catalogue.changeItem(item);
  const userErrors = command.identifiers.flatMap((identifier, index) =>
    addIdentifier(work, item, command, identifier, index),
  );
  if (userErrors.length > 0) return refusedItem(userErrors);
  return savedItem(item);
}

function addIdentifier(
  { catalogue }: UnitOfWork,
  item: Item,
  permission: Permission,
  identifier: ItemIdentifier,
  index: number,
): UserError[] {
  const fault = newIdentifierFault(catalogue, item, identifier, permission);
  if (fault) return [{ ...fault, field: ['identifiers', String(index)] }];
  const { scheme, value } = identifier;
  if (catalogue.identifier(scheme, value, item.specification)) return [];
  const specification = identifierSpecification(scheme, item.specification);
  catalogue.addIdentifier({ scheme, value, specification, itemId: item.id });
  return [];
}

export const savedItem = (item: Item): Planned<ItemSaveResult> => ({
  keep: true,
  remember: [],
  result: { item, userErrors: [] },
});

export const refusedItem = (userErrors: readonly UserError[]): Planned<ItemSaveResult> => ({
  keep: false,
  remember: [],
  result: { item: null, userErrors },
});

export interface ItemIdentifierRemove {
  readonly scheme: string;
  readonly value: string;
  /** Which variant's, where the scheme means a sku. */
  readonly specification: string;
}

export function itemIdentifierRemoveReads(command: ItemIdentifierRemove): PostingReads {
  return { outcomes: [], keys: [], identifiers: [command] };
}

/** Takes an identifier from its item. Movements that were found by it stay as they are. */
export function planItemIdentifierRemove(work: UnitOfWork, command: ItemIdentifierRemove): Planned<ItemSaveResult> {
  const { scheme, value, specification } = command;
  const known = work.catalogue.identifier(scheme, value, specification);
  const item = known && work.catalogue.itemById(known.itemId);
  if (!known || !item) {
    const message = `No item has the identifier ${scheme} "${value}".`;
    return refusedItem([{ code: 'NOT_FOUND', message, field: ['value'] }]);
  }
  work.catalogue.removeIdentifier(known);
  return savedItem(item);
}

export interface LocationSave {
  readonly code: string;
  /** Left out: unchanged. */
  readonly name?: string | null;
  /** Code of the parent; null: none. Left out: unchanged. */
  readonly parent?: string | null;
  /** Whether a new code may differ from another only in form. Left out: no. */
  readonly allowLookalike?: boolean;
}

export interface LocationSaveResult {
  readonly location: Location | null;
  readonly userErrors: readonly UserError[];
}

export function locationSaveReads(command: LocationSave): PostingReads {
  const codes = [command.code, ...(command.parent ? [command.parent] : [])];
  return { outcomes: [], keys: [], locations: codes.map((code) => ({ by: 'CODE', code, whenUnknown: 'REFUSE' })) };
}

/** Creates or updates a location. */
export function planLocationSave(work: UnitOfWork, command: LocationSave): Planned<LocationSaveResult> {
  const known = work.catalogue.locationByCode(command.code);
  const parent = command.parent ? locationNamed(work.catalogue, command.parent) : undefined;
  if (command.parent && !parent) {
    return refusedLocation(
      'LOCATION_NOT_FOUND',
      `No location has the code "${command.parent}"; save the parent first.`,
    );
  }
  if (known && parent && isSelfOrAncestor(work, known, parent)) {
    return refusedLocation(
      'INVALID_INPUT',
      `"${parent.code}" lies within "${known.code}"; a location cannot contain itself.`,
    );
  }
  const fault = known ? undefined : newLocationFault(work.catalogue, command.code, command);
  if (fault) return refusedLocation(fault.code, fault.message, 'code');
  const location: Location = {
    id: known?.id ?? work.tools.newId(),
    code: command.code,
    name: command.name === undefined ? (known?.name ?? null) : command.name,
    parentId: command.parent === undefined ? (known?.parentId ?? null) : (parent?.id ?? null),
    vendorId: known?.vendorId ?? null,
    archivedAtMs: known?.archivedAtMs ?? null,
  };
  const former = known ? undefined : work.catalogue.locationByFormerCode(command.code);
  if (former) work.catalogue.removeFormerCode({ code: command.code, locationId: former.id });
  if (!known) work.catalogue.addLocation(location);
  else if (known.name !== location.name || known.parentId !== location.parentId)
    work.catalogue.changeLocation(location);
  return savedLocation(location);
}

function isSelfOrAncestor(work: UnitOfWork, location: Location, of: Location): boolean {
  for (let at: Location | undefined = of; at; at = at.parentId ? work.catalogue.locationById(at.parentId) : undefined) {
    if (at.id === location.id) return true;
  }
  return false;
}

export const savedLocation = (location: Location): Planned<LocationSaveResult> => ({
  keep: true,
  remember: [],
  result: { location, userErrors: [] },
});

export const refusedLocation = (
  code: UserErrorCode,
  message: string,
  field: 'code' | 'newCode' | 'parent' = 'parent',
): Planned<LocationSaveResult> => ({
  keep: false,
  remember: [],
  result: { location: null, userErrors: [{ code, message, field: [field] }] },
});

/** What became of each row of a call that saves several, in their order. */
export interface RowsSaveResult<Saved> {
  readonly rows: readonly Saved[];
  /** Those of all rows; `field` begins with `rows` and the number of the row. */
  readonly userErrors: readonly UserError[];
}

/** Plans several saves, each on its own: a row that is refused changes nothing, and the others are saved. */
export function planRows<Row, Saved extends { readonly userErrors: readonly UserError[] }>(
  work: UnitOfWork,
  rows: readonly { readonly row: Row; readonly faults: Saved | null }[],
  plan: (work: UnitOfWork, row: Row) => Planned<Saved>,
): Planned<RowsSaveResult<Saved>> {
  const results = rows.map(({ row, faults }, index) => {
    const { result } = faults
      ? { result: faults }
      : work.keepIf(
          ({ keep }) => keep,
          () => plan(work, row),
        );
    const within = ({ field, ...error }: UserError): UserError => ({
      ...error,
      field: ['rows', String(index), ...field],
    });
    return { ...result, userErrors: result.userErrors.map(within) };
  });
  return {
    keep: true,
    remember: [],
    result: { rows: results, userErrors: results.flatMap(({ userErrors }) => userErrors) },
  };
}
