/** Lists as clients ask for them: every kind, with filters that are made at random, the same in every run. */
import type {
  AsOf,
  DiscrepancyFilter,
  LedgerEntryFilter,
  Page,
  PageRequest,
  QuarantineFilter,
  Reads,
  StockFilter,
  StockLevelFilter,
} from '../../src/application/ports/reads';
import { MOVEMENT_REASONS } from '../../src/domain/ledger/movement';
import { numbersFrom } from './random-ledger';

/** What filters can name. */
export interface Names {
  readonly skus: readonly string[];
  readonly locations: readonly string[];
  readonly buckets: readonly NonNullable<StockLevelFilter['buckets']>[number][];
  readonly origins: readonly string[];
  readonly externalIds: readonly string[];
  readonly references: readonly string[];
  readonly sequences: readonly number[];
  readonly instantsMs: readonly number[];
}

/** A list without its page. */
export interface AskedList {
  readonly name: string;
  readonly read: (reads: Reads, tenantId: string, page: PageRequest) => Promise<Page<unknown>>;
}

const SHOWN_OF_LEVELS = ['EVERYTHING', 'NAMES'] as const;
const SHOWN = [...SHOWN_OF_LEVELS, 'POSITION'] as const;

const shownOf = <Shown>(at: number, all: readonly Shown[]): { readonly shown: Shown } => ({
  shown: all[at % all.length] as Shown,
});

/** Lists of every kind, `each` of those with filters. */
export function askedLists(
  names: Names,
  { each, seed }: { readonly each: number; readonly seed: number },
): AskedList[] {
  const make = new Filters(names, seed);
  const several = <Filter>(filter: () => Filter): Filter[] => Array.from({ length: each }, filter);
  const wants = { buckets: true, levels: false };
  return [
    ...several(() => make.stock()).map(({ filter, order, asOf }, at) => ({
      name: `stock ${JSON.stringify({ filter, order, asOf })}`,
      read: (reads: Reads, id: string, page: PageRequest) =>
        reads.stock(id, { filter, order, asOf, page, wants: { ...wants, ...shownOf(at, SHOWN) } }),
    })),
    ...several(() => make.levels()).map(({ filter, asOf }, at) => ({
      name: `levels ${JSON.stringify({ filter, asOf })}`,
      read: (reads: Reads, id: string, page: PageRequest) =>
        reads.stockLevels(id, { filter, asOf, page, ...shownOf(at, SHOWN_OF_LEVELS) }),
    })),
    ...several(() => make.ledger()).flatMap((filter) => [
      {
        name: `entries ${JSON.stringify(filter)}`,
        read: (reads: Reads, id: string, page: PageRequest) =>
          reads.ledgerEntries(id, { filter, page, withMovement: true }),
      },
      {
        name: `movements ${JSON.stringify(filter)}`,
        read: (reads: Reads, id: string, page: PageRequest) => reads.movements(id, { filter, page }),
      },
    ]),
    ...several(() => make.discrepancies()).map((filter) => ({
      name: `discrepancies ${JSON.stringify(filter)}`,
      read: (reads: Reads, id: string, page: PageRequest) => reads.discrepancies(id, { filter, page }),
    })),
    ...several(() => make.quarantine()).map((filter) => ({
      name: `quarantined rows ${JSON.stringify(filter)}`,
      read: (reads: Reads, id: string, page: PageRequest) => reads.quarantinedRows(id, { filter, page }),
    })),
    ...OTHERS,
  ];
}

const OTHERS: readonly AskedList[] = [
  ...[true, false].flatMap((includeArchived): AskedList[] => [
    {
      name: `items, archived ${includeArchived}`,
      read: (reads, id, page) => reads.items(id, { search: null, includeArchived }, page),
    },
    {
      name: `items found, archived ${includeArchived}`,
      read: (reads, id, page) => reads.items(id, { search: 't', includeArchived }, page),
    },
    {
      name: `locations, archived ${includeArchived}`,
      read: (reads, id, page) => reads.locations(id, includeArchived, page),
    },
  ]),
  { name: 'look-alikes', read: (reads, id, page) => reads.lookalikes(id, page) },
  { name: 'connections', read: (reads, id, page) => reads.connections(id, page) },
  { name: 'trusted documents', read: (reads, id, page) => reads.trustedDocuments(id, page) },
  { name: 'keys', read: (reads, id, page) => reads.apiKeys(id, page) },
  ...[null, 'warehouse'].flatMap((connection) =>
    ([null, 'APPLIED', 'QUARANTINED'] as const).map((status): AskedList => ({
      name: `messages ${JSON.stringify({ connection, status })}`,
      read: (reads, id, page) => reads.inboundMessages(id, { connection, status, page }),
    })),
  ),
  ...([null, 'UNPACK'] as const).map((type): AskedList => ({
    name: `orders ${type ?? ''}`,
    read: (reads, id, page) => reads.adjustmentOrders(id, { type, status: null, page }),
  })),
  ...[null, 'somebody'].flatMap((actor) =>
    [null, 'something'].map((subject): AskedList => ({
      name: `audit ${JSON.stringify({ actor, subject })}`,
      read: (reads, id, page) => reads.auditEntries(id, { actor, subject, page }),
    })),
  ),
];

/** Leaves out what is undefined, as the edges do. */
const given = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;

class Filters {
  readonly #below: (below: number) => number;

  constructor(
    private readonly names: Names,
    seed: number,
  ) {
    this.#below = numbersFrom(seed);
  }

  stock(): { filter: StockFilter; order: 'SKU' | 'SELLABLE_ASC' | 'SELLABLE_DESC'; asOf: AsOf | null } {
    const isPresent = this.#below(3) > 0;
    const filter = given({
      skus: this.#some(this.names.skus, 0.2),
      locations: this.#some(this.names.locations, 0.3),
      includeParts: this.#one([true], 0.1),
      drifting: this.#one([true], 0.15),
      inStock: this.#one([true, false], 0.2),
      sellable: this.#one([true, false], 0.15),
      belowThreshold: this.#one([true], 0.1),
      belowReorderPoint: this.#one([true], 0.1),
      changedAfterSequence: this.#one(this.names.sequences, 0.15),
      changedSinceMs: this.#one(this.names.instantsMs, 0.1),
    }) as StockFilter;
    const order = this.#one(['SELLABLE_ASC', 'SELLABLE_DESC'] as const, 0.2) ?? 'SKU';
    return { filter, order, asOf: isPresent ? null : this.#moment() };
  }

  levels(): { filter: StockLevelFilter; asOf: AsOf | null } {
    const filter = given({
      skus: this.#some(this.names.skus, 0.2),
      locations: this.#some(this.names.locations, 0.35),
      buckets: this.#some(this.names.buckets, 0.35),
      owners: this.#some(['', 'somebody'], 0.1),
      conditions: this.#some(['GOOD', 'DAMAGED'] as const, 0.15),
      lots: this.#some(['', 'L1'], 0.1),
      nonZero: this.#one([true], 0.2),
      negative: this.#one([true], 0.2),
    }) as StockLevelFilter;
    return { filter, asOf: this.#below(3) > 0 ? null : this.#moment() };
  }

  ledger(): LedgerEntryFilter {
    return given({
      skus: this.#some(this.names.skus, 0.15),
      locations: this.#some(this.names.locations, 0.25),
      buckets: this.#some(this.names.buckets, 0.25),
      reasons: this.#some(MOVEMENT_REASONS, 0.3),
      references: this.#some(this.names.references, 0.1),
      recordedFromMs: this.#one(this.names.instantsMs, 0.15),
      recordedToMs: this.#one(this.names.instantsMs, 0.15),
      occurredFromMs: this.#one(this.names.instantsMs, 0.1),
      afterSequence: this.#one(this.names.sequences, 0.2),
      externalId: this.#one(this.names.externalIds, 0.1),
      origin: this.#one(this.names.origins, 0.15),
      includeAbsorbed: this.#one([true], 0.15),
    }) as LedgerEntryFilter;
  }

  discrepancies(): DiscrepancyFilter {
    return given({
      kinds: this.#some(['DRIFT', 'NEGATIVE_LEVEL'] as const, 0.4),
      open: this.#one([true, false], 0.5),
      skus: this.#some(this.names.skus, 0.25),
      locations: this.#some(this.names.locations, 0.25),
    }) as DiscrepancyFilter;
  }

  quarantine(): QuarantineFilter {
    return given({
      codes: this.#some(['ITEM_NOT_FOUND', 'ROW_INVALID'], 0.3),
      connections: this.#some(this.names.origins, 0.2),
      open: this.#one([true, false], 0.6),
      externalId: this.#one(this.names.externalIds, 0.15),
      items: this.#some(this.names.skus, 0.15),
      locations: this.#some(this.names.locations, 0.15),
      search: this.#one(['a'], 0.15),
      receivedAfter: this.#one(this.names.instantsMs, 0.15),
    }) as QuarantineFilter;
  }

  #moment(): AsOf {
    return { sequence: this.#one(this.names.sequences, 1) ?? 0 };
  }

  #one<Value>(values: readonly Value[], chance: number): Value | undefined {
    return this.#below(1_000) < chance * 1_000 ? values[this.#below(values.length)] : undefined;
  }

  /** One of the values, or two. */
  #some<Value>(values: readonly Value[], chance: number): Value[] | undefined {
    const first = this.#one(values, chance);
    if (first === undefined) return undefined;
    const second = this.#one(values, 0.3);
    return second === undefined || second === first ? [first] : [first, second];
  }
}
