export type { LedgerVerdict, VerifyProgress } from './verdict';
export { PAGE_MOVEMENTS, readMovements } from './read-movements';
export { verifyLedger } from './verify-ledger';
