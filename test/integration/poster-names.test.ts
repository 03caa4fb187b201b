import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Settled } from '../../src/domain/plans/plan-batch';
import type { Posting } from '../../src/domain/ledger/posting';
import { itemIdentifierRemoveReads, planItemIdentifierRemove } from '../../src/domain/plans/catalogue-save';
import {
  itemRenameReads,
  locationRenameReads,
  planItemRename,
  planLocationRename,
} from '../../src/domain/plans/catalogue-upkeep';
import { itemMergeReads, planItemMerge } from '../../src/domain/plans/item-merge';
import { Transactions, type Foundation } from '../../src/persistence/poster/transactions';
import {
  adjusted,
  adjustOf,
  byIdentifier,
  delivered,
  deliveryOf,
  factOf,
  itemSaved,
  keyOf,
  postingOf,
  rowsOf,
  sha256,
} from '../support/domain/test-ledger';
import type { CommitProxy } from '../support/commit-proxy';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(60_000);

let database: TestDatabase;
let harness: LedgerHarness;
let proxy: CommitProxy;
let pool: Pool;
/** Another gateway. */
let other: TestPoster;
let testNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  proxy = await harness.openProxy();
  pool = harness.openPostPool({ applicationName: 'lane' });
  other = harness.openPoster({}, proxy.url);
});

afterAll(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

const saveItem = (sku: string, ...codes: readonly string[]): Posting<unknown> => {
  return itemSaved({ sku, name: sku, identifiers: codes.map((value) => ({ scheme: 'CODE', value })) });
};

const removeCode = (value: string): Posting<unknown> => {
  const command = { scheme: 'CODE', value, specification: '' };
  return postingOf((work) => planItemIdentifierRemove(work, command), { reads: itemIdentifierRemoveReads(command) });
};

const renameItem = (sku: string, newSku: string): Posting<unknown> => {
  const command = { sku, newSku, specification: '', newSpecification: '', allowLookalike: false };
  return postingOf((work) => planItemRename(work, command), { reads: itemRenameReads(command) });
};

const renameLocation = (code: string, newCode: string): Posting<unknown> => {
  const command = { code, newCode, allowLookalike: false };
  return postingOf((work) => planLocationRename(work, command), { reads: locationRenameReads(command) });
};

const mergeItem = (from: string, into: string): Posting<unknown> => {
  const name = (sku: string) => ({ by: 'SKU', sku, specification: '' }) as const;
  const content = { idempotencyKey: 'merge', from: name(from), into: name(into), dryRun: false };
  const command = { ...content, fingerprint: sha256('merge') };
  return postingOf((work) => planItemMerge(work, command), { reads: itemMergeReads(command) });
};

/** What another gateway does to the catalogue. */
const CHANGES: readonly (readonly [name: string, change: Posting<unknown>])[] = [
  ['creates an item', saveItem('SUGAR', 'SUGAR')],
  ['creates an item whose sku looks like a new one', saveItem('Sugar')],
  ['gives a known item a name', saveItem('TEA', 'CHAI')],
  ['takes a name from an item', removeCode('MATE')],
  ['renames a known item', renameItem('TEA', 'BLACK TEA')],
  ['renames an item to a name that is not known', renameItem('MATE', 'SUGAR')],
  ['merges an item into a known one', mergeItem('MATE', 'TEA')],
  ['renames a known location', renameLocation('MAIN', 'DEPOT')],
];

/** A tenant with TEA and MATE at MAIN. */
async function ledger(): Promise<string> {
  const [tenantId = ''] = await harness.tenants(`tenant-${(testNumber += 1)}`);
  await other.post({ ...saveItem('MATE', 'MATE'), tenantId });
  const mate = factOf('mate', { item: byIdentifier('CODE', 'MATE'), delta: 50 });
  await other.post({ ...delivered(deliveryOf(1, rowsOf(factOf('tea', { delta: 100 }), mate))), tenantId });
  return tenantId;
}

const fact = (code: string, location: string): ReturnType<typeof factOf> => {
  const place = { by: 'CODE', code: location, whenUnknown: 'CREATE', parentCode: null } as const;
  return factOf(`${code} ${location}`, { item: byIdentifier('CODE', code), location: place });
};

const FIRST = [adjusted(adjustOf('first'))];
/** Names what the first batch has named, and what it has not. */
const SECOND = [
  adjusted(adjustOf('second')),
  ...['TEA', 'MATE', 'SUGAR', 'CHAI', 'BLACK TEA'].map((code, index) =>
    delivered(deliveryOf(2 + index, rowsOf(fact(code, 'MAIN'), fact(code, 'DEPOT')))),
  ),
  adjusted(adjustOf('sugar', { rows: [{ key: keyOf('SUGAR', 'MAIN'), delta: 1 }] })),
  adjusted(adjustOf('mate', { rows: [{ key: keyOf('MATE', 'MAIN'), delta: 1 }] })),
];
const THIRD = ['TEA', 'MATE', 'SUGAR', 'CHAI', 'BLACK TEA'].flatMap((sku) =>
  ['MAIN', 'DEPOT'].map((code) =>
    adjusted(adjustOf(`third ${sku} ${code}`, { rows: [{ key: keyOf(sku, code), delta: 2 }] })),
  ),
);

/** Results without ids and times, which differ from run to run. */
const comparable = (settled: readonly Settled[] | undefined): unknown => {
  const text = JSON.stringify(settled);
  return JSON.parse(text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id').replace(/\b1[0-9]{12}\b/g, '0'));
};

/** A gateway's lane of a tenant, whose batches a test posts one by one. */
class TestLane {
  readonly #transactions: Transactions;
  #foundation: Foundation | undefined;

  constructor(private readonly tenantId: string) {
    this.#transactions = TestLane.#open(tenantId);
  }

  static #open(tenantId: string): Transactions {
    return new Transactions(tenantId, { pool, tools: { sha256, newId: uuidv7 } });
  }

  #batch(postings: readonly Posting<unknown>[]): Posting<unknown>[] {
    return postings.map((posting) => ({ ...posting, tenantId: this.tenantId }));
  }

  post(postings: readonly Posting<unknown>[]): Promise<Settled[]> {
    return this.#transactions.post(this.#batch(postings), undefined, (foreseen) => {
      this.#foundation = { ...foreseen, settled: new Promise(() => undefined) };
    });
  }

  /** Plans on what the batch before has left, as if that were being committed. */
  postAhead(postings: readonly Posting<unknown>[]): Promise<Settled[] | undefined> {
    if (!this.#foundation) throw new Error('There was no batch before.');
    return this.#transactions.postAhead(this.#batch(postings), this.#foundation, () => undefined);
  }

  /** As the first batch of a gateway that has just started. */
  postAfresh(postings: readonly Posting<unknown>[]): Promise<Settled[]> {
    const transactions = TestLane.#open(this.tenantId);
    return transactions.post(this.#batch(postings), undefined, () => undefined);
  }

  /** Resolves when a batch waits for the lock. */
  static async isWaiting(): Promise<void> {
    const sql = `SELECT FROM pg_stat_activity WHERE application_name = 'lane' AND wait_event_type = 'Lock'`;
    while ((await harness.pool.query(sql)).rowCount === 0) await delay(5);
  }
}

const change = (posting: Posting<unknown>, tenantId: string): Promise<unknown> => other.post({ ...posting, tenantId });

/** Sends the change and holds its COMMIT, so that it has the lock. Resolves with what lets it go. */
async function holdChange(posting: Posting<unknown>, tenantId: string): Promise<() => Promise<unknown>> {
  proxy.fateOf = () => 'HOLD';
  const changed = change(posting, tenantId);
  while (proxy.held === 0) await delay(5);
  proxy.fateOf = () => 'PASS';
  return () => {
    proxy.passHeld();
    return changed;
  };
}

/** What gateways that know no name beforehand come to. */
async function expected(posting: Posting<unknown>, order: 'CHANGE_FIRST' | 'CHANGE_BETWEEN') {
  const tenantId = await ledger();
  const lane = new TestLane(tenantId);
  if (order === 'CHANGE_FIRST') await change(posting, tenantId);
  const first = await lane.postAfresh(FIRST);
  if (order === 'CHANGE_BETWEEN') await change(posting, tenantId);
  const settled = [first, await lane.postAfresh(SECOND), await lane.postAfresh(THIRD)];
  return { settled: settled.map(comparable), quantities: await harness.quantities(tenantId) };
}

const found = async (settled: readonly (readonly Settled[])[], tenantId: string): Promise<unknown> => ({
  settled: settled.map(comparable),
  quantities: await harness.quantities(tenantId),
});

describe.each(CHANGES)('where another gateway %s', (_, posting) => {
  it('a batch that is planned ahead reads the names that its lane does not know', async () => {
    const tenantId = await ledger();
    const lane = new TestLane(tenantId);
    await change(posting, tenantId);
    const first = await lane.post(FIRST);
    const second = (await lane.postAhead(SECOND)) ?? [];
    const third = await lane.post(THIRD);
    expect(await found([first, second, third], tenantId)).toEqual(await expected(posting, 'CHANGE_FIRST'));
  });

  it('a batch that is planned ahead is dropped with the names that it has read', async () => {
    const tenantId = await ledger();
    const lane = new TestLane(tenantId);
    const first = await lane.post(FIRST);
    await change(posting, tenantId);
    expect(await lane.postAhead(SECOND)).toBeUndefined();
    const rest = [await lane.post(SECOND), await lane.post(THIRD)];
    expect(await found([first, ...rest], tenantId)).toEqual(await expected(posting, 'CHANGE_BETWEEN'));
  });

  it('a batch that has read its names before that is committed is dropped with them', async () => {
    const tenantId = await ledger();
    const lane = new TestLane(tenantId);
    const first = await lane.post(FIRST);
    const letGo = await holdChange(posting, tenantId);
    const ahead = lane.postAhead(SECOND);
    await TestLane.isWaiting();
    await letGo();
    expect(await ahead).toBeUndefined();
    const rest = [await lane.post(SECOND), await lane.post(THIRD)];
    expect(await found([first, ...rest], tenantId)).toEqual(await expected(posting, 'CHANGE_BETWEEN'));
  });

  it.each(['knows some names', 'has just started'])(
    'a batch of a gateway that %s reads names under the lock',
    async (known) => {
      const tenantId = await ledger();
      const lane = new TestLane(tenantId);
      const first = await (known === 'has just started' ? lane.postAfresh(FIRST) : lane.post(FIRST));
      const letGo = await holdChange(posting, tenantId);
      const second = lane.post(SECOND);
      await TestLane.isWaiting();
      await letGo();
      const rest = [await second, await lane.post(THIRD)];
      expect(await found([first, ...rest], tenantId)).toEqual(await expected(posting, 'CHANGE_BETWEEN'));
    },
  );
});
