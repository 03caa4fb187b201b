import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LedgerUnavailableError } from '../../src/application/ports/poster';
import type { Posting } from '../../src/domain/ledger/posting';
import { openDataSource, runMigrations } from '../../src/persistence/database/data-source';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded-postgres';
import { adjusted, adjustOf, delivered, deliveryOf, factOf, keyOf, rowsOf } from '../support/domain/test-ledger';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(60_000);

/** A separate server with a gateway's durability, because this file kills it. */
let server: EmbeddedPostgres;
let dataDir: string;
let harness: LedgerHarness;
let tenantId: string;
let otherTenantId: string;
let testNumber = 0;
let messageNumber = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-restart-'));
  server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const dataSource = await openDataSource(server.ownerUrl);
  await runMigrations(dataSource, server.ownerUrl, new URL(server.url).username);
  // Keeps uncommitted data off the disk as long as PostgreSQL allows.
  for (const setting of [`wal_writer_delay = '10s'`, `wal_writer_flush_after = 0`, 'autovacuum = off']) {
    await dataSource.query(`ALTER SYSTEM SET ${setting}`);
  }
  await dataSource.query('SELECT pg_reload_conf()');
  await dataSource.destroy();
});

beforeEach(async () => {
  harness = new LedgerHarness({ url: server.ownerUrl, gatewayUrl: server.url });
  testNumber += 1;
  [tenantId = '', otherTenantId = ''] = await harness.tenants(`one-${testNumber}`, `two-${testNumber}`);
});

afterEach(async () => {
  await expectIntactLedgers(harness.pool);
  await harness.close();
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

const delivery = (id: string, delta: number) =>
  delivered(deliveryOf((messageNumber += 1), rowsOf(factOf(id, { delta }))));

async function postmaster(): Promise<number> {
  const file = await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/** The process of a session. Its crash makes the whole server restart and recover. */
async function anySession(): Promise<number> {
  const { rows } = await harness.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** Sends until it is told of success, as a client does. It may have been posted by a try that was told to come back. */
async function posted<Result>(poster: TestPoster, message: () => Posting<Result>): Promise<Result> {
  for (;;) {
    try {
      return await poster.post(message());
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error;
      await delay(50);
    }
  }
}

/** Posts to both tenants as fast as answers arrive, until stopped. Returns what was acknowledged. */
function startWriters(poster: TestPoster, writers: number): { stop(): Promise<Map<string, number>>; posted(): number } {
  const acknowledged = new Map<string, number>();
  const state = { stopped: false };
  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; !state.stopped; turn++) {
      const id = `${writer}/${turn}`;
      const tenant = writer % 2 === 0 ? tenantId : otherTenantId;
      if (turn % 2 === 0) {
        const { rows } = await posted(poster, () => ({ ...delivery(id, 3), tenantId: tenant }));
        expect(rows).toMatchObject([{ sequence: expect.any(Number) as number }]);
        acknowledged.set(`${tenant} ${id}`, 3);
      } else {
        const command = adjustOf(id, { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -1 }] });
        const { userErrors } = await posted(poster, () => ({ ...adjusted(command), tenantId: tenant }));
        expect(userErrors).toEqual([]);
        acknowledged.set(`${tenant} ${id}`, -1);
      }
    }
  };
  const running = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    posted: () => acknowledged.size,
    stop: async () => {
      state.stopped = true;
      await running;
      return acknowledged;
    },
  };
}

describe('while many writers post', () => {
  it.each([
    ['is restarted', async () => process.kill(await postmaster(), 'SIGINT')],
    ['is killed', async () => process.kill(await postmaster(), 'SIGKILL')],
    ['crashes', async () => process.kill(await anySession(), 'SIGKILL')],
  ])('a server that %s loses and doubles nothing, and every caller gets an answer', async (_, strike) => {
    const poster = harness.openPoster();
    const writers = startWriters(poster, 16);
    while (writers.posted() < 200) await delay(5);
    await strike();
    while (poster.retries.length === 0) await delay(5);
    const before = writers.posted();
    while (writers.posted() < before + 200) await delay(5);
    const acknowledged = await writers.stop();
    const { rows } = await harness.pool.query<{ name: string; delta: number }>(
      `SELECT concat_ws(' ', m.tenant_id, m.external_id) AS name, e.delta FROM movement m
       JOIN ledger_entry e USING (tenant_id, sequence) WHERE tenant_id = ANY ($1)`,
      [[tenantId, otherTenantId]],
    );
    expect(rows).toHaveLength(acknowledged.size);
    expect(new Map(rows.map(({ name, delta }) => [name, delta]))).toEqual(acknowledged);
  });
});

describe('a commit lost in a crash', () => {
  it('is not mistaken for committed because another transaction has reused its id', async () => {
    const proxy = await harness.openProxy();
    const poster = harness.openPoster({}, proxy.url);
    const other = harness.openPoster();
    const post = <Result>(posting: Posting<Result>): Promise<Result> => poster.post({ ...posting, tenantId });
    await post(delivery('before', 1));
    await other.post({ ...delivery('before', 1), tenantId: otherTenantId });
    const victim = await anySession();
    proxy.fateOf = () => 'HOLD';
    const swallowed = posted(poster, () => ({ ...delivery('swallowed', 1), tenantId }));
    while (proxy.held === 0) await delay(5);
    proxy.fateOf = () => 'PASS';
    proxy.pause();
    process.kill(victim, 'SIGKILL');
    proxy.cutHeld();
    for (let n = 0; n < 10; n++) {
      await posted(other, () => ({ ...delivery(`after ${n}`, 1), tenantId: otherTenantId }));
    }
    proxy.resume();
    expect((await swallowed).rows).toEqual([{ index: 0, status: 'POSTED', sequence: 2 }]);
    expect(await harness.quantities(tenantId)).toEqual({ 'TEA MAIN AVAILABLE': 2 });
  });
});
