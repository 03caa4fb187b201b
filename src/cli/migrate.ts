import type { Command } from 'commander';
import { withDatabase } from './command-database';
import { printJson, printLine } from '../output';

/** `stockbridge migrate`: brings the schema up to date, as every start of a gateway does as well. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .summary('bring the schema of the database up to date')
    .description('Runs the migrations that are due, in one transaction, and names them. A gateway may be running.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://user:password@host/db stockbridge migrate')
    .action((options: { json?: true }) =>
      withDatabase(({ migrated }) => {
        if (options.json) printJson({ migrated });
        else printLine(migrated.length === 0 ? 'The schema is up to date.' : `Done: ${migrated.join(', ')}.`);
        return Promise.resolve();
      }),
    );
}
