import { Command } from 'commander';
import { addAudit } from './audit';
import { addConnections } from './connections';
import { addDiscrepancies } from './discrepancies';
import { addExport } from './export';
import { addHeads } from './heads';
import { addIssuers } from './issuers';
import { addDocuments } from './documents';
import { addJerrySignProbe } from './jerry-sign-probe';
import { addKeys } from './keys';
import { addMigrate } from './migrate';
import { addQuarantine } from './quarantine';
import { addSecrets } from './secrets';
import { addServe } from './serve';
import { addTenants } from './tenants';
import { addVerify } from './verify';

/** The command line. Parsing rejects with CommanderError where that has said what is wrong, else with what `reportFailure` explains. */
export function buildProgram(): Command {
  const program = new Command('stockbridge')
    .description('A GraphQL inventory gateway on an append-only stock ledger.')
    .showHelpAfterError('(add --help for usage)')
    .addHelpText(
      'after',
      '\nCommands use DATABASE_URL, or else the embedded database in DATA_DIR (default .data). A gateway may be running.\n\n' +
        'Exit codes:\n' +
        '  0    success\n' +
        '  1    the answer is no: a ledger does not verify, a key, connection or document does not exist, no variant matches\n' +
        '  2    wrong usage, or something has to be fixed first; the message says what\n' +
        '  130  interrupted by Ctrl-C',
    )
    // Commander throws instead of ending the process, so that open connections are closed first.
    .exitOverride();
  for (const add of [
    addServe,
    addMigrate,
    addVerify,
    addExport,
    addHeads,
    addTenants,
    addKeys,
    addIssuers,
    addConnections,
    addSecrets,
    addDocuments,
    addQuarantine,
    addDiscrepancies,
    addAudit,
    addJerrySignProbe,
  ]) {
    add(program);
  }
  return program;
}
