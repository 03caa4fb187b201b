import { factOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { Commands, faultsOf, type Payload } from '../support/commands';
import { GraphqlHarness, type Data } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;
let commands: Commands;
let skus = 0;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue([], ['MAIN', 'B']);
});

afterAll(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

interface Row extends Data {
  readonly status: string;
  readonly quantity: number | null;
  readonly error: { readonly code: string; readonly field: readonly string[] } | null;
}

interface SetPayload extends Payload {
  readonly results: readonly Row[];
}

const RESULTS = `results { index status previousQuantity quantity delta
  movement { reason sequence occurredAt counts { status quantity previousQuantity asOf code } }
  error { code field current requested } }`;

const set = (rows: readonly Data[], more: Data = {}): Promise<SetPayload> =>
  commands.send<SetPayload>('stockSet', { rows, ...more }, RESULTS);

const at = (minutes: number): string => new Date(NOON + minutes * MINUTE).toISOString();

const statuses = ({ results }: SetPayload): string[] => results.map(({ status }) => status);

/** A new item. */
async function newItem(): Promise<{ sku: string; location: string }> {
  skus += 1;
  await commands.catalogue([`SKU-${skus}`], []);
  return { sku: `SKU-${skus}`, location: 'MAIN' };
}

async function available({ sku }: { sku: string }, key = 'ours'): Promise<unknown> {
  const query = `query ($sku: String!) { stock(filter: { skus: [$sku] }) { nodes { available location { code } } } }`;
  const { stock } = await gateway.data<{ stock: { nodes: readonly { available: number }[] } }>(query, { sku }, key);
  return stock.nodes.map((node) => node.available);
}

/** Reports a change of a counted level, as a warehouse does. */
async function report(sku: string, externalId: string, delta: number, minutes: number): Promise<void> {
  const item = { by: 'SKU', sku, specification: '' } as const;
  await gateway.deliver([factOf(`${sku} ${externalId}`, { item, delta, occurredAtMs: NOON + minutes * MINUTE })]);
}

describe('a row without a clock', () => {
  it('posts the difference to the current quantity', async () => {
    const key = await newItem();
    await commands.receive({ ...key, delta: 3 });
    const payload = await set([{ ...key, quantity: 10, changeFromQuantity: 3 }]);
    expect(payload).toMatchObject({
      userErrors: [],
      replayed: false,
      results: [
        {
          ...{ index: 0, status: 'APPLIED', previousQuantity: 3, quantity: 10, delta: 7, error: null },
          movement: {
            reason: 'COUNT',
            sequence: payload.ledgerSequence,
            counts: [{ status: 'APPLIED', quantity: 10, previousQuantity: 3, asOf: null, code: null }],
          },
        },
      ],
    });
    expect(await available(key)).toEqual([10]);
  });

  it('is refused with the current quantity when changeFromQuantity differs', async () => {
    const key = await newItem();
    await commands.receive({ ...key, delta: 4 });
    const payload = await set([{ ...key, quantity: 10, changeFromQuantity: 3 }]);
    expect(payload.results).toMatchObject([
      {
        status: 'REJECTED',
        previousQuantity: 4,
        error: {
          code: 'CHANGE_FROM_QUANTITY_STALE',
          field: ['rows', '0', 'changeFromQuantity'],
          current: 4,
          requested: 10,
        },
      },
    ]);
    expect(await available(key)).toEqual([4]);
  });

  it('needs changeFromQuantity: null accepts any quantity, omitting it is refused', async () => {
    const key = await newItem();
    const leftOut = await set([{ ...key, quantity: 2 }]);
    expect(faultsOf(leftOut)).toEqual(['INVALID_INPUT rows.0.changeFromQuantity']);
    const asNull = await set([{ ...key, quantity: 2, changeFromQuantity: null }]);
    expect(statuses(asNull)).toEqual(['APPLIED']);
  });

  it('distinguishes null from an omitted field, in literals and in variables', async () => {
    const key = await newItem();
    const query = (member: string, header = '') => `mutation ${header} { stockSet(input: { idempotencyKey:
      "${commands.nextKey()}", rows: [{ sku: "${key.sku}", location: "MAIN", quantity: 2 ${member} }] }) {
      userErrors { code } } }`;
    const byVariable = () => query('changeFromQuantity: $from', '($from: Quantity)');
    const refused = { stockSet: { userErrors: [{ code: 'INVALID_INPUT' }] } };
    const taken = { stockSet: { userErrors: [] } };
    expect(await gateway.data(query(''))).toEqual(refused);
    expect(await gateway.data(byVariable())).toEqual(refused);
    expect(await gateway.data(byVariable(), { from: null })).toEqual(taken);
    expect(await gateway.data(query('changeFromQuantity: null'))).toEqual(taken);
  });

  it('stores the count when nothing differs', async () => {
    const key = await newItem();
    await commands.receive({ ...key, delta: 3 });
    const { results } = await set([{ ...key, quantity: 3, changeFromQuantity: null }]);
    const counts = [{ status: 'UNCHANGED', quantity: 3, previousQuantity: 3, asOf: null, code: null }];
    expect(results).toMatchObject([{ status: 'UNCHANGED', quantity: 3, delta: 0, movement: { counts } }]);
  });
});

describe('a row with a clock', () => {
  it('adds the deltas of the key since its moment', async () => {
    const key = await newItem();
    await report(key.sku, 'before', 20, -30);
    await report(key.sku, 'after', -4, -10);
    const { results } = await set([{ ...key, quantity: 15, asOf: at(-20) }]);
    expect(results).toMatchObject([
      { status: 'APPLIED', previousQuantity: 16, quantity: 11, delta: -5, movement: { occurredAt: at(-20) } },
    ]);
  });

  it('absorbs legs that are reported later but happened before it', async () => {
    const key = await newItem();
    await set([{ ...key, quantity: 15, asOf: at(-20) }]);
    const item = { by: 'SKU', sku: key.sku, specification: '' } as const;
    const rows = ['MAIN', 'B'].map((code) =>
      factOf(`${key.sku} ${code}`, {
        ...{ item, delta: 5, eventId: `${key.sku} event`, occurredAtMs: NOON - 30 * MINUTE },
        location: { by: 'CODE', code, whenUnknown: 'REFUSE' },
      }),
    );
    await gateway.deliver(rows);
    expect(await available(key)).toEqual([5, 15]);
    const query = `{ movements(last: 1) { nodes { entries { delta } absorbedLegs { delta quantityAfter location { code } } } } }`;
    expect(await gateway.data(query)).toEqual({
      movements: {
        nodes: [
          {
            entries: [{ delta: 5 }],
            absorbedLegs: [{ delta: 5, quantityAfter: 15, location: { code: 'MAIN' } }],
          },
        ],
      },
    });
  });

  it('is ignored when a later count was accepted, or refused on request', async () => {
    const key = await newItem();
    await set([{ ...key, quantity: 15, asOf: at(-20) }]);
    const stale = { ...key, quantity: 9, asOf: at(-21) };
    expect((await set([stale])).results).toMatchObject([
      { status: 'STALE_IGNORED', previousQuantity: 15, quantity: null, error: null },
    ]);
    expect(faultsOf(await set([stale], { onStale: 'REJECT' }))).toEqual(['STALE rows.0.asOf']);
    expect(await available(key)).toEqual([15]);
  });

  it('is a duplicate of a count of the same moment, or conflicts with it', async () => {
    const key = await newItem();
    await set([{ ...key, quantity: 15, asOf: at(-20) }]);
    expect(statuses(await set([{ ...key, quantity: 15, asOf: at(-20) }]))).toEqual(['DUPLICATE']);
    expect(faultsOf(await set([{ ...key, quantity: 16, asOf: at(-20) }]))).toEqual(['AS_OF_CONFLICT rows.0.asOf']);
  });

  it('is ordered by the sequence number of its origin when it has one', async () => {
    const key = await newItem();
    await set([{ ...key, quantity: 15, asOf: at(-20), sourceSequence: 7 }]);
    const earlier = await set([{ ...key, quantity: 14, asOf: at(-10), sourceSequence: 6 }]);
    const later = await set([{ ...key, quantity: 13, asOf: at(-30), sourceSequence: 8 }]);
    expect([...statuses(earlier), ...statuses(later)]).toEqual(['STALE_IGNORED', 'APPLIED']);
  });

  it('is refused when it is dated in the future', async () => {
    const key = await newItem();
    const asOf = new Date(Date.now() + 60 * MINUTE).toISOString();
    expect(faultsOf(await set([{ ...key, quantity: 1, asOf }]))).toEqual(['AS_OF_IN_FUTURE rows.0.asOf']);
  });
});

describe('a batch', () => {
  it('changes nothing when a row is refused, and answers every row in order', async () => {
    const [good, bad] = [await newItem(), await newItem()];
    const payload = await set([
      { ...good, quantity: 5, changeFromQuantity: null },
      { ...bad, quantity: -1, changeFromQuantity: null },
      { ...good, sku: 'NO SUCH', location: 'NOWHERE', quantity: 1, changeFromQuantity: null },
    ]);
    expect(statuses(payload)).toEqual(['NOT_APPLIED', 'REJECTED', 'REJECTED']);
    expect(payload.results.map(({ movement }) => movement)).toEqual([null, null, null]);
    expect(faultsOf(payload)).toEqual([
      'INVALID_QUANTITY rows.1.quantity',
      'ITEM_NOT_FOUND rows.2.sku',
      'LOCATION_NOT_FOUND rows.2.location',
    ]);
    expect(await available(good)).toEqual([]);
  });

  it('applies the good rows on request', async () => {
    const [good, bad] = [await newItem(), await newItem()];
    const rows = [
      { ...bad, quantity: -1, changeFromQuantity: null },
      { ...good, quantity: 5, changeFromQuantity: null },
    ];
    const payload = await set(rows, { onRowError: 'REJECT_ROWS' });
    expect(statuses(payload)).toEqual(['REJECTED', 'APPLIED']);
    expect(await available(good)).toEqual([5]);
  });

  it('may contain each key only once', async () => {
    const key = await newItem();
    const row = { ...key, quantity: 5, changeFromQuantity: null };
    expect(faultsOf(await set([row, row]))).toEqual(['DUPLICATE_ROW rows.0', 'DUPLICATE_ROW rows.1']);
  });

  it('has at most 300 rows, and its movements are read by one statement', async () => {
    const key = await newItem();
    const rows = Array.from({ length: 300 }, (_, lot) => ({
      ...{ ...key, lot: `lot ${lot}`, quantity: lot + 1, asOf: at(-lot) },
    }));
    gateway.statements.length = 0;
    const payload = await set(rows);
    expect(statuses(payload)).toEqual(rows.map(() => 'APPLIED'));
    // The movements and their counts.
    expect(gateway.statements).toHaveLength(2);
    const tooMany = await set([...rows, { ...key, quantity: 1, changeFromQuantity: null }]);
    expect(tooMany).toMatchObject({ results: [], userErrors: [{ code: 'BATCH_TOO_LARGE', field: ['rows'] }] });
  });

  it('answers a dry run with what it would do, and changes nothing', async () => {
    const key = await newItem();
    const rows = [{ ...key, quantity: 5, changeFromQuantity: null }];
    const dry = await set(rows, { dryRun: true });
    expect(dry.results).toMatchObject([
      { status: 'APPLIED', previousQuantity: 0, quantity: 5, delta: 5, movement: null },
    ]);
    expect(await available(key)).toEqual([]);
    const real = await set(rows);
    expect(real.ledgerSequence).toBe((dry.ledgerSequence ?? 0) + 1);
  });
});

describe('a repeated command', () => {
  it('repeats the first answer, also a refusal, and refuses other input', async () => {
    const key = await newItem();
    const idempotencyKey = commands.nextKey();
    const first = await set([{ ...key, quantity: 5, changeFromQuantity: 0 }], { idempotencyKey });
    const again = await set([{ ...key, quantity: 5, changeFromQuantity: 0 }], { idempotencyKey });
    expect(again).toEqual({ ...first, replayed: true });
    // Left out and null mean different things.
    const other = await set([{ ...key, quantity: 5, changeFromQuantity: null }], { idempotencyKey });
    expect(faultsOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
    const refusedKey = commands.nextKey();
    const refused = await set([{ ...key, quantity: 9, changeFromQuantity: 0 }], { idempotencyKey: refusedKey });
    await set([{ ...key, quantity: 0, changeFromQuantity: null }]);
    const stillRefused = await set([{ ...key, quantity: 9, changeFromQuantity: 0 }], { idempotencyKey: refusedKey });
    const [error] = stillRefused.userErrors;
    expect(stillRefused).toMatchObject({ replayed: true, userErrors: [{ code: 'CHANGE_FROM_QUANTITY_STALE' }] });
    expect(error?.message).toMatch(/\. This was judged at 20\S+Z; a new idempotencyKey is judged again\.$/);
    expect(error?.message.startsWith(refused.userErrors[0]?.message ?? '-')).toBe(true);
  });

  it('takes effect once, however many arrive at the same time', async () => {
    const key = await newItem();
    const idempotencyKey = commands.nextKey();
    const rows = [{ ...key, quantity: 5, changeFromQuantity: 0 }];
    const answers = await Promise.all(Array.from({ length: 64 }, () => set(rows, { idempotencyKey })));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ replayed, ...answer }) => JSON.stringify(answer))).size).toBe(1);
    expect(await available(key)).toEqual([5]);
  });
});

it('changes the stock of its own tenant only', async () => {
  const key = await newItem();
  const theirs = new Commands(gateway, 'theirs');
  await theirs.catalogue([key.sku], ['MAIN']);
  await set([{ ...key, quantity: 5, changeFromQuantity: null }]);
  expect(await available(key, 'theirs')).toEqual([]);
  await theirs.send('stockSet', { rows: [{ ...key, quantity: 8, changeFromQuantity: 0 }] });
  expect([await available(key), await available(key, 'theirs')]).toEqual([[5], [8]]);
});
