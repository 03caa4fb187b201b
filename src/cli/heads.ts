import type { Command } from 'commander';
import { createHeadSigner } from '../application/secrets/head-signer';
import { readConfig, resolveSigningKey } from '../config';
import { CommandError } from '../failures';
import { explainDatabaseError } from '../persistence/database/errors';
import { createReadPool, createReads, sharedPool } from '../persistence/readers';
import { printJson, printLine } from '../output';
import { tenantOf, withDatabase } from './command-database';

interface Options {
  readonly tenant: string;
}

export function addHeads(program: Command): void {
  const heads = program
    .command('heads')
    .summary('sign the heads of ledgers, and show the public key')
    .description('Signs the heads of ledgers, and shows the public key that others check them with: docs/proof.md.');
  heads
    .command('key')
    .summary('show the public key')
    .description('Shows the public key of this deployment as a set of keys, for docs/verify-ledger.mjs.')
    .addHelpText('after', '\nExample:\n  stockbridge heads key > keys.json')
    .action(async () => {
      printJson(createHeadSigner(await resolveSigningKey(readConfig())).publicKeys);
    });
  heads
    .command('sign')
    .summary('print a signed head')
    .description(
      'Prints the signed head of a ledger, at the latest movement whose tree is known, for somebody else to keep.',
    )
    .requiredOption('--tenant <code>', 'the tenant whose ledger it is')
    .addHelpText('after', '\nExample:\n  stockbridge heads sign --tenant demo >> heads.ndjson')
    .action((options: Options) => sign(options));
}

function sign(options: Options): Promise<void> {
  return withDatabase(async ({ url, tenants }) => {
    const signer = createHeadSigner(await resolveSigningKey(readConfig()));
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const pool = createReadPool(url, { applicationName: 'stockbridge heads', max: 1, log: () => undefined });
    try {
      const head = await createReads(sharedPool(pool).ofStatements).treeHead(tenantId);
      if (!head) throw new CommandError(`The ledger of ${options.tenant} is empty: it has no head to sign`);
      printLine(signer.sign({ tenantId, ...head }).line);
    } catch (error) {
      throw explainDatabaseError(error, url);
    } finally {
      await pool.end();
    }
  });
}
