import { bySku, factOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import { Commands } from '../support/commands';
import { GraphqlHarness } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';
import { fillLedger } from '../support/random-ledger';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;

interface Leg {
  readonly sequence: number;
  readonly leg: number;
  readonly delta: number;
  readonly absorbed: boolean;
  readonly quantityAfter: number;
  readonly levelVersion: number;
  readonly level: { readonly id: string };
}

/** All legs of a filter, page by page. */
async function legs(filter: object, size: number, backward = false): Promise<Leg[]> {
  const read: Leg[] = [];
  const query = `query ($filter: LedgerEntryFilter, $first: Int, $last: Int, $after: String, $before: String) {
    ledgerEntries(filter: $filter, first: $first, last: $last, after: $after, before: $before) {
      nodes { sequence leg delta absorbed quantityAfter levelVersion level { id } } totalCount
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`;
  for (let at: object = {}; ;) {
    const { ledgerEntries } = await gateway.data<{
      ledgerEntries: {
        nodes: Leg[];
        totalCount: number;
        pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
      };
    }>(query, { filter, ...at, ...(backward ? { last: size } : { first: size }) });
    const { nodes, pageInfo, totalCount } = ledgerEntries;
    if (backward) read.unshift(...nodes);
    else read.push(...nodes);
    if (backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage) {
      at = backward ? { before: pageInfo.startCursor } : { after: pageInfo.endCursor };
      continue;
    }
    expect(totalCount).toBe(read.length);
    return read;
  }
}

async function movements(filter: object): Promise<{ sequence: number; externalId: string; origin: string }[]> {
  const query = `query ($filter: LedgerEntryFilter) { movements(filter: $filter, first: 100) {
    nodes { sequence externalId origin } } }`;
  return (
    await gateway.data<{ movements: { nodes: { sequence: number; externalId: string; origin: string }[] } }>(query, {
      filter,
    })
  ).movements.nodes;
}

/** What a table has, in the order of the ledger: legs with effect, then those without. */
async function legsOfTables(): Promise<string[]> {
  const { rows } = await gateway.ledger.pool.query<{ text: string }>(
    `SELECT concat_ws(' ', sequence, leg, delta, absorbed) AS text FROM (
       SELECT sequence, leg, delta, false AS absorbed FROM ledger_entry WHERE tenant_id = $1
       UNION ALL SELECT sequence, leg, delta, true FROM absorbed_leg WHERE tenant_id = $1) legs
     ORDER BY sequence, absorbed, leg`,
    [gateway.tenants.ours],
  );
  return rows.map(({ text }) => text);
}

const textOf = ({ sequence, leg, delta, absorbed }: Leg): string =>
  `${sequence} ${leg} ${delta} ${absorbed ? 't' : 'f'}`;

const at = (minutes: number): string => new Date(NOON + minutes * MINUTE).toISOString();

describe('changes that a count already included', () => {
  beforeAll(async () => {
    gateway = await GraphqlHarness.open();
    await fillLedger(gateway, { movements: 120, seed: 20 });
    const commands = new Commands(gateway);
    const count = { sku: 'TEA', location: 'MAIN', quantity: 3, changeFromQuantity: null, asOf: at(30), lot: 'L9' };
    const counted = await commands.send('stockSet', { rows: [count] });
    expect(counted.userErrors).toEqual([]);
    const dimensions = { ...DEFAULT_DIMENSIONS, lot: 'L9' };
    await gateway.deliver([factOf('before', { item: bySku('TEA'), dimensions, occurredAtMs: NOON - MINUTE })]);
  });

  afterAll(async () => {
    await expectIntactLedgers(gateway.ledger.pool);
    await gateway.close();
  });

  it('are listed beside the others, in pages of every size and from both ends', async () => {
    const all = await legsOfTables();
    expect(all.filter((text) => text.endsWith('t')).length).toBeGreaterThan(5);
    expect((await legs({ includeAbsorbed: true }, 100)).map(textOf)).toEqual(all);
    expect((await legs({ includeAbsorbed: true }, 7)).map(textOf)).toEqual(all);
    expect((await legs({ includeAbsorbed: true }, 7, true)).map(textOf)).toEqual(all);
    const effective = all.filter((text) => text.endsWith('f'));
    expect((await legs({}, 50)).map(textOf)).toEqual(effective);
    expect((await legs({ includeAbsorbed: false }, 50, true)).map(textOf)).toEqual(effective);
  });

  it.each([{ skus: ['TEA'] }, { skus: ['TIN', 'TEA'] }, { references: ['PO-1', 'PO-2'] }, { locations: ['B'] }])(
    'are found by %j like the others',
    async (filter) => {
      const everything = await legs({ includeAbsorbed: true }, 100);
      const effective = await legs(filter, 100);
      const found = await legs({ ...filter, includeAbsorbed: true }, 9);
      expect(found.filter(({ absorbed }) => !absorbed)).toEqual(effective);
      expect(found).toEqual(everything.filter((leg) => found.some((other) => textOf(leg) === textOf(other))));
      const sequences = new Set(found.map(({ sequence }) => sequence));
      const asked = { ...filter, includeAbsorbed: true };
      expect((await movements(asked)).map(({ sequence }) => sequence)).toEqual(
        expect.arrayContaining([...sequences].slice(0, 50)),
      );
    },
  );

  it('left the level as they show it', async () => {
    const everything = await legs({ includeAbsorbed: true }, 100);
    for (const leg of everything.filter(({ absorbed }) => absorbed)) {
      const before = everything.filter(
        ({ absorbed, level, sequence }) => !absorbed && level.id === leg.level.id && sequence <= leg.sequence,
      );
      const { quantityAfter, levelVersion } = before.at(-1) ?? { quantityAfter: 0, levelVersion: 0 };
      expect(leg).toMatchObject({ quantityAfter, levelVersion });
    }
  });

  it('make a movement findable that had no effect at all', async () => {
    const skus = ['TEA', 'TIN', 'tea-10', 'SALT', 'ÄPFEL'];
    const [movement] = await movements({ externalId: 'before' });
    expect(movement).toBeDefined();
    expect(await movements({ externalId: 'before', skus })).toEqual([]);
    expect(await movements({ externalId: 'before', skus, includeAbsorbed: true })).toEqual([movement]);
    expect(await legs({ externalId: 'before' }, 5)).toEqual([]);
    expect(await legs({ externalId: 'before', includeAbsorbed: true }, 5)).toMatchObject([
      { sequence: movement?.sequence, leg: 0, delta: 1, absorbed: true, quantityAfter: 3 },
    ]);
  });

  it('do not let a cursor of one list be used in the other', async () => {
    const query = `query ($filter: LedgerEntryFilter, $after: String) {
      ledgerEntries(filter: $filter, first: 1, after: $after) { pageInfo { endCursor } } }`;
    const { ledgerEntries } = await gateway.data<{ ledgerEntries: { pageInfo: { endCursor: string } } }>(query, {});
    const { errors } = await gateway.answer(query, {
      filter: { includeAbsorbed: true },
      after: ledgerEntries.pageInfo.endCursor,
    });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });
});

describe('"did you get 910042?"', () => {
  let commands: Commands;

  beforeAll(async () => {
    gateway = await GraphqlHarness.open();
    commands = new Commands(gateway);
    await commands.catalogue(['TEA'], ['MAIN']);
    const tea = { item: bySku('TEA') };
    await gateway.deliver([factOf('910042', tea), factOf('910043', { ...tea, occurredAtMs: NOON + MINUTE })]);
    await gateway.deliver([
      factOf('two/1', { ...tea, eventId: 'two', reason: 'TRANSFER', isOneSided: true }),
      factOf('two/2', { ...tea, eventId: 'two', reason: 'TRANSFER', isOneSided: true }),
    ]);
    const rows = [{ sku: 'TEA', location: 'MAIN', delta: 4 }];
    await commands.send('stockAdjust', { idempotencyKey: '910042', reason: 'RECEIPT', rows });
  });

  afterAll(() => gateway.close());

  it("finds each sender's movement of that id, and of one sender if asked", async () => {
    const found = await movements({ externalId: '910042' });
    expect(found.map(({ origin }) => origin)).toEqual(['warehouse', 'integrator']);
    for (const { origin, sequence } of found) {
      expect(await movements({ externalId: '910042', origin })).toMatchObject([{ origin, sequence }]);
      expect(await legs({ externalId: '910042', origin }, 5)).toMatchObject([{ sequence }]);
    }
  });

  it('finds an event by the id of each of its rows', async () => {
    const [event] = await movements({ externalId: 'two' });
    expect(event).toBeDefined();
    for (const externalId of ['two/1', 'two/2']) expect(await movements({ externalId })).toEqual([event]);
    expect(await legs({ externalId: 'two/2' }, 5)).toHaveLength(2);
  });

  it('finds nothing of an id that was not received, of another sender or in another tenant', async () => {
    expect(await movements({ externalId: '910044' })).toEqual([]);
    expect(await movements({ externalId: '910043', origin: 'integrator' })).toEqual([]);
    expect(await movements({ origin: 'nobody' })).toEqual([]);
    const query = '{ movements(filter: { externalId: "910042" }) { nodes { id } } }';
    expect(await gateway.data(query, {}, 'theirs')).toEqual({ movements: { nodes: [] } });
  });

  it('lists all that one sender sent', async () => {
    const sent = await movements({ origin: 'warehouse' });
    expect(sent.map(({ externalId }) => externalId)).toEqual(['910042', '910043', 'two']);
  });
});
