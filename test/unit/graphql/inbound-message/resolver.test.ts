import { itemNodeId, messageNodeId } from '../../../../src/domain/node-ids';
import type { InboundMessageView } from '../../../../src/application/ports/reads';
import { idOf, TENANT } from '../../../support/domain/test-ledger';
import { AT_NOON, FakeGateway, FIRST_PAGE, movementOf, pageOf } from '../../../support/fake-gateway';

const ID = idOf(0xabc);
const MESSAGE = messageNodeId(ID);

const message = (id: string): InboundMessageView => ({
  ...{ id, connection: 'warehouse', format: 'jerry', receivedAt: AT_NOON, status: 'APPLIED', bodySha256: 'ab' },
  verdict: 'bearer token',
});

const noMessage = (id: string) => ['BAD_USER_INPUT', `There is no inbound message with the id "${id}".`];

it('finds a message by its id, and reads nothing for what is none', async () => {
  const gateway = new FakeGateway({ messagesById: () => Promise.resolve([message(ID)]) });
  const query = 'query ($id: ID!) { inboundMessage(id: $id) { format } }';
  expect(await gateway.data(query, { id: MESSAGE })).toEqual({ inboundMessage: { format: 'jerry' } });
  for (const id of ['x', ID, itemNodeId(ID)])
    expect(await gateway.data(query, { id })).toEqual({ inboundMessage: null });
  expect(gateway.callsOf('messagesById')).toEqual([[[ID]]]);
});

it('passes the filter and the page on', async () => {
  const gateway = new FakeGateway({ inboundMessages: () => pageOf() });
  await gateway.data('{ inboundMessages(connection: "warehouse", first: 1) { nodes { id } } }');
  expect(gateway.callsOf('inboundMessages')).toEqual([
    [{ connection: 'warehouse', status: null, page: { ...FIRST_PAGE, size: 1 } }],
  ]);
});

it('reads the movements and the rows in quarantine of all messages of a page at once', async () => {
  const gateway = new FakeGateway({
    inboundMessages: () => pageOf(message(ID), message(idOf(0xabd))),
    movementsOfMessages: () => Promise.resolve([{ messageId: ID, movement: movementOf(3) }]),
    quarantinedRowsOfMessages: () => Promise.resolve([]),
  });
  const query = '{ inboundMessages { nodes { movements { sequence } quarantined { code } } } }';
  expect(await gateway.data(query)).toEqual({
    inboundMessages: {
      nodes: [
        { movements: [{ sequence: 3 }], quarantined: [] },
        { movements: [], quarantined: [] },
      ],
    },
  });
  expect(gateway.callsOf('movementsOfMessages')).toEqual([[[ID, idOf(0xabd)]]]);
  expect(gateway.callsOf('quarantinedRowsOfMessages')).toEqual([[[ID, idOf(0xabd)]]]);
});

describe('inboundMessageReplay', () => {
  const query = 'mutation ($id: ID!) { inboundMessageReplay(id: $id) { status } }';

  it('replays a message and shows it as it is afterwards', async () => {
    const reads = { messagesById: () => Promise.resolve([message(ID)]) };
    const gateway = new FakeGateway(reads, { replayMessage: () => Promise.resolve(true) });
    expect(await gateway.data(query, { id: MESSAGE })).toEqual({ inboundMessageReplay: { status: 'APPLIED' } });
  });

  it('fails for a message that is not there, and does not look for what is no id', async () => {
    const gateway = new FakeGateway({}, { replayMessage: (tenantId) => Promise.resolve(tenantId !== TENANT) });
    expect(await gateway.error(query, { id: MESSAGE })).toEqual(noMessage(MESSAGE));
    expect(await gateway.error(query, { id: 'x' })).toEqual(noMessage('x'));
    expect(gateway.callsOf('replayMessage')).toEqual([[ID]]);
  });
});
