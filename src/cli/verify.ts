import type { Command } from 'commander';
import type { Pool } from 'pg';
import type { Tenant } from '../persistence/access';
import { explainDatabaseError } from '../persistence/database/errors';
import { createPool } from '../persistence/database/pool';
import { verifyLedger, type LedgerVerdict } from '../persistence/verify';
import { tenantOf, withDatabase } from './command-database';
import { EXIT } from '../failures';
import { printJson, printLine } from '../output';
import { withProgress } from './progress';

interface Options {
  readonly tenant?: string;
  readonly json?: true;
}

export function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('recompute ledgers: hashes, sequences, levels')
    .description(
      'Recomputes the hash chain, checks that sequences and versions have no gaps, and adds up the entries of every level.\n' +
        'A gateway may keep posting. Exit code: 0 if all ledgers verify, 1 if one does not, 2 if the check could not run.',
    )
    .option('--tenant <code>', 'check only this tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge verify --tenant demo')
    .action((options: Options) => verify(options));
}

function verify(options: Options): Promise<void> {
  return withDatabase(async ({ url, tenants }) => {
    const asked = options.tenant === undefined ? await tenants.list() : [await tenantOf(tenants, options.tenant)];
    const pool = createPool(url, { applicationName: 'stockbridge verify', max: 1, log: () => undefined });
    try {
      const verdicts = await verifyEach(pool, asked, options.json ? () => undefined : printVerdict);
      if (options.json) printJson(verdicts);
      else if (asked.length === 0) printLine('There are no tenants yet.');
      if (verdicts.some(({ ok }) => !ok)) process.exitCode = EXIT.NO;
    } catch (error) {
      throw explainDatabaseError(error, url);
    } finally {
      await pool.end();
    }
  });
}

type TenantVerdict = LedgerVerdict & { readonly tenant: string };

async function verifyEach(
  pool: Pool,
  tenants: readonly Tenant[],
  print: (verdict: TenantVerdict) => void,
): Promise<TenantVerdict[]> {
  const verdicts: TenantVerdict[] = [];
  for (const { tenantId, code } of tenants) {
    const verdict = await withProgress(code, (show) =>
      verifyLedger(pool, tenantId, {
        onProgress: ({ checked, total }) => {
          show({ done: checked, total });
        },
      }),
    );
    verdicts.push({ tenant: code, ...verdict });
    print({ tenant: code, ...verdict });
  }
  return verdicts;
}

function printVerdict(verdict: TenantVerdict): void {
  const { tenant, sequence } = verdict;
  if (verdict.ok) {
    const { movements, entries, levels, hash } = verdict;
    printLine(
      `${tenant}: ok, ledger at ${verdict.sequence} (${movements} movements, ${entries} entries, ${levels} levels), hash ${hash}`,
    );
  } else printLine(`${tenant}: BROKEN${sequence === null ? '' : ` at movement ${sequence}`}: ${verdict.problem}`);
}
