import { createHash } from 'node:crypto';
import type { AdjustmentOrder } from '../../../src/domain/adjustment-order';
import type { Item, ItemReference, Location, LocationReference } from '../../../src/domain/catalogue/catalogue';
import {
  CatalogueMap,
  identifierKey,
  identifierName,
  ReinterpretedCatalogue,
  type IdentifierRow,
} from '../../../src/domain/catalogue/catalogue-map';
import { atOnce } from '../../../src/application/turns';
import { namesOf } from '../../../src/domain/ledger/asked-names';
import { askedReads, itemLocationKey, type AskedReads } from '../../../src/domain/ledger/asked-reads';
import { askedOfReservations } from '../../../src/domain/ledger/asked-reservations';
import type { InboundMessage, QuarantinedRow, RowRefusal } from '../../../src/domain/ledger/inbound-message';
import type {
  DecodedRow,
  Delivery,
  DeliveryResult,
  Fact,
  Replay,
  ReplayResult,
} from '../../../src/domain/plans/delivery';
import { factReads, planDelivery, planReplay, replayReads } from '../../../src/domain/plans/delivery';
import {
  itemSaveReads,
  planItemSave,
  type ItemSave,
  type ItemSaveResult,
} from '../../../src/domain/plans/catalogue-save';
import type { Sha256 } from '../../../src/domain/ledger/hashing';
import type { InventoryRecord } from '../../../src/domain/inventory-record';
import { levelId } from '../../../src/domain/ledger/level-id';
import {
  LedgerState,
  type Holding,
  type LedgerHead,
  type Level,
  type LevelPast,
  type LoadedLedger,
} from '../../../src/domain/ledger/ledger-state';
import { GENESIS_HASH, movementHash, type Movement, type Origin } from '../../../src/domain/ledger/movement';
import { planBatch, type Settled } from '../../../src/domain/plans/plan-batch';
import type { StoredOutcome } from '../../../src/domain/ledger/outcome';
import type { Planned, Posting } from '../../../src/domain/ledger/posting';
import type { NamedKey, PostingReads } from '../../../src/domain/ledger/posting-reads';
import {
  planStockAdjust,
  stockAdjustReads,
  type StockAdjust,
  type StockAdjustResult,
} from '../../../src/domain/plans/stock-adjust';
import { DEFAULT_DIMENSIONS, type StockDimensions, type StockKey } from '../../../src/domain/ledger/stock-key';
import type { Reservation } from '../../../src/domain/reservation';
import type { PlanningTools, UnitOfWork } from '../../../src/domain/ledger/unit-of-work';

export const sha256: Sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

/** A UUID of version 7 that depends only on the number. */
export const idOf = (n: number): string => `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const TENANT = idOf(0xfff0);
export const CONNECTION: Origin = { kind: 'CONNECTION', id: idOf(0xfff1) };
export const CLIENT: Origin = { kind: 'API_CLIENT', id: idOf(0xfff2) };

/** Noon of the day of these tests. */
export const NOON = Date.UTC(2025, 10, 22, 12);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/**
 * A tenant's ledger in memory that works like the poster with its tables: each batch reads what it names, plans, and
 * applies `writes`. Ids depend only on the content of the ledger, so that two histories can be compared.
 */
export class TestLedger {
  head: LedgerHead = {
    ...{ sequence: 0, hash: GENESIS_HASH, recordedAtMs: 0, nextOrderNumber: 1, nextVendorId: 1 },
    ...{ nextExpiryMs: null, openReservations: 0, backOrders: 0 },
  };
  readonly reservations = new Map<string, Reservation>();
  readonly items = new Map<string, Item>();
  readonly identifiers = new Map<string, IdentifierRow>();
  readonly locations = new Map<string, Location>();
  readonly formerCodes = new Map<string, string>();
  readonly levels = new Map<string, Level>();
  readonly outcomes = new Map<string, StoredOutcome>();
  readonly movements: Movement[] = [];
  readonly orders = new Map<string, AdjustmentOrder>();
  readonly inventoryRecords = new Map<string, InventoryRecord>();
  readonly messages: InboundMessage[] = [];
  readonly quarantined = new Map<string, QuarantinedRow & { open: boolean; sequence: number | null }>();

  readonly rejected: (RowRefusal & { readonly messageId: string })[] = [];

  /** A state to plan these postings against, at a clock of ours: only what they ask for is in it. */
  state(
    postings: readonly Posting<unknown>[] = [],
    recordedAtMs = NOON,
    meanings: readonly IdentifierRow[] = [],
  ): LedgerState {
    const catalogue = this.#catalogue(postings);
    // As the poster does: what a late meaning leads to is read beside what the catalogue's own leads to.
    const catalogues = [catalogue, ...meanings.map((row) => new ReinterpretedCatalogue(catalogue, row))];
    // All of them, as a ledger in memory is small. The levels that they hold are asked for with them.
    const reservations = [...this.reservations.values()];
    const places = reservations.flatMap(({ lines }) =>
      lines.flatMap(({ itemId }) => [...this.locations.keys()].map((locationId) => ({ itemId, locationId }))),
    );
    const asked = [
      ...catalogues.map((names) => askedReads(postings, names, sha256)),
      askedOfReservations(reservations, places, sha256),
    ];
    const loaded: LoadedLedger = {
      head: this.head,
      asked,
      outcomes: postings.flatMap(({ origin, reads }) =>
        reads.outcomes.flatMap((externalId) => this.outcomes.get(`${origin.id} ${externalId}`) ?? []),
      ),
      catalogue,
      levels: [...this.levels.values()].filter(({ id, key }) =>
        asked.some(
          ({ levels, siblingsAt, wholeItemIds, saleItemIds }) =>
            levels.has(id) ||
            siblingsAt.has(itemLocationKey(key)) ||
            wholeItemIds.has(key.itemId) ||
            saleItemIds.has(key.itemId),
        ),
      ),
      deltasAfter: asked.flatMap(({ deltasAfter }) =>
        deltasAfter.map((one) => ({ ...one, sum: this.#sumAfter(one.levelId, one.asOfMs) })),
      ),
      pasts: asked.flatMap(({ pasts }) => pasts.map((past) => ({ ...past, ...this.#pastOf(past) }))),
      orders: postings.flatMap(({ reads }) =>
        (reads.orderNumbers ?? []).flatMap((orderNo) => this.orders.get(orderNo) ?? []),
      ),
      reservations,
      otherExpiryMs:
        this.head.nextExpiryMs !== null && this.head.nextExpiryMs > recordedAtMs ? this.head.nextExpiryMs : null,
      inventoryRecords: [...this.inventoryRecords.values()].filter((record) =>
        asked.some(
          ({ recordsAt, wholeItemIds, saleItemIds }) =>
            recordsAt.has(itemLocationKey(record)) || wholeItemIds.has(record.itemId) || saleItemIds.has(record.itemId),
        ),
      ),
      wholeItems: asked.flatMap(({ wholeItemIds }) => [...wholeItemIds].flatMap((id) => this.items.get(id) ?? [])),
      holdings: asked.flatMap(({ holders }) => this.#holdings([...holders.itemIds, ...holders.locationIds])),
    };
    return new LedgerState(loaded, Math.max(recordedAtMs, this.head.recordedAtMs));
  }

  tools(state: LedgerState): PlanningTools {
    const count = (): number =>
      this.items.size +
      this.locations.size +
      this.reservations.size +
      state.writes.newItems.length +
      state.writes.newLocations.length +
      state.writes.newReservations.length;
    return { sha256, newId: () => idOf(1 + count()) };
  }

  /** Settles all postings, in as many batches as that takes. */
  batch(postings: readonly Posting<unknown>[], recordedAtMs = NOON): Settled[] {
    const settled: Settled[] = [];
    while (settled.length < postings.length) settled.push(...this.#batch(postings.slice(settled.length), recordedAtMs));
    return settled;
  }

  /** Plans and writes one batch. Plans again if postings have given a new name to an existing item. */
  #batch(postings: readonly Posting<unknown>[], recordedAtMs: number): Settled[] {
    const meanings = new Map<string, IdentifierRow>();
    for (;;) {
      const state = this.state(postings, recordedAtMs, [...meanings.values()]);
      const settled = plannedBatch(state, postings, this.tools(state));
      const late = [...state.catalogue.lateMeanings].filter(([key]) => !meanings.has(key));
      for (const [key, row] of late) meanings.set(key, row);
      if (late.length > 0) continue;
      this.#write(state);
      return settled;
    }
  }

  /** Posts one posting as a batch and returns its result. Throws what its plan threw. */
  post<Result>(posting: Posting<Result>, recordedAtMs = NOON): Result {
    return resultOf(this.batch([posting], recordedAtMs)[0]) as Result;
  }

  deliver(messageId: number, rows: readonly DecodedRow[], recordedAtMs = NOON): DeliveryResult {
    return this.post(delivered(deliveryOf(messageId, rows)), recordedAtMs);
  }

  adjust(command: StockAdjust, recordedAtMs = NOON): StockAdjustResult {
    return this.post(adjusted(command), recordedAtMs);
  }

  /** The quantities of all levels by names, so that ledgers whose ids differ can be compared. */
  quantities(): Record<string, number> {
    const named = [...this.levels.values()].map((level) => [this.nameOf(level.key), level.quantity] as const);
    return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  quantity(sku: string, location: string, dimensions: Partial<StockDimensions> = {}): number {
    const item = [...this.items.values()].find((candidate) => candidate.sku === sku);
    const place = [...this.locations.values()].find((candidate) => candidate.code === location);
    const key = { ...DEFAULT_DIMENSIONS, ...dimensions, itemId: item?.id ?? '', locationId: place?.id ?? '' };
    return this.levels.get(levelId(key, sha256))?.quantity ?? 0;
  }

  nameOf(key: StockKey): string {
    const { itemId, locationId, ...dimensions } = key;
    const item = this.items.get(itemId);
    const names = [item?.sku, item?.specification, this.locations.get(locationId)?.code];
    return [...names, ...Object.values(dimensions)].join('/');
  }

  addItem(sku: string, specification = '', identifiers: readonly { scheme: string; value: string }[] = []): Item {
    const id = idOf(1 + this.items.size + this.locations.size);
    const item: Item = {
      id,
      sku,
      specification,
      name: null,
      unitsPerPackage: null,
      archivedAtMs: null,
      mergedIntoId: null,
    };
    this.items.set(item.id, item);
    for (const { scheme, value } of identifiers) {
      this.identifiers.set(identifierKey(scheme, value, ''), { scheme, value, specification: '', itemId: item.id });
    }
    return item;
  }

  addLocation(code: string, parentId: string | null = null): Location {
    const location: Location = {
      id: idOf(1 + this.items.size + this.locations.size),
      code,
      name: null,
      parentId,
      vendorId: null,
      archivedAtMs: null,
    };
    this.locations.set(location.id, location);
    return location;
  }

  /** Everything that has a name, of which the names that the postings speak of can be looked up. */
  #catalogue(postings: readonly Posting<unknown>[]): CatalogueMap {
    const catalogue = new CatalogueMap();
    for (const item of this.items.values()) if (item.mergedIntoId === null) catalogue.addItem(item);
    for (const row of this.identifiers.values()) catalogue.addIdentifier(row);
    for (const location of this.locations.values()) catalogue.addLocation(location);
    for (const [code, locationId] of this.formerCodes) catalogue.addFormerCode(code, locationId);
    noteNames(catalogue, postings);
    return catalogue;
  }

  #sumAfter(id: string, asOfMs: number): number {
    const later = this.movements.filter((movement) => movement.reason !== 'COUNT' && movement.effectiveAtMs > asOfMs);
    const legs = later.flatMap((movement) => [...movement.entries, ...movement.absorbedLegs]);
    return legs.reduce((sum, leg) => (leg.levelId === id ? sum + leg.delta : sum), 0);
  }

  #holdings(ids: readonly string[]): Holding[] {
    const isWithin = (locationId: string | null, id: string): boolean =>
      locationId !== null && (locationId === id || isWithin(this.locations.get(locationId)?.parentId ?? null, id));
    return ids.flatMap((holderId) =>
      [...this.levels.values()]
        .filter(
          ({ quantity, key }) => quantity !== 0 && (key.itemId === holderId || isWithin(key.locationId, holderId)),
        )
        .map(({ quantity, key: { itemId, locationId, bucket } }) => {
          const [sku, locationCode] = [this.items.get(itemId)?.sku ?? '', this.locations.get(locationId)?.code ?? ''];
          return { holderId, sku, locationCode, bucket, quantity };
        }),
    );
  }

  #pastOf({ levelId, itemId, sinceMs }: AskedReads['pasts'][number]): LevelPast {
    const entries = this.movements.flatMap((movement) =>
      movement.entries.map((entry) => ({ ...entry, atMs: movement.effectiveAtMs })),
    );
    const ofLevel = entries.filter((entry) => entry.levelId === levelId);
    const quantityAt = (ms: number): number =>
      ofLevel.reduce((sum, { atMs, delta }) => (atMs <= ms ? sum + delta : sum), 0);
    const moments = [sinceMs, ...ofLevel.map(({ atMs }) => atMs).filter((atMs) => atMs > sinceMs)].toSorted(
      (a, b) => quantityAt(a) - quantityAt(b) || a - b,
    );
    const lowestAtMs = moments[0] ?? sinceMs;
    const moved = entries.filter((entry) => entry.itemId === itemId).map(({ atMs }) => atMs);
    const itemMovedAtMs = moved.length === 0 ? null : Math.min(...moved);
    return { lowest: quantityAt(lowestAtMs), lowestAtMs, itemMovedAtMs };
  }

  #write(state: LedgerState): void {
    const { writes } = state;
    for (const level of state.touchedLevels()) this.levels.set(level.id, level);
    for (const outcome of writes.outcomes) this.#insertOutcome(outcome);
    for (const item of [...writes.newItems, ...writes.changedItems]) this.items.set(item.id, item);
    for (const row of writes.removedIdentifiers) {
      this.identifiers.delete(identifierKey(row.scheme, row.value, row.specification));
    }
    const removed = new Set(writes.removedIdentifiers);
    for (const row of writes.newIdentifiers.filter((candidate) => !removed.has(candidate))) {
      this.identifiers.set(identifierKey(row.scheme, row.value, row.specification), row);
    }
    for (const location of [...writes.newLocations, ...writes.changedLocations]) {
      this.locations.set(location.id, location);
    }
    for (const { code } of writes.removedFormerCodes) this.formerCodes.delete(code);
    for (const { code, locationId } of writes.newFormerCodes) this.formerCodes.set(code, locationId);
    for (const { from, intoId } of writes.mergedItems) this.#giveNames(from, intoId);
    this.movements.push(...writes.movements);
    for (const order of [...writes.newOrders, ...writes.changedOrders]) this.orders.set(order.orderNo, order);
    for (const one of [...writes.newReservations, ...writes.changedReservations]) this.reservations.set(one.id, one);
    for (const record of writes.inventoryRecords) {
      this.inventoryRecords.set(`${record.itemId} ${record.locationId}`, record);
    }
    this.#writeMessages(state);
    this.head = state.head;
  }

  #giveNames({ id, sku, specification }: Item, intoId: string): void {
    for (const [key, row] of this.identifiers) {
      if (row.itemId === id) this.identifiers.set(key, { ...row, itemId: intoId });
    }
    const former = { scheme: 'SKU', value: sku, specification, itemId: intoId };
    const key = identifierKey(former.scheme, sku, specification);
    if (!this.identifiers.has(key)) this.identifiers.set(key, former);
  }

  /** An outcome is kept for ever, so a second one under the same id is a bug of the plan. */
  #insertOutcome(outcome: StoredOutcome): void {
    const key = `${outcome.originId} ${outcome.externalId}`;
    if (this.outcomes.has(key)) throw new Error(`The outcome ${key} was there already.`);
    this.outcomes.set(key, outcome);
  }

  #writeMessages({ writes }: LedgerState): void {
    this.messages.push(...writes.inboundMessages);
    this.rejected.push(...writes.rejectedRows);
    for (const row of writes.quarantinedRows) {
      this.quarantined.set(`${row.messageId} ${row.index}`, { ...row, open: true, sequence: null });
    }
    for (const { messageId, index, ...update } of writes.quarantineUpdates) {
      const row = this.quarantined.get(`${messageId} ${index}`);
      if (!row?.open) continue;
      const { closed, ...changes } = update;
      this.quarantined.set(`${messageId} ${index}`, { ...row, ...changes, open: !closed });
    }
    for (const { messageId, status } of writes.messageStatuses) {
      const at = this.messages.findIndex((message) => message.id === messageId);
      const message = this.messages[at];
      if (message) this.messages[at] = { ...message, status };
    }
  }
}

function noteNames({ asked }: CatalogueMap, postings: readonly Posting<unknown>[]): void {
  const names = namesOf(postings);
  for (const sku of names.skus) asked.skus.add(sku);
  for (const { scheme, value } of names.identifiers) asked.identifiers.add(identifierName(scheme, value));
  for (const code of names.locationCodes) asked.locationCodes.add(code);
}

/** Checks the invariants of a ledger. Returns a sentence for each one that is broken. */
export function faultsOf(ledger: TestLedger): string[] {
  const faults: string[] = [];
  const running = new Map<string, { quantity: number; version: number }>();
  let hash = GENESIS_HASH;
  let recordedAtMs = 0;
  ledger.movements.forEach((movement, index) => {
    const { hash: stored, ...body } = movement;
    if (movement.sequence !== index + 1) faults.push(`sequence ${movement.sequence} stands at place ${index + 1}`);
    if (movementHash(hash, body, sha256) !== stored) faults.push(`the chain is broken at ${movement.sequence}`);
    if (movement.recordedAtMs < recordedAtMs) faults.push(`our clock went back at ${movement.sequence}`);
    if (movement.effectiveAtMs > movement.recordedAtMs) faults.push(`${movement.sequence} takes effect in the future`);
    ({ hash: hash, recordedAtMs } = movement);
    for (const entry of movement.entries) {
      const before = running.get(entry.levelId) ?? { quantity: 0, version: 0 };
      const next = { quantity: before.quantity + entry.delta, version: before.version + 1 };
      if (entry.levelVersion !== next.version) faults.push(`a version is missing at ${movement.sequence}`);
      if (entry.quantityAfter !== next.quantity) faults.push(`quantityAfter is wrong at ${movement.sequence}`);
      running.set(entry.levelId, next);
    }
  });
  if (ledger.head.hash !== hash || ledger.head.sequence !== ledger.movements.length) faults.push('the head is off');
  for (const level of ledger.levels.values()) {
    const sum = running.get(level.id) ?? { quantity: 0, version: 0 };
    if (level.quantity !== sum.quantity || level.version !== sum.version) faults.push(`level ${level.id} is off`);
    if (levelId(level.key, sha256) !== level.id) faults.push(`level ${level.id} is not its key's`);
  }
  for (const id of running.keys()) if (!ledger.levels.has(id)) faults.push(`level ${id} is missing`);
  return faults;
}

/** Returns the result of a posting. Throws what its plan threw. */
export function resultOf(settled: Settled | undefined): unknown {
  if (settled && 'result' in settled) return settled.result;
  throw settled?.error;
}

export const bySku = (sku: string, specification = ''): ItemReference => ({ by: 'SKU', sku, specification });

export function byIdentifier(
  scheme: string,
  value: string,
  more: Partial<Extract<ItemReference, { by: 'IDENTIFIER' }>> = {},
): ItemReference {
  return { by: 'IDENTIFIER', scheme, value, specification: '', alsoKnownAs: [], whenUnknown: 'CREATE', ...more };
}

export const at = (code: string): LocationReference => ({ by: 'CODE', code, whenUnknown: 'REFUSE' });

export const atOrNew = (code: string, parentCode: string | null = null): LocationReference => ({
  by: 'CODE',
  code,
  whenUnknown: 'CREATE',
  parentCode,
});

export function keyOf(sku: string, location: string, dimensions: Partial<StockDimensions> = {}): NamedKey {
  return { item: bySku(sku), location: at(location), dimensions: { ...DEFAULT_DIMENSIONS, ...dimensions } };
}

/** By default, 1 unit of TEA arrives at MAIN a minute before noon. */
export function factOf(externalId: string, more: Partial<Fact> = {}): Fact {
  const fact = {
    externalId,
    eventId: externalId,
    item: byIdentifier('CODE', 'TEA'),
    location: atOrNew('MAIN'),
    dimensions: DEFAULT_DIMENSIONS,
    delta: 1,
    reason: 'ADJUSTMENT',
    reference: null,
    note: null,
    occurredAtMs: NOON - MINUTE,
    ...more,
  } as const;
  return { fingerprint: sha256(JSON.stringify(fact)), ...fact };
}

export const rowsOf = (...facts: readonly Fact[]): DecodedRow[] =>
  facts.map((fact, index) => ({ index, text: `{"id":"${fact.externalId}"}`, fact }));

export function deliveryOf(messageId: number, rows: readonly DecodedRow[]): Delivery {
  const body = JSON.stringify(rows.map(({ text }) => text));
  return {
    id: idOf(0xa000 + messageId),
    connectionId: CONNECTION.id,
    format: 'test',
    receivedAtMs: NOON,
    bodySha256: sha256(body),
    body,
    verdict: 'test',
    rows,
  };
}

/** The posting that a use case creates for a delivery. */
export function delivered(delivery: Delivery): Posting<DeliveryResult> {
  return postingOf((work) => planDelivery(work, delivery), { origin: CONNECTION, reads: factReads(delivery.rows) });
}

/** By default, moves 1 unit of TEA into MAIN. */
export function adjustOf(idempotencyKey: string, more: Partial<StockAdjust> = {}): StockAdjust {
  const content = {
    reason: 'ADJUSTMENT',
    rows: [{ key: keyOf('TEA', 'MAIN'), delta: 1 }],
    reference: null,
    note: null,
    occurredAtMs: null,
    ...more,
  } as const;
  const { dryRun = false, ...fingerprinted } = { ...content, dryRun: more.dryRun };
  return { fingerprint: sha256(JSON.stringify(fingerprinted)), ...content, idempotencyKey, dryRun };
}

export function adjusted(command: StockAdjust): Posting<StockAdjustResult> {
  return postingOf((work) => planStockAdjust(work, command), { reads: stockAdjustReads(command) });
}

export function itemSaved(more: Pick<ItemSave, 'sku'> & Partial<ItemSave>): Posting<ItemSaveResult> {
  const command = { specification: '', identifiers: [], ...more };
  return postingOf((work) => planItemSave(work, command), { reads: itemSaveReads(command) });
}

export function postingOf<Result>(
  plan: (work: UnitOfWork) => Planned<Result>,
  more: Partial<Posting<Result>> = {},
): Posting<Result> {
  return { tenantId: TENANT, origin: CLIENT, reads: { outcomes: [], keys: [] }, plan, ...more };
}

/** A posting of an origin with this many legs, that does nothing. */
export const postingOfLegs = (origin: number, legs: number): Posting<unknown> =>
  postingOf(() => ({ keep: true, remember: [], result: null }), {
    origin: { kind: 'CONNECTION', id: idOf(origin) },
    reads: { outcomes: [], keys: Array.from({ length: legs }, () => keyOf('TEA', 'MAIN')) },
  });

/** The names that a posting asks for beside its keys. */
export const namesIn = ({ items = [], identifiers = [], locations = [] }: PostingReads): string[] => [
  ...items.map((item) => (item.by === 'SKU' ? `sku ${item.sku}` : `${item.scheme} ${item.value}`)),
  ...identifiers.map(({ scheme, value }) => `${scheme} ${value}`),
  ...locations.map((location) => `location ${location.by === 'ID' ? location.id : location.code}`),
];

/** Plans a batch without a pause. */
export const plannedBatch = (...batch: Parameters<typeof planBatch>): Settled[] => atOnce(planBatch(...batch));

/** The replay of one message's rows. */
export const replayOf = (replay: Replay): Posting<ReplayResult> =>
  postingOf(
    (work) => {
      const planned = planReplay(work, [replay]);
      return { ...planned, result: planned.result[0] as ReplayResult };
    },
    { origin: CONNECTION, reads: replayReads([replay]) },
  );
