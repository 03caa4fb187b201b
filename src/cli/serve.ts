import type { Command } from 'commander';

/** `stockbridge serve`: what `npm start` does. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('run the gateway')
    .description(
      'Runs the gateway on HOST:PORT until SIGTERM or Ctrl-C, on DATABASE_URL, else on the embedded database of DATA_DIR.',
    )
    .option('--demo', 'seed the demo tenant also on a database of your own', false)
    .addHelpText('after', '\nExample:\n  PORT=8080 stockbridge serve')
    .action(async (options: { demo: boolean }) => {
      // Loaded only here: all of GraphQL and HTTP would make every other command wait for it.
      const { serve } = await import('../serve.js');
      await serve(options);
    });
}
