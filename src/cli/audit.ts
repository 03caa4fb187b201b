import type { Command } from 'commander';
import { listAuditEntries } from '../persistence/access';
import { tenantOf, withDatabase } from './command-database';
import { printJson, printTable } from '../output';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

export function addAudit(program: Command): void {
  program
    .command('audit')
    .summary("show who changed a tenant's keys, issuers, connections and documents")
    .description(
      "Shows the latest 1,000 changes of a tenant's API keys, token issuers, connections and trusted documents, of fixes and dismissals of rows that wait, and of notes to discrepancies, oldest first: who made them, when and from where. JSON also has what was there before and after, without secrets.",
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge audit --tenant demo --json')
    .action((options: Options) => show(options));
}

function show({ tenant, json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const entries = await listAuditEntries(dataSource, (await tenantOf(tenants, tenant)).tenantId);
    if (json) {
      printJson(entries);
      return;
    }
    printTable(
      ['at', 'actor', 'from', 'action', 'subject'],
      entries.map(({ at, actor, address, action, subject }) => [at, actor, address, action, subject]),
    );
  });
}
