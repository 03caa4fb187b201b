import { hash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { AccessError } from '../../src/application/ports/access';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, type CheckedDocument } from '../../src/application/ports/documents';
import {
  createDocumentDirectory,
  createTenants,
  createTrustedDocuments,
  listAuditEntries,
} from '../../src/persistence/access';
import { openDataSource } from '../../src/persistence/database/data-source';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let dataSource: DataSource;
let tenantId: string;
let tenants = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await openDataSource(database.url);
});

beforeEach(async () => {
  tenantId = await createTenants(dataSource).ensure(`tenant-${(tenants += 1)}`);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const ACTOR = { name: 'admin', keyId: null, address: '203.0.113.7' };
const documents = () => createTrustedDocuments(dataSource, ACTOR);
const document = (text: string): CheckedDocument => ({ text, operations: ['Stock'] });
const sha256 = (text: string): string => hash('sha256', text, 'hex');
const many = (count: number, from = 0): CheckedDocument[] =>
  Array.from({ length: count }, (_, at) => document(`{ a${from + at} }`));

test('keeps a document once, by the hash of its text', async () => {
  const texts = ['{ a }', '{ é }', '\uFEFF{ a }'];
  expect(await documents().add(tenantId, [...texts, '{ a }'].map(document))).toEqual(texts.map(sha256));
  expect(await documents().add(tenantId, [document('{ a }')])).toEqual([]);
  const listed = await documents().list(tenantId);
  expect(listed.map((one) => [one.sha256, one.bytes, one.operations]).sort()).toEqual(
    texts.map((text) => [sha256(text), Buffer.byteLength(text), ['Stock']]).sort(),
  );
  const directory = createDocumentDirectory(dataSource);
  for (const text of texts) expect(await directory.textOf(tenantId, sha256(text))).toBe(text);
});

test('keeps no more of a tenant than its bounds, also when changes come at the same time', async () => {
  await documents().add(tenantId, many(MAX_DOCUMENTS - 10));
  const added = await Promise.allSettled([0, 1, 2].map((at) => documents().add(tenantId, many(7, 5_000 + 100 * at))));
  expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of added) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(AccessError);
  expect(await documents().list(tenantId)).toHaveLength(MAX_DOCUMENTS - 3);
  const long = 'a'.repeat(MAX_DOCUMENT_BYTES / 2);
  const other = await createTenants(dataSource).ensure('with-long-documents');
  await documents().add(other, [document(`${long.slice(1)}0`), document(`${long.slice(1)}1`)]);
  await expect(documents().add(other, [document('b')])).rejects.toThrow(/8388609 bytes; at most/);
});

test('keeps who changed what, and nothing of a change that changes nothing', async () => {
  await documents().add(tenantId, [document('{ a }')]);
  await documents().add(tenantId, [document('{ a }')]);
  expect(await documents().setOnly(tenantId, true)).toBe(true);
  expect(await documents().setOnly(tenantId, true)).toBe(false);
  await documents().remove(tenantId, [sha256('{ a }'), sha256('{ b }')]);
  expect(await documents().remove(tenantId, [sha256('{ a }')])).toEqual([]);
  const entries = await listAuditEntries(dataSource, tenantId);
  const what = { operations: ['Stock'], bytes: 5 };
  const subject = `TrustedDocument:${sha256('{ a }')}`;
  const common = { actor: 'admin', address: '203.0.113.7' };
  expect(entries).toEqual([
    expect.objectContaining({ ...common, action: 'DOCUMENT_ADDED', subject, before: null, after: what }),
    expect.objectContaining({
      ...{ ...common, action: 'ONLY_TRUSTED_DOCUMENTS_CHANGED', subject: 'TrustedDocument:all' },
      ...{ before: { onlyTrusted: false }, after: { onlyTrusted: true } },
    }),
    expect.objectContaining({ ...common, action: 'DOCUMENT_REMOVED', subject, before: what, after: null }),
  ]);
});

test('a tenant that does not exist gets no documents', async () => {
  const nobody = '00000000-0000-8000-8000-000000000000';
  await expect(documents().add(nobody, [document('{ a }')])).rejects.toThrow(AccessError);
  expect(await documents().remove(nobody, [sha256('{ a }')])).toEqual([]);
  expect(await createDocumentDirectory(dataSource).servesOnlyTrusted(nobody)).toBe(false);
});

test('every process follows a change within a second', async () => {
  let now = 1;
  const directories = [1, 2].map(() => createDocumentDirectory(dataSource, { now: () => now }));
  const seen = () =>
    Promise.all(
      directories.map(async (directory) => [
        await directory.textOf(tenantId, sha256('{ a }')),
        await directory.servesOnlyTrusted(tenantId),
      ]),
    );
  const both = (text: string | undefined, only: boolean) => [
    [text, only],
    [text, only],
  ];
  expect(await seen()).toEqual(both(undefined, false));
  await documents().add(tenantId, [document('{ a }')]);
  now += 1_001;
  expect(await seen()).toEqual(both('{ a }', false));
  await documents().setOnly(tenantId, true);
  await documents().remove(tenantId, [sha256('{ a }')]);
  expect(await seen()).toEqual(both('{ a }', false));
  now += 1_001;
  expect(await seen()).toEqual(both(undefined, true));
});

test('a document that is known is not read again before anything changes', async () => {
  let now = 1;
  const directory = createDocumentDirectory(dataSource, { now: () => now });
  await documents().add(tenantId, [document('{ a }')]);
  expect(await directory.textOf(tenantId, sha256('{ a }'))).toBe('{ a }');
  await dataSource.query('UPDATE trusted_document SET text = $2 WHERE tenant_id = $1', [tenantId, 'other']);
  now += 10_000;
  expect(await directory.textOf(tenantId, sha256('{ a }'))).toBe('{ a }');
});
