import type { Command } from 'commander';
import {
  MOST_MESSAGES,
  MOST_REFUSALS,
  MOST_WAITING_MESSAGES,
  type ConnectionHealthView,
} from '../application/ports/reads';
import { EXIT } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { tenantOf, withReads } from './command-database';
import { wholeNumberUpTo } from './numbers';

interface HealthOptions {
  readonly tenant: string;
  readonly json?: true;
}

interface RefusalOptions extends HealthOptions {
  readonly last: number;
}

/** Adds the commands that say how connections do. */
export function addConnectionHealth(connections: Command): void {
  connections
    .command('health [name]')
    .summary('how connections do: silence, clock, duplicates, refusals, quarantine, drift')
    .description(
      `Shows of each connection, or of one: how long it has been silent beside its usual and its longest gap between messages, how far its times are behind ours, its messages and duplicates of the last 24 hours, the requests that were ever refused, the rows that wait in quarantine, and the stocks whose reported total differs. At most ${MOST_MESSAGES} messages are counted, and rows that wait in the tenant's latest ${MOST_WAITING_MESSAGES} messages that have some: "stockbridge quarantine summary" counts all.`,
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections health --tenant demo')
    .action((name: string | undefined, options: HealthOptions) => showHealth(name, options));
  connections
    .command('refusals <name>')
    .summary('the last requests to a connection that were refused')
    .description(
      'Shows the last requests to a connection that were refused before anything of them was taken, latest first: when, why, from where, and their size. JSON also has the beginning of their bodies, without secrets.',
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--last <number>', 'how many', wholeNumberUpTo(MOST_REFUSALS), 20)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge connections refusals --tenant demo jerry --last 50 --json')
    .action((name: string, options: RefusalOptions) => showRefusals(name, options));
}

async function showHealth(name: string | undefined, { tenant, json }: HealthOptions): Promise<void> {
  await withReads(async ({ tenants, reads }) => {
    const { tenantId } = await tenantOf(tenants, tenant);
    const health = await reads.connectionHealth(tenantId, name ?? null);
    if (name !== undefined && health.length === 0) sayUnknown(name, tenant, json);
    else if (json) printJson(health);
    else printTable(HEADERS, health.map(cellsOf));
  });
}

const HEADERS = [
  ...['name', 'kind', 'last message', 'silent for', 'usual gap', 'longest gap', 'clock lag'],
  ...['messages (24 h)', 'duplicates', 'refused', 'waiting rows', 'drifting'],
];

const cellsOf = (health: ConnectionHealthView): (string | number | null)[] => [
  ...[health.connection, health.kind, health.lastMessageAt],
  ...[health.silentForSeconds, health.usualGapSeconds, health.longestGapSeconds, health.clockLagSeconds].map(shownSpan),
  ...[health.messages, health.duplicates, health.refused, health.openRows, health.drifting],
];

/** Seconds as a person reads them. */
function shownSpan(seconds: number | null): string | null {
  if (seconds === null) return null;
  const [sign, span] = [seconds < 0 ? '-' : '', Math.abs(seconds)];
  if (span < 120) return `${sign}${span} s`;
  if (span < 7_200) return `${sign}${Math.round(span / 60)} min`;
  return span < 172_800 ? `${sign}${Math.round(span / 3_600)} h` : `${sign}${Math.round(span / 86_400)} d`;
}

async function showRefusals(name: string, { tenant, last, json }: RefusalOptions): Promise<void> {
  await withReads(async ({ tenants, reads }) => {
    const { tenantId } = await tenantOf(tenants, tenant);
    const [connection] = await reads.connectionHealth(tenantId, name);
    if (!connection) {
      sayUnknown(name, tenant, json);
      return;
    }
    const refusals = await reads.refusalsOfConnections(tenantId, [connection.connectionId], last);
    if (json) {
      printJson(refusals);
      return;
    }
    printTable(
      ['at', 'reason', 'from', 'bytes', 'what is wrong'],
      refusals.map(({ at, reason, address, bytes, detail }) => [at, reason, address, bytes, detail]),
    );
    printLine(`${connection.refused} refused in all.`);
  });
}

function sayUnknown(name: string, tenant: string, json: true | undefined): void {
  process.exitCode = EXIT.NO;
  if (json) printJson([]);
  else printLine(`No connection ${name} in tenant ${tenant}: see "stockbridge connections list --tenant ${tenant}".`);
}
