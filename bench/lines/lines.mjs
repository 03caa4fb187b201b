import { jerryBatches, jerryBatchesGrown, jerryPushes, jerrySingles, stockSets } from './ingestion.mjs';
import { neighbours } from './neighbours.mjs';
import { ledgerEntries, stockAsOf, stockByName, stockPages, stockPagesGrown } from './reads.mjs';
import { loneMessage, memory, starts } from './running.mjs';

/** The lines of the bench by their names, in the order in which they are measured. Each gives one or more rows. */
export const LINES = {
  'jerry-300': jerryBatches,
  'jerry-5000': jerryPushes,
  'jerry-1': jerrySingles,
  'stock-set': stockSets,
  'stock-page': stockPages,
  'stock-one': stockByName,
  'lone-message': loneMessage,
  neighbours,
  memory,
  'jerry-300-large': jerryBatchesGrown,
  'stock-page-large': stockPagesGrown,
  'ledger-entries': ledgerEntries,
  'stock-as-of': stockAsOf,
  start: starts,
};
