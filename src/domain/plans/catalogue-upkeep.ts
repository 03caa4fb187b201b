import { FORMER_SKU, type Item, type Location } from '../catalogue/catalogue';
import { locationNamed } from '../catalogue/catalogue-map';
import { itemUnknown, locationUnknown } from '../catalogue/name-texts';
import { newItemFault, newLocationFault, type NameFault } from '../catalogue/new-names';
import type { UserError, UserErrorCode } from '../errors';
import type { Holding } from '../ledger/ledger-state';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { UnitOfWork } from '../ledger/unit-of-work';
import { refusedItem, refusedLocation, savedItem, savedLocation } from './catalogue-save';
import type { ItemSaveResult, LocationSaveResult } from './catalogue-save';
import { itemFieldOf } from './named-key';

/** Another name for an item, or another state. What is renamed or archived keeps its id and its history. */

export interface ItemRename {
  readonly sku: string;
  readonly specification: string;
  readonly newSku: string;
  readonly newSpecification: string;
  readonly allowLookalike: boolean;
}

export function itemRenameReads({ sku, specification, newSku, newSpecification }: ItemRename): PostingReads {
  const items = [
    { by: 'SKU', sku, specification } as const,
    { by: 'SKU', sku: newSku, specification: newSpecification } as const,
  ];
  const identifiers = [sku, newSku].map((value) => ({ scheme: FORMER_SKU, value }));
  return { outcomes: [], keys: [], items, identifiers };
}

/** Gives an item another sku or specification. What names it by the old one still finds it. */
export function planItemRename(work: UnitOfWork, command: ItemRename): Planned<ItemSaveResult> {
  const { sku, specification, newSku, newSpecification } = command;
  const { catalogue } = work;
  const item = catalogue.itemBySku(sku, specification);
  if (!item) return refusedItem([itemNotFound(sku, specification)]);
  if (sku === newSku && specification === newSpecification) {
    const message = `The item has the sku "${sku}" and this specification already.`;
    return refusedItem([{ code: 'NOTHING_CHANGES', message, field: ['newSku'] }]);
  }
  const fault = renameFault(work, item, command);
  if (fault) return refusedItem([{ code: fault.code, message: fault.message, field: [fieldOf(fault.code)] }]);
  const former = { scheme: FORMER_SKU, value: sku, specification, itemId: item.id };
  if (!catalogue.identifier(former.scheme, sku, specification)) catalogue.addIdentifier(former);
  const own = catalogue.identifier(FORMER_SKU, newSku, newSpecification);
  if (own) catalogue.removeIdentifier(own);
  const renamed = { ...item, sku: newSku, specification: newSpecification };
  catalogue.replaceItem(renamed);
  return savedItem(renamed);
}

function renameFault(
  { catalogue }: UnitOfWork,
  item: Item,
  { newSku, newSpecification, allowLookalike }: ItemRename,
): NameFault | undefined {
  if (catalogue.itemBySku(newSku, newSpecification)) {
    const message = `Another item has the sku "${newSku}" and this specification; give another one, or merge the two.`;
    return { code: 'SKU_TAKEN', message };
  }
  return newItemFault(catalogue, newSku, newSpecification, { allowLookalike, of: item });
}

const fieldOf = (code: UserErrorCode): string => (itemFieldOf(code) === 'sku' ? 'newSku' : 'newSpecification');

const itemNotFound = (sku: string, specification: string): UserError => ({
  code: 'ITEM_NOT_FOUND',
  message: itemUnknown({ by: 'SKU', sku, specification }),
  field: ['sku'],
});

const locationNotFound = (code: string): string => locationUnknown({ by: 'CODE', code, whenUnknown: 'REFUSE' });

export interface LocationRename {
  readonly code: string;
  readonly newCode: string;
  readonly allowLookalike: boolean;
}

export function locationRenameReads({ code, newCode }: LocationRename): PostingReads {
  const locations = [code, newCode].map((each) => ({ by: 'CODE', code: each, whenUnknown: 'REFUSE' }) as const);
  return { outcomes: [], keys: [], locations };
}

/** Gives a location another code. What names it by the old one still finds it. */
export function planLocationRename(work: UnitOfWork, command: LocationRename): Planned<LocationSaveResult> {
  const { code, newCode, allowLookalike } = command;
  const { catalogue } = work;
  const location = catalogue.locationByCode(code);
  if (!location) return refusedLocation('LOCATION_NOT_FOUND', locationNotFound(code), 'code');
  if (code === newCode) {
    return refusedLocation('NOTHING_CHANGES', `The location has the code "${code}" already.`, 'newCode');
  }
  const other = locationNamed(catalogue, newCode);
  if (other && other.id !== location.id) {
    const message = `The code "${newCode}" is that of another location, "${other.code}"; give another one.`;
    return refusedLocation('LOCATION_CODE_TAKEN', message, 'newCode');
  }
  const fault = newLocationFault(catalogue, newCode, { allowLookalike, of: location });
  if (fault) return refusedLocation(fault.code, fault.message, 'newCode');
  if (other) catalogue.removeFormerCode({ code: newCode, locationId: location.id });
  catalogue.addFormerCode({ code, locationId: location.id });
  const renamed = { ...location, code: newCode };
  catalogue.replaceLocation(renamed);
  return savedLocation(renamed);
}

export interface ItemArchive {
  readonly sku: string;
  readonly specification: string;
  /** False: makes it active again. */
  readonly archived: boolean;
}

export function itemArchiveReads({ sku, specification }: ItemArchive): PostingReads {
  return { outcomes: [], keys: [], holders: { items: [{ by: 'SKU', sku, specification }] } };
}

/** Takes an item out of lists and offers, or brings it back. It must hold no stock. */
export function planItemArchive(work: UnitOfWork, command: ItemArchive): Planned<ItemSaveResult> {
  const { sku, specification, archived } = command;
  const item = work.catalogue.itemBySku(sku, specification);
  if (!item) return refusedItem([itemNotFound(sku, specification)]);
  const held = archived && item.archivedAtMs === null ? work.holdingsOf(item) : [];
  if (held.length > 0) {
    const message = `The item still has stock: ${textOf(held)}. Move it or count it to zero first.`;
    return refusedItem([{ code: 'STILL_IN_STOCK', message, field: ['sku'] }]);
  }
  const changed = { ...item, archivedAtMs: archived ? (item.archivedAtMs ?? work.recordedAtMs) : null };
  if (changed.archivedAtMs !== item.archivedAtMs) work.catalogue.changeItem(changed);
  return savedItem(changed);
}

export interface LocationArchive {
  readonly code: string;
  /** False: makes it active again. */
  readonly archived: boolean;
}

export function locationArchiveReads({ code }: LocationArchive): PostingReads {
  return { outcomes: [], keys: [], holders: { locations: [{ by: 'CODE', code, whenUnknown: 'REFUSE' }] } };
}

/** Takes a location out of lists and offers, or brings it back. Neither it nor its parts may hold stock. */
export function planLocationArchive(
  work: UnitOfWork,
  { code, archived }: LocationArchive,
): Planned<LocationSaveResult> {
  const location = locationNamed(work.catalogue, code);
  if (!location) return refusedLocation('LOCATION_NOT_FOUND', locationNotFound(code), 'code');
  const held = archived && location.archivedAtMs === null ? work.holdingsOf(location) : [];
  if (held.length > 0) {
    const message = `The location still has stock: ${textOf(held)}. Move it or count it to zero first.`;
    return refusedLocation('STILL_IN_STOCK', message, 'code');
  }
  const changed: Location = {
    ...location,
    archivedAtMs: archived ? (location.archivedAtMs ?? work.recordedAtMs) : null,
  };
  if (changed.archivedAtMs !== location.archivedAtMs) work.catalogue.changeLocation(changed);
  return savedLocation(changed);
}

const textOf = (held: readonly Holding[]): string =>
  held
    .map(({ sku, locationCode, bucket, quantity }) => `${quantity} ${bucket} of "${sku}" at "${locationCode}"`)
    .join(', ');
