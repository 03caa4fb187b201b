export type { LedgerVerdict, VerifyProgress } from './verdict';
export { verifyLedger } from './verify-ledger';
