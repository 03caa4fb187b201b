import type { Client } from 'pg';
import { Commands } from '../support/commands';
import { onDatabase, ownerRows } from '../support/database';
import { at, bySku, factOf, NOON } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(120_000);

/** What the database lets a session of the gateway's role do, in every table that there is. */

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isEnabled: boolean;
  readonly isForced: boolean;
  readonly policies: readonly string[];
}

/** All that is kept of no tenant. A new table belongs to a tenant, or it has to be named here. */
const OF_NO_TENANT = ['migration'];
/** Tables that a session with `stockbridge.operator` sees whole. A new one is a decision. */
const OF_OPERATORS = [
  ...['api_client', 'api_key', 'audit_entry', 'connection', 'document_manifest', 'ledger_follower', 'ledger_head'],
  ...['tenant', 'token_issuer', 'trusted_document'],
];
const APPEND_ONLY = ['movement', 'ledger_entry', 'absorbed_leg', 'stock_count', 'outcome', 'audit_entry'];

/** What may change of what was received. A new column of these tables is evidence, or it has to be named here. */
const STATE_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  inbound_message: ['status', 'verdict', 'first_sequence', 'last_sequence'],
  quarantined_row: [
    ...['code', 'detail', 'open', 'sequence', 'external_id', 'item', 'location', 'subject'],
    ...['closed_as', 'closed_at', 'note'],
  ],
};

let gateway: GraphqlHarness;
let tables: readonly Table[];

const TABLES = `SELECT c.relname AS name, c.relrowsecurity AS "isEnabled", c.relforcerowsecurity AS "isForced",
    ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum) AS columns,
    ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polwithcheck IS NOT NULL
      ORDER BY p.polname) AS policies
  FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;

async function fill(key: 'ours' | 'theirs'): Promise<void> {
  const tenantId = gateway.tenants[key];
  const commands = new Commands(gateway, key);
  await commands.catalogue(['TEA', 'CUP'], ['L1', 'L2']);
  const mutate = (fields: string): Promise<unknown> => gateway.data(`mutation { ${fields} }`, {}, key);
  await mutate(
    'itemSave(sku: "TEA", identifiers: [{ scheme: "EAN", value: "4006381333931" }]) { userErrors { code } }',
  );
  await mutate('locationRename(code: "L2", newCode: "L3") { userErrors { code } }');
  await mutate('apiKeyCreate(input: { client: "shop", scopes: [STOCK_READ] }) { userErrors { code } }');
  await commands.receive({ sku: 'TEA', location: 'L1', delta: 10 });
  await commands.send('inventoryRecordSave', { sku: 'TEA', location: 'L1', outOfStockThreshold: 4 });
  const clockless = { sku: 'CUP', location: 'L1', quantity: 2, changeFromQuantity: null };
  await commands.send('stockSet', { rows: [clockless] });
  const asOf = new Date(Date.now() - 60_000).toISOString();
  await commands.send('stockSet', { rows: [{ sku: 'CUP', location: 'L1', quantity: 3, asOf }] });
  const fact = (name: string, sku: string, delta: number) =>
    factOf(name, { item: bySku(sku), location: at('L1'), delta, occurredAtMs: NOON });
  // A late one, and one that leaves a discrepancy.
  await gateway.deliver([fact('late', 'CUP', -1), fact('too many', 'TEA', -50)], tenantId);
}

const COLUMNS = `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
  WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND a.attnotnull AND a.attname <> 'tenant_id'`;

/** A value of each type that columns have. */
function valueOf(type: string): string {
  if (type.endsWith('[]')) return '{}';
  if (type === 'uuid') return '019a0000-0000-7000-8000-000000000001';
  if (type.startsWith('timestamp')) return '2025-11-22T12:00:00Z';
  if (type.startsWith('json')) return '{}';
  if (type === 'boolean') return 'false';
  return type === 'bytea' ? '' : '1';
}

/** A row of a table that the gateway has left empty, so that no table is tested without one. */
async function addRow(table: string, tenantId: string): Promise<void> {
  const columns = await ownerRows<{ name: string; type: string }>(gateway.ledger, COLUMNS, [table]);
  const names = ['tenant_id', ...columns.map(({ name }) => name)];
  const values = [tenantId, ...columns.map(({ type }) => valueOf(type))];
  const places = values.map((_value, index) => `$${index + 1}`);
  await ownerRows(gateway.ledger, `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, values);
}

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  for (const key of ['ours', 'theirs'] as const) await fill(key);
  await gateway.findDiscrepancies();
  tables = await ownerRows<Table>(gateway.ledger, TABLES);
  for (const { name } of ofTenants()) {
    for (const tenantId of Object.values(gateway.tenants)) {
      if ((await gateway.ledger.count(name, tenantId)) === 0) await addRow(name, tenantId);
    }
  }
});

afterAll(() => gateway.close());

const ofTenants = (): readonly Table[] => tables.filter(({ columns }) => columns.includes('tenant_id'));
const namesOf = (chosen: readonly Table[]): string[] => chosen.map(({ name }) => name);

/** Works in a transaction of the gateway's role that ends without a trace. */
function asGateway<Result>(
  work: (client: Client) => Promise<Result>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Result> {
  return onDatabase(gateway.ledger.gatewayUrl, async (client) => {
    await client.query('BEGIN');
    for (const [name, value] of Object.entries(settings)) {
      await client.query('SELECT set_config($1, $2, true)', [`stockbridge.${name}`, value]);
    }
    const result = await work(client);
    await client.query('ROLLBACK');
    return result;
  });
}

/** The SQLSTATE that a statement fails with, or how many rows it has changed. */
async function outcomeOf(client: Client, sql: string, values: unknown[] = []): Promise<string | number | null> {
  await client.query('SAVEPOINT attempt');
  const outcome = await client.query(sql, values).then(
    ({ rowCount }) => rowCount,
    (error: unknown) => (error as { code: string }).code,
  );
  await client.query('ROLLBACK TO attempt');
  return outcome;
}

const REFUSED = '42501';

/** Whose rows a session sees in each table, without the tables in which it sees none. */
const seenBy = (settings: Readonly<Record<string, string>>): Promise<Record<string, string[]>> =>
  asGateway(async (client) => {
    const seen: Record<string, string[]> = {};
    for (const { name } of ofTenants()) {
      const sql = `SELECT DISTINCT tenant_id::text AS owner FROM ${name}`;
      const owners = (await client.query<{ owner: string }>(sql)).rows.map(({ owner }) => owner);
      if (owners.length > 0) seen[name] = owners.sort();
    }
    return seen;
  }, settings);

const everyTable = <Value>(value: Value): Record<string, Value> =>
  Object.fromEntries(namesOf(ofTenants()).map((name) => [name, value]));

test('every table belongs to tenants, and has row-level security that holds for its owner too', () => {
  expect(namesOf(tables.filter((table) => !ofTenants().includes(table)))).toEqual(OF_NO_TENANT);
  const open = ofTenants().filter(({ isEnabled, isForced }) => !isEnabled || !isForced);
  expect(namesOf(open)).toEqual([]);
  const policies = Object.fromEntries(ofTenants().map((table) => [table.name, table.policies]));
  const operators = OF_OPERATORS.map((name) => [name, ['operator', 'tenant']]);
  expect(policies).toEqual({ ...everyTable(['tenant']), ...Object.fromEntries(operators) });
});

test('the role of the gateway may read every table, so no table was forgotten in its rights', async () => {
  const sql = `SELECT has_table_privilege($1, 'SELECT') AS may`;
  const refused = await asGateway(async (client) => {
    const names: string[] = [];
    for (const { name } of tables) {
      if ((await client.query<{ may: boolean }>(sql, [name])).rows[0]?.may !== true) names.push(name);
    }
    return names;
  });
  expect(refused).toEqual([]);
});

test('a session sees nothing before it names a tenant, and then the rows of that one', async () => {
  const { ours, theirs } = gateway.tenants;
  expect(await seenBy({})).toEqual({});
  expect(await seenBy({ tenant: '' })).toEqual({});
  expect(await seenBy({ tenant: ours })).toEqual(everyTable([ours]));
  expect(await seenBy({ tenant: theirs })).toEqual(everyTable([theirs]));
});

test('an operator sees the tables that are looked up before the tenant is known, and no ledger', async () => {
  const both = Object.values(gateway.tenants).sort();
  expect(await seenBy({ operator: 'on' })).toEqual(Object.fromEntries(OF_OPERATORS.map((name) => [name, both])));
  expect(await seenBy({ operator: 'off' })).toEqual({});
});

test('no session adds, takes over or removes a row of a tenant that it has not named', async () => {
  const { ours, theirs } = gateway.tenants;
  const before = await ownerRowsOf(theirs);
  for (const settings of [{}, { tenant: ours }]) {
    const outcomes = await asGateway(async (client) => {
      const found: Record<string, unknown> = {};
      for (const { name } of ofTenants()) {
        const row = JSON.stringify(before[name]?.[0]);
        found[name] = [
          await outcomeOf(client, `INSERT INTO ${name} SELECT (jsonb_populate_record(NULL::${name}, $1)).*`, [row]),
          await changeOf(client, `UPDATE ${name} SET tenant_id = tenant_id WHERE tenant_id = $1`, theirs),
          await changeOf(client, `DELETE FROM ${name} WHERE tenant_id = $1`, theirs),
        ];
      }
      return found;
    }, settings);
    expect(outcomes).toEqual(everyTable([REFUSED, 'nothing', 'nothing']));
  }
  // Its own rows cannot be given away either. What was received and the ledger refuse every change.
  const given = await asGateway(
    async (client) => {
      const found: Record<string, unknown> = {};
      for (const { name } of ofTenants()) {
        found[name] = await outcomeOf(client, `UPDATE ${name} SET tenant_id = $1`, [theirs]);
      }
      return found;
    },
    { tenant: ours },
  );
  expect(given).toEqual(everyTable(REFUSED));
  expect(await ownerRowsOf(theirs)).toEqual(before);
});

/** A statement that is refused changes nothing, as one that finds no rows does. */
async function changeOf(client: Client, sql: string, tenantId: string): Promise<unknown> {
  const outcome = await outcomeOf(client, sql, [tenantId]);
  return outcome === 0 || outcome === REFUSED ? 'nothing' : outcome;
}

async function ownerRowsOf(tenantId: string): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const { name } of ofTenants()) {
    const sql = `SELECT to_jsonb(t) AS row FROM ${name} t WHERE tenant_id = $1 ORDER BY to_jsonb(t)::text`;
    rows[name] = (await ownerRows<{ row: unknown }>(gateway.ledger, sql, [tenantId])).map(({ row }) => row);
  }
  return rows;
}

test.each([
  ...['TRUNCATE %', 'DROP TABLE %', 'ALTER TABLE % ADD COLUMN more text', 'ALTER TABLE % DISABLE TRIGGER USER'],
  ...[
    'ALTER TABLE % NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY IF EXISTS tenant ON %',
    'CREATE INDEX ON % (tenant_id)',
  ],
  'CREATE POLICY another ON % USING (true)',
])('the role of the gateway changes the form of no table: %s', async (statement) => {
  const outcomes = await asGateway(async (client) => {
    const found: Record<string, unknown> = {};
    for (const { name } of ofTenants()) found[name] = await outcomeOf(client, statement.replace('%', name));
    return found;
  });
  expect(outcomes).toEqual(everyTable(REFUSED));
});

test.each([
  ...['CREATE TABLE mine (id integer)', 'ALTER ROLE stockbridge BYPASSRLS', 'SET session_replication_role = replica'],
  ...['ALTER FUNCTION stockbridge_tenant() RENAME TO another', 'INSERT INTO migration DEFAULT VALUES'],
])('the role of the gateway cannot get around it: %s', async (statement) => {
  expect(await asGateway((client) => outcomeOf(client, statement))).toBe(REFUSED);
});

test.each(APPEND_ONLY)('%s only grows', async (table) => {
  const settings = { tenant: gateway.tenants.ours, operator: 'on' };
  await asGateway(async (client) => {
    expect(await outcomeOf(client, `UPDATE ${table} SET tenant_id = tenant_id`)).toBe(REFUSED);
    expect(await outcomeOf(client, `DELETE FROM ${table}`)).toBe(REFUSED);
  }, settings);
});

test.each(Object.entries(STATE_COLUMNS))('%s keeps what was received, also from the owner', async (table, state) => {
  const columns = tables.find(({ name }) => name === table)?.columns ?? [];
  await onDatabase(gateway.ledger.url, async (client) => {
    await client.query('BEGIN');
    const changeable: string[] = [];
    for (const column of columns) {
      const outcome = await outcomeOf(client, `UPDATE ${table} SET ${column} = ${column}`);
      if (outcome !== REFUSED) changeable.push(column);
    }
    expect(changeable.sort()).toEqual([...state].sort());
    expect(await outcomeOf(client, `DELETE FROM ${table}`)).toBe(REFUSED);
    expect(await outcomeOf(client, `TRUNCATE ${table}`)).toBe(REFUSED);
  });
});

test('items are searched for among those of the tenant', async () => {
  const { ours, theirs } = gateway.tenants;
  const found = (settings: Readonly<Record<string, string>>): Promise<string[]> =>
    asGateway(async (client) => {
      const sql = `SELECT (SELECT i.tenant_id::text FROM item i WHERE i.item_id = found) AS owner
        FROM items_matching('%TEA%', '4006381333931', 10) found`;
      return (await client.query<{ owner: string }>(sql)).rows.map(({ owner }) => owner);
    }, settings);
  expect(new Set(await found({ tenant: ours }))).toEqual(new Set([ours]));
  expect(new Set(await found({ tenant: theirs }))).toEqual(new Set([theirs]));
  expect(await found({})).toEqual([]);
});
