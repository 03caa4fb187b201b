import { spellingsOf } from '../../domain/catalogue/gtin';
import type { UserError } from '../../domain/errors';
import type { StockChange } from '../../domain/ledger/unit-of-work';
import { quarantinedRowNodeId } from '../../domain/node-ids';
import { planReplay, replayReads, type DecodedRow, type Replay } from '../../domain/plans/delivery';
import {
  fixReads,
  itemUnknown,
  mapped,
  planDismiss,
  planFix,
  type FixCommand,
  type FixResult,
  type MappingFix,
} from '../../domain/plans/quarantine';
import { tidyName } from '../../domain/text';
import { checkItem, checkName, checkText } from '../../domain/validation';
import type { Actor } from '../ports/access';
import type { Connection, ConnectionDirectory, ConnectionInfo, ConnectionKind } from '../ports/connections';
import type { ReadSettings } from '../ports/connection-kinds';
import type { Poster } from '../ports/poster';
import type { InboundMessageReads, QuarantineFilter, QuarantineReads, WaitingRows } from '../ports/reads';
import { redactorOf } from '../secrets/redactor';
import type { AdministerConnections } from './administer-connections';
import { commandFingerprint } from './fingerprint';
import { NOTHING, refusal, Report, type QuarantineOutcome } from './quarantine-report';
import type { RowDecoder } from './replay-message';

/** Settings of a connection, as a JSON object; those that are left out stay as they are. */
interface SettingFix {
  readonly connection: string;
  readonly settings: string;
}

export interface QuarantineFix extends MappingFix {
  readonly setting: SettingFix | null;
}

/** Who works on what waits. */
export interface Worker {
  readonly tenantId: string;
  /** Of the client; a new id for the command line, under which nothing is kept. */
  readonly originId: string;
  readonly actor: Actor;
}

/** How far one call goes. */
export interface Stretch {
  /** The message after which it goes on; null: the first. */
  readonly after: string | null;
  /** It ends with the step that reaches so many rows. */
  readonly rows: number;
  /** Told before the first step how many rows are meant. */
  readonly onTotal?: (rows: number) => void;
  /** Told after each step. */
  readonly onStep?: (outcome: QuarantineOutcome) => void;
}

/** Most rows that are dismissed in one transaction. */
const DISMISS_ROWS = 1_000;
/** Postings with more rows could be overtaken in the lane by shorter ones of other connections. */
const SHORT_RUN = 10;

/** What an operator does with rows that wait in quarantine. All that changes something goes through the lane. */
export interface Workplace {
  /** What rows would do under a fix. Nothing is saved. */
  preview(worker: Worker, filter: QuarantineFilter, fix: QuarantineFix, stretch: Stretch): Promise<QuarantineOutcome>;
  /** Saves a fix, and replays the rows that it touches. */
  fix(
    worker: Worker,
    filter: QuarantineFilter,
    fix: QuarantineFix,
    options: Stretch & { readonly idempotencyKey: string | null },
  ): Promise<QuarantineOutcome>;
  /** Applies rows in their original order, with their original clocks. Each is applied once, however often it is called. */
  replay(worker: Worker, filter: QuarantineFilter, stretch: Stretch): Promise<QuarantineOutcome>;
  /** Applies one row, whose item is taken to be another one this once. */
  substitute(
    worker: Worker,
    place: { readonly messageId: string; readonly index: number },
    item: { readonly sku: string; readonly specification: string },
  ): Promise<QuarantineOutcome>;
  /** Closes rows without applying them. */
  dismiss(
    worker: Worker,
    filter: QuarantineFilter,
    reason: string,
    stretch: Omit<Stretch, 'after'>,
  ): Promise<QuarantineOutcome>;
}

export interface WorkplaceDeps {
  readonly poster: Poster;
  readonly reads: QuarantineReads & Pick<InboundMessageReads, 'waitingMessage'>;
  readonly connections: ConnectionDirectory;
  readonly listConnections: (tenantId: string) => Promise<readonly ConnectionInfo[]>;
  readonly administerConnectionsAs: (actor: Actor) => Pick<AdministerConnections, 'check' | 'update'>;
  readonly readSettings: ReadSettings;
  readonly decoders: Readonly<Partial<Record<ConnectionKind, RowDecoder>>>;
}

export function createWorkplace(deps: WorkplaceDeps): Workplace {
  return {
    preview: async (worker, filter, given, stretch) => {
      const prepared = await prepare(deps, worker, given);
      if ('refused' in prepared) return refusal(prepared.refused);
      const { fix, setting } = prepared;
      const command = { ...fix, idempotencyKey: null, fingerprint: '', audit: null };
      const { userErrors } = await postFix(deps, worker, command);
      const refused = [...userErrors, ...(await changeSetting(deps, worker, 'check', setting))];
      if (refused.length > 0) return refusal(refused);
      return run(deps, worker, narrowed(filter, fix, setting), stretch, { fix, setting, isPreview: true });
    },
    fix: async (worker, filter, given, { idempotencyKey, ...stretch }) => {
      const keyErrors = idempotencyKey === null ? [] : checkText(idempotencyKey, ['idempotencyKey']);
      const prepared = await prepare(deps, worker, given);
      const refused = [...keyErrors, ...('refused' in prepared ? prepared.refused : [])];
      if ('refused' in prepared || refused.length > 0) return refusal(refused);
      const { fix, setting } = prepared;
      const fingerprint = commandFingerprint('quarantineFix', { fix: given, filter });
      const audit = {
        ...{ action: 'QUARANTINE_FIXED', subject: 'quarantine', actor: worker.actor },
        after: { identifiers: fix.identifiers, locations: fix.locations, filter },
      };
      const saved = await saveFix(deps, worker, { ...fix, idempotencyKey, fingerprint, audit }, setting);
      if (saved.userErrors.length > 0) return refusal(saved.userErrors);
      // Settings that were saved once may have been changed since: what is in force counts.
      const inForce = saved.isKnown ? null : setting;
      return run(deps, worker, narrowed(filter, fix, setting), stretch, { setting: inForce });
    },
    replay: (worker, filter, stretch) => run(deps, worker, filter, stretch, {}),
    substitute: (worker, place, item) => substitute(deps, worker, place, item),
    dismiss: (worker, filter, reason, stretch) => dismiss(deps, worker, filter, reason, stretch),
  };
}

const post = <Result>(
  { poster }: WorkplaceDeps,
  { tenantId, originId }: Worker,
  reads: Parameters<Poster['post']>[0]['reads'],
  plan: Parameters<typeof poster.post<Result>>[0]['plan'],
): Promise<Result> => poster.post({ tenantId, origin: { kind: 'API_CLIENT', id: originId }, reads, plan });

const postFix = (deps: WorkplaceDeps, worker: Worker, command: FixCommand): Promise<FixResult> =>
  post(deps, worker, fixReads(command), (work) => planFix(work, command));

/**
 * The settings are saved before the mapping, which keeps the idempotency key. So a fix that was cut off in between is saved
 * when it is sent again, and one that was saved as a whole is not.
 */
async function saveFix(
  deps: WorkplaceDeps,
  worker: Worker,
  command: FixCommand,
  setting: ChangedConnection | null,
): Promise<FixResult> {
  if (setting === null) return postFix(deps, worker, command);
  const first = await postFix(deps, worker, { ...command, audit: null });
  if (first.isKnown || first.userErrors.length > 0) return first;
  const userErrors = await changeSetting(deps, worker, 'update', setting);
  return userErrors.length > 0 ? { isKnown: false, userErrors } : postFix(deps, worker, command);
}

/** A connection as it would be, or is by now, though the directory may not show it yet. */
interface ChangedConnection {
  readonly id: string;
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is changed of them, as JSON. */
  readonly changes: string;
}

type Prepared =
  { readonly fix: MappingFix; readonly setting: ChangedConnection | null } | { readonly refused: readonly UserError[] };

async function prepare(deps: WorkplaceDeps, { tenantId }: Worker, given: QuarantineFix): Promise<Prepared> {
  const fix = tidied(given);
  const { identifiers, locations } = fix;
  const refused = [
    ...identifiers.flatMap(({ scheme, value, sku, specification }, index) => {
      const field = ['fix', 'identifiers', String(index)];
      return [
        ...checkName(scheme, [...field, 'scheme'], true),
        ...checkName(value, [...field, 'value'], true),
        ...checkItem({ by: 'SKU', sku, specification }, field),
      ];
    }),
    ...locations.flatMap(({ code, asLocation }, index) => [
      ...checkName(code, ['fix', 'locations', String(index), 'code'], true),
      ...checkName(asLocation, ['fix', 'locations', String(index), 'asLocation'], true),
    ]),
  ];
  const count = identifiers.length + locations.length + (given.setting ? 1 : 0);
  if (count === 0) refused.push(invalid('The fix is empty; give identifiers, locations or a setting.', ['fix']));
  if (count > MAX_FIXES) refused.push(invalid(`The fix has ${count} parts; at most ${MAX_FIXES} are taken.`, ['fix']));
  if (refused.length > 0 || !given.setting) return refused.length > 0 ? { refused } : { fix, setting: null };
  const { connection: name, settings } = given.setting;
  const connection = (await deps.listConnections(tenantId)).find((other) => other.name === name);
  if (!connection) {
    const message = `There is no connection named "${name}".`;
    return { refused: [{ code: 'NOT_FOUND', message, field: ['fix', 'setting', 'connection'] }] };
  }
  const reading = deps.readSettings(settings);
  if ('fault' in reading) return { refused: [invalid(reading.fault, ['fix', 'setting', 'settings'])] };
  const { id, settings: present } = connection;
  return { fix, setting: { id, name, settings: { ...present, ...reading.settings }, changes: settings } };
}

/** Most identifiers and locations of one fix. */
const MAX_FIXES = 300;

const invalid = (message: string, field: readonly string[]): UserError => ({ code: 'INVALID_INPUT', message, field });

const tidied = ({ identifiers, locations }: MappingFix): MappingFix => ({
  identifiers: identifiers.map(({ scheme, value, sku, specification }) => ({
    ...{ scheme: tidyName(scheme), value: tidyName(value) },
    ...{ sku: tidyName(sku), specification: tidyName(specification) },
  })),
  locations: locations.map(({ code, asLocation }) => ({ code: tidyName(code), asLocation: tidyName(asLocation) })),
});

/** Changes the settings, or only says what is wrong with them. */
async function changeSetting(
  { administerConnectionsAs }: WorkplaceDeps,
  { tenantId, actor }: Worker,
  how: 'check' | 'update',
  setting: ChangedConnection | null,
): Promise<readonly UserError[]> {
  if (setting === null) return [];
  const connections = administerConnectionsAs(actor);
  const { userErrors } = await connections[how](tenantId, setting.id, { changedSettings: setting.changes });
  return userErrors.map((error) => ({ ...error, field: ['fix', 'setting', ...error.field] }));
}

/** The rows that a fix could touch. */
function narrowed(filter: QuarantineFilter, fix: MappingFix, setting: ChangedConnection | null): QuarantineFilter {
  const items = fix.identifiers.flatMap(spellingsOf);
  const locations = fix.locations.map(({ code }) => code);
  return { ...filter, touchedBy: { items, locations, connections: setting ? [setting.name] : [] } };
}

/** How rows are read, and whether what they do is kept. */
interface Mode {
  readonly fix?: MappingFix;
  readonly setting?: ChangedConnection | null;
  readonly isPreview?: boolean;
}

/** The rows of one connection, in their order. */
interface Run {
  readonly connection: Connection;
  readonly replays: Replay[];
}

async function run(
  deps: WorkplaceDeps,
  worker: Worker,
  filter: QuarantineFilter,
  { after, rows, onTotal, onStep }: Stretch,
  mode: Mode,
): Promise<QuarantineOutcome> {
  if (onTotal) onTotal(await deps.reads.countWaiting(worker.tenantId, filter));
  const report = new Report(mode.isPreview === true);
  let next = after;
  do {
    const messages = await deps.reads.nextWaiting(worker.tenantId, filter, next);
    next = messages.at(-1)?.id ?? null;
    const runs = await runsOf(deps, worker.tenantId, messages, mode, report);
    for (const segment of segmentsOf(runs)) {
      await Promise.all(segment.map((one) => postRun(deps, worker.tenantId, one, mode, report)));
    }
    onStep?.(report.outcome(next));
  } while (next !== null && report.considered < rows);
  return report.outcome(next);
}

async function runsOf(
  { connections, decoders }: WorkplaceDeps,
  tenantId: string,
  messages: readonly WaitingRows[],
  { fix, setting }: Mode,
  report: Report,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const message of messages) {
    const found = await connections.byId(tenantId, message.connectionId);
    const decode = decoders[message.format];
    if (!found || !decode) {
      // A disabled connection takes nothing, from quarantine either.
      report.pass(message.rows.filter(({ isMeant }) => isMeant).length);
      continue;
    }
    const connection = setting?.id === found.id ? { ...found, settings: setting.settings } : found;
    const rows = meantRows(message, decode, connection).map((row) =>
      fix && 'fact' in row ? { ...row, fact: mapped(row.fact, fix) } : row,
    );
    const replay = { ...message, rows, othersWaiting: message.rows.length - rows.length };
    report.expect(message, connection.name);
    const last = runs.at(-1);
    if (last?.connection.id === connection.id) last.replays.push(replay);
    else runs.push({ connection, replays: [replay] });
  }
  return runs;
}

/** The rows that are meant, and those of the same events: the legs of an event are applied together. */
function meantRows({ rows }: WaitingRows, decode: RowDecoder, connection: Connection): DecodedRow[] {
  const redactor = redactorOf(connection);
  const decoded = rows.map(({ index, text }) => decode(redactor.json(text), index, connection));
  const isMeant = new Set(rows.filter((row) => row.isMeant).map(({ index }) => index));
  const events = new Set(decoded.flatMap((row) => ('fact' in row && isMeant.has(row.index) ? [row.fact.eventId] : [])));
  return decoded.filter((row) => isMeant.has(row.index) || ('fact' in row && events.has(row.fact.eventId)));
}

/** Runs that the lane may take together: none of them can overtake another. */
function segmentsOf(runs: readonly Run[]): Run[][] {
  const segments: Run[][] = [];
  let isShort = false;
  for (const one of runs) {
    const fits = rowsOf(one.replays).length <= SHORT_RUN;
    if (fits && isShort) segments.at(-1)?.push(one);
    else segments.push([one]);
    isShort = fits;
  }
  return segments;
}

const rowsOf = (replays: readonly Replay[]): DecodedRow[] => replays.flatMap(({ rows }) => rows);

async function postRun(
  { poster }: WorkplaceDeps,
  tenantId: string,
  { connection, replays }: Run,
  { isPreview = false }: Mode,
  report: Report,
): Promise<void> {
  const rows = rowsOf(replays);
  const decoded = new Map(replays.map((replay) => [replay.id, replay.rows]));
  const posted = await poster.post({
    tenantId,
    origin: { kind: 'CONNECTION', id: connection.id },
    reads: replayReads(replays),
    carries: { rows: rows.length, characters: rows.reduce((sum, { text }) => sum + text.length, 0) },
    plan: (work) => {
      const { result: results } = planReplay(work, replays);
      const { newItems, newLocations } = work.catalogue.writes;
      const made = new Set([...newItems, ...newLocations].map(({ id }) => id));
      // What a preview would make is not there to be shown.
      const isShown = ({ key }: StockChange): boolean =>
        !isPreview || !(made.has(key.itemId) || made.has(key.locationId));
      const result = { results, changes: results.flatMap(({ changes }) => changes.filter(isShown)), at: work.sequence };
      return { keep: !isPreview, remember: [], result };
    },
  });
  report.add(posted, decoded);
}

async function substitute(
  deps: WorkplaceDeps,
  worker: Worker,
  { messageId, index }: { readonly messageId: string; readonly index: number },
  given: { readonly sku: string; readonly specification: string },
): Promise<QuarantineOutcome> {
  const item = { by: 'SKU', sku: tidyName(given.sku), specification: tidyName(given.specification) } as const;
  const itemErrors = checkItem(item, []);
  if (itemErrors.length > 0) return refusal(itemErrors);
  const { tenantId } = worker;
  const message = await deps.reads.waitingMessage(tenantId, messageId);
  const connection = message && (await deps.connections.byId(tenantId, message.connectionId));
  const decode = message && deps.decoders[message.format];
  const row = message?.openRows.find((open) => open.index === index);
  if (!message || !connection || !decode || !row) {
    const text = 'There is no such row that waits, or its connection is disabled.';
    return refusal([{ code: 'NOT_FOUND', message: text, field: ['id'] }]);
  }
  const waiting = { ...message, rows: message.openRows.map((open) => ({ ...open, isMeant: open.index === index })) };
  const decoded = meantRows(waiting, decode, connection).map((one) =>
    'fact' in one && one.index === index ? { ...one, fact: { ...one.fact, item } } : one,
  );
  const fault = decoded.find((one) => one.index === index && 'fault' in one);
  if (fault && 'fault' in fault) return refusal([invalid(fault.fault.detail, ['id'])]);
  const label = `${item.sku}${item.specification === '' ? '' : ` ${item.specification}`}`;
  const note = `Taken for ${label} by ${worker.actor.name}.`;
  const othersWaiting = waiting.rows.length - decoded.length;
  const replay = { ...message, rows: decoded, othersWaiting, note };
  const report = new Report(false);
  report.expect(waiting, connection.name);
  const audit = {
    ...{ action: 'QUARANTINE_SUBSTITUTED', actor: worker.actor, subject: quarantinedRowNodeId(messageId, index) },
    after: { sku: item.sku, specification: item.specification },
  };
  const posted = await deps.poster.post({
    tenantId,
    origin: { kind: 'CONNECTION', id: connection.id },
    reads: replayReads([replay]),
    carries: { rows: decoded.length, characters: decoded.reduce((sum, { text }) => sum + text.length, 0) },
    plan: (work) => {
      if (!work.catalogue.itemBySku(item.sku, item.specification)) return { keep: false, remember: [], result: null };
      const { result: results } = planReplay(work, [replay]);
      const isApplied = results.some(({ rows }) =>
        rows.some((verdict) => verdict.index === index && verdict.status !== 'QUARANTINED'),
      );
      if (isApplied) work.audit(audit);
      // A row that waits on is still found by the code that it has, not by the other item.
      const changes = isApplied ? results.flatMap((result) => result.changes) : [];
      return { keep: isApplied, remember: [], result: { results, changes, at: work.sequence } };
    },
  });
  if (!posted) return refusal([{ ...itemUnknown(item.sku, item.specification), field: ['sku'] }]);
  report.add(posted, new Map([[messageId, decoded]]));
  return report.outcome(null);
}

async function dismiss(
  deps: WorkplaceDeps,
  worker: Worker,
  filter: QuarantineFilter,
  given: string,
  { rows: most, onTotal, onStep }: Omit<Stretch, 'after'>,
): Promise<QuarantineOutcome> {
  const reason = given.trim();
  const userErrors = checkText(reason, ['reason']);
  if (reason === '') userErrors.push(invalid('reason is empty; say why these rows are dismissed.', ['reason']));
  if (userErrors.length > 0) return refusal(userErrors);
  const audit = (count: number) => ({
    ...{ action: 'QUARANTINE_DISMISSED', subject: 'quarantine', actor: worker.actor },
    after: { reason, filter, rows: count },
  });
  if (onTotal) onTotal(await deps.reads.countWaiting(worker.tenantId, filter));
  let dismissed = 0;
  for (;;) {
    const rows = await deps.reads.nextPlaces(worker.tenantId, filter, DISMISS_ROWS);
    const command = { rows, reason, audit };
    const reads = { outcomes: [], keys: [], waitingRows: rows };
    const done = rows.length === 0 ? 0 : await post(deps, worker, reads, (work) => planDismiss(work, command));
    dismissed += done;
    const isLast = rows.length < DISMISS_ROWS || dismissed >= most;
    const outcome = { ...NOTHING, considered: dismissed, dismissed };
    onStep?.(outcome);
    if (isLast) return { ...outcome, stillOpen: await deps.reads.countWaiting(worker.tenantId, filter) };
  }
}
