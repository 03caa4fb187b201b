export type { LedgerFault, LedgerIntact, LedgerVerdict, VerifyOptions, VerifyProgress } from './verdict';
export { verifyLedger } from './verify-ledger';
