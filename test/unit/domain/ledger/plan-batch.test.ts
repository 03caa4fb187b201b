import fc from 'fast-check';
import type { DecodedRow, DeliveryResult, Fact } from '../../../../src/domain/plans/delivery';
import type { Settled } from '../../../../src/domain/plans/plan-batch';
import type { Posting } from '../../../../src/domain/ledger/posting';
import type { StockAdjustResult } from '../../../../src/domain/plans/stock-adjust';
import { DEFAULT_DIMENSIONS, stockKey } from '../../../../src/domain/ledger/stock-key';
import type { LedgerState } from '../../../../src/domain/ledger/ledger-state';
import type { UnitOfWork } from '../../../../src/domain/ledger/unit-of-work';
import {
  adjusted,
  adjustOf,
  atOrNew,
  byIdentifier,
  CONNECTION,
  delivered,
  deliveryOf,
  factOf,
  faultsOf,
  idOf,
  keyOf,
  MINUTE,
  NOON,
  postingOf,
  resultOf,
  SECOND,
  TestLedger,
  plannedBatch,
} from '../../../support/domain/test-ledger';

const SKUS = ['TEA', 'SALT', 'RICE'] as const;
const PLACES = ['MAIN', 'SHOP'] as const;
const BUCKETS = ['AVAILABLE', 'COMMITTED'] as const;

/** What a warehouse's row says beside its id. */
const content = fc.record({
  sku: fc.constantFrom(...SKUS),
  place: fc.constantFrom(...PLACES),
  bucket: fc.constantFrom(...BUCKETS),
  delta: fc.integer({ min: -9, max: 9 }).filter((delta) => delta !== 0),
  event: fc.integer({ min: 0, max: 5 }),
});
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never;

function factFrom(id: number, { sku, place, bucket, delta, event }: Content): Fact {
  return factOf(`row ${id}`, {
    eventId: `event ${event}`,
    item: byIdentifier('CODE', sku),
    location: atOrNew(place),
    dimensions: { ...DEFAULT_DIMENSIONS, bucket },
    delta,
    occurredAtMs: NOON - MINUTE - event * SECOND,
  });
}

/** Deliveries as lists of row ids, which overlap, within a delivery and across. */
const deliveries = fc.array(fc.array(fc.nat({ max: 14 }), { maxLength: 6 }), { minLength: 1, maxLength: 8 });
const contents = fc.array(content, { minLength: 15, maxLength: 15 });

/** A history: what each row id means, and the deliveries that tell of it. */
const history = fc
  .tuple(contents, deliveries)
  .map(([meanings, ids]) => ids.map((row) => row.map((id) => factFrom(id, meanings[id] as Content))));

const postingsOf = (told: readonly (readonly Fact[])[], firstMessage = 0): Posting<DeliveryResult>[] =>
  told.map((facts, index) => delivered(deliveryOf(firstMessage + index, rows(facts))));

const rows = (facts: readonly Fact[]): DecodedRow[] =>
  facts.map((fact, index) => ({ index, text: fact.externalId, fact }));

/** A ledger whose catalogue is there already, so that the order of what follows does not show in its ids. */
function stockedLedger(): TestLedger {
  const ledger = new TestLedger();
  for (const sku of SKUS) ledger.addItem(sku, '', [{ scheme: 'CODE', value: sku }]);
  for (const place of PLACES) ledger.addLocation(place);
  return ledger;
}

function sumsOf(ledger: TestLedger, facts: readonly Fact[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { item, location, dimensions, delta } of facts) {
    const sku = item.by === 'IDENTIFIER' ? item.value : item.sku;
    const place = location.by === 'CODE' ? location.code : location.id;
    const name = [sku, '', place, ...Object.values<string>({ ...dimensions })].join('/');
    sums.set(name, (sums.get(name) ?? 0) + delta);
  }
  for (const name of Object.keys(ledger.quantities())) sums.set(name, sums.get(name) ?? 0);
  return Object.fromEntries([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first fact told under each id: the one that counts. */
function firstsOf(told: readonly (readonly Fact[])[]): Fact[] {
  const firsts = new Map<string, Fact>();
  for (const fact of told.flat()) if (!firsts.has(fact.externalId)) firsts.set(fact.externalId, fact);
  return [...firsts.values()];
}

/** Everything of the chain but our clock and the hashes that rest on it. */
const contentOf = (ledger: TestLedger): unknown[] =>
  ledger.movements.map((movement) => ({ ...movement, recordedAtMs: 0, hash: '' }));

describe('a batch of deliveries', () => {
  it('posts every row once, however its deliveries overlap', () => {
    fc.assert(
      fc.property(history, (told) => {
        const ledger = new TestLedger();
        ledger.batch(postingsOf(told));
        expect(ledger.quantities()).toEqual(sumsOf(ledger, firstsOf(told)));
        expect(ledger.outcomes.size).toBe(firstsOf(told).length);
        expect(faultsOf(ledger)).toEqual([]);
      }),
    );
  });

  it('told again changes nothing and answers DUPLICATE with the first movement', () => {
    fc.assert(
      fc.property(history, (told) => {
        const ledger = new TestLedger();
        const first = verdictsById(told, ledger.batch(postingsOf(told)));
        const { head, movements } = { head: ledger.head, movements: [...ledger.movements] };
        const quantities = ledger.quantities();
        const again = ledger.batch(postingsOf(told, 100), NOON + MINUTE);
        for (const [id, verdict] of verdictsById(told, again)) {
          expect(verdict).toEqual({ status: 'DUPLICATE', sequence: first.get(id)?.sequence });
        }
        expect({ ...ledger.head, recordedAtMs: 0 }).toEqual({ ...head, recordedAtMs: 0 });
        expect(ledger.movements).toEqual(movements);
        expect(ledger.quantities()).toEqual(quantities);
      }),
    );
  });

  it('gives the same chain, byte for byte, cut into whatever batches of the same moment', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.boolean()), (told, cuts) => {
        const whole = new TestLedger();
        whole.batch(postingsOf(told));
        const parts = new TestLedger();
        for (const batch of cut(postingsOf(told), cuts)) parts.batch(batch);
        expect(parts.movements).toEqual(whole.movements);
        expect(parts.levels).toEqual(whole.levels);
        expect(parts.outcomes).toEqual(whole.outcomes);
        expect(parts.head).toEqual(whole.head);
      }),
    );
  });

  it('gives the same content, apart from our clock, cut into batches over time', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.boolean()), (told, cuts) => {
        const whole = new TestLedger();
        whole.batch(postingsOf(told));
        const parts = new TestLedger();
        cut(postingsOf(told), cuts).forEach((batch, index) => parts.batch(batch, NOON + index * SECOND));
        expect(contentOf(parts)).toEqual(contentOf(whole));
        expect(parts.quantities()).toEqual(whole.quantities());
        expect(faultsOf(parts)).toEqual([]);
      }),
    );
  });

  it('gives the same sums in whatever order distinct events come', () => {
    const shuffled = history.chain((told) => {
      const distinct = firstsOf(told).map((fact) => [fact]);
      return fc.tuple(fc.constant(distinct), fc.shuffledSubarray(distinct, { minLength: distinct.length }));
    });
    fc.assert(
      fc.property(shuffled, ([told, inOtherOrder]) => {
        const [one, other] = [stockedLedger(), stockedLedger()];
        one.batch(postingsOf(told));
        other.batch(postingsOf(inOtherOrder));
        expect(other.quantities()).toEqual(one.quantities());
        expect(other.movements).toHaveLength(one.movements.length);
        expect(faultsOf(other)).toEqual([]);
      }),
    );
  });

  it('quarantines an id that comes again with other content, and doubles nothing', () => {
    fc.assert(
      fc.property(contents, contents, deliveries, (meanings, changed, ids) => {
        const told = ids.map((row) => row.map((id) => factFrom(id, meanings[id] as Content)));
        const retold = ids.map((row) => row.map((id) => factFrom(id, changed[id] as Content)));
        const ledger = stockedLedger();
        ledger.batch(postingsOf(told));
        const after = contentOf(ledger);
        const settled = ledger.batch(postingsOf(retold, 100));
        const expected = retold.map((facts) =>
          facts.map((fact) => (differs(fact, told) ? 'EXTERNAL_ID_REUSED' : 'DUPLICATE')),
        );
        expect(settled.map(codesOf)).toEqual(expected);
        expect(contentOf(ledger)).toEqual(after);
        const waiting = expected.flat().filter((code) => code === 'EXTERNAL_ID_REUSED').length;
        expect(ledger.quarantined.size).toBe(waiting);
      }),
    );
  });
});

function verdictsById(
  told: readonly (readonly Fact[])[],
  settled: readonly Settled[],
): Map<string, { status: string; sequence: number | null }> {
  const verdicts = new Map<string, { status: string; sequence: number | null }>();
  settled.forEach((one, index) => {
    for (const verdict of (resultOf(one) as DeliveryResult).rows) {
      const id = told[index]?.[verdict.index]?.externalId ?? '';
      if (!verdicts.has(id) && verdict.status !== 'QUARANTINED') {
        verdicts.set(id, { status: verdict.status, sequence: verdict.sequence });
      }
    }
  });
  return verdicts;
}

const differs = (fact: Fact, told: readonly (readonly Fact[])[]): boolean =>
  firstsOf(told).some((first) => first.externalId === fact.externalId && first.fingerprint !== fact.fingerprint);

const codesOf = (settled: Settled): string[] =>
  (resultOf(settled) as DeliveryResult).rows.map((row) => (row.status === 'QUARANTINED' ? row.code : row.status));

function cut<T>(list: readonly T[], cuts: fc.Stream<boolean>): T[][] {
  const parts: T[][] = [[]];
  for (const element of list) {
    parts.at(-1)?.push(element);
    if (cuts.next().value) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

describe('a posting that is not kept', () => {
  /** Does everything that a plan can do, so that all of it has to be undone. */
  function rampage(work: UnitOfWork): void {
    const item = work.resolveItem(byIdentifier('CODE', 'NOVELTY', { alsoKnownAs: [{ scheme: 'SERNO', value: '1' }] }));
    const known = work.resolveItem(byIdentifier('CODE', 'TEA', { alsoKnownAs: [{ scheme: 'SERNO', value: '2' }] }));
    const place = work.resolveLocation(atOrNew('ANNEX', 'MAIN'));
    const main = work.resolveLocation(atOrNew('MAIN'));
    if (!('found' in item) || !('found' in known) || !('found' in place) || !('found' in main)) return;
    work.catalogue.changeItem({ ...known.found, name: 'Changed' });
    work.catalogue.changeLocation({ ...main.found, name: 'Changed' });
    work.numberLocation(main.found.id);
    const identifier = work.catalogue.identifier('CODE', 'TEA', '');
    if (identifier) work.catalogue.removeIdentifier(identifier);
    const keys = [
      work.levelKey(stockKey(DEFAULT_DIMENSIONS, item.found.id, place.found.id)),
      work.levelKey(stockKey(DEFAULT_DIMENSIONS, known.found.id, main.found.id)),
    ];
    const counts = keys.map(
      (levelKey) =>
        ({
          ...levelKey,
          status: 'APPLIED',
          quantity: 7,
          previousQuantity: 0,
          asOfMs: NOON,
          sourceSequence: null,
          code: null,
          accepted: { effectiveAtMs: NOON, explicit: true, quantity: 7, originId: CONNECTION.id, sourceSequence: null },
        }) as const,
    );
    const draft = { externalId: 'rampage', occurredAtMs: null, evidenceHash: '00'.repeat(32) };
    work.post({ ...draft, reason: 'ADJUSTMENT', legs: keys.map((levelKey) => ({ ...levelKey, delta: 5 })) });
    work.post({ ...draft, reason: 'COUNT', legs: keys.map((levelKey) => ({ ...levelKey, delta: 2 })), counts });
    work.takeOrderNumber();
    work.recordOutcome({ externalId: 'rampage', fingerprint: '00'.repeat(32), sequence: 1, result: null });
    const names = { externalId: null, item: null, location: null, subject: null };
    work.quarantine({ messageId: idOf(1), index: 0, code: 'ROW_INVALID', detail: '', row: '', names });
    const closing = { closed: true, closedAs: 'APPLIED', closedAtMs: NOON, sequence: 1, note: null } as const;
    work.updateQuarantine({ messageId: idOf(1), index: 0, ...closing });
    work.audit({ action: 'x', subject: '', after: {}, actor: { name: 'x', keyId: null, address: null } });
    work.setMessageStatus(idOf(1), 'APPLIED');
  }

  const reads = {
    outcomes: ['rampage'],
    keys: [
      { item: byIdentifier('CODE', 'NOVELTY'), location: atOrNew('ANNEX', 'MAIN'), dimensions: DEFAULT_DIMENSIONS },
      { item: byIdentifier('CODE', 'TEA'), location: atOrNew('MAIN'), dimensions: DEFAULT_DIMENSIONS },
    ],
    identifiers: ['1', '2'].map((value) => ({ scheme: 'SERNO', value })),
  };
  const refused = postingOf((work) => (rampage(work), { keep: false, remember: [], result: null }), { reads });
  const throwing = postingOf(
    (work) => {
      rampage(work);
      throw new Error('a bug');
    },
    { reads },
  );
  const dryRun = adjusted(adjustOf('dry', { dryRun: true }));
  const dropped = fc.constantFrom<Posting<unknown>>(refused, throwing, dryRun);

  /** Asks for all that a snapshot shows. */
  const everything = postingOf(() => ({ keep: false, remember: [], result: null }), {
    origin: CONNECTION,
    reads: {
      ...reads,
      outcomes: ['rampage', 'row 1'],
      counts: SKUS.flatMap((sku) =>
        PLACES.flatMap((place) => BUCKETS.map((bucket) => ({ key: keyOf(sku, place, { bucket }), asOfMs: 0 }))),
      ),
      items: SKUS.map((sku) => byIdentifier('CODE', sku)),
      locations: PLACES.map((place) => atOrNew(place)),
    },
  });

  /** All that can be seen of a state. */
  function snapshot(state: LedgerState): unknown {
    const names = [...SKUS, 'NOVELTY'];
    const items = names.map((name) => [
      ...state.catalogue.itemsOfSku(name),
      ...state.catalogue.itemsLike(name),
      ...state.catalogue.identifiersLike('CODE', name),
      state.catalogue.itemBySku(name, ''),
      state.catalogue.identifier('CODE', name, ''),
    ]);
    const places = [...PLACES, 'ANNEX'].map((code) => state.catalogue.locationByCode(code));
    const ids = [...Array(12).keys()].map((n) => idOf(n));
    return structuredClone({
      head: state.head,
      writes: state.writes,
      levels: state.touchedLevels(),
      levelsAt: ids.flatMap((item) =>
        ids.map((place) => state.levelsAt({ itemId: item, locationId: place }, 'AVAILABLE')),
      ),
      byId: ids.map((id) => [state.catalogue.itemById(id), state.catalogue.locationById(id)]),
      outcomes: [state.outcome(CONNECTION.id, 'rampage'), state.outcome(CONNECTION.id, 'row 1')],
      sums: state.touchedLevels().map((level) => state.deltasAfter(level, 0)),
      sernos: [state.catalogue.identifier('SERNO', '1', ''), state.catalogue.identifier('SERNO', '2', '')],
      items,
      places,
    });
  }

  it('leaves the state as if it had never been run', () => {
    fc.assert(
      fc.property(history, dropped, (told, posting) => {
        const ledger = stockedLedger();
        ledger.batch(postingsOf(told));
        const state = ledger.state([everything, posting]);
        plannedBatch(state, postingsOf([[factOf('before')]], 100), ledger.tools(state));
        const before = snapshot(state);
        plannedBatch(state, [posting], ledger.tools(state));
        expect(snapshot(state)).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves no trace among its neighbours, wherever it stands in the batch', () => {
    const mixed = history.chain((told) =>
      fc.tuple(fc.constant(told), fc.array(fc.tuple(fc.nat({ max: told.length }), dropped), { maxLength: 4 })),
    );
    fc.assert(
      fc.property(mixed, ([told, extras]) => {
        const alone = new TestLedger();
        const expected = alone.batch(postingsOf(told));
        const among: Posting<unknown>[] = postingsOf(told);
        for (const [place, posting] of extras) among.splice(place, 0, posting);
        const ledger = new TestLedger();
        const settled = ledger.batch(among);
        expect(ledger).toEqual(alone);
        const others = new Set<Posting<unknown>>([refused, throwing, dryRun]);
        expect(settled.filter((_, index) => !others.has(among[index] as Posting<unknown>))).toEqual(expected);
      }),
    );
  });

  it('hands its own caller the error that its plan threw', () => {
    const settled = new TestLedger().batch([throwing, refused]);
    expect(settled).toEqual([{ error: new Error('a bug') }, { result: null }]);
  });
});

describe('commands among facts', () => {
  const step = fc.oneof(
    content.map((meaning) => ({ kind: 'fact' as const, meaning })),
    content.map((meaning) => ({ kind: 'command' as const, meaning })),
  );

  it('take what is there and never more, each seeing the postings before it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.infiniteStream(fc.boolean()), (steps, cuts) => {
        const ledger = stockedLedger();
        const model = new Map<string, number>();
        const expected = steps.map(({ kind, meaning }) => {
          const { sku, place, bucket, delta } = meaning;
          const name = `${sku} ${place} ${bucket}`;
          const after = (model.get(name) ?? 0) + delta;
          if (kind === 'command' && delta < 0 && after < 0) return 'INSUFFICIENT_STOCK';
          model.set(name, after);
          return 'POSTED';
        });
        const postings = steps.map(({ kind, meaning }, index): Posting<unknown> => {
          const { sku, place, bucket, delta } = meaning;
          if (kind === 'fact') return delivered(deliveryOf(index, rows([factFrom(index, meaning)])));
          return adjusted(adjustOf(`command ${index}`, { rows: [{ key: keyOf(sku, place, { bucket }), delta }] }));
        });
        const settled = cut(postings, cuts).flatMap((batch) => ledger.batch(batch));
        expect(settled.map((one) => verdictOf(resultOf(one)))).toEqual(expected);
        for (const [name, quantity] of model) {
          const [sku = '', place = '', bucket] = name.split(' ');
          expect(ledger.quantity(sku, place, { bucket: bucket === 'COMMITTED' ? bucket : 'AVAILABLE' })).toBe(quantity);
        }
        expect(faultsOf(ledger)).toEqual([]);
      }),
    );
  });

  const verdictOf = (result: unknown): string => {
    const answer = result as StockAdjustResult | DeliveryResult;
    if ('userErrors' in answer) return answer.userErrors[0]?.code ?? 'POSTED';
    return answer.rows[0]?.status ?? 'NONE';
  };
});

describe('our clock', () => {
  it('never goes back, whatever the machine says', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rows([factOf('a')]), NOON);
    ledger.deliver(2, rows([factOf('b')]), NOON - 5 * MINUTE);
    expect(ledger.movements.map((movement) => movement.recordedAtMs)).toEqual([NOON, NOON]);
    expect(faultsOf(ledger)).toEqual([]);
  });

  it('bounds theirs: a fact from the future takes effect now, and keeps what it said', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rows([factOf('a', { occurredAtMs: NOON + MINUTE })]));
    expect(ledger.movements[0]).toMatchObject({ occurredAtMs: NOON + MINUTE, effectiveAtMs: NOON, recordedAtMs: NOON });
  });
});
