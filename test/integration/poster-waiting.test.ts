import { Client } from 'pg';
import type { ItemSaveResult } from '../../src/domain/plans/catalogue-save';
import type { DeliveryResult } from '../../src/domain/plans/delivery';
import type { Posting } from '../../src/domain/ledger/posting';
import { byIdentifier, delivered, deliveryOf, factOf, itemSaved, rowsOf } from '../support/domain/test-ledger';
import type { CommitProxy } from '../support/commit-proxy';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let harness: LedgerHarness;
let proxy: CommitProxy;
let poster: TestPoster;
let other: TestPoster;
let tenantId: string;
let testNumber = 0;
let messageNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  proxy = await harness.openProxy();
  other = harness.openPoster();
});

/** Each test has a ledger with TEA, and a poster that knows that no row waits. */
beforeEach(async () => {
  [tenantId = ''] = await harness.tenants(`tenant-${(testNumber += 1)}`);
  proxy.fateOf = () => 'PASS';
  poster = harness.openPoster({ max: 2 }, proxy.url);
  await post(message('opening'));
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

const post = <Result>(posting: Posting<Result>, on = poster): Promise<Result> => on.post({ ...posting, tenantId });

/** A message with a row about an item, which waits while nothing has the item's name. */
const message = (externalId: string, code = 'TEA'): Posting<DeliveryResult> => {
  const whenUnknown = code === 'TEA' ? 'CREATE' : 'REFUSE';
  const fact = factOf(externalId, { item: byIdentifier('CODE', code, { whenUnknown }) });
  return delivered(deliveryOf((messageNumber += 1), rowsOf(fact)));
};

const saveItem = (sku: string): Posting<ItemSaveResult> =>
  itemSaved({ sku, name: sku, identifiers: [{ scheme: 'CODE', value: sku }] });

/** What became of the rows that have waited or wait, in their order. */
async function states(): Promise<(string | null)[]> {
  const sql = 'SELECT closed_as FROM quarantined_row WHERE tenant_id = $1 ORDER BY message_id';
  const { rows } = await harness.pool.query<{ closed_as: string | null }>(sql, [tenantId]);
  return rows.map((row) => row.closed_as);
}

/** Listens to what is sent. The result gives the names of the statements. */
function sentStatements(): () => (string | undefined)[] {
  const { mock } = jest.spyOn(Client.prototype, 'query');
  return () => mock.calls.map(([sent]) => (sent as unknown as { name?: string }).name);
}

const CLOSE = 'poster_close_superseded';
const LOOK = 'poster_waiting';

it('looks for rows that wait once, and for none to close while none wait', async () => {
  const names = sentStatements();
  await post(message('a'));
  await post(message('b'));
  expect(names().filter((name) => name === CLOSE || name === LOOK)).toEqual([]);
  await post(message('c'), harness.openPoster({ max: 1 }));
  expect(names().filter((name) => name === CLOSE || name === LOOK)).toEqual([CLOSE, LOOK]);
});

it('closes a row that came after it had looked', async () => {
  await post(message('x', 'SUGAR'));
  await post(message('a'));
  await post(saveItem('SUGAR'));
  expect(await states()).toEqual([null]);
  await post(message('x', 'SUGAR'));
  expect(await states()).toEqual(['SUPERSEDED']);
});

it('closes a row that came in the same batch', async () => {
  const batch = [message('x', 'SUGAR'), saveItem('SUGAR'), message('x', 'SUGAR')];
  await Promise.all(batch.map((posting) => post<unknown>(posting)));
  expect(await states()).toEqual(['SUPERSEDED']);
});

it('closes a row that another gateway has made wait', async () => {
  await post(message('x', 'SUGAR'), other);
  await post(saveItem('SUGAR'));
  await post(message('x', 'SUGAR'));
  expect(await states()).toEqual(['SUPERSEDED']);
});

it('closes a row whose COMMIT has an unknown fate', async () => {
  proxy.fateOf = () => {
    proxy.fateOf = () => 'PASS';
    return 'CUT_AFTER';
  };
  await post(message('x', 'SUGAR'));
  await post(saveItem('SUGAR'));
  await post(message('x', 'SUGAR'));
  expect(await states()).toEqual(['SUPERSEDED']);
});

it('knows that nothing waits again, once the last row is closed', async () => {
  await post(message('x', 'SUGAR'));
  await post(saveItem('SUGAR'));
  await post(message('x', 'SUGAR'));
  const names = sentStatements();
  await post(message('a'));
  expect(names()).not.toContain(CLOSE);
  await post(message('y', 'MATE'));
  await post(message('b'));
  expect(names().filter((name) => name === CLOSE)).toHaveLength(1);
});
