import { uuidv7 } from 'uuidv7';
import type { KeptRefusal } from '../../src/application/ports/refusals';
import { createRefusalStore } from '../../src/persistence/refusals/store';
import { Commands } from '../support/commands';
import { ownerRows } from '../support/database';
import { at, bySku, CONNECTION, factOf } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(60_000);

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

let gateway: GraphqlHarness;
let commands: Commands;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue(['TEA'], ['MAIN']);
});

afterAll(() => gateway.close());

const FIELDS = `connection kind lastMessageAt silentForSeconds usualGapSeconds longestGapSeconds clockLagSeconds
  messages duplicates refused openRows drifting`;

interface Health {
  readonly lastMessageAt: string | null;
  readonly silentForSeconds: number;
  readonly clockLagSeconds: number;
  readonly refusals: readonly unknown[];
}

const healthOf = async (name: string | null, fields = FIELDS, key?: string): Promise<Health[]> => {
  const query = `query ($name: String) { connectionHealth(name: $name) { ${fields} } }`;
  return (await gateway.data<{ connectionHealth: Health[] }>(query, { name }, key)).connectionHealth;
};

/** An id as a gateway gives it at that moment. */
const idAt = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${uuidv7().slice(13)}`;
};

async function received(atMs: number, status = 'APPLIED', sequence: number | null = null): Promise<string> {
  const id = idAt(atMs);
  await ownerRows(
    gateway.ledger,
    `INSERT INTO inbound_message (tenant_id, message_id, connection_id, format, received_at, status, body_sha256, body,
       verdict, first_sequence, last_sequence) VALUES ($1, $2, $3, 'jerry', $4, $5, '', '', '', $6, $6)`,
    [gateway.tenants.ours, id, CONNECTION.id, new Date(atMs), status, sequence],
  );
  return id;
}

const refusal = (n: number, more: Partial<KeptRefusal> = {}): KeptRefusal => ({
  ...{ id: uuidv7(), connectionId: CONNECTION.id, reason: 'SIGNATURE', atMs: Date.UTC(2026, 0, 1, 0, 0, n) },
  ...{ detail: `detail ${n}`, address: '192.0.2.1', bytes: n, body: `body ${n}` },
  ...more,
});

it('has nothing to say of a connection that has never sent anything', async () => {
  expect(await healthOf('warehouse', `${FIELDS} refusals { reason }`)).toEqual([
    {
      ...{ connection: 'warehouse', kind: expect.any(String) as string, lastMessageAt: null, silentForSeconds: null },
      ...{ usualGapSeconds: null, longestGapSeconds: null, clockLagSeconds: null },
      ...{ messages: 0, duplicates: 0, refused: 0, openRows: 0, drifting: 0, refusals: [] },
    },
  ]);
  expect(await healthOf('no such connection')).toEqual([]);
});

it('tells the rhythm, the clock, and what came twice', async () => {
  const nowMs = Date.now();
  const names = { item: bySku('TEA'), location: at('MAIN'), delta: 5 };
  const sent = factOf('late by 40 s', { ...names, occurredAtMs: nowMs - 40 * SECOND });
  await gateway.deliver([sent]);
  const [{ sequence } = { sequence: 0 }] = await ownerRows<{ sequence: number }>(
    gateway.ledger,
    'SELECT max(sequence)::int AS sequence FROM movement WHERE tenant_id = $1',
    [gateway.tenants.ours],
  );
  for (const ago of [2 * DAY, 600 * SECOND, 540 * SECOND, 480 * SECOND]) await received(nowMs - ago);
  await received(nowMs - 420 * SECOND, 'DUPLICATE');
  await received(nowMs - 60 * SECOND, 'APPLIED', sequence);
  const [health] = await healthOf('warehouse');
  expect(health).toMatchObject({ messages: 5, duplicates: 1, usualGapSeconds: 60 });
  expect(health).toMatchObject({ lastMessageAt: new Date(nowMs - 60 * SECOND).toISOString() });
  expect(health?.silentForSeconds).toBeGreaterThanOrEqual(60);
  expect(health?.silentForSeconds).toBeLessThan(120);
  expect(health?.clockLagSeconds).toBeGreaterThanOrEqual(40);
  expect(health?.clockLagSeconds).toBeLessThan(100);
});

it('counts the rows that wait, and the stocks whose reported total differs', async () => {
  const id = await received(Date.now(), 'PARTLY_QUARANTINED');
  for (const [index, open, rejected] of [
    [0, true, false],
    [1, true, false],
    [2, false, false],
  ]) {
    await ownerRows(
      gateway.ledger,
      `INSERT INTO quarantined_row (tenant_id, message_id, row_index, code, detail, row, open, rejected)
       VALUES ($1, $2, $3, 'X', '', '', $4, $5)`,
      [gateway.tenants.ours, id, index, open, rejected],
    );
  }
  const row = { sku: 'TEA', location: 'MAIN', changeFromQuantity: null };
  const reported = async (quantity: number): Promise<void> => {
    const rows = [{ ...row, bucket: 'REPORTED_ON_HAND', quantity }];
    expect((await commands.send('stockSet', { rows }, 'results { status }')).userErrors).toEqual([]);
  };
  await reported(5);
  expect(await healthOf('warehouse')).toMatchObject([{ openRows: 2, drifting: 0 }]);
  await reported(6);
  expect(await healthOf('warehouse')).toMatchObject([{ openRows: 2, drifting: 1 }]);
});

it('shows the last refusals, latest first, and all of them in the count', async () => {
  const store = createRefusalStore(gateway.ledger.pool);
  const kept = Array.from({ length: 60 }, (_, n) => refusal(n));
  const counts = [{ connectionId: CONNECTION.id, reason: 'SIGNATURE' as const, refused: 1_234, lastAtMs: 0 }];
  await store.add(gateway.tenants.ours, counts, kept);
  const fields =
    'refused refusals { at reason detail address bytes body } two: refusals(last: 2) { detail } none: refusals(last: 0) { at }';
  const [health] = await healthOf('warehouse', fields);
  expect(health).toMatchObject({ refused: 1_234, two: [{ detail: 'detail 59' }, { detail: 'detail 58' }], none: [] });
  expect(health?.refusals).toHaveLength(20);
  expect(health?.refusals[0]).toEqual({
    ...{ at: '2026-01-01T00:00:59.000Z', reason: 'SIGNATURE', detail: 'detail 59', address: '192.0.2.1', bytes: 59 },
    body: 'body 59',
  });
  expect((await healthOf('warehouse', 'refusals(last: 50) { detail }'))[0]?.refusals).toHaveLength(50);
});

it('is the same from the list of connections', async () => {
  const fields = FIELDS.replace('silentForSeconds', '');
  const query = `{ connections { nodes { name health { ${fields} refusals(last: 1) { detail } } } } }`;
  const { connections } = await gateway.data<{ connections: { nodes: { name: string; health: unknown }[] } }>(query);
  const [health] = await healthOf('warehouse', `${fields} refusals(last: 1) { detail }`);
  expect(connections.nodes.find(({ name }) => name === 'warehouse')?.health).toEqual(health);
});

it('is bound to the tenant, although both have a connection of that id', async () => {
  const fields = `${FIELDS} refusals { detail }`;
  expect(await healthOf(null, fields, 'theirs')).toMatchObject([
    { connection: 'warehouse', lastMessageAt: null, messages: 0, refused: 0, openRows: 0, drifting: 0, refusals: [] },
  ]);
});

it.each([-1, 51])('refuses to show the last %i refusals, and says what can be asked for', async (last) => {
  const response = await gateway.send(`{ connectionHealth { refusals(last: ${last}) { at } } }`);
  expect(response.json()).toMatchObject({
    errors: [{ message: `last is ${last}; it has to be from 0 to 50.`, extensions: { code: 'BAD_USER_INPUT' } }],
  });
});
