import { Command } from 'commander';
import { addConnections } from './connections';
import { addJerrySignProbe } from './jerry-sign-probe';
import { addKeys } from './keys';
import { addMigrate } from './migrate';
import { addServe } from './serve';
import { addTenants } from './tenants';
import { addVerify } from './verify';

/** The command line. Parsing rejects with CommanderError where that has said what is wrong, else with what `reportFailure` explains. */
export function buildProgram(): Command {
  const program = new Command('stockbridge')
    .description('A GraphQL inventory gateway on an append-only stock ledger.')
    .showHelpAfterError('(add --help to see what it takes)')
    .addHelpText(
      'after',
      '\nCommands work on DATABASE_URL, else on the embedded database of DATA_DIR (default .data), whether a gateway runs\n' +
        'on it or not. Exit codes: 0 success, 1 the answer is no, 2 the operator has to fix something.',
    )
    // Instead of ending the process at once: what is open is closed first.
    .exitOverride();
  for (const add of [addServe, addMigrate, addVerify, addTenants, addKeys, addConnections, addJerrySignProbe]) {
    add(program);
  }
  return program;
}
