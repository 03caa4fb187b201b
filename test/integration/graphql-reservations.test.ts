import { HoldKeeper } from '../../src/persistence/poster/hold-keeper';
import { Commands, type Payload } from '../support/commands';
import { GraphqlHarness, type Data } from '../support/graphql';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let commands: Commands;
let skus = 0;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue([], ['A', 'B']);
});

afterAll(() => gateway.close());

interface Line extends Data {
  readonly quantity: number;
  readonly committed: number;
  readonly fulfilled: number;
  readonly released: number;
  readonly backOrdered: number;
}

interface Held extends Payload {
  readonly reservation: {
    readonly id: string;
    readonly status: string;
    readonly expiresAt: string | null;
    readonly lines: readonly Line[];
  } | null;
  readonly changes: readonly Data[];
}

const RESERVATION = `reservation { id status expiresAt reference
  lines { item { sku } location { code } quantity committed fulfilled released backOrdered } }`;
const PAYLOAD = `${RESERVATION} changes { bucket delta quantityAfter } userErrors { code message field current requested } replayed dryRun ledgerSequence`;

/** An item of which there are so many units at `A`. */
async function stocked(units: number): Promise<string> {
  skus += 1;
  const sku = `HELD-${skus}`;
  await commands.catalogue([sku], []);
  if (units > 0) await commands.receive({ sku, location: 'A', delta: units });
  return sku;
}

const create = (lines: readonly Data[], more: Data = {}): Promise<Held> =>
  commands.send<Held>('reservationCreate', { lines, ...more }, `${RESERVATION} changes { bucket delta quantityAfter }`);

async function held(sku: string, quantity: number, more: Data = {}): Promise<string> {
  const { reservation, userErrors } = await create([{ sku, location: 'A', quantity }], more);
  expect(userErrors).toEqual([]);
  return reservation?.id ?? '';
}

async function change(name: string, id: string, args: Data = {}): Promise<Held> {
  const types = { lines: '[ReservationLineInput!]', remainder: 'Remainder!', reacquire: 'Boolean!' };
  const more = { expiresInSeconds: 'Int!', from: 'String!', to: 'String!' };
  const given = Object.keys(args).map((arg) => [arg, ({ ...types, ...more } as Record<string, string>)[arg]]);
  const declared = given.map(([arg, type]) => `, $${arg}: ${type}`).join('');
  const passed = given.map(([arg]) => `, ${arg}: $${arg}`).join('');
  const query = `mutation ($id: ID!, $key: String!${declared}) {
    payload: ${name}(id: $id, idempotencyKey: $key${passed}) { ${PAYLOAD} } }`;
  return (await gateway.data<{ payload: Held }>(query, { id, key: commands.nextKey(), ...args })).payload;
}

const errorsOf = ({ userErrors }: Payload): string[] => userErrors.map(({ code }) => code);

const STOCK = `query ($sku: String!, $asOf: DateTime) { stock(first: 5, asOf: { recordedAt: $asOf }, filter: { skus: [$sku] }) {
  nodes { location { code } available reserved committed onHand } } }`;
const NOW = STOCK.replace(', $asOf: DateTime', '').replace('asOf: { recordedAt: $asOf }, ', '');

async function stockOf(sku: string, location = 'A'): Promise<Data | undefined> {
  const { stock } = await gateway.data<{ stock: { nodes: (Data & { location: { code: string } })[] } }>(NOW, { sku });
  const found = stock.nodes.find((node) => node.location.code === location);
  if (!found) return undefined;
  const { available, reserved, committed } = found;
  return { available, reserved, committed };
}

/** Lets all holds of a tenant expire a second ago, while nothing posts it. */
async function passTime(): Promise<void> {
  await gateway.ledger.pool.query(
    `UPDATE reservation SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL`,
  );
  await gateway.ledger.pool.query(
    `UPDATE ledger_head SET next_expiry = now() - interval '1 second' WHERE next_expiry IS NOT NULL`,
  );
}

it('holds units, sells them and lets them leave, each by a movement', async () => {
  const sku = await stocked(10);
  const { reservation, changes } = await create([{ sku, location: 'A', quantity: 4 }], { reference: 'CART-1' });
  expect(changes).toEqual([
    { bucket: 'AVAILABLE', delta: -4, quantityAfter: 6 },
    { bucket: 'RESERVED', delta: 4, quantityAfter: 4 },
  ]);
  expect(reservation).toMatchObject({ status: 'ACTIVE', lines: [{ quantity: 4, committed: 0 }] });
  expect(await stockOf(sku)).toEqual({ available: 6, reserved: 4, committed: 0 });
  const id = reservation?.id ?? '';
  const sold = await change('reservationCommit', id);
  expect(sold.reservation).toMatchObject({ status: 'COMMITTED', expiresAt: null, lines: [{ committed: 4 }] });
  expect(await stockOf(sku)).toEqual({ available: 6, reserved: 0, committed: 4 });
  const part = await change('reservationFulfil', id, { lines: [{ sku, quantity: 3 }] });
  expect(part.reservation).toMatchObject({ status: 'COMMITTED', lines: [{ committed: 1, fulfilled: 3 }] });
  const rest = await change('reservationFulfil', id);
  expect(rest.reservation).toMatchObject({ status: 'FULFILLED', lines: [{ committed: 0, fulfilled: 4 }] });
  expect(await stockOf(sku)).toEqual({ available: 6, reserved: 0, committed: 0 });
  const query = `query ($id: ID!) { node(id: $id) { ... on Reservation { status movements { reason reference } } } }`;
  expect(await gateway.data(query, { id })).toEqual({
    node: {
      status: 'FULFILLED',
      movements: ['HOLD', 'ALLOCATION', 'SHIPMENT', 'SHIPMENT'].map((reason) => ({ reason, reference: 'CART-1' })),
    },
  });
});

it('never holds more than there is, whoever asks at once', async () => {
  const sku = await stocked(25);
  const answers = await Promise.all(Array.from({ length: 60 }, () => create([{ sku, location: 'A', quantity: 1 }])));
  expect(answers.filter(({ reservation }) => reservation !== null)).toHaveLength(25);
  expect(new Set(answers.flatMap(errorsOf))).toEqual(new Set(['INSUFFICIENT_STOCK']));
  expect(await stockOf(sku)).toEqual({ available: 0, reserved: 25, committed: 0 });
});

it('adds up the demand for one item, and says how much is held', async () => {
  const sku = await stocked(5);
  await held(sku, 2);
  const lines = [2, 2].map((quantity) => ({ sku, location: 'A', quantity }));
  const refused = await create(lines);
  expect(refused.userErrors).toEqual([
    {
      ...{ code: 'INSUFFICIENT_STOCK', field: ['lines', '1', 'quantity'], current: 1, requested: 2 },
      message: `There are 1 units of "${sku}" to sell at "A", and 2 are asked for; 2 more are held.`,
    },
  ]);
  const some = await create(lines, { onShort: 'TAKE_WHAT_IS_THERE' });
  expect(some.reservation?.lines).toMatchObject([{ quantity: 3 }]);
});

it('takes units from wherever they are, but not those of other channels', async () => {
  const sku = await stocked(3);
  await commands.receive({ sku, location: 'B', delta: 4 }, { sku, location: 'B', channel: '2B', delta: 9 });
  const segment = { channels: [''] };
  expect(errorsOf(await create([{ sku, quantity: 8 }], { segment }))).toEqual(['INSUFFICIENT_STOCK']);
  const { reservation } = await create([{ sku, quantity: 6 }], { segment });
  expect(reservation?.lines).toMatchObject([
    { location: { code: 'B' }, quantity: 4 },
    { location: { code: 'A' }, quantity: 2 },
  ]);
});

it('changes nothing on a dry run, and answers a retry as before', async () => {
  const sku = await stocked(3);
  const dry = await create([{ sku, location: 'A', quantity: 3 }], { dryRun: true });
  expect([dry.reservation, dry.changes.length]).toEqual([null, 2]);
  const idempotencyKey = commands.nextKey();
  const first = await create([{ sku, location: 'A', quantity: 2 }], { idempotencyKey });
  const again = await create([{ sku, location: 'A', quantity: 2 }], { idempotencyKey });
  expect(again).toEqual({ ...first, replayed: true });
  expect(await stockOf(sku)).toEqual({ available: 1, reserved: 2, committed: 0 });
});

describe('a hold whose time is over', () => {
  it('is released for every reader and every command, though nothing has posted it', async () => {
    const sku = await stocked(5);
    const id = await held(sku, 5);
    await passTime();
    expect(await stockOf(sku)).toEqual({ available: 5, reserved: 0, committed: 0 });
    const query = `query ($id: ID!) { reservation(id: $id) { status expiresAt movements { reason } lines { released } } }`;
    expect(await gateway.data(query, { id })).toEqual({
      reservation: { status: 'EXPIRED', expiresAt: null, movements: [{ reason: 'HOLD' }], lines: [{ released: 5 }] },
    });
    const other = await held(sku, 5);
    expect(await stockOf(sku)).toEqual({ available: 0, reserved: 5, committed: 0 });
    expect(await gateway.data(query, { id })).toMatchObject({
      reservation: { status: 'EXPIRED', movements: [{ reason: 'HOLD' }, { reason: 'RELEASE' }] },
    });
    const late = await change('reservationCommit', id);
    expect(errorsOf(late)).toEqual(['RESERVATION_EXPIRED']);
    expect(errorsOf(await change('reservationCommit', id, { reacquire: true }))).toEqual(['INSUFFICIENT_STOCK']);
    await change('reservationRelease', other);
    const taken = await change('reservationCommit', id, { reacquire: true });
    expect(taken.reservation).toMatchObject({ status: 'COMMITTED', lines: [{ committed: 5, released: 0 }] });
    expect(await stockOf(sku)).toEqual({ available: 0, reserved: 0, committed: 5 });
  });

  it('is posted by the keeper, at the moment at which it expired', async () => {
    const sku = await stocked(3);
    const id = await held(sku, 3);
    await passTime();
    const keeper = new HoldKeeper({ pool: gateway.ledger.pool, poster: gateway.poster, warn: () => undefined });
    expect(await keeper.catchUp()).toBe(true);
    const query = `query ($id: ID!) { reservation(id: $id) { status expiresAt movements { reason effectiveAt recordedAt } } }`;
    const { reservation } = await gateway.data<{ reservation: { movements: Record<string, string>[] } }>(query, { id });
    const [, release] = reservation.movements;
    expect(reservation).toMatchObject({ status: 'EXPIRED', movements: [{ reason: 'HOLD' }, { reason: 'RELEASE' }] });
    expect((release?.['effectiveAt'] ?? '') < (release?.['recordedAt'] ?? '')).toBe(true);
    expect(await stockOf(sku)).toEqual({ available: 3, reserved: 0, committed: 0 });
  });

  it('can be extended before, and is found by when it expires', async () => {
    const sku = await stocked(5);
    const id = await held(sku, 1, { expiresInSeconds: 60 });
    const { reservation } = await change('reservationExtend', id, { expiresInSeconds: 7_200 });
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    expect((reservation?.expiresAt ?? '') > inAnHour).toBe(true);
    const query = `query ($filter: ReservationFilter) { reservations(first: 9, filter: $filter) { totalCount nodes { id } } }`;
    const found = (filter: Data) => gateway.data(query, { filter: { skus: [sku], ...filter } });
    expect(await found({ expiringBefore: inAnHour })).toMatchObject({ reservations: { nodes: [] } });
    expect(await found({ statuses: ['ACTIVE'] })).toEqual({ reservations: { totalCount: 1, nodes: [{ id }] } });
    await passTime();
    expect(await found({ statuses: ['EXPIRED'] })).toMatchObject({ reservations: { nodes: [{ id }] } });
    expect(errorsOf(await change('reservationExtend', id, { expiresInSeconds: 60 }))).toEqual(['RESERVATION_EXPIRED']);
  });
});

it('tells the loser of a race what has become of the hold', async () => {
  const sku = await stocked(40);
  for (let round = 0; round < 10; round += 1) {
    const id = await held(sku, 2);
    const [sold, given] = await Promise.all([change('reservationCommit', id), change('reservationRelease', id)]);
    // A release may follow a commit, so only the commit can lose.
    expect(errorsOf(given)).toEqual([]);
    expect(['', 'RESERVATION_RELEASED']).toContain(errorsOf(sold).join(' '));
  }
  expect(await stockOf(sku)).toEqual({ available: 40, reserved: 0, committed: 0 });
});

it('keeps or releases what is not committed', async () => {
  const sku = await stocked(9);
  const lines = [{ sku, quantity: 1 }];
  const kept = await change('reservationCommit', await held(sku, 3), { lines, remainder: 'KEEP' });
  expect(kept.reservation).toMatchObject({ status: 'COMMITTED', lines: [{ quantity: 3, committed: 1, released: 0 }] });
  expect(kept.reservation?.expiresAt).not.toBeNull();
  const released = await change('reservationCommit', await held(sku, 3), { lines });
  expect(released.reservation).toMatchObject({ expiresAt: null, lines: [{ quantity: 3, committed: 1, released: 2 }] });
  const tooMany = await change('reservationCommit', kept.reservation?.id ?? '', { lines: [{ sku, quantity: 3 }] });
  expect(tooMany.userErrors).toMatchObject([{ code: 'INVALID_QUANTITY', current: 2, requested: 3 }]);
  await passTime();
  expect(await stockOf(sku)).toEqual({ available: 7, reserved: 0, committed: 2 });
});

it('takes what is reserved from another location instead', async () => {
  const sku = await stocked(4);
  await commands.receive({ sku, location: 'B', delta: 3 });
  const id = await held(sku, 3);
  await change('reservationCommit', id, { lines: [{ sku, quantity: 1 }], remainder: 'KEEP' });
  const moved = await change('reservationMove', id, { from: 'A', to: 'B' });
  expect(moved.reservation?.lines).toMatchObject([{ location: { code: 'B' }, quantity: 3, committed: 1 }]);
  expect(await stockOf(sku, 'A')).toEqual({ available: 4, reserved: 0, committed: 0 });
  expect(await stockOf(sku, 'B')).toEqual({ available: 0, reserved: 2, committed: 1 });
  await held(sku, 4);
  expect(errorsOf(await change('reservationMove', id, { from: 'B', to: 'A' }))).toEqual(['INSUFFICIENT_STOCK']);
});

it('accepts what may be sold before it arrives, and gives it to the oldest first', async () => {
  const sku = await stocked(2);
  const terms = { backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 5 };
  await commands.send('inventoryRecordSave', { sku, location: 'A', ...terms });
  const first = await create([{ sku, location: 'A', quantity: 4 }]);
  expect(first.reservation?.lines).toMatchObject([{ quantity: 4, backOrdered: 2 }]);
  const second = await create([{ sku, location: 'A', quantity: 3 }]);
  expect(second.reservation?.lines).toMatchObject([{ quantity: 3, backOrdered: 3 }]);
  expect(errorsOf(await create([{ sku, location: 'A', quantity: 1 }]))).toEqual(['INSUFFICIENT_STOCK']);
  const asked = `query ($sku: String!) { availability(sku: $sku, quantity: 1, locations: ["A"]) { sellable backOrderable } }`;
  expect(await gateway.data(asked, { sku })).toEqual({ availability: { sellable: 0, backOrderable: 0 } });
  await change('reservationCommit', second.reservation?.id ?? '');
  await commands.receive({ sku, location: 'A', delta: 4 });
  expect(await stockOf(sku)).toEqual({ available: 0, reserved: 4, committed: 2 });
  const query = `query ($id: ID!) { reservation(id: $id) { lines { backOrdered committed } } }`;
  const linesOf = async (held: Held) => gateway.data(query, { id: held.reservation?.id });
  expect(await linesOf(first)).toEqual({ reservation: { lines: [{ backOrdered: 0, committed: 0 }] } });
  expect(await linesOf(second)).toEqual({ reservation: { lines: [{ backOrdered: 1, committed: 2 }] } });
});

it('goes with its item when that is merged into another one', async () => {
  const [from, into] = [await stocked(5), await stocked(1)];
  const { reservation } = await create([
    { sku: from, location: 'A', quantity: 2 },
    { sku: into, location: 'A', quantity: 1 },
  ]);
  const merge = `mutation ($from: ItemReferenceInput!, $into: ItemReferenceInput!, $key: String!) {
    itemMerge(from: $from, into: $into, idempotencyKey: $key) { userErrors { code message } } }`;
  const merged = await gateway.data(merge, { from: { sku: from }, into: { sku: into }, key: commands.nextKey() });
  expect(merged).toEqual({ itemMerge: { userErrors: [] } });
  const sold = await change('reservationCommit', reservation?.id ?? '');
  expect(sold.reservation?.lines).toMatchObject([{ item: { sku: into }, quantity: 3, committed: 3 }]);
  expect(await stockOf(into)).toEqual({ available: 3, reserved: 0, committed: 3 });
});
