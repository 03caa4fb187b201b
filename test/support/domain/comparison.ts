import type { DecodedRow, DeliveryResult } from '../../../src/domain/plans/delivery';
import type { Posting } from '../../../src/domain/ledger/posting';
import { DEFAULT_DIMENSIONS, type StockKey } from '../../../src/domain/ledger/stock-key';
import { CALLER, type TestGateway } from './gateway';
import { KNOWN_LOCATIONS, KNOWN_SKUS, UNITS_PER_PACKAGE, type Round, type Step } from './histories';
import { LedgerModel, type ModelAnswer, type ModelEntry } from './ledger-model';
import { modelAnswer, modelRecord, plainAnswer, plainRecord } from './plain-answers';
import {
  CLIENT,
  CONNECTION,
  delivered,
  deliveryOf,
  faultsOf,
  replayOf,
  rowsOf,
  TENANT,
  TestLedger,
} from './test-ledger';

interface Told {
  /** Asks the product. */
  readonly ask: () => Promise<unknown>;
  /** Asks the model. */
  readonly expect: () => ModelAnswer;
}

interface Message {
  readonly id: string;
  readonly receivedAtMs: number;
  readonly bodySha256: string;
  readonly rows: readonly DecodedRow[];
}

const PRINCIPAL = {
  clientName: 'test',
  keyId: '',
  scopes: new Set<never>(),
  inventoryOrganisations: false,
  limits: null,
  origins: null,
  addresses: null,
};

/** Runs the same input through the product and the model. */
export class Comparison {
  readonly model = new LedgerModel(KNOWN_SKUS, KNOWN_LOCATIONS, UNITS_PER_PACKAGE);
  readonly #messages: Message[] = [];

  /** Rows that a replay has closed, by message and index. */
  readonly #replayed = new Set<string>();

  /** The ledger has to know what {@link knownToHistories} knows. */
  constructor(readonly gateway: TestGateway) {}

  get ledger(): TestLedger {
    return this.gateway.ledger;
  }

  /** Runs a round through both as one batch, and compares the answers and the ledgers. */
  async play({ advanceMs, steps }: Round): Promise<void> {
    this.gateway.nowMs += advanceMs;
    this.model.nowMs = this.gateway.nowMs;
    const told = steps.map((step) => this.#told(step));
    const answers = await this.gateway.atOnce(...told.map(({ ask }) => ask));
    const expected = told.map((one) => one.expect());
    expect(answers.map((answer) => plainAnswer(answer, (key) => this.#nameOf(key)))).toEqual(expected.map(modelAnswer));
    this.#compareLedgers();
  }

  /** An answer that comes from a table has the parts of a key in another order. */
  #nameOf(key: StockKey): string {
    return this.ledger.nameOf({ ...DEFAULT_DIMENSIONS, ...key });
  }

  #told(step: Step): Told {
    const { gateway, model } = this;
    switch (step.kind) {
      case 'DELIVER':
        return this.#delivery(rowsOf(...step.facts));
      case 'REPLAY':
        return this.#replay(step.pick);
      case 'ADJUST': {
        const principal = { ...PRINCIPAL, tenantId: TENANT, clientId: CLIENT.id };
        return {
          ask: () => gateway.adjustStock(principal, step.input),
          expect: () => model.adjust(CLIENT.id, step.input),
        };
      }
      case 'SET':
        return {
          ask: () => gateway.setStock({ tenantId: TENANT, origin: step.origin }, step.input),
          expect: () => model.set(step.origin.id, step.input),
        };
      case 'ORDER':
        return {
          ask: () => gateway.orders.create({ tenantId: TENANT, origin: step.origin }, step.input),
          expect: () => model.order(step.origin.id, step.input),
        };
      case 'REVERSE': {
        // An order that is asked for together with its reversal is found or not, as the batch is cut.
        const { orderNo } = step.input;
        const input = { ...step.input, orderNo: model.state.orders.has(orderNo) ? orderNo : 'none' };
        return {
          ask: () => gateway.orders.reverse(CALLER, input),
          expect: () => model.reverse(CLIENT.id, input),
        };
      }
      case 'MERGE': {
        const principal = { ...PRINCIPAL, tenantId: TENANT, clientId: CLIENT.id };
        const named = (sku: string) => ({ by: 'SKU', sku, specification: '' }) as const;
        // An item that is created together with its merge is found or not, as the batch is cut.
        const known = (sku: string): string => (model.state.skus.has(sku) ? sku : 'GHOST');
        const input = { ...step.input, from: known(step.input.from), into: known(step.input.into) };
        const { from, into, ...rest } = input;
        return {
          ask: async () => {
            const command = { ...rest, from: named(from), into: named(into) };
            const { item: _, changes, ...answer } = await gateway.upkeep.mergeItem(principal, command);
            return { ...answer, changes: inOrder(changes, ({ key }) => this.#nameOf(key)) };
          },
          expect: () => {
            const answer = model.merge(CLIENT.id, input);
            return { ...answer, changes: inOrder(answer['changes'] as ModelEntry[], ({ key }) => key) };
          },
        };
      }
      case 'RECORD':
        return {
          ask: () => gateway.saveRecord({ tenantId: TENANT, origin: step.origin }, step.input),
          expect: () => model.record(step.origin.id, step.input),
        };
    }
  }

  #delivery(rows: readonly DecodedRow[]): Told {
    const receivedAtMs = this.gateway.nowMs;
    const delivery = { ...deliveryOf(this.#messages.length, rows), receivedAtMs };
    this.#messages.push(delivery);
    return this.#facts(delivered(delivery), rows, receivedAtMs);
  }

  /** Replays the quarantined rows of a message, with its original clocks. */
  #replay(pick: number): Told {
    const waiting = [...this.ledger.quarantined.values()].filter(({ open }) => open);
    const open = this.#messages.filter(({ id }) => waiting.some((row) => row.messageId === id));
    const message = open[pick % open.length];
    if (!message) return this.#delivery([]);
    const { id, receivedAtMs, bodySha256 } = message;
    const rows = message.rows.filter(({ index }) => waiting.some((row) => row.messageId === id && row.index === index));
    const replay = { id, receivedAtMs, bodySha256, rows, anyApplied: false };
    return {
      ...this.#facts(replayOf(replay), rows, receivedAtMs),
      expect: () => {
        const place = (index: number): string => `${id} ${index}`;
        // A replay in the same batch may have closed it.
        const stillOpen = rows.filter(({ index }) => !this.#replayed.has(place(index)));
        const answer = this.model.deliver(CONNECTION.id, stillOpen, receivedAtMs);
        for (const { index, status } of answer['rows'] as { index: number; status: string }[]) {
          if (status !== 'QUARANTINED') this.#replayed.add(place(index));
        }
        return answer;
      },
    };
  }

  #facts(posting: Posting<DeliveryResult>, rows: readonly DecodedRow[], receivedAtMs: number): Told {
    return {
      ask: async () => {
        const { belowZero, rows: verdicts } = await this.gateway.poster.post(posting);
        return { belowZero, rows: verdicts.map((verdict) => ({ ...verdict, detail: undefined })) };
      },
      expect: () => this.model.deliver(CONNECTION.id, rows, receivedAtMs),
    };
  }

  #compareLedgers(): void {
    const { ledger, model } = this;
    expect(faultsOf(ledger)).toEqual([]);
    const names = new Map([...ledger.levels.values()].map((level) => [level.id, ledger.nameOf(level.key)]));
    const named = <Part extends { levelId: string }>({ levelId, ...part }: Part) => ({
      ...part,
      key: names.get(levelId),
    });
    expect(
      ledger.movements.map((movement) => ({
        ...movement,
        originId: movement.origin.id,
        entries: entriesOf(movement.reason, movement.entries.map(named)),
        absorbedLegs: movement.absorbedLegs.map(named),
        counts: movement.counts.map(named),
      })),
    ).toMatchObject(
      model.state.movements.map((movement) => ({ ...movement, entries: entriesOf(movement.reason, movement.entries) })),
    );
    expect(ledger.movements).toHaveLength(model.state.movements.length);
    const levels = [...ledger.levels.values()].map(
      ({ id, quantity, version, hasBaseline, countedAsOfMs, lastCount }) => [
        names.get(id) ?? '',
        { quantity, version, hasBaseline, countedAsOfMs, lastCount },
      ],
    );
    expect(Object.fromEntries(levels)).toEqual(model.levels());
    expect(ledger.outcomes.size).toBe(model.state.outcomes.size + model.state.postedRows.size);
    expect(ledger.head.nextOrderNumber).toBe(model.state.nextOrderNumber);
    const orders = [...ledger.orders.values()].map(({ orderNo, status, reverses, reversedBy, sequence }) => {
      return { orderNo, status, reverses, reversedBy, sequence };
    });
    expect(orders).toEqual([...model.state.orders.values()].map(({ legs: _, ...order }) => order));
    const records = [...ledger.inventoryRecords.values()].map(plainRecord);
    expect(records).toEqual([...model.state.records.values()].map(modelRecord));
  }
}

/** The levels of a merge have no order. */
const inOrder = <Row>(rows: readonly Row[], textOf: (row: Row) => string): Row[] =>
  rows.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));

const entriesOf = <Entry extends { key?: string | undefined }>(
  reason: string,
  entries: readonly Entry[],
): readonly Entry[] => (reason === 'MERGE' ? inOrder(entries, ({ key = '' }) => key) : entries);

/** A ledger in memory with the items and locations that histories start with. */
export function knownToHistories(): TestLedger {
  const ledger = new TestLedger();
  for (const sku of KNOWN_SKUS) {
    const item = ledger.addItem(sku, '', [{ scheme: 'CODE', value: sku }]);
    ledger.items.set(item.id, { ...item, unitsPerPackage: UNITS_PER_PACKAGE[sku] });
  }
  for (const code of KNOWN_LOCATIONS) ledger.addLocation(code);
  return ledger;
}
