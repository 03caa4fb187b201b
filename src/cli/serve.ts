import type { Command } from 'commander';

export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('run the gateway')
    .description(
      'Runs the gateway on HOST:PORT until SIGTERM or Ctrl-C. Uses DATABASE_URL, or else the embedded database in DATA_DIR.',
    )
    .option('--demo', 'create the demo tenant also when DATABASE_URL is set', false)
    .addHelpText('after', '\nExample:\n  PORT=8080 stockbridge serve')
    .action(async (options: { demo: boolean }) => {
      // Loaded only here, because loading GraphQL and HTTP would slow down every other command.
      const { serve } = await import('../serve.js');
      await serve(options);
    });
}
