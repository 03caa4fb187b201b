import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import type { Tenant } from '../persistence/access';
import { explainDatabaseError } from '../persistence/database/errors';
import { createPool } from '../persistence/database/pool';
import { verifyLedger, type LedgerVerdict, type VerifyProgress } from '../persistence/verify';
import { tenantOf, withDatabase } from './command-database';
import { EXIT } from '../failures';
import { printJson, printLine } from '../output';

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
    const progress = progressBar(code);
    try {
      verdicts.push({ tenant: code, ...(await verifyLedger(pool, tenantId, { onProgress: progress.show })) });
    } finally {
      progress.end();
    }
    verdicts.slice(-1).forEach(print);
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

/** After this long, progress is shown even when the output is not a terminal. */
const LONG_RUN_MS = 3_000;
/** The interval between progress lines when the output is not a terminal. */
const LINE_EVERY_MS = 10_000;

/** A progress bar on standard error: at once on a terminal, otherwise only for a long run. */
function progressBar(tenant: string): { show: (progress: VerifyProgress) => void; end: () => void } {
  const bar = new SingleBar({
    format: `${tenant} [{bar}] {percentage}% | {value} of {total} | ETA {eta_formatted}`,
    stream: process.stderr,
    clearOnComplete: true,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY_MS,
  });
  const startedAt = performance.now();
  let shown = false;
  return {
    show({ checked, total }) {
      if (shown) bar.update(checked);
      else if (total > 0 && (process.stderr.isTTY || performance.now() - startedAt > LONG_RUN_MS)) {
        bar.start(total, checked);
        shown = true;
      }
    },
    end() {
      if (shown) bar.stop();
    },
  };
}
