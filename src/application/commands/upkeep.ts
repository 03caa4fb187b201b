import type { ItemName } from '../../domain/catalogue/catalogue';
import type { UserError } from '../../domain/errors';
import type { Posting } from '../../domain/ledger/posting';
import {
  itemArchiveReads,
  itemRenameReads,
  locationArchiveReads,
  locationRenameReads,
  planItemArchive,
  planItemRename,
  planLocationArchive,
  planLocationRename,
  type ItemArchive,
  type ItemRename,
  type LocationArchive,
  type LocationRename,
} from '../../domain/plans/catalogue-upkeep';
import type { ItemSaveResult, LocationSaveResult } from '../../domain/plans/catalogue-save';
import { itemMergeReads, planItemMerge, type ItemMerge, type ItemMergeResult } from '../../domain/plans/item-merge';
import { tidyName } from '../../domain/text';
import { checkItem, checkName, checkText, tidyItem } from '../../domain/validation';
import type { Principal } from '../ports/access';
import type { Poster } from '../ports/poster';
import { commandFingerprint } from './fingerprint';

/** A merge as asked for; `idempotencyKey` makes it safe to send again. */
type ItemMergeInput = Omit<ItemMerge, 'fingerprint'>;

/** Keeps the catalogue in order: other names, one item instead of two, and what is no longer used. */
export interface Upkeep {
  renameItem(principal: Principal, command: ItemRename): Promise<ItemSaveResult>;
  mergeItem(principal: Principal, input: ItemMergeInput): Promise<ItemMergeResult>;
  archiveItem(principal: Principal, command: ItemArchive): Promise<ItemSaveResult>;
  renameLocation(principal: Principal, command: LocationRename): Promise<LocationSaveResult>;
  archiveLocation(principal: Principal, command: LocationArchive): Promise<LocationSaveResult>;
}

export function createUpkeep({ poster }: { poster: Poster }): Upkeep {
  const post = <Result>(
    { tenantId, clientId }: Principal,
    reads: Posting<Result>['reads'],
    plan: Posting<Result>['plan'],
  ): Promise<Result> => poster.post({ tenantId, origin: { kind: 'API_CLIENT', id: clientId }, reads, plan });
  return {
    async renameItem(principal, given) {
      const command = { ...tidied(given, ['sku', 'specification', 'newSku', 'newSpecification']) };
      const userErrors = [
        ...checkName(command.sku, ['sku'], true),
        ...checkName(command.specification, ['specification']),
        ...checkName(command.newSku, ['newSku'], true),
        ...checkName(command.newSpecification, ['newSpecification']),
      ];
      if (userErrors.length > 0) return { item: null, userErrors };
      return post(principal, itemRenameReads(command), (work) => planItemRename(work, command));
    },
    async mergeItem(principal, given) {
      const input = { ...given, from: tidyItemName(given.from), into: tidyItemName(given.into) };
      const userErrors = [
        ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
        ...checkItemName(input.from, 'from'),
        ...checkItemName(input.into, 'into'),
      ];
      if (userErrors.length > 0) {
        const nothing = { item: null, movementSequence: null, changes: [] };
        return { ...nothing, userErrors, replayed: false, ledgerSequence: null };
      }
      const command = { ...input, fingerprint: commandFingerprint('itemMerge', input) };
      return post(principal, itemMergeReads(command), (work) => planItemMerge(work, command));
    },
    async archiveItem(principal, given) {
      const command = tidied(given, ['sku', 'specification']);
      const userErrors = checkItem({ by: 'SKU', ...command }, []);
      if (userErrors.length > 0) return { item: null, userErrors };
      return post(principal, itemArchiveReads(command), (work) => planItemArchive(work, command));
    },
    async renameLocation(principal, given) {
      const command = tidied(given, ['code', 'newCode']);
      const userErrors = [...checkName(command.code, ['code'], true), ...checkName(command.newCode, ['newCode'], true)];
      if (userErrors.length > 0) return { location: null, userErrors };
      return post(principal, locationRenameReads(command), (work) => planLocationRename(work, command));
    },
    async archiveLocation(principal, given) {
      const command = tidied(given, ['code']);
      const userErrors = checkName(command.code, ['code'], true);
      if (userErrors.length > 0) return { location: null, userErrors };
      return post(principal, locationArchiveReads(command), (work) => planLocationArchive(work, command));
    },
  };
}

/** A command with its names cleaned. */
function tidied<Command extends object>(command: Command, names: readonly (keyof Command)[]): Command {
  const cleaned = names.map((name) => [name, tidyName(command[name] as string)]);
  return { ...command, ...Object.fromEntries(cleaned) } as Command;
}

const tidyItemName = (item: ItemName): ItemName => (item.by === 'ID' ? item : tidyItem(item));

const checkItemName = (item: ItemName, field: string): UserError[] =>
  item.by === 'ID' ? [] : checkItem(item, [field]);
