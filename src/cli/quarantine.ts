import type { Command } from 'commander';
import { uuidv7 } from 'uuidv7';
import type { QuarantineFix, Stretch, Worker, Workplace } from '../application/commands/quarantine';
import type { QuarantineOutcome } from '../application/commands/quarantine-report';
import type { QuarantinedRowView, QuarantineFilter, QuarantineGroup, Reads } from '../application/ports/reads';
import { parseInstant } from '../domain/instant';
import { quarantinedRowNodeId, referenceOf } from '../domain/node-ids';
import { CommandError, EXIT } from '../failures';
import { countText, printJson, printLine, printTable } from '../output';
import { COMMAND_LINE } from '../persistence/access';
import { createReads, sharedPool } from '../persistence/readers';
import { openWorkplace } from '../workplace';
import { tenantOf, withServices } from './command-database';
import { withProgress, type Progress } from './progress';

interface Options {
  readonly tenant: string;
  readonly code?: string[];
  readonly connection?: string[];
  readonly item?: string[];
  readonly location?: string[];
  readonly externalId?: string;
  readonly search?: string;
  readonly after?: string;
  readonly before?: string;
  readonly message?: string;
  readonly json?: true;
}

interface FixOptions extends Options {
  readonly identifier?: string[];
  readonly place?: string[];
  readonly settings?: string;
}

export function addQuarantine(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .summary('find, fix, replay and dismiss rows that wait')
    .description('Works on the rows of messages that could not be applied and wait. A gateway may be running.');
  const add = (name: string, description: string, rest = '--code ITEM_NOT_FOUND'): Command =>
    filtered(quarantine.command(name).description(description)).addHelpText(
      'after',
      `\nExample:\n  stockbridge quarantine ${name} --tenant demo ${rest}`,
    );
  add('list', 'list rows that wait, oldest first, at most 200').action(list);
  add('summary', 'count rows that wait, by code, connection and what is at fault').action(summary);
  fixed(add('preview', 'say what rows would do with a fix, without saving anything', FIX_EXAMPLE)).action(
    (options: FixOptions) =>
      work(options, 'preview', (workplace, worker, stretch) =>
        workplace.preview(worker, filterOf(options), fixOf(options), stretch),
      ),
  );
  fixed(add('fix', 'save a fix, and replay the rows that it could touch', FIX_EXAMPLE)).action((options: FixOptions) =>
    work(options, 'fix', (workplace, worker, stretch) =>
      workplace.fix(worker, filterOf(options), fixOf(options), { ...stretch, idempotencyKey: null }),
    ),
  );
  add('replay', 'apply rows that can be applied now, in their original order').action((options: Options) =>
    work(options, 'replay', (workplace, worker, stretch) => workplace.replay(worker, filterOf(options), stretch)),
  );
  quarantine
    .command('substitute <row>')
    .description('apply one row, and take the code of its item for another item, this once')
    .requiredOption('--tenant <code>', 'the tenant')
    .requiredOption('--sku <sku>', 'the item that is meant')
    .option('--specification <text>', 'its specification', '')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  stockbridge quarantine substitute --tenant demo --sku 216401 ${EXAMPLE_ROW}`)
    .action((row: string, options: Options & { readonly sku: string; readonly specification: string }) => {
      const place = referenceOf('QuarantinedRow', row);
      if (!place) throw new CommandError(`${row} is no id of a row: see "stockbridge quarantine list"`);
      return work(options, 'substitute', (workplace, worker) => workplace.substitute(worker, place, options));
    });
  add('dismiss', 'close rows without applying them', '--code ROW_INVALID --reason "a test of theirs"')
    .requiredOption('--reason <text>', 'why; it is kept with each row')
    .action((options: Options & { readonly reason: string }) => {
      const filter = filterOf(options);
      if (Object.keys(filter).length === 0) {
        throw new CommandError('Without a condition, all rows would be dismissed: name one, such as --code');
      }
      return work(options, 'dismiss', (workplace, worker, stretch) =>
        workplace.dismiss(worker, filter, options.reason, stretch),
      );
    });
}

const FIX_EXAMPLE = '--identifier UPC:4006381333931=216401';
const EXAMPLE_ROW = 'QuarantinedRow:01890a5d-ac96-774b-bcce-b302099a8057:0';

const filtered = (command: Command): Command =>
  command
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--code <codes...>', 'only rows with these codes, such as ITEM_NOT_FOUND')
    .option('--connection <names...>', 'only rows of these connections')
    .option('--item <codes...>', 'only rows that name these items')
    .option('--location <codes...>', 'only rows that name these locations')
    .option('--external-id <id>', "only the row with this id of the sender's")
    .option('--search <text>', 'only rows with this in their id, item, location or detail')
    .option('--after <time>', 'only rows that came after this time, in ISO 8601')
    .option('--before <time>', 'only rows that came before this time')
    .option('--message <id>', 'only rows of this message')
    .option('--json', 'print JSON');

const fixed = (command: Command): Command =>
  command
    .option('--identifier <scheme:value=sku...>', 'an identifier that means an item; "sku/specification" for a variant')
    .option('--place <code=location...>', 'a code that means a location')
    .option(
      '--settings <connection=json>',
      'settings of a connection to change, such as warehouse=\'{"unknownItems":"create"}\'',
    );

function filterOf(options: Options): QuarantineFilter {
  const { code, connection, item, location, externalId, search, after, before, message } = options;
  const messageId = message === undefined ? undefined : referenceOf('InboundMessage', message)?.id;
  if (message !== undefined && messageId === undefined) throw new CommandError(`${message} is no id of a message`);
  return {
    ...(code ? { codes: code } : {}),
    ...(connection ? { connections: connection } : {}),
    ...(item ? { items: item } : {}),
    ...(location ? { locations: location } : {}),
    ...(externalId === undefined ? {} : { externalId }),
    ...(search ? { search } : {}),
    ...(after === undefined ? {} : { receivedAfter: momentOf(after) }),
    ...(before === undefined ? {} : { receivedBefore: momentOf(before) }),
    ...(messageId === undefined ? {} : { messageId }),
  };
}

function momentOf(text: string): number {
  const ms = parseInstant(text);
  if (ms === undefined) throw new CommandError(`${text} is no time: write it like 2026-01-31T09:30:00Z`);
  return ms;
}

function fixOf({ identifier = [], place = [], settings }: FixOptions): QuarantineFix {
  return {
    identifiers: identifier.map((text) => {
      const { scheme, value, item } = /^(?<scheme>[^:]+):(?<value>.+)=(?<item>[^=]+)$/.exec(text)?.groups ?? {};
      if (scheme === undefined || value === undefined || item === undefined) {
        throw new CommandError(`${text} is no identifier: write it like UPC:4006381333931=216401`);
      }
      const [sku = '', ...rest] = item.split('/');
      return { scheme, value, sku, specification: rest.join('/') };
    }),
    locations: place.map((text) => {
      const [code, asLocation] = cut(text, 'a place', 'US-1=USWC2');
      return { code, asLocation };
    }),
    setting: settings === undefined ? null : settingOf(settings),
  };
}

function settingOf(text: string): QuarantineFix['setting'] {
  const [connection, settings] = cut(text, 'a setting', `warehouse='{"unknownItems":"create"}'`);
  return { connection, settings };
}

function cut(text: string, what: string, example: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) throw new CommandError(`${text} is not ${what}: write it like ${example}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function withReads(
  { tenant }: Options,
  run: (reads: Reads, tenantId: string, workplace: Workplace) => Promise<void>,
): Promise<void> {
  return withServices(async (services) => {
    const { tenantId } = await tenantOf(services.tenants, tenant);
    const reads = createReads(sharedPool(services.readPool).ofStatements);
    await run(reads, tenantId, openWorkplace(services, reads));
  });
}

function list(options: Options): Promise<void> {
  return withReads(options, async (reads, tenantId) => {
    const wants = { totalCount: true, hasNext: false, hasPrevious: false };
    const page = { direction: 'FORWARD', size: 200, after: null, before: null, wants } as const;
    const { rows, totalCount, totalCountIsExact } = await reads.quarantinedRows(tenantId, {
      filter: { ...filterOf(options), open: true },
      page,
    });
    const shown = rows.map((row) => ({ id: rowId(row), ...row }));
    if (options.json) {
      printJson({ waiting: totalCount, isExact: totalCountIsExact, rows: shown });
      return;
    }
    printTable(
      ['row', 'code', 'id', 'detail'],
      shown.map(({ id, code, externalId, detail }) => [id, code, externalId ?? '', detail]),
    );
    printLine(`${shown.length} of ${countText(totalCount, totalCountIsExact)} rows that wait.`);
  });
}

const rowId = ({ messageId, index }: QuarantinedRowView): string => quarantinedRowNodeId(messageId, index);

function summary(options: Options): Promise<void> {
  return withReads(options, async (reads, tenantId) => {
    const groups = await reads.quarantineSummary(tenantId, { ...filterOf(options), open: true });
    if (options.json) printJson(groups);
    else printGroups(groups);
  });
}

function printGroups(groups: readonly QuarantineGroup[]): void {
  printTable(
    ['rows', 'code', 'connection', 'at fault', 'since'],
    groups.map(({ count, code, connection, subject, oldest }) => [count, code, connection, subject ?? '', oldest]),
  );
}

/** Runs a command to its end, with a progress bar on a terminal. */
function work(
  options: Options,
  name: string,
  run: (workplace: Workplace, worker: Worker, stretch: Stretch) => Promise<QuarantineOutcome>,
): Promise<void> {
  return withReads(options, async (_reads, tenantId, workplace) => {
    const worker = { tenantId, originId: uuidv7(), actor: COMMAND_LINE };
    const work = (show: (progress: Progress) => void): Promise<QuarantineOutcome> => {
      let total = 0;
      const onTotal = (rows: number): void => {
        total = rows;
        show({ done: 0, total });
      };
      const onStep = ({ considered }: QuarantineOutcome): void => {
        show({ done: considered, total });
      };
      return run(workplace, worker, { after: null, rows: Number.POSITIVE_INFINITY, onTotal, onStep });
    };
    const whenInterrupted = ({ done, total }: Progress): string =>
      `Stopped after ${done} of ${total} rows. ${name === 'preview' ? 'Nothing was saved.' : 'What was done stays: run it again for the rest.'}`;
    print(options, name, await withProgress(name, work, { unit: 'rows', whenInterrupted }));
  });
}

function print({ json }: Options, name: string, outcome: QuarantineOutcome): void {
  const { userErrors, considered, wouldApply, applied, superseded, dismissed, stillOpen, groupsLeft } = outcome;
  if (userErrors.length > 0 || (name === 'substitute' && applied === 0)) process.exitCode = EXIT.NO;
  if (json) {
    printJson(outcome);
    return;
  }
  for (const { code, message, field } of userErrors) printLine(`${code}: ${message} (${field.join('.')})`);
  if (userErrors.length > 0) return;
  if (name === 'dismiss') {
    printLine(`${dismissed} dismissed.`);
    return;
  }
  const done = name === 'preview' ? `${wouldApply} would be applied` : `${applied} applied`;
  printLine(`${considered} rows: ${done}, ${superseded} known already, ${stillOpen} still wait.`);
  if (groupsLeft.length > 0) printGroups(groupsLeft);
}
