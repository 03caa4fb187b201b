import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exportLedger } from '../../src/application/queries/export-ledger';
import type { Reads } from '../../src/application/ports/reads';
import { createReadPool, createReads, sharedPool } from '../../src/persistence/readers';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import { delivered, deliveryOf, factOf, MINUTE, NOON, rowsOf } from '../support/domain/test-ledger';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database';
import { LedgerHarness } from '../support/ledger';
import { Verifier } from '../support/verifier';

jest.setTimeout(60_000);

let database: TestDatabase;
let harness: LedgerHarness;
let verifier: Verifier;
let reads: Reads;
let tenantId: string;
let closePool: () => Promise<void>;

/** Several pages: 1,100 movements of one leg, and one of 6,000 legs. */
beforeAll(async () => {
  database = await createTestDatabase();
  harness = new LedgerHarness(database);
  verifier = await Verifier.open();
  const pool = createReadPool(database.gatewayUrl, { applicationName: 'test', max: 2, log: () => undefined });
  closePool = () => pool.end();
  reads = createReads(sharedPool(pool).ofStatements);
  [tenantId = ''] = await harness.tenants('exported', 'other');
  const poster = harness.openPoster();
  const lot = (n: number) => ({ ...DEFAULT_DIMENSIONS, lot: `L${n}` });
  const small = Array.from({ length: 1_100 }, (_, n) =>
    factOf(`row ${n}`, { delta: (n % 7) - 3 || 5, note: `Zählung "${n}" 📦`, dimensions: lot(n % 40) }),
  );
  const large = Array.from({ length: 6_000 }, (_, n) =>
    factOf(`large ${n}`, { eventId: 'large', delta: 1, dimensions: lot(n) }),
  );
  for (const [at, facts] of [small.slice(0, 700), large, small.slice(700)].entries()) {
    await poster.post({ ...delivered(deliveryOf(at, rowsOf(...facts))), tenantId });
  }
  await poster.post({
    ...delivered(deliveryOf(9, rowsOf(factOf('late', { occurredAtMs: NOON - MINUTE })))),
    tenantId,
  });
});

afterAll(async () => {
  await closePool();
  await harness.close();
  await database.drop();
  await verifier.close();
});

const HEAD = 1_102;

/** The pages of an export. */
async function pages(after = 0, upTo = HEAD): Promise<string[]> {
  const all: string[] = [];
  for await (const page of exportLedger(reads, { tenantId, after, upTo })) all.push(page);
  return all;
}

const text = async (after?: number, upTo?: number): Promise<string> => (await pages(after, upTo)).join('');

const headNow = async (): Promise<string> => {
  const { sequence, hash } = await reads.ledgerHead(tenantId);
  return `${sequence}:${hash}`;
};

it('is found intact by a verifier that shares nothing with the gateway', async () => {
  const head = await headNow();
  expect(head.startsWith(`${HEAD}:`)).toBe(true);
  const verdict = await verifier.run([await verifier.file(await text()), '--head', head]);
  expect(verdict).toEqual({
    code: 0,
    stdout: `intact: ${HEAD} movements, 6001 levels, 1 heads; the last hash is ${head.split(':')[1]}\n`,
    stderr: '',
  });
});

it('comes in pages that fit in memory, of whole movements', async () => {
  const counts = (await pages()).map((page) => {
    const movements = page.split('\n').slice(0, -1);
    const entries = movements.reduce((sum, line) => sum + (JSON.parse(line) as { entries: [] }).entries.length, 0);
    return [movements.length, entries];
  });
  expect(counts).toEqual([
    [500, 500],
    [200, 200],
    [1, 6_000],
    [401, 401],
  ]);
});

it('can be resumed behind any movement', async () => {
  const whole = await text();
  for (const at of [0, 1, 499, 500, 700, 701, HEAD]) expect((await text(0, at)) + (await text(at))).toBe(whole);
});

it('is the form that docs/ledger-format.md gives in SQL', async () => {
  const page = readFileSync(path.resolve(__dirname, '../../docs/ledger-format.md'), 'utf8');
  const [, sql = ''] = /```sql\n([^]*?)```/.exec(page) ?? [];
  const rows = await onDatabase(database.url, async (client) => {
    const answer = await client.query<{ json_build_object: object }>(sql.replace(`'demo'`, `'exported'`));
    return answer.rows.map((row) => row.json_build_object);
  });
  const lines = (await text()).split('\n').slice(0, -1);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
});

describe('a verifier notices', () => {
  let lines: string[];
  let head: string;

  beforeAll(async () => {
    lines = (await text()).split('\n').slice(0, -1);
    head = await headNow();
  });

  const changed = (at: number, change: (line: string) => string): string[] =>
    lines.map((line, index) => (index === at ? change(line) : line));

  it.each<[string, () => string[], string]>([
    [
      'a changed note',
      () => changed(4, (line) => line.replace('Zählung', 'Zahlung')),
      'movement 5 is not what its hash',
    ],
    ['a changed quantity', () => changed(4, (line) => line.replace(/,(\d+),1\]/, ',7$1,1]')), 'movement 5 is not what'],
    ['a removed movement', () => lines.toSpliced(9, 1), 'movement 10 is missing; 11 comes in its place'],
    ['a doubled movement', () => lines.toSpliced(9, 0, lines[8] ?? ''), 'movement 10 is missing; 9 comes'],
    ['a removed end', () => lines.slice(0, -1), `the export ends at ${HEAD - 1}, before the head at ${HEAD}`],
    ['a line that is cut off', () => changed(HEAD - 1, (line) => line.slice(0, 80)), `line ${HEAD} is cut off`],
    ['an export without anything', () => [], `the export ends at 0, before the head at ${HEAD}`],
  ])('%s', async (_what, tampered, problem) => {
    const verdict = await verifier.run(
      ['--head', head],
      tampered()
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect(verdict).toMatchObject({ code: 1, stdout: '' });
    expect(verdict.stderr).toContain(`BROKEN: ${problem}`);
  });

  it('says what is wrong with what it was given', async () => {
    for (const args of [['--head', '12'], ['--nothing'], ['no-such-file'], ['--heads', 'no-such-file']]) {
      const verdict = await verifier.run(args);
      expect(verdict).toMatchObject({ code: 2, stdout: '' });
      expect(verdict.stderr).toContain('Usage: node verify-ledger.mjs');
    }
  });
});

it('says which movement is missing, and does not go on without it', async () => {
  await expect(text(HEAD, HEAD + 1)).rejects.toThrow(`Movement ${HEAD + 1} is missing`);
});
