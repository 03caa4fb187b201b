import fc from 'fast-check';
import {
  apiKeyNodeId,
  auditEntryNodeId,
  connectionNodeId,
  discrepancyNodeId,
  documentNodeId,
  itemNodeId,
  levelNodeId,
  locationNodeId,
  messageNodeId,
  movementNodeId,
  nodeReference,
  orderNodeId,
  reservationNodeId,
  quarantinedRowNodeId,
  recordNodeId,
  referenceOf,
  stockNodeId,
  type NodeReference,
  type NodeType,
} from '../../../src/domain/node-ids';

const uuid = fc.uuid();
const moment = fc.option(fc.nat(Number.MAX_SAFE_INTEGER));

/** Every kind of reference, with the id that it should have. */
const REFERENCES: { readonly [Type in NodeType]: fc.Arbitrary<readonly [NodeReference, string]> } = {
  Item: uuid.map((id) => [{ type: 'Item', id }, itemNodeId(id)]),
  Location: uuid.map((id) => [{ type: 'Location', id }, locationNodeId(id)]),
  InboundMessage: uuid.map((id) => [{ type: 'InboundMessage', id }, messageNodeId(id)]),
  StockLevel: fc
    .tuple(uuid, moment)
    .map(([id, sequence]) => [{ type: 'StockLevel', id, sequence }, levelNodeId(id, sequence)]),
  Stock: fc
    .tuple(uuid, uuid, moment)
    .map(([itemId, locationId, sequence]) => [
      { type: 'Stock', itemId, locationId, sequence },
      stockNodeId(itemId, locationId, sequence),
    ]),
  InventoryRecord: fc
    .tuple(uuid, uuid)
    .map(([itemId, locationId]) => [{ type: 'InventoryRecord', itemId, locationId }, recordNodeId(itemId, locationId)]),
  Movement: fc
    .integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
    .map((sequence) => [{ type: 'Movement', sequence }, movementNodeId(sequence)]),
  AdjustmentOrder: fc
    .nat()
    .map((n) => `WT${String(n).padStart(12, '0')}`)
    .map((orderNo) => [{ type: 'AdjustmentOrder', orderNo }, orderNodeId(orderNo)]),
  QuarantinedRow: fc
    .tuple(uuid, fc.nat(5_000))
    .map(([messageId, index]) => [
      { type: 'QuarantinedRow', messageId, index },
      quarantinedRowNodeId(messageId, index),
    ]),
  Reservation: uuid.map((id) => [{ type: 'Reservation', id }, reservationNodeId(id)]),
  ApiKey: uuid.map((id) => [{ type: 'ApiKey', id }, apiKeyNodeId(id)]),
  Connection: uuid.map((id) => [{ type: 'Connection', id }, connectionNodeId(id)]),
  AuditEntry: uuid.map((id) => [{ type: 'AuditEntry', id }, auditEntryNodeId(id)]),
  TrustedDocument: fc
    .tuple(uuid, uuid)
    .map((parts) => parts.join('').replaceAll('-', ''))
    .map((sha256) => [{ type: 'TrustedDocument', sha256 }, documentNodeId(sha256)]),
  Discrepancy: fc
    .tuple(fc.constantFrom('NEGATIVE_IN_THE_PAST', 'DRIFT'), uuid, fc.nat(Number.MAX_SAFE_INTEGER))
    .map(([kind, levelId, openedSequence]) => [
      { type: 'Discrepancy', kind, levelId, openedSequence },
      discrepancyNodeId(kind, levelId, openedSequence),
    ]),
};
const TYPES = Object.keys(REFERENCES) as NodeType[];

describe.each(TYPES)('the id of a %s', (type) => {
  it('says what it is of, and is of no other type', () => {
    fc.assert(
      fc.property(REFERENCES[type], ([reference, id]) => {
        expect(id).toMatch(/^[\w:-]{1,160}$/);
        expect(nodeReference(id)).toEqual(reference);
        expect(TYPES.filter((other) => referenceOf(other, id) !== undefined)).toEqual([type]);
      }),
    );
  });

  it('is nothing else when it is changed anywhere, or it names something else', () => {
    fc.assert(
      fc.property(
        REFERENCES[type],
        fc.nat(),
        fc.constantFrom('A', 'a', '0', 'Z', '-', '_', '=', '+', '/', ' ', ':'),
        ([reference, id], place, character) => {
          const at = place % (id.length + 1);
          const changed = [id.slice(0, at) + character + id.slice(at), id.slice(0, at) + character + id.slice(at + 1)];
          for (const text of changed.filter((one) => one !== id)) expect(nodeReference(text)).not.toEqual(reference);
        },
      ),
    );
  });
});

it.each([
  '',
  'x',
  'constructor',
  'Item',
  'Item:',
  'Item:x',
  'Nothing:1',
  'constructor:1',
  'toString:',
  'Movement:0',
  'Movement:01',
  'Movement:1.5',
  'Movement:9007199254740993',
  'Movement:1:2',
  'AdjustmentOrder:1',
  'TrustedDocument:all',
  `TrustedDocument:${'A'.repeat(64)}`,
  `TrustedDocument:sha256:${'a'.repeat(64)}`,
  'Item:019A0000-0000-7000-8000-000000000001',
  'StockLevel:019a0000-0000-7000-8000-000000000001:',
  'StockLevel:019a0000-0000-7000-8000-000000000001:-1',
  Buffer.from('Movement:7').toString('base64url'),
  'A'.repeat(100_000),
])('%s is the id of nothing', (text) => {
  expect(nodeReference(text)).toBeUndefined();
});
