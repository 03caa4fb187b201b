import { movementNodeId } from '../../../../src/domain/node-ids';
import type { LedgerEntryView } from '../../../../src/application/ports/reads';
import { idOf } from '../../../support/domain/test-ledger';
import { AT_NOON, FakeGateway, FIRST_PAGE, levelOf, movementOf, pageOf } from '../../../support/fake-gateway';

const entry = (sequence: number, leg: number, more: Partial<LedgerEntryView> = {}): LedgerEntryView => ({
  ...{ sequence, leg, levelId: idOf(9), delta: 1, quantityAfter: 1, levelVersion: 1, recordedAt: AT_NOON },
  ...{ absorbed: false, movement: null, ...more },
});

it('finds a movement by its id, and reads nothing for an id that no movement has', async () => {
  const gateway = new FakeGateway({ movementsBySequence: () => Promise.resolve([movementOf(3)]) });
  const query = 'query ($id: ID!) { movement(id: $id) { sequence } }';
  expect(await gateway.data(query, { id: movementNodeId(3) })).toEqual({ movement: { sequence: 3 } });
  expect(await gateway.data(query, { id: '3' })).toEqual({ movement: null });
  expect(gateway.callsOf('movementsBySequence')).toEqual([[[3]]]);
});

it('asks for movements with a page of entries only when they are selected, and then reads no more', async () => {
  const gateway = new FakeGateway({ ledgerEntries: () => pageOf(entry(3, 0, { movement: movementOf(3) })) });
  await gateway.data('{ ledgerEntries { nodes { delta } } }');
  expect(await gateway.data('{ ledgerEntries { nodes { movement { origin } } } }')).toEqual({
    ledgerEntries: { nodes: [{ movement: { origin: 'warehouse' } }] },
  });
  expect(gateway.callsOf('ledgerEntries')).toEqual([
    [{ filter: {}, page: FIRST_PAGE, withMovement: false }],
    [{ filter: {}, page: FIRST_PAGE, withMovement: true }],
  ]);
});

it('reads the entries of all movements of a page at once, and no movement twice', async () => {
  const gateway = new FakeGateway({
    movements: () => pageOf(movementOf(3), movementOf(4)),
    entriesOfMovements: () => Promise.resolve([entry(4, 0), entry(4, 1)]),
  });
  expect(await gateway.data('{ movements { nodes { entries { leg movement { sequence } } } } }')).toEqual({
    movements: {
      nodes: [{ entries: [] }, { entries: [0, 1].map((leg) => ({ leg, movement: { sequence: 4 } })) }],
    },
  });
  expect(gateway.callsOf('entriesOfMovements')).toEqual([[[3, 4]]]);
});

it('reads the same page of all levels at once, each up to the sequence that it shows', async () => {
  const page = await pageOf(entry(3, 0));
  const gateway = new FakeGateway({
    stockLevels: () => pageOf(levelOf({ levelId: idOf(8) }), levelOf({ levelId: idOf(9) })),
    entriesOfLevels: () => Promise.resolve([page, page]),
  });
  await gateway.data('{ stockLevels { nodes { entries(first: 3) { nodes { delta } } } } }');
  const levels = [idOf(8), idOf(9)].map((levelId) => ({ levelId, upToSequence: 5 }));
  expect(gateway.callsOf('entriesOfLevels')).toEqual([[levels, { ...FIRST_PAGE, size: 3 }, false]]);
});

it('answers null for the time of the last movement of an empty ledger', async () => {
  const gateway = new FakeGateway({
    ledgerHead: () => Promise.resolve({ sequence: 0, hash: '00', recordedAt: null }),
  });
  expect(await gateway.data('{ ledgerHead { sequence recordedAt } }')).toEqual({
    ledgerHead: { sequence: 0, recordedAt: null },
  });
});
