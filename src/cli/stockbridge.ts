#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addConnections } from './connections';
import { explainFailure } from './failures';
import { addJerrySignProbe } from './jerry-sign-probe';
import { addKeys } from './keys';
import { addMigrate } from './migrate';
import { EXIT } from './output';
import { addServe } from './serve';
import { addTenants } from './tenants';
import { addVerify } from './verify';

function buildProgram(): Command {
  const program = new Command('stockbridge')
    .description('A GraphQL inventory gateway on an append-only stock ledger.')
    .showHelpAfterError('(add --help to see what it takes)')
    .addHelpText(
      'after',
      '\nCommands work on DATABASE_URL, else on the embedded database of DATA_DIR (default .data), whether a gateway runs\n' +
        'on it or not. They end with 0, with 1 where the answer is no, and with 2 where something has to be mended.',
    )
    // Instead of ending the process at once: what is open is closed first.
    .exitOverride();
  for (const add of [addServe, addMigrate, addVerify, addTenants, addKeys, addConnections, addJerrySignProbe]) {
    add(program);
  }
  return program;
}

buildProgram()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      // It has written its message, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT.FAILED;
      return;
    }
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = EXIT.FAILED;
  });
