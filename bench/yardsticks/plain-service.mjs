// A plain service: each message in a TypeORM transaction of its own, entity by entity. It gives up what the gateway
// promises (one order of movements, a chain of hashes), and so needs no lock but that of the level's row.
import 'reflect-metadata';
import { createHash, randomUUID } from 'node:crypto';
import { DataSource, EntitySchema, IsNull, Not } from 'typeorm';
import { REFUSED, SUCCESS, checkedMessage, takeBytes } from './jerry-check.mjs';
import { serve } from './server.mjs';

const column = (name, type, more = {}) => ({ name, type, ...more });
const key = (name, type) => column(name, type, { primary: true });
const tenantId = key('tenant_id', 'uuid');

const entity = (name, columns) => new EntitySchema({ name, tableName: name, columns });

const Identifier = entity('item_identifier', {
  tenantId,
  scheme: key('scheme', 'text'),
  value: key('value', 'text'),
  specification: key('specification', 'text'),
  itemId: column('item_id', 'uuid'),
});
const Item = entity('item', { tenantId, id: key('item_id', 'uuid'), sku: column('sku', 'text') });
const Location = entity('location', { tenantId, id: key('location_id', 'uuid'), code: column('code', 'text') });
const Level = entity('stock_level', {
  tenantId,
  id: key('level_id', 'uuid'),
  itemId: column('item_id', 'uuid'),
  locationId: column('location_id', 'uuid'),
  condition: column('condition', 'text'),
  bucket: column('bucket', 'text'),
  quantity: column('quantity', 'bigint'),
  version: column('version', 'bigint'),
  updatedAt: column('updated_at', 'timestamptz'),
});
const Message = entity('inbound_message', {
  tenantId,
  id: key('message_id', 'uuid'),
  connectionId: column('connection_id', 'uuid'),
  format: column('format', 'text'),
  receivedAt: column('received_at', 'timestamptz'),
  status: column('status', 'text'),
  bodySha256: column('body_sha256', 'bytea'),
  body: column('body', 'text'),
  verdict: column('verdict', 'text'),
});
const Movement = entity('movement', {
  tenantId,
  sequence: key('sequence', 'bigint'),
  reason: column('reason', 'text'),
  reference: column('reference', 'text'),
  note: column('note', 'text'),
  correlationId: column('correlation_id', 'text'),
  originKind: column('origin_kind', 'text'),
  originId: column('origin_id', 'uuid'),
  externalId: column('external_id', 'text'),
  occurredAt: column('occurred_at', 'timestamptz'),
  effectiveAt: column('effective_at', 'timestamptz'),
  recordedAt: column('recorded_at', 'timestamptz'),
  evidenceHash: column('evidence_hash', 'bytea'),
  inboundMessageId: column('inbound_message_id', 'uuid'),
  hash: column('hash', 'bytea'),
  fingerprint: column('fingerprint', 'bytea'),
});
const Entry = entity('ledger_entry', {
  tenantId,
  sequence: key('sequence', 'bigint'),
  leg: key('leg', 'integer'),
  levelId: column('level_id', 'uuid'),
  itemId: column('item_id', 'uuid'),
  delta: column('delta', 'bigint'),
  quantityAfter: column('quantity_after', 'bigint'),
  levelVersion: column('level_version', 'bigint'),
});

/** As many as a pool in front of two cores has use for. */
const POOL_SIZE = 16;

const dataSource = await new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL'],
  entities: [Identifier, Item, Location, Level, Message, Movement, Entry],
  poolSize: POOL_SIZE,
}).initialize();
// The order of movements is whatever a sequence gives: gaps and all.
await dataSource.query(`CREATE SEQUENCE IF NOT EXISTS plain_movement`);
await dataSource.query(`SELECT setval('plain_movement', (SELECT max(sequence) + 1 FROM movement))`);

await serve(
  (app) => {
    takeBytes(app);
    app.post('/webhooks/jerry/:token', async (/** @type {any} */ request, reply) => {
      const checked = checkedMessage(request.params.token, request.body);
      if (!checked) {
        reply.code(401);
        return REFUSED;
      }
      await dataSource.transaction((manager) => store(manager, checked, request.body));
      return SUCCESS;
    });
  },
  () => dataSource.destroy(),
);

async function store(manager, { account, message }, body) {
  const { tenantId: tenant, originId, locationCode } = account;
  const location = await manager.findOneByOrFail(Location, { tenantId: tenant, code: locationCode });
  const messageId = randomUUID();
  const bodySha256 = createHash('sha256').update(body).digest();
  await manager.insert(Message, {
    ...{ tenantId: tenant, id: messageId, connectionId: originId, format: 'jerry', receivedAt: new Date() },
    ...{ status: 'APPLIED', bodySha256, body: body.toString('utf8'), verdict: 'digest' },
  });
  for (const row of message.goods) {
    await storeRow(manager, { tenant, originId, location, messageId, bodySha256 }, row);
  }
}

async function storeRow(manager, { tenant, originId, location, messageId, bodySha256 }, row) {
  const externalId = String(row.stockChangeId);
  const known = { tenantId: tenant, externalId, originId, fingerprint: Not(IsNull()) };
  if (await manager.findOneBy(Movement, known)) return;
  const name = { tenantId: tenant, scheme: 'UPC', value: row.upc, specification: '' };
  const identifier = await manager.findOneByOrFail(Identifier, name);
  const item = await manager.findOneByOrFail(Item, { tenantId: tenant, id: identifier.itemId });
  const place = { tenantId: tenant, itemId: item.id, locationId: location.id, condition: 'GOOD', bucket: 'AVAILABLE' };
  const level = await manager.findOneOrFail(Level, { where: place, lock: { mode: 'pessimistic_write' } });
  const delta = row.flag === '1' ? -Number(row.qty) : Number(row.qty);
  level.quantity = String(Number(level.quantity) + delta);
  level.version = String(Number(level.version) + 1);
  level.updatedAt = new Date();
  await manager.save(Level, level);
  const [{ sequence }] = await manager.query(`SELECT nextval('plain_movement') AS sequence`);
  const occurredAt = new Date(`${row.time.replace(' ', 'T')}Z`);
  const fingerprint = createHash('sha256').update(JSON.stringify(row)).digest();
  await manager.insert(Movement, {
    ...{ tenantId: tenant, sequence, reason: row.flag === '1' ? 'SHIPMENT' : 'RECEIPT', reference: row.businessNo },
    ...{ note: row.reason, correlationId: externalId, originKind: 'CONNECTION', originId, externalId, occurredAt },
    ...{ effectiveAt: occurredAt, recordedAt: new Date(), evidenceHash: bodySha256, inboundMessageId: messageId },
    ...{ hash: fingerprint, fingerprint },
  });
  await manager.insert(Entry, {
    ...{ tenantId: tenant, sequence, leg: 0, levelId: level.id, itemId: item.id, delta: String(delta) },
    ...{ quantityAfter: level.quantity, levelVersion: level.version },
  });
}
