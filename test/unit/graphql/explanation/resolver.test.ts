import { levelNodeId } from '../../../../src/domain/node-ids';
import type { CountView, ExplanationView } from '../../../../src/application/ports/reads';
import { DEFAULT_DIMENSIONS } from '../../../../src/domain/ledger/stock-key';
import { idOf } from '../../../support/domain/test-ledger';
import { FakeGateway, levelOf, movementOf, pageOf } from '../../../support/fake-gateway';

const LEVEL = idOf(0xabc);

const COUNT: CountView = {
  ...{ sequence: 4, levelId: LEVEL, status: 'REJECTED', quantity: 5, previousQuantity: 3, asOf: null },
  ...{ sourceSequence: null, code: 'STALE' },
};

const EXPLANATION: ExplanationView = {
  ...{ levelId: LEVEL, fromSequence: 0, toSequence: 7, opening: 0, closing: 5 },
  reasons: [{ reason: 'RECEIPT', delta: 5, entryCount: 2 }],
  ...{ absorbedDelta: -1, absorbedCount: 1, absorbed: [{ sequence: 3, delta: -1 }] },
  ...{ countsWithoutEffectCount: 1, countsWithoutEffect: [COUNT] },
};

const LEVEL_ID = levelNodeId(LEVEL, null);

it.each([
  ['neither level nor key', '', 'explain takes exactly one of level and key.'],
  [
    'both',
    `level: "${LEVEL_ID}", key: { sku: "TEA", location: "MAIN" }`,
    'explain takes exactly one of level and key.',
  ],
  ['half a moment', `level: "${LEVEL_ID}", from: {}`, 'from takes exactly one of recordedAt and sequence.'],
])('refuses %s without reading', async (_what, args, message) => {
  const gateway = new FakeGateway({ explanation: () => Promise.resolve(EXPLANATION) });
  const query = `{ explain${args && `(${args})`} { closing } }`;
  expect(await gateway.error(query)).toEqual(['BAD_USER_INPUT', message]);
  expect(gateway.callsOf('explanation')).toEqual([]);
});

it('finds a level by its id, a past one up to its moment, or by its key with the default dimensions', async () => {
  const gateway = new FakeGateway({ explanation: () => Promise.resolve(undefined) });
  expect(await gateway.data(`{ explain(level: "${LEVEL_ID}") { closing } }`)).toEqual({ explain: null });
  await gateway.data(`{ explain(level: "${levelNodeId(LEVEL, 7)}") { closing } }`);
  await gateway.data(`{ explain(level: "${levelNodeId(LEVEL, 7)}", to: { sequence: 3 }) { closing } }`);
  await gateway.data('{ explain(key: { sku: "TEA", location: "MAIN", lot: "L1" }, to: { sequence: 3 }) { closing } }');
  const key = { sku: 'TEA', specification: '', locationCode: 'MAIN' };
  expect(gateway.callsOf('explanation')).toEqual([
    [{ id: LEVEL }, null, null],
    [{ id: LEVEL }, null, { sequence: 7 }],
    [{ id: LEVEL }, null, { sequence: 3 }],
    [{ ...key, dimensions: { ...DEFAULT_DIMENSIONS, lot: 'L1' }, stated: new Set(['lot']) }, null, { sequence: 3 }],
  ]);
});

it('answers null without reading for an id that no level can have', async () => {
  const gateway = new FakeGateway({ explanation: () => Promise.resolve(EXPLANATION) });
  expect(await gateway.data('{ explain(level: "x") { closing } }')).toEqual({ explain: null });
  expect(gateway.callsOf('explanation')).toEqual([]);
});

it('reads level and movements of everything that it lists at once', async () => {
  const gateway = new FakeGateway({
    explanation: () => Promise.resolve(EXPLANATION),
    levelsById: () => Promise.resolve([levelOf({ id: LEVEL_ID, levelId: LEVEL })]),
    movementsBySequence: () => Promise.resolve([movementOf(3), movementOf(4)]),
  });
  const query = `{ explain(level: "${LEVEL_ID}") { level { quantity } absorbed { movement { sequence } }
    countsWithoutEffect { code asOf level { id } movement { sequence } } } }`;
  expect(await gateway.data(query)).toEqual({
    explain: {
      ...{ level: { quantity: 5 }, absorbed: [{ movement: { sequence: 3 } }] },
      countsWithoutEffect: [{ code: 'STALE', asOf: null, level: { id: LEVEL_ID }, movement: { sequence: 4 } }],
    },
  });
  expect(gateway.callsOf('levelsById')).toEqual([[[{ id: LEVEL, sequence: null }]]]);
  expect(gateway.callsOf('movementsBySequence')).toEqual([[[3, 4]]]);
});

it('reads the counts of all movements of a page at once', async () => {
  const gateway = new FakeGateway({
    movements: () => pageOf(movementOf(3), movementOf(4)),
    countsOfMovements: () => Promise.resolve([COUNT]),
  });
  expect(await gateway.data('{ movements { nodes { counts { status } } } }')).toEqual({
    movements: { nodes: [{ counts: [] }, { counts: [{ status: 'REJECTED' }] }] },
  });
  expect(gateway.callsOf('countsOfMovements')).toEqual([[[3, 4]]]);
});
