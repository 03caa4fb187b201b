import type { ItemReference, LocationReference } from '../catalogue/catalogue';
import type { InboundMessageStatus, MessageDraft, RowNames } from '../ledger/inbound-message';
import type { QuarantineCode, UserError } from '../errors';
import type { LevelKey } from '../ledger/level-id';
import type { MovementReason } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import { QuantityOverflowError } from '../ledger/quantity';
import { resolveKey } from './named-key';
import { signFault, transferFault } from './signs';
import type { StockDimensions } from '../ledger/stock-key';
import type { LegDraft, StockChange, UnitOfWork } from '../ledger/unit-of-work';

/** What a warehouse says has happened to one stock key. Always recorded, even where a level falls below zero. */
export interface Fact {
  /** The vendor's identity of this row: the idempotency key within the connection. */
  readonly externalId: string;
  /** The vendor's event id: rows of one delivery that share it are legs of one movement. */
  readonly eventId: string;
  /** SHA-256 (hex) of the row's meaning in the vendor's terms: the same for a redelivery, another for other content. */
  readonly fingerprint: string;
  readonly item: ItemReference;
  readonly location: LocationReference;
  readonly dimensions: StockDimensions;
  /** Signed: positive in, negative out. */
  readonly delta: number;
  readonly reason: MovementReason;
  /** Whether the source reports each side of a transfer in an event of its own. Then a side does not add up to zero. */
  readonly isOneSided?: boolean;
  readonly reference: string | null;
  readonly note: string | null;
  /** Their clock, epoch milliseconds. */
  readonly occurredAtMs: number | null;
}

/** A row as decoded: a fact, or what is wrong with it. */
export type DecodedRow = {
  /** Its index in the message, from 0. */
  readonly index: number;
  /** The row's exact text as received. */
  readonly text: string;
} & ({ readonly fact: Fact } | { readonly fault: RowFault });

/** Why a row cannot be applied. */
export interface RowFault {
  readonly code: QuarantineCode;
  /** A sentence that says what has to be fixed; contains no secret. */
  readonly detail: string;
  /** The sender's id of the row, where it can be read although the row cannot be used. */
  readonly externalId?: string;
}

/** One authenticated delivery. */
export interface Delivery extends MessageDraft {
  readonly rows: readonly DecodedRow[];
}

/** A message as far as its rows need it. */
type MessageOfRows = Pick<Delivery, 'id' | 'receivedAtMs' | 'bodySha256' | 'rows'>;

/** What became of one row. */
type RowVerdict =
  /** ABSORBED: recorded without effect, because an accepted count already included it. */
  | { readonly index: number; readonly status: 'POSTED' | 'ABSORBED' | 'DUPLICATE'; readonly sequence: number | null }
  | ({ readonly index: number; readonly status: 'QUARANTINED' } & Pick<RowFault, 'code' | 'detail'>);

export interface DeliveryResult {
  readonly status: InboundMessageStatus;
  readonly rows: readonly RowVerdict[];
  /** Levels that fell below zero by this delivery: open discrepancies. */
  readonly belowZero: number;
}

/** What the plan of a delivery, or of its replay, has to read. */
export function factReads(rows: readonly DecodedRow[]): PostingReads {
  const facts = rows.flatMap((row) => ('fact' in row ? [row.fact] : []));
  return {
    outcomes: facts.map((fact) => fact.externalId),
    keys: facts,
    identifiers: facts.flatMap((fact) => (fact.item.by === 'IDENTIFIER' ? fact.item.alsoKnownAs : [])),
  };
}

/** Posts a delivery's good rows, puts the others in quarantine, and stores the message. */
export function planDelivery(work: UnitOfWork, delivery: Delivery): Planned<DeliveryResult> {
  const before = work.sequence;
  const { rows, ...message } = delivery;
  const { verdicts, changes } = applyRows(work, delivery);
  const decoded = new Map(rows.map((row) => [row.index, row]));
  for (const verdict of verdicts) {
    if (verdict.status !== 'QUARANTINED') continue;
    const { index, code, detail } = verdict;
    const row = decoded.get(index);
    work.quarantine({ messageId: message.id, index, code, detail, row: row?.text ?? '', names: rowNames(row, code) });
  }
  const status = messageStatus(verdicts);
  work.storeMessage(message, status, before);
  return { keep: true, remember: [], result: { status, rows: verdicts, belowZero: belowZeroOf(changes) } };
}

/** The rows of a message that are still in quarantine, to be tried again. */
export interface Replay extends MessageOfRows {
  /** Whether any row of the message has been applied before. */
  readonly anyApplied: boolean;
  /** How many rows of the message wait beside these; left out: none. */
  readonly othersWaiting?: number;
  /** Kept with the rows that are applied, such as what their code was taken for. */
  readonly note?: string;
}

/** What the plan of a replay has to read. */
export function replayReads(replays: readonly Replay[]): PostingReads {
  const waitingRows = replays.flatMap(({ id: messageId, rows }) => rows.map(({ index }) => ({ messageId, index })));
  return { ...factReads(replays.flatMap(({ rows }) => rows)), waitingRows };
}

export interface ReplayResult extends DeliveryResult {
  readonly messageId: string;
  readonly changes: readonly StockChange[];
}

/** Applies the rows that are still in quarantine and can be applied now; closes those and says why the others wait. */
export function planReplay(work: UnitOfWork, replays: readonly Replay[]): Planned<ReplayResult[]> {
  return { keep: true, remember: [], result: replays.map((replay) => replayMessage(work, replay)) };
}

function replayMessage(work: UnitOfWork, { rows: asked, ...replay }: Replay): ReplayResult {
  const { id: messageId, note = null, othersWaiting = 0 } = replay;
  const rows = asked.filter(({ index }) => work.isWaiting({ messageId, index }));
  const { verdicts, changes } = applyRows(work, { ...replay, rows });
  const decoded = new Map(rows.map((row) => [row.index, row]));
  for (const verdict of verdicts) {
    const { index } = verdict;
    if (verdict.status === 'QUARANTINED') {
      const { code, detail } = verdict;
      const names = rowNames(decoded.get(index), code);
      work.updateQuarantine({ messageId, index, closed: false, code, detail, names });
    } else {
      const closedAs = verdict.status === 'DUPLICATE' ? 'SUPERSEDED' : 'APPLIED';
      const closing = { closed: true, closedAs, closedAtMs: work.recordedAtMs } as const;
      work.updateQuarantine({ messageId, index, ...closing, sequence: verdict.sequence, note });
    }
  }
  const waiting = verdicts.filter((verdict) => verdict.status === 'QUARANTINED').length + othersWaiting;
  const anyMoved = replay.anyApplied || verdicts.some((verdict) => verdict.status !== 'QUARANTINED');
  const status = waiting === 0 ? 'APPLIED' : anyMoved ? 'PARTLY_QUARANTINED' : 'QUARANTINED';
  if (rows.length > 0) work.setMessageStatus(messageId, status);
  return { messageId, status, rows: verdicts, belowZero: belowZeroOf(changes), changes };
}

const belowZeroOf = (changes: readonly StockChange[]): number =>
  changes.filter((change) => change.delta < 0 && change.quantityAfter < 0).length;

/** What the row is found by while it waits. */
function rowNames(row: DecodedRow | undefined, code: QuarantineCode): RowNames {
  if (!row || 'fault' in row) {
    return { externalId: row?.fault.externalId ?? null, item: null, location: null, subject: null };
  }
  const { externalId, item, location } = row.fact;
  const named = item.by === 'SKU' ? item.sku : item.value;
  const place = location.by === 'CODE' ? location.code : null;
  const subject = code === 'LOCATION_NOT_FOUND' ? place : ABOUT_ITEMS.has(code) ? labelOf(item) : null;
  return { externalId, item: named, location: place, subject };
}

/** What rows that wait have in common: the name at fault, or what the detail begins with. A reused id says the id. */
export function groupSubject(row: DecodedRow | undefined, code: QuarantineCode, detail: string): string | null {
  if (code === 'EXTERNAL_ID_REUSED') return null;
  return rowNames(row, code).subject ?? detail.slice(0, MAX_SUBJECT_LENGTH);
}

/** As in the summary that the database makes. */
const MAX_SUBJECT_LENGTH = 120;

const ABOUT_ITEMS: ReadonlySet<QuarantineCode> = new Set<QuarantineCode>([
  ...(['ITEM_NOT_FOUND', 'SPECIFICATION_REQUIRED', 'SKU_TAKEN', 'IDENTIFIER_TAKEN', 'IDENTIFIER_AMBIGUOUS'] as const),
]);

/** An item as the sender names it: `UPC 4006381333931`. */
function labelOf(item: ItemReference): string {
  const [scheme, value] = item.by === 'SKU' ? ['sku', item.sku] : [item.scheme, item.value];
  return [scheme, value, item.specification].filter((part) => part !== '').join(' ');
}

interface ResolvedFact {
  readonly index: number;
  readonly fact: Fact;
  readonly levelKey: LevelKey;
}

function applyRows(work: UnitOfWork, message: MessageOfRows): { verdicts: RowVerdict[]; changes: StockChange[] } {
  const verdicts: RowVerdict[] = [];
  const events = new Map<string, ResolvedFact[]>();
  const claimed = new Map<string, Fact>();
  const receipts = receiptsIn(message.rows);
  for (const row of message.rows) {
    if ('fault' in row) {
      const { code, detail } = row.fault;
      verdicts.push({ index: row.index, status: 'QUARANTINED', code, detail });
      continue;
    }
    const verdict = knownVerdict(work, row.index, row.fact, claimed) ?? signVerdict(row.index, row.fact);
    if (verdict) {
      verdicts.push(verdict);
      continue;
    }
    const levelKey = resolveKey(work, row.fact, [], { isReceipt: () => receipts(row.fact) });
    if ('errors' in levelKey) {
      verdicts.push(namelessVerdict(row.index, levelKey.errors));
      continue;
    }
    claimed.set(row.fact.externalId, row.fact);
    // Rows of one event share its clock and reason; one that states others is a movement of its own.
    const group = `${row.fact.eventId}\n${row.fact.occurredAtMs ?? ''}\n${row.fact.reason}`;
    const resolved = { index: row.index, fact: row.fact, levelKey };
    const event = events.get(group);
    if (event) event.push(resolved);
    else events.set(group, [resolved]);
  }
  const changes: StockChange[] = [];
  for (const facts of events.values()) {
    const posted = postEvent(work, facts, message);
    verdicts.push(...posted.verdicts);
    changes.push(...posted.changes);
  }
  return { verdicts: verdicts.sort((a, b) => a.index - b.index), changes };
}

function knownVerdict(
  work: UnitOfWork,
  index: number,
  fact: Fact,
  claimed: ReadonlyMap<string, Fact>,
): RowVerdict | undefined {
  const first = work.outcome(fact.externalId) ?? claimed.get(fact.externalId);
  if (!first) return undefined;
  if (first.fingerprint === fact.fingerprint) {
    return { index, status: 'DUPLICATE', sequence: 'sequence' in first ? first.sequence : null };
  }
  const detail = `The id ${fact.externalId} was received before with other content; the first stands.`;
  return { index, status: 'QUARANTINED', code: 'EXTERNAL_ID_REUSED', detail };
}

function signVerdict(index: number, { reason, dimensions, delta }: Fact): RowVerdict | undefined {
  const detail = signFault(reason, dimensions.bucket, delta);
  return detail === null ? undefined : { index, status: 'QUARANTINED', code: 'INVALID_QUANTITY', detail };
}

/** Of an unknown item and location, the code is that of the location. */
function namelessVerdict(index: number, errors: readonly UserError[]): RowVerdict {
  const detail = errors.map(({ message }) => message).join(' ');
  return { index, status: 'QUARANTINED', code: errors.at(-1)?.code ?? 'NOT_FOUND', detail };
}

/**
 * Tells the facts that bring units of their item in: the legs of their event add up to more than zero, and so do those
 * of them that name the item.
 */
function receiptsIn(rows: readonly DecodedRow[]): (fact: Fact) => boolean {
  let sums: ReadonlyMap<string, number> | undefined;
  return (fact) => {
    // What only changes its place brings nothing in.
    if (fact.reason === 'TRANSFER' && !fact.isOneSided) return false;
    const known = (sums ??= sumsOf(rows));
    return namesOf(fact).every((name) => (known.get(name) ?? 0) > 0);
  };
}

function sumsOf(rows: readonly DecodedRow[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) {
    if (!('fact' in row)) continue;
    for (const name of namesOf(row.fact)) sums.set(name, (sums.get(name) ?? 0) + row.fact.delta);
  }
  return sums;
}

/** An event, and an item in it. */
function namesOf({ eventId, item }: Fact): [event: string, item: string] {
  const name = item.by === 'SKU' ? ['sku', item.sku] : [item.scheme, item.value];
  return [eventId, [eventId, ...name, item.specification].join('\0')];
}

function postEvent(
  work: UnitOfWork,
  facts: readonly ResolvedFact[],
  message: MessageOfRows,
): { verdicts: RowVerdict[]; changes: readonly StockChange[] } {
  const first = (facts[0] as ResolvedFact).fact;
  const legs: LegDraft[] = facts.map(({ levelKey: { key, levelId }, fact: { delta } }) => ({ key, levelId, delta }));
  const refuse = (detail: string) => {
    const fault = { code: 'INVALID_QUANTITY', detail } as const;
    return {
      verdicts: facts.map(({ index }): RowVerdict => ({ index, status: 'QUARANTINED', ...fault })),
      changes: [],
    };
  };
  try {
    const uneven = first.reason === 'TRANSFER' && !first.isOneSided ? transferFault(legs, skuIn(work)) : null;
    if (uneven !== null) return refuse(uneven);
    const { occurredAtMs } = first;
    const absorbed = legs.map((leg) => work.isAbsorbed(work.level(leg), occurredAtMs, message.receivedAtMs));
    const { movement, changes } = work.attempt(() =>
      work.post({
        reason: first.reason,
        reference: first.reference,
        note: joinedNotes(facts),
        correlationId: first.eventId,
        externalId: first.eventId,
        occurredAtMs: first.occurredAtMs,
        receivedAtMs: message.receivedAtMs,
        evidenceHash: message.bodySha256,
        inboundMessageId: message.id,
        legs,
      }),
    );
    const { sequence } = movement;
    for (const { fact } of facts) {
      const { externalId, fingerprint } = fact;
      work.recordOutcome({ externalId, fingerprint, sequence, result: null });
    }
    const verdicts = facts.map(({ index }, place): RowVerdict => {
      return { index, status: absorbed[place] ? 'ABSORBED' : 'POSTED', sequence };
    });
    return { verdicts, changes };
  } catch (error) {
    if (!(error instanceof QuantityOverflowError)) throw error;
    return refuse(error.message);
  }
}

const skuIn =
  (work: UnitOfWork) =>
  (itemId: string): string =>
    work.catalogue.itemById(itemId)?.sku ?? itemId;

/** Longest note of a movement, in UTF-16 units. */
const MAX_NOTE_LENGTH = 1_000;

/** The notes of an event's rows, each text once. */
function joinedNotes(facts: readonly ResolvedFact[]): string | null {
  const notes = new Set(facts.flatMap(({ fact }) => fact.note ?? []));
  if (notes.size === 0) return null;
  const text = [...notes].join(' | ');
  if (text.length <= MAX_NOTE_LENGTH) return text;
  // No half of a surrogate pair may be left at the cut.
  return `${text.slice(0, MAX_NOTE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function messageStatus(verdicts: readonly RowVerdict[]): InboundMessageStatus {
  const quarantinedRows = verdicts.filter((verdict) => verdict.status === 'QUARANTINED').length;
  if (quarantinedRows === verdicts.length && quarantinedRows > 0) return 'QUARANTINED';
  if (quarantinedRows > 0) return 'PARTLY_QUARANTINED';
  const duplicates = verdicts.filter((verdict) => verdict.status === 'DUPLICATE').length;
  return duplicates === verdicts.length && duplicates > 0 ? 'DUPLICATE' : 'APPLIED';
}
