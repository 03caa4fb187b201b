import fc from 'fast-check';
import type { UserError } from '../../src/domain/errors';
import { factReads, planReplay, type DecodedRow, type DeliveryResult } from '../../src/domain/facts';
import type { InventoryRecord } from '../../src/domain/inventory-record';
import type { Posting } from '../../src/domain/posting';
import type { StockChange } from '../../src/domain/unit-of-work';
import { CALLER, TestGateway } from './gateway';
import { histories, KNOWN_LOCATIONS, KNOWN_SKUS, UNITS_PER_PACKAGE, type Round, type Step } from './histories';
import { LedgerModel, type ModelAnswer } from './ledger-model';
import { CLIENT, CONNECTION, delivered, deliveryOf, faultsOf, postingOf, rowsOf, TENANT, TestLedger } from './support';

interface Told {
  /** Asks the product. */
  readonly ask: () => Promise<unknown>;
  /** Asks the model. */
  readonly expect: () => ModelAnswer;
}

interface Message {
  readonly messageId: string;
  readonly receivedAtMs: number;
  readonly rows: readonly DecodedRow[];
}

const PRINCIPAL = { clientName: 'test', scopes: new Set<never>(), inventoryOrganisations: false };

/** The product over a ledger in memory, and the model of it, told the same. */
class Comparison {
  readonly ledger = new TestLedger();
  readonly gateway = new TestGateway(this.ledger);
  readonly model = new LedgerModel(KNOWN_SKUS, KNOWN_LOCATIONS, UNITS_PER_PACKAGE);
  readonly #messages: Message[] = [];

  constructor() {
    for (const sku of KNOWN_SKUS) {
      const item = this.ledger.addItem(sku, '', [{ scheme: 'UPC', value: sku }]);
      const unitsPerPackage = new Map(Object.entries(UNITS_PER_PACKAGE)).get(sku) ?? null;
      this.ledger.items.set(item.id, { ...item, unitsPerPackage });
    }
    for (const code of KNOWN_LOCATIONS) this.ledger.addLocation(code);
  }

  /** Tells both a round, as one batch, and compares what they answer and what has become of the ledger. */
  async play({ advanceMs, steps }: Round): Promise<void> {
    this.gateway.nowMs += advanceMs;
    this.model.nowMs = this.gateway.nowMs;
    const told = steps.map((step) => this.#told(step));
    const answers = await this.gateway.atOnce(...told.map(({ ask }) => ask));
    const expected = told.map((one) => one.expect());
    expect(answers.map((answer) => this.#plain(answer))).toEqual(expected.map(sorted));
    this.#compareLedgers();
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
      case 'REVERSE':
        return {
          ask: () => gateway.orders.reverse(CALLER, step.input),
          expect: () => model.reverse(CLIENT.id, step.input),
        };
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
    this.#messages.push({ messageId: delivery.messageId, receivedAtMs, rows });
    return this.#facts(delivered(delivery), rows, receivedAtMs);
  }

  /** Tries what waits of a message again, with its original clocks. */
  #replay(pick: number): Told {
    const waiting = [...this.ledger.quarantined.values()].filter(({ open }) => open);
    const open = this.#messages.filter(({ messageId }) => waiting.some((row) => row.messageId === messageId));
    const message = open[pick % open.length];
    const { messageId = '', receivedAtMs = this.gateway.nowMs } = message ?? {};
    const rows = (message?.rows ?? []).filter(({ index }) =>
      waiting.some((row) => row.messageId === messageId && row.index === index),
    );
    const replay = { messageId, receivedAtMs, bodySha256: 'ab'.repeat(32), rows, anyApplied: false };
    const posting = postingOf((work) => planReplay(work, replay), { origin: CONNECTION, reads: factReads(rows) });
    return this.#facts(posting, rows, receivedAtMs);
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
        entries: movement.entries.map(named),
        absorbedLegs: movement.absorbedLegs.map(named),
        counts: movement.counts.map(named),
      })),
    ).toMatchObject(model.state.movements);
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
    const records = [...ledger.inventoryRecords.values()].map((record) => this.#plainRecord(record));
    expect(records).toEqual([...model.state.records.values()].map(withDefaults));
  }

  /** An answer in the model's words: names instead of ids, errors without their sentences. */
  #plain(answer: unknown): unknown {
    const { changes, userErrors, results, record, ...rest } = answer as {
      changes?: readonly StockChange[];
      userErrors?: readonly UserError[];
      results?: readonly { error: UserError | null }[];
      record?: InventoryRecord | null;
    };
    return sorted({
      ...rest,
      ...(changes && { changes: changes.map((change) => this.#plainChange(change)) }),
      ...(userErrors && { userErrors: userErrors.map(plainError) }),
      ...(results && { results: results.map(({ error, ...row }) => ({ ...row, error: error && plainError(error) })) }),
      ...(record === undefined ? {} : { record: record && this.#plainRecord(record) }),
    });
  }

  #plainChange({ key, delta, quantityAfter }: StockChange): unknown {
    return { key: this.ledger.nameOf(key), delta, quantityAfter };
  }

  #plainRecord({ leadTime, outOfStockThreshold }: InventoryRecord): unknown {
    return { leadTime, outOfStockThreshold };
  }
}

const plainError = ({ message: _, field, ...error }: UserError) => ({ ...error, field: field.join('.') });

/** A record as the model has it knows what was said only. */
const withDefaults = (record: unknown): unknown => ({
  leadTime: null,
  outOfStockThreshold: null,
  ...(record as object),
});

/** In which order the errors of a refusal come says nothing. */
function sorted(answer: ModelAnswer): unknown {
  const { userErrors, record } = answer as { userErrors?: unknown[]; record?: unknown };
  const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const inOrder = userErrors?.map((error) => Object.fromEntries(Object.entries(error as object).sort(byText)));
  return {
    ...answer,
    ...(inOrder && { userErrors: inOrder.sort(byText) }),
    ...(record ? { record: withDefaults(record) } : {}),
  };
}

jest.setTimeout(60_000);

describe('the ledger', () => {
  it('answers every history of facts and commands as the model does, and becomes what it becomes', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rounds) => {
        const comparison = new Comparison();
        for (const round of rounds) await comparison.play(round);
      }),
      { numRuns: 100 },
    );
  });
});
