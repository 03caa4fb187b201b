import { Option, type Command } from 'commander';
import { noteDiscrepancy } from '../application/commands/note-discrepancy';
import {
  DISCREPANCY_KINDS,
  type DiscrepancyFilter,
  type DiscrepancyKind,
  type DiscrepancyView,
  type StockLevelView,
} from '../application/ports/reads';
import { discrepancyNodeId } from '../domain/node-ids';
import { EXIT } from '../failures';
import { countText, printJson, printLine, printTable } from '../output';
import { COMMAND_LINE } from '../persistence/access';
import { createDiscrepancyNotes } from '../persistence/discrepancies/notes';
import { tenantOf, withDatabase, withReads } from './command-database';

interface ListOptions {
  readonly tenant: string;
  readonly kind?: DiscrepancyKind[];
  readonly open?: true;
  readonly sku?: string[];
  readonly location?: string[];
  readonly json?: true;
}

interface NoteOptions {
  readonly tenant: string;
  readonly json?: true;
}

export function addDiscrepancies(program: Command): void {
  const discrepancies = program
    .command('discrepancies')
    .summary('list what does not fit together, and write notes')
    .description('Lists levels whose facts do not fit together, and writes notes to them. A gateway may be running.');
  discrepancies
    .command('list')
    .description('list discrepancies in the order in which they opened, at most 200')
    .requiredOption('--tenant <code>', 'the tenant')
    .addOption(new Option('--kind <kinds...>', 'only these kinds').choices(DISCREPANCY_KINDS))
    .option('--open', 'only those that are still open')
    .option('--sku <skus...>', 'only those of these items')
    .option('--location <codes...>', 'only those at these locations')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge discrepancies list --tenant demo --open --kind DRIFT')
    .action(list);
  discrepancies
    .command('note <id> [text]')
    .description('set the note of a discrepancy; without a text, take it away')
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  stockbridge discrepancies note --tenant demo ${EXAMPLE} "asked the warehouse"`)
    .action(note);
}

const EXAMPLE = 'Discrepancy:DRIFT:01890a5d-ac96-874b-bcce-b302099a8057:42';

function list(options: ListOptions): Promise<void> {
  return withReads(async ({ tenants, reads }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const wants = { totalCount: true, hasNext: false, hasPrevious: false };
    const page = { direction: 'FORWARD', size: 200, after: null, before: null, wants } as const;
    const { rows, totalCount, totalCountIsExact } = await reads.discrepancies(tenantId, {
      filter: filterOf(options),
      page,
    });
    const levelIds = [...new Set(rows.map(({ levelId }) => levelId))];
    const levels = await reads.levelsById(
      tenantId,
      levelIds.map((id) => ({ id, sequence: null })),
    );
    const byId = new Map(levels.map((level) => [level.levelId, level]));
    const found = rows.map((row) => shownRow(row, byId.get(row.levelId)));
    if (options.json) {
      printJson({ discrepancies: totalCount, isExact: totalCountIsExact, rows: found });
      return;
    }
    printTable(
      ['id', 'sku', 'location', 'bucket', 'expected', 'observed', 'opened', 'closed', 'note'],
      found.map(({ id, sku, location, bucket, expected, observed, openedAt, closedAt, note: text }) => [
        ...[id, sku, location, bucket, expected ?? '', observed, openedAt, closedAt ?? '', text ?? ''],
      ]),
    );
    printLine(`${found.length} of ${countText(totalCount, totalCountIsExact)} discrepancies.`);
  });
}

const filterOf = ({ kind, open, sku, location }: ListOptions): DiscrepancyFilter => ({
  ...(kind ? { kinds: kind } : {}),
  ...(open ? { open } : {}),
  ...(sku ? { skus: sku } : {}),
  ...(location ? { locations: location } : {}),
});

const shownRow = (
  { kind, levelId, openedSequence, openedAt, closedAt, expected, observed, observedAt, note: text }: DiscrepancyView,
  level: StockLevelView | undefined,
) => ({
  ...{ id: discrepancyNodeId(kind, levelId, openedSequence), kind, openedAt, closedAt },
  ...{ sku: level?.item.sku ?? '', specification: level?.item.specification ?? '' },
  ...{ location: level?.location.code ?? '', bucket: level?.bucket ?? '' },
  ...{ expected, observed, observedAt, note: text },
});

function note(id: string, text: string | undefined, options: NoteOptions): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const notes = createDiscrepancyNotes(dataSource, COMMAND_LINE);
    const userErrors = await noteDiscrepancy(notes, tenantId, id, text ?? null);
    if (userErrors.length > 0) process.exitCode = EXIT.NO;
    if (options.json) {
      printJson({ userErrors });
      return;
    }
    for (const { code, message } of userErrors) printLine(`${code}: ${message}`);
    if (userErrors.length === 0) printLine(text === undefined ? 'The note was taken away.' : 'The note was set.');
  });
}
