/** A movement keeps the outcome of its own external id; all others have rows of their own. Both answer, also the old ones. */
import { openDataSource, runMigrations } from '../../src/persistence/database/data-source';
import { MIGRATIONS } from '../../src/persistence/database/migrations';
import type { DeliveryResult, Fact } from '../../src/domain/plans/delivery';
import type { Posting } from '../../src/domain/ledger/posting';
import {
  adjusted,
  adjustOf,
  CONNECTION,
  delivered,
  deliveryOf,
  factOf,
  idOf,
  rowsOf,
} from '../support/domain/test-ledger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(60_000);

const OWN = 'MovementsAnswerForTheirId1766793600000';

let database: TestDatabase;
let harness: LedgerHarness;
let poster: TestPoster;
let tenantId: string;
let messageNumber = 0;

beforeEach(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  poster = harness.openPoster();
  [tenantId = ''] = await harness.tenants('ours');
});

afterEach(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
  await database.drop();
});

const post = <Result>(posting: Posting<Result>): Promise<Result> => poster.post({ ...posting, tenantId });

/** What became of each row, with the movement that answers for it. */
async function deliver(facts: readonly Fact[], origin = CONNECTION): Promise<(string | number | null)[][]> {
  const delivery = deliveryOf((messageNumber += 1), rowsOf(...facts));
  const { rows }: DeliveryResult = await post({ ...delivered(delivery), origin });
  return rows.map((row) => ('code' in row ? [row.code] : [row.status, row.sequence]));
}

/** Which external ids are kept by movements, and which have rows of their own. */
async function kept(): Promise<{ movements: string[]; rows: string[] }> {
  const names = async (sql: string): Promise<string[]> =>
    (await harness.pool.query<{ id: string }>(`${sql} ORDER BY 1`)).rows.map(({ id }) => id);
  return {
    movements: await names(`SELECT external_id || ' ' || sequence AS id FROM movement WHERE fingerprint IS NOT NULL`),
    rows: await names(`SELECT concat_ws(' ', external_id, sequence) AS id FROM outcome`),
  };
}

const EVENT = [factOf('two', { eventId: 'two' }), factOf('two/b', { eventId: 'two' })];
const ALONE = factOf('alone');
const ELSEWHERE = factOf('row', { eventId: 'event' });
const FACTS = [ALONE, ...EVENT, ELSEWHERE];
const APPLIED = [
  ['POSTED', 1],
  ['POSTED', 2],
  ['POSTED', 2],
  ['POSTED', 3],
];
const REPEATED = APPLIED.map(([, sequence]) => ['DUPLICATE', sequence]);
const OTHERS = FACTS.map((fact) => ({ ...fact, fingerprint: fact.fingerprint.replace(/./g, '0') }));

test('a movement keeps the outcome of its own id, and only that', async () => {
  expect(await deliver(FACTS)).toEqual(APPLIED);
  await post(adjusted(adjustOf('key')));
  expect(await kept()).toEqual({
    movements: ['alone 1', 'two 2'],
    rows: ['idempotencyKey/key 4', 'row 3', 'two/b 2'],
  });
});

test('an id takes effect once, wherever its outcome is kept', async () => {
  await deliver(FACTS);
  expect(await deliver(FACTS)).toEqual(REPEATED);
  expect(await deliver(OTHERS)).toEqual(FACTS.map(() => ['EXTERNAL_ID_REUSED']));
  expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': FACTS.length });
});

test('an id is known in another event, and unknown to another sender', async () => {
  await deliver(FACTS);
  expect(
    await deliver([
      { ...ALONE, eventId: 'other' },
      { ...ELSEWHERE, eventId: ELSEWHERE.externalId },
    ]),
  ).toEqual([
    ['DUPLICATE', 1],
    ['DUPLICATE', 3],
  ]);
  expect(await deliver([ALONE], { kind: 'CONNECTION', id: idOf(77) })).toEqual([['POSTED', 4]]);
});

test('the database refuses a second movement that answers for an id', async () => {
  await deliver(FACTS);
  const copy = (columns: string): Promise<unknown> =>
    harness.pool.query(`INSERT INTO movement SELECT (jsonb_populate_record(m, '${columns}')).* FROM movement m
      WHERE external_id = 'alone'`);
  await expect(copy('{"sequence": 99}')).rejects.toMatchObject({
    code: '23505',
    constraint: 'movement_fingerprint_key',
  });
});

describe('a ledger from before movements kept outcomes', () => {
  /** Takes the schema back to what it was, with the rows that the gateway wrote then, and migrates it again. */
  async function migrate(): Promise<void> {
    const dataSource = await openDataSource(database.url);
    try {
      for (const { name } of MIGRATIONS.toReversed()) {
        await dataSource.undoLastMigration();
        if (name === OWN) break;
      }
      const [old] = await dataSource.query<object[]>('SELECT count(*)::int AS outcomes FROM outcome');
      expect(old).toEqual({ outcomes: FACTS.length });
      expect(await runMigrations(dataSource, database.url)).toContain(OWN);
    } finally {
      await dataSource.destroy();
    }
  }

  beforeEach(async () => {
    await deliver(FACTS);
    await poster.close();
    await migrate();
    poster = harness.openPoster();
  });

  test('is not read any more by a gateway that would overlook what movements keep', async () => {
    await expect(harness.pool.query('SELECT o.fingerprint FROM outcome o')).rejects.toMatchObject({ code: '42703' });
  });

  test('keeps its outcomes, and answers by them', async () => {
    const old = ['alone 1', 'row 3', 'two 2', 'two/b 2'];
    expect(await kept()).toEqual({ movements: [], rows: old });
    expect(await deliver(FACTS)).toEqual(REPEATED);
    expect(await deliver(OTHERS)).toEqual(FACTS.map(() => ['EXTERNAL_ID_REUSED']));
    expect(await deliver([factOf('new'), ALONE])).toEqual([
      ['POSTED', 4],
      ['DUPLICATE', 1],
    ]);
    expect(await kept()).toEqual({ movements: ['new 4'], rows: old });
  });
});
