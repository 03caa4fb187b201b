import type { Command } from 'commander';
import { withDatabase } from './command-database';
import { printJson, printLine, printTable } from '../output';

interface Options {
  readonly json?: true;
}

export function addTenants(program: Command): void {
  const tenants = program
    .command('tenants')
    .summary('create and list tenants')
    .description('Creates and lists tenants.');
  tenants
    .command('create <code>')
    .summary('create a tenant with an empty ledger')
    .description('Creates a tenant with an empty ledger. An existing tenant is not changed.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge tenants create acme')
    .action((code: string, options: Options) => create(code, options));
  tenants
    .command('list')
    .description('list the tenants')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge tenants list --json')
    .action((options: Options) => list(options));
}

function create(code: string, { json }: Options): Promise<void> {
  return withDatabase(async ({ tenants }) => {
    const known = await tenants.list();
    const created = !known.some((tenant) => tenant.code === code);
    const tenantId = await tenants.ensure(code);
    if (json) printJson({ code, tenantId, created });
    else printLine(created ? `Tenant ${code} created (${tenantId}).` : `Tenant ${code} already exists (${tenantId}).`);
  });
}

function list({ json }: Options): Promise<void> {
  return withDatabase(async ({ tenants }) => {
    const known = await tenants.list();
    if (json) printJson(known);
    else
      printTable(
        ['tenant', 'id', 'created'],
        known.map(({ code, tenantId, createdAt }) => [code, tenantId, createdAt]),
      );
  });
}
