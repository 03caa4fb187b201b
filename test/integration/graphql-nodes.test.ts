import {
  ApolloClient,
  ApolloLink,
  gql,
  InMemoryCache,
  type DocumentNode,
  type TypedDocumentNode,
} from '@apollo/client';
import { print } from 'graphql';
import { Observable } from 'rxjs';
import { at, bySku, factOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { Commands } from '../support/commands';
import { GraphqlHarness } from '../support/graphql';
import { levelNodeId, movementNodeId } from '../../src/domain/node-ids';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const commands = new Commands(gateway);
  await commands.catalogue(['TEA'], ['MAIN']);
  await commands.receive({ sku: 'TEA', location: 'MAIN', owner: 'A', delta: 5 });
  await commands.receive({ sku: 'TEA', location: 'MAIN', owner: 'A', delta: 2 });
  await commands.send('inventoryRecordSave', { sku: 'TEA', location: 'MAIN', outOfStockThreshold: 1 });
  await commands.send('reservationCreate', { lines: [{ sku: 'TEA', quantity: 2 }] });
  const side = { sku: 'TEA', packaging: 'SINGLE', quantity: 1 };
  await commands.send('adjustmentOrderCreate', {
    ...{ type: 'OWNER_TRANSFER', sellerOrderNo: 'SO-1', location: 'MAIN', turnOutOwner: 'A', turnInOwner: 'B' },
    lines: [{ out: side, in: side }],
  });
  const tea = { item: bySku('TEA'), location: at('MAIN') };
  await gateway.deliver([factOf('good', { ...tea, delta: 5 })]);
  await gateway.deliver([factOf('late', { ...tea, delta: -1, occurredAtMs: NOON - 2 * MINUTE })]);
  await gateway.findDiscrepancies();
  await gateway.data('mutation { apiKeyCreate(input: { client: "shop", scopes: [STOCK_READ] }) { key } }');
  await gateway.data('mutation { trustedDocumentsAdd(documents: ["{ ledgerHead { hash } }"]) { documentIds } }');
  await gateway.deliver([factOf('bad', { delta: 2 ** 53 - 1 }), factOf('worse', { delta: 2 ** 53 - 1 })]);
});

afterAll(() => gateway.close());

interface Thing {
  readonly __typename: string;
  readonly id: string;
}

/** Everything that has an id, as lists and fields show it. */
async function everything(): Promise<Thing[]> {
  const data = await gateway.data<Record<string, unknown>>(`{
    items { nodes { __typename id sku } } locations { nodes { __typename id code } }
    movements { nodes { __typename id sequence } }
    inboundMessages { nodes { __typename id format quarantined { __typename id index code } } }
    adjustmentOrders { nodes { __typename id orderNo } } inventoryRecord(sku: "TEA", location: "MAIN") { __typename id leadTime }
    stock { nodes { __typename id onHand levels { __typename id quantity } } }
    past: stock(asOf: { sequence: 1 }) { nodes { __typename id onHand levels { __typename id quantity } } }
    reservations { nodes { __typename id status } }
    discrepancies { nodes { __typename id observed } } apiKeys { nodes { __typename id client scopes } }
    connections { nodes { __typename id name } }
    auditEntries { nodes { __typename id action } } trustedDocuments { nodes { __typename id documentId text addedBy } }
    stockLevels { nodes { __typename id quantity } } pastLevels: stockLevels(asOf: { sequence: 2 }) { nodes { __typename id quantity } } }`);
  const found: Thing[] = [];
  JSON.stringify(data, (_name, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'id' in value) found.push(value as Thing);
    return value;
  });
  return found;
}

const SELECTED = `__typename id ... on Item { sku } ... on Location { code } ... on Movement { sequence }
  ... on InboundMessage { format quarantined { __typename id index code } } ... on QuarantinedRow { index code }
  ... on AdjustmentOrder { orderNo } ... on Reservation { status } ... on InventoryRecord { leadTime }
  ... on Discrepancy { observed } ... on ApiKey { client scopes } ... on ConnectionNode { name } ... on AuditEntry { action }
  ... on TrustedDocument { documentId text addedBy }
  ... on Stock { onHand levels { __typename id quantity } } ... on StockLevel { quantity }`;

it('finds everything again that has an id, as it was shown', async () => {
  const shown = await everything();
  const schema = await gateway.data<{ __type: { possibleTypes: { name: string }[] } }>(
    '{ __type(name: "Node") { possibleTypes { name } } }',
  );
  const types = schema.__type.possibleTypes.map(({ name }) => name).sort();
  expect([...new Set(shown.map(({ __typename }) => __typename))].sort()).toEqual(types);
  const ids = shown.map(({ id }) => id);
  const { nodes } = await gateway.data<{ nodes: Thing[] }>(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ${SELECTED} } }`,
    { ids },
  );
  expect(nodes).toEqual(shown);
  for (const thing of shown) {
    const { node } = await gateway.data<{ node: Thing }>(`query ($id: ID!) { node(id: $id) { ${SELECTED} } }`, {
      id: thing.id,
    });
    expect(node).toEqual(thing);
  }
});

it('answers in order, null for what is not there, and once for each', async () => {
  const [movement, level] = [movementNodeId(1), levelNodeId('019a0000-0000-7000-8000-000000000001', null)];
  const ids = [movement, 'x', movementNodeId(999), level, movement];
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Movement { sequence } } }';
  const found = { __typename: 'Movement', sequence: 1 };
  expect(await gateway.data(query, { ids })).toEqual({ nodes: [found, null, null, null, found] });
  const { errors } = await gateway.answer(query, { ids: Array.from({ length: 301 }, () => movement) });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

it('takes one statement for each type, however many ids and moments', async () => {
  const shown = await everything();
  const stock = shown.filter(({ __typename }) => __typename === 'Stock' || __typename === 'StockLevel');
  const moments = await Promise.all(
    [0, 1, 2, 3].map((sequence) =>
      gateway.data<{ stock: { nodes: Thing[] } }>(
        `query ($at: Quantity!) { stock(asOf: { sequence: $at }) { nodes { id __typename } } }`,
        { at: sequence },
      ),
    ),
  );
  const ids = [...stock, ...moments.flatMap((page) => page.stock.nodes)].map(({ id }) => id);
  expect(new Set(ids).size).toBeGreaterThan(6);
  expect(await gateway.statementsOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toBe(2);
});

it('finds no view as of a moment that has not come, or before it was there', async () => {
  const [stock] = (await everything()).filter(({ __typename }) => __typename === 'Stock');
  const text = Buffer.from(stock?.id ?? '', 'base64url').toString();
  const ids = [`${text}:0`, `${text}:9999`].map((id) => Buffer.from(id).toString('base64url'));
  expect(await gateway.data('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual({
    nodes: [null, null],
  });
});

describe("Apollo Client's own cache", () => {
  /** A client as a shop's page has it, over the gateway. */
  const client = () =>
    new ApolloClient({
      cache: new InMemoryCache(),
      link: new ApolloLink(
        ({ query, variables }) =>
          new Observable((observer) => {
            void gateway.answer(print(query), variables).then((answer) => {
              observer.next(answer as never);
              observer.complete();
            });
          }),
      ),
    });

  const CASES: readonly [string, DocumentNode, DocumentNode][] = [
    [
      'stock',
      gql`
        {
          view: stock {
            nodes {
              id
              onHand
              levels {
                id
                quantity
              }
            }
          }
        }
      `,
      gql`
        {
          view: stock(asOf: { sequence: 1 }) {
            nodes {
              id
              onHand
              levels {
                id
                quantity
              }
            }
          }
        }
      `,
    ],
    [
      'stock levels',
      gql`
        {
          view: stockLevels(filter: { owners: ["A"] }) {
            nodes {
              id
              quantity
            }
          }
        }
      `,
      gql`
        {
          view: stockLevels(filter: { owners: ["A"] }, asOf: { sequence: 1 }) {
            nodes {
              id
              quantity
            }
          }
        }
      `,
    ],
    [
      'an explanation',
      gql`
        {
          view: explain(key: { sku: "TEA", location: "MAIN", owner: "A" }) {
            closing
            level {
              id
              quantity
            }
          }
        }
      `,
      gql`
        {
          view: explain(key: { sku: "TEA", location: "MAIN", owner: "A" }, to: { sequence: 1 }) {
            closing
            level {
              id
              quantity
            }
          }
        }
      `,
    ],
  ];

  it.each(CASES)('keeps %s of today and of yesterday apart', async (_what, today, yesterday) => {
    const apollo = client();
    const before = (await apollo.query({ query: today })).data;
    const past = (await apollo.query({ query: yesterday })).data;
    expect(past).not.toEqual(before);
    expect(apollo.readQuery({ query: today })).toEqual(before);
    expect(apollo.readQuery({ query: yesterday })).toEqual(past);
  });

  it('knows what a list has shown as what an id finds', async () => {
    const apollo = client();
    const list: TypedDocumentNode<{ items: { nodes: { id: string }[] } }> = gql`
      {
        items {
          nodes {
            id
            sku
          }
        }
      }
    `;
    const one: TypedDocumentNode<{ node: object }, { id: string }> = gql`
      query ($id: ID!) {
        node(id: $id) {
          id
        }
      }
    `;
    const id = (await apollo.query({ query: list })).data?.items.nodes[0]?.id ?? '';
    const found = await apollo.query({ query: one, variables: { id } });
    expect(found.data?.node).toEqual({ __typename: 'Item', id });
  });
});
