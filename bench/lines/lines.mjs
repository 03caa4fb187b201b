import { counts, ledgerEntries, stockAsOf } from './growth.mjs';
import { firstImport, itemsSave } from './importing.mjs';
import { jerryPushes, jerrySingles } from './ingestion.mjs';
import { LISTING_LINES } from './listings.mjs';
import { neighbours } from './neighbours.mjs';
import { stockAtLocation, stockByName, stockPages, stockPagesGrown } from './reads.mjs';
import { loneMessage, memory, starts } from './running.mjs';
import { twentyTenants } from './tenants.mjs';
import { WRITING_LINES } from './writing.mjs';

const { 'jerry-300-large': jerryBatchesGrown, ...WRITING } = WRITING_LINES;

/** The lines of the bench by their names, in the order in which they are measured. Each gives one or more rows. */
export const LINES = {
  ...WRITING,
  'jerry-5000': jerryPushes,
  'jerry-1': jerrySingles,
  'first-import': firstImport,
  'items-save': itemsSave,
  'stock-page': stockPages,
  'stock-one': stockByName,
  'stock-at': stockAtLocation,
  ...LISTING_LINES,
  'lone-message': loneMessage,
  neighbours,
  'twenty-tenants': twentyTenants,
  memory,
  // Before the large database is written to.
  counts,
  'jerry-300-large': jerryBatchesGrown,
  'stock-page-large': stockPagesGrown,
  'ledger-entries': ledgerEntries,
  'stock-as-of': stockAsOf,
  start: starts,
};
