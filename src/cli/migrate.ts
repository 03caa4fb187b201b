import type { Command } from 'commander';
import { withDatabase } from './command-database';
import { printJson, printLine } from '../output';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .summary('run the database migrations that are due')
    .description(
      'Runs the migrations that are due in one transaction and prints their names. A gateway does the same at start.',
    )
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
