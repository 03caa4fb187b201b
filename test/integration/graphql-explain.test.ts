import { levelNodeId } from '../../src/domain/node-ids';
import fc from 'fast-check';
import { DEFAULT_DIMENSIONS, type StockBucket } from '../../src/domain/ledger/stock-key';
import { factOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { Commands } from '../support/commands';
import { GraphqlHarness, type Data } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';
import { historyOf, levelsOfItem, type LevelHistory } from '../support/level-history';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let commands: Commands;
let skus = 0;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue([], ['MAIN']);
});

afterAll(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

const at = (minutes: number): string => new Date(NOON + minutes * MINUTE).toISOString();

async function newItem(): Promise<string> {
  skus += 1;
  await commands.catalogue([`SKU-${skus}`], []);
  return `SKU-${skus}`;
}

let facts = 0;

/** Reports a change, as a warehouse does. */
async function report(sku: string, delta: number, minutes: number, bucket: StockBucket = 'AVAILABLE'): Promise<void> {
  facts += 1;
  const item = { by: 'SKU', sku, specification: '' } as const;
  const dimensions = { ...DEFAULT_DIMENSIONS, bucket };
  const reason = delta < 0 ? 'SHIPMENT' : 'RECEIPT';
  await gateway.deliver([
    factOf(`fact ${facts}`, { item, dimensions, delta, reason, occurredAtMs: NOON + minutes * MINUTE }),
  ]);
}

const count = (sku: string, quantity: number, minutes: number | null, more: Data = {}) =>
  commands.send('stockSet', {
    rows: [{ sku, location: 'MAIN', quantity, changeFromQuantity: null, asOf: minutes && at(minutes), ...more }],
    onRowError: 'REJECT_ROWS',
    onStale: quantity % 2 === 0 ? 'IGNORE' : 'REJECT',
  });

interface Explanation extends Data {
  readonly opening: number;
  readonly closing: number;
  readonly reasons: readonly { readonly delta: number }[];
}

const EXPLANATION = `level { id quantity } fromSequence toSequence opening reasons { reason delta entryCount } closing
  absorbedCount absorbedDelta absorbed { delta movement { sequence } } countsWithoutEffectCount
  countsWithoutEffect { status quantity previousQuantity asOf sourceSequence code movement { sequence } }`;

async function explain(args: Data, key = 'ours'): Promise<Explanation | null> {
  const query = `query ($level: ID, $key: StockKeyInput, $from: AsOf, $to: AsOf) {
    explain(level: $level, key: $key, from: $from, to: $to) { ${EXPLANATION} } }`;
  return (await gateway.data<{ explain: Explanation | null }>(query, args, key)).explain;
}

describe('an explanation', () => {
  it('sums up the deltas per reason, and lists what had no effect', async () => {
    const sku = await newItem();
    await report(sku, 10, -60);
    await report(sku, 5, -50);
    await report(sku, -4, -40);
    const first = await explain({ key: { sku, location: 'MAIN' } });
    await count(sku, 8, -30);
    await report(sku, -2, -35);
    await report(sku, 3, -10);
    await count(sku, 4, -31);
    await count(sku, 7, -31);
    const whole = await explain({ key: { sku, location: 'MAIN' } });
    expect(whole).toMatchObject({
      ...{ level: { quantity: 11 }, opening: 0, closing: 11, absorbedCount: 1, absorbedDelta: -2 },
      reasons: [
        { reason: 'COUNT', delta: -3, entryCount: 1 },
        { reason: 'RECEIPT', delta: 18, entryCount: 3 },
        { reason: 'SHIPMENT', delta: -4, entryCount: 1 },
      ],
      absorbed: [{ delta: -2 }],
      countsWithoutEffectCount: 2,
      countsWithoutEffect: [
        { status: 'STALE_IGNORED', quantity: 4, previousQuantity: 11, asOf: at(-31), code: null },
        { status: 'REJECTED', quantity: 7, previousQuantity: 11, asOf: at(-31), code: 'STALE' },
      ],
    });
    const since = await explain({ key: { sku, location: 'MAIN' }, from: { sequence: first?.['toSequence'] } });
    expect(since).toMatchObject({ opening: 11, closing: 11, fromSequence: first?.['toSequence'] });
    const until = await explain({ key: { sku, location: 'MAIN' }, to: { sequence: first?.['toSequence'] } });
    expect(until).toEqual({ ...first, level: whole?.['level'] });
  });

  it('is the same by level id and by stock key, and needs exactly one of them', async () => {
    const sku = await newItem();
    await commands.receive({ sku, location: 'MAIN', lot: 'L1', owner: 'o', condition: 'DAMAGED', delta: 2 });
    const byKey = await explain({ key: { sku, location: 'MAIN', lot: 'L1', owner: 'o', condition: 'DAMAGED' } });
    const level = (byKey?.['level'] as { id: string }).id;
    expect(await explain({ level })).toEqual(byKey);
    for (const args of ['', `(level: "${level}", key: { sku: "${sku}", location: "MAIN" })`]) {
      const { errors } = await gateway.answer(`{ explain${args} { opening } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  it('is of the only level that fits where the key leaves out what tells it apart', async () => {
    const sku = await newItem();
    await commands.receive({ sku, location: 'MAIN', channel: '2C', delta: 2 });
    const found = await explain({ key: { sku, location: 'MAIN' } });
    expect(found).toMatchObject({ closing: 2 });
    expect(await explain({ key: { sku, location: 'MAIN', channel: '2C' } })).toEqual(found);
    for (const other of [{ channel: '' }, { channel: '2B' }, { bucket: 'ON_HOLD' }, { condition: 'DAMAGED' }]) {
      expect(await explain({ key: { sku, location: 'MAIN', ...other } })).toBeNull();
    }
  });

  it.each(['owner', 'pool', 'channel', 'barcode', 'lot'])(
    'says which there are where several fit by %s',
    async (name) => {
      const sku = await newItem();
      for (const [value, delta] of [
        ['A', 1],
        ['"B"', 2],
      ]) {
        await commands.receive({ sku, location: 'MAIN', packaging: 'BOX', [name]: value, delta });
      }
      const query = `query ($key: StockKeyInput) { explain(key: $key) { closing } }`;
      const { errors } = await gateway.answer(query, { key: { sku, location: 'MAIN' } });
      const key = { sku, location: 'MAIN' };
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      const [one, other] = [`${name} "A"`, `${name} "\\"B\\""`].map((text) =>
        name === 'barcode' || name === 'lot' ? `packaging "BOX", ${text}` : `${text}, packaging "BOX"`,
      );
      expect([`${one}; ${other}`, `${other}; ${one}`].some((text) => errors?.[0]?.message.includes(text))).toBe(true);
      expect(await explain({ key: { ...key, [name]: '"B"' } })).toMatchObject({ closing: 2 });
      await commands.receive({ sku, location: 'MAIN', delta: 7 });
      expect(await explain({ key })).toMatchObject({ closing: 7 });
    },
  );

  it('is found by the former names of its item and location', async () => {
    const sku = await newItem();
    await commands.catalogue([], ['OLD']);
    await commands.receive({ sku, location: 'OLD', delta: 3 });
    const found = await explain({ key: { sku, location: 'OLD' } });
    await gateway.data(`mutation { itemRename(sku: "${sku}", newSku: "NEW-${sku}") { userErrors { code } }
      locationRename(code: "OLD", newCode: "NEW") { userErrors { code } } }`);
    expect(await explain({ key: { sku, location: 'OLD' } })).toEqual(found);
    expect(await explain({ key: { sku: `NEW-${sku}`, location: 'NEW' } })).toEqual(found);
  });

  it('exists for levels of its own tenant only', async () => {
    const sku = await newItem();
    await commands.receive({ sku, location: 'MAIN', delta: 2 });
    expect(await explain({ key: { sku, location: 'MAIN', lot: 'other' } })).toBeNull();
    expect(await explain({ level: 'no id' })).toBeNull();
    const found = await explain({ key: { sku, location: 'MAIN' } });
    expect(await explain({ level: (found?.['level'] as { id: string }).id }, 'theirs')).toBeNull();
    expect(await explain({ key: { sku, location: 'MAIN' } }, 'theirs')).toBeNull();
  });

  it('refuses a bound that is not exactly one of recordedAt and sequence, or is below zero', async () => {
    const key = '{ sku: "SKU-1", location: "MAIN" }';
    for (const [span, message] of [
      ['from: {}', 'from takes exactly one of recordedAt and sequence.'],
      [`to: { sequence: 1, recordedAt: "${at(0)}" }`, 'to takes exactly one of recordedAt and sequence.'],
      ['to: { sequence: -1 }', 'to.sequence is -1; the ledger begins at 1, and 0 is before it.'],
    ]) {
      const { errors } = await gateway.answer(`{ explain(key: ${key}, ${span}) { opening } }`);
      expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  it('is empty when it ends before it begins', async () => {
    const sku = await newItem();
    const { ledgerSequence } = await commands.receive({ sku, location: 'MAIN', delta: 2 });
    const key = { sku, location: 'MAIN' };
    const empty = await explain({
      key,
      from: { sequence: ledgerSequence },
      to: { sequence: (ledgerSequence ?? 0) - 1 },
    });
    expect(empty).toMatchObject({ opening: 0, reasons: [], closing: 0 });
  });

  it('takes a fixed number of statements, whatever the number of movements', async () => {
    const sku = await newItem();
    const query = `query ($sku: String!) { explain(key: { sku: $sku, location: "MAIN" }) { ${EXPLANATION} } }`;
    await count(sku, 8, -30);
    for (const minutes of [-31, -32]) await report(sku, 1, minutes);
    await count(sku, 6, -40);
    const few = await gateway.statementsOf(query, { sku });
    for (const minutes of [-33, -34, -35, -36]) await report(sku, 1, minutes);
    for (const minutes of [-41, -42, -43]) await count(sku, 6, minutes);
    expect(await gateway.statementsOf(query, { sku })).toBe(few);
    expect(few).toBe(3);
  });

  it('lists the first 200 of what had no effect, and counts all of it', async () => {
    const sku = await newItem();
    await count(sku, 8, -30);
    const item = { by: 'SKU', sku, specification: '' } as const;
    const late = Array.from({ length: 201 }, (_, index) =>
      factOf(`${sku} late ${index}`, { item, delta: index, occurredAtMs: NOON - 40 * MINUTE }),
    );
    await gateway.deliver(late);
    const { absorbed, ...rest } = (await explain({ key: { sku, location: 'MAIN' } })) as Data;
    expect(absorbed).toHaveLength(200);
    expect(rest).toMatchObject({ absorbedCount: 201, absorbedDelta: (200 * 201) / 2, opening: 0, closing: 8 });
  });

  it('reports a sum that is too large to be exact', async () => {
    const sku = await newItem();
    const key = { sku, location: 'MAIN' };
    const most = Number.MAX_SAFE_INTEGER;
    for (const [reason, delta] of [
      ['RECEIPT', most],
      ['LOSS', -most],
      ['RECEIPT', most],
    ] as const) {
      await gateway.fill(sku, 'MAIN', delta, { reason });
    }
    const { errors } = await gateway.answer(`{ explain(key: { sku: "${sku}", location: "MAIN" }) { opening } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const head = await gateway.data<{ ledgerHead: { sequence: number } }>('{ ledgerHead { sequence } }');
    const last = await explain({ key, from: { sequence: head.ledgerHead.sequence - 1 } });
    expect(last).toMatchObject({ opening: 0, reasons: [{ reason: 'RECEIPT', delta: most }], closing: most });
  });
});

describe('any history of a level', () => {
  const bucket = fc.constantFrom<StockBucket>('AVAILABLE', 'ON_HOLD');
  const minutes = fc.integer({ min: -60, max: -1 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('fact' as const), bucket, delta: fc.integer({ min: -20, max: 20 }), minutes }),
    fc.record({
      ...{ kind: fc.constant('count' as const), bucket, quantity: fc.nat({ max: 30 }) },
      minutes: fc.option(minutes),
      changeFromQuantity: fc.option(fc.nat({ max: 30 })),
    }),
    fc.record({ kind: fc.constant('adjust' as const), bucket, delta: fc.integer({ min: -5, max: 9 }) }),
    fc.record({ kind: fc.constant('order' as const), quantity: fc.integer({ min: 1, max: 4 }) }),
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  async function take(sku: string, next: Step): Promise<void> {
    switch (next.kind) {
      case 'fact':
        return report(sku, next.delta, next.minutes, next.bucket);
      case 'count': {
        const { bucket: into, changeFromQuantity } = next;
        await count(sku, next.quantity, next.minutes, { bucket: into, changeFromQuantity });
        return;
      }
      case 'adjust': {
        const rows = [{ sku, location: 'MAIN', bucket: next.bucket, delta: next.delta }];
        await commands.send('stockAdjust', { reason: 'ADJUSTMENT', rows });
        return;
      }
      case 'order': {
        const side = { sku, packaging: 'SINGLE', quantity: next.quantity };
        const lines = [{ out: side, in: { ...side, barcode: 'x' } }];
        await commands.send('adjustmentOrderCreate', { type: 'BARCODE_CHANGE', location: 'MAIN', lines });
        return;
      }
    }
  }

  /** The sums of a level's entries after one sequence and up to another, added up by the test. */
  function expected({ entries, absorbed, counts }: LevelHistory, from: number, to: number) {
    const within = <Row extends { readonly sequence: number }>(rows: readonly Row[]) =>
      rows.filter(({ sequence }) => sequence > from && sequence <= to);
    const quantityAt = (sequence: number) =>
      entries.reduce((sum, entry) => (entry.sequence <= sequence ? sum + entry.delta : sum), 0);
    const reasons = [...new Set(within(entries).map(({ reason }) => reason))].toSorted();
    const sumOf = (rows: readonly { readonly delta: number }[]) => rows.reduce((sum, { delta }) => sum + delta, 0);
    return {
      opening: quantityAt(from),
      reasons: reasons.map((reason) => {
        const ofReason = within(entries).filter((entry) => entry.reason === reason);
        return { reason, delta: sumOf(ofReason), entryCount: ofReason.length };
      }),
      closing: quantityAt(to),
      absorbedCount: within(absorbed).length,
      absorbedDelta: sumOf(within(absorbed)),
      absorbed: within(absorbed).map(({ sequence, delta }) => ({ delta, movement: { sequence } })),
      countsWithoutEffectCount: within(counts).length,
      countsWithoutEffect: within(counts).map(({ sequence, ...shown }) => ({ ...shown, movement: { sequence } })),
    };
  }

  it('has an opening and parts that add up to the closing, for any span', async () => {
    const history = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 25 }),
      spans: fc.array(
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        {
          ...{ minLength: 3, maxLength: 3 },
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ steps, spans }) => {
        const sku = await newItem();
        const { ledgerHead: before } = await gateway.data<{ ledgerHead: { sequence: number } }>(
          '{ ledgerHead { sequence } }',
        );
        for (const next of steps) await take(sku, next);
        const { ledgerHead: after } = await gateway.data<{ ledgerHead: { sequence: number } }>(
          '{ ledgerHead { sequence } }',
        );
        const width = after.sequence - before.sequence;
        for (const level of await levelsOfItem(gateway.ledger.pool, gateway.tenants.ours, sku)) {
          const past = await historyOf(gateway.ledger.pool, gateway.tenants.ours, level);
          for (const [a, b] of [[0, 1] as const, ...spans]) {
            const [from, to] = [a, b]
              .map((share) => before.sequence + Math.round(share * width))
              .toSorted((x, y) => x - y);
            const explained = await explain({
              level: levelNodeId(level, null),
              from: { sequence: from },
              to: { sequence: to },
            });
            expect(explained).toMatchObject(expected(past, from ?? 0, to ?? 0));
            const parts = explained?.reasons.reduce((sum, { delta }) => sum + delta, 0) ?? 0;
            expect((explained?.opening ?? 0) + parts).toBe(explained?.closing);
          }
          const [first, last] = [past.recordedAts.at(0), past.recordedAts.at(-1)];
          const byClock = await explain({
            level: levelNodeId(level, null),
            from: { recordedAt: first },
            to: { recordedAt: last },
          });
          expect(byClock).toMatchObject(
            expected(past, Number(byClock?.['fromSequence']), Number(byClock?.['toSequence'])),
          );
        }
      }),
      { numRuns: 12, seed: 5 },
    );
  });
});

describe('a reported total', () => {
  const query = `query ($sku: String!) { stock(filter: { skus: [$sku] }) { nodes { onHand reportedOnHand drift } } }`;
  const shown = async (sku: string): Promise<unknown> => {
    const { stock } = await gateway.data<{ stock: { nodes: readonly unknown[] } }>(query, { sku });
    return stock.nodes;
  };
  const drifting = async (sku: string): Promise<number> => {
    const filter = `query ($sku: String!) { stock(filter: { skus: [$sku], drifting: true }) { totalCount } }`;
    return (await gateway.data<{ stock: { totalCount: number } }>(filter, { sku })).stock.totalCount;
  };

  it('shows its drift from on hand once it has a baseline, until both agree again', async () => {
    const sku = await newItem();
    await report(sku, 10, -50);
    await report(sku, 10, -50, 'REPORTED_ON_HAND');
    expect(await shown(sku)).toEqual([{ onHand: 10, reportedOnHand: null, drift: null }]);
    await count(sku, 10, -40, { bucket: 'REPORTED_ON_HAND' });
    expect(await shown(sku)).toEqual([{ onHand: 10, reportedOnHand: 10, drift: 0 }]);
    expect(await drifting(sku)).toBe(0);
    // Frozen for an order: the total stays as it is, on their side and on ours.
    await report(sku, -4, -30);
    await report(sku, 4, -30, 'COMMITTED');
    expect(await drifting(sku)).toBe(0);
    await report(sku, -4, -20, 'COMMITTED');
    expect(await shown(sku)).toEqual([{ onHand: 6, reportedOnHand: 10, drift: 4 }]);
    expect(await drifting(sku)).toBe(1);
    await report(sku, -4, -20, 'REPORTED_ON_HAND');
    expect(await drifting(sku)).toBe(0);
    await report(sku, -1, -10, 'REPORTED_ON_HAND');
    expect(await shown(sku)).toEqual([{ onHand: 6, reportedOnHand: 5, drift: -1 }]);
    await count(sku, 5, null);
    expect(await drifting(sku)).toBe(0);
  });

  it('takes an opening as its baseline as well, and is explained like any level', async () => {
    const sku = await newItem();
    const rows = [{ sku, location: 'MAIN', bucket: 'REPORTED_ON_HAND', delta: 7 }];
    await commands.send('stockAdjust', { reason: 'OPENING', rows });
    expect(await shown(sku)).toEqual([{ onHand: 0, reportedOnHand: 7, drift: 7 }]);
    const explained = await explain({ key: { sku, location: 'MAIN', bucket: 'REPORTED_ON_HAND' } });
    expect(explained).toMatchObject({ opening: 0, reasons: [{ reason: 'OPENING', delta: 7 }], closing: 7 });
  });
});
