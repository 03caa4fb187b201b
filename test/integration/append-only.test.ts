import type { DataSource } from 'typeorm';
import { createTenants } from '../../src/persistence/access';
import { openDataSource } from '../../src/persistence/database/data-source';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await openDataSource(database.url);
  const tenantId = await createTenants(dataSource).ensure('demo');
  const id = '01890000-0000-7000-8000-000000000001';
  const hash = Buffer.alloc(32);
  const now = new Date();
  await dataSource.query(
    `INSERT INTO movement VALUES ($1, 1, 'RECEIPT', null, null, null, 'CONNECTION', $2, 'row 1', $3, $3, $3, $4, null, $4)`,
    [tenantId, id, now, hash],
  );
  await dataSource.query('INSERT INTO ledger_entry VALUES ($1, 1, 0, $2, $2, 5, 5, 1)', [tenantId, id]);
  await dataSource.query('INSERT INTO absorbed_leg VALUES ($1, 1, 0, $2, 5)', [tenantId, id]);
  await dataSource.query(`INSERT INTO stock_count VALUES ($1, 1, 0, $2, 'APPLIED', 5, 0, null, null, null)`, [
    tenantId,
    id,
  ]);
  await dataSource.query(`INSERT INTO outcome VALUES ($1, $2, 'row 1', $3, 1, null)`, [tenantId, id, hash]);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const TABLES = ['movement', 'ledger_entry', 'absorbed_leg', 'stock_count', 'outcome'];
const STATEMENTS = [
  'UPDATE % SET sequence = 2',
  'DELETE FROM %',
  'TRUNCATE %',
  'UPDATE % SET sequence = 2 WHERE false',
];

describe.each(TABLES)('%s', (table) => {
  test.each(STATEMENTS.map((statement) => statement.replace('%', table)))('refuses %s', async (statement) => {
    await expect(dataSource.query(statement)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(
        `The ledger is append-only: (UPDATE|DELETE|TRUNCATE) on ${table} is refused`,
      ) as string,
    });
    expect(await dataSource.query(`SELECT sequence FROM ${table}`)).toEqual([{ sequence: 1 }]);
  });
});

test('refuses an upsert that would change a movement', async () => {
  const upsert = `INSERT INTO outcome SELECT * FROM outcome ON CONFLICT (tenant_id, origin_id, external_id) DO UPDATE SET sequence = 2`;
  await expect(dataSource.query(upsert)).rejects.toMatchObject({ code: '42501' });
});

test.each(['UPDATE audit_entry SET actor = $1', 'DELETE FROM audit_entry WHERE actor <> $1'])(
  'the audit refuses %s',
  async (statement) => {
    await expect(dataSource.query(statement, ['somebody'])).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/^The audit is append-only/) as string,
    });
  },
);

test('refuses a cascade from another table', async () => {
  await expect(dataSource.query('TRUNCATE movement, outcome CASCADE')).rejects.toMatchObject({ code: '42501' });
});
