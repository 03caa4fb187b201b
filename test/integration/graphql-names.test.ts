import { codePointOf, spellingsOf } from '../support/dirty-names';
import { GraphqlHarness, type Data } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';

jest.setTimeout(60_000);

const NAME = 'Café 7';
const UNSEEN = ['\u200b', '\u202e', '\u0007', '\ufeff', '\u00ad'];

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
});

afterAll(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

/** Mutations with the name in every field that names something. `$n` makes each another command. */
const MUTATIONS: Readonly<Record<string, string>> = {
  itemSave: `itemSave(sku: $name, specification: $name, identifiers: [{ scheme: $name, value: $name }]) {
    userErrors { code message } }`,
  locationSave: 'locationSave(code: $name) { userErrors { code message } }',
  stockAdjust: `stockAdjust(input: { idempotencyKey: $n, reason: RECEIPT, reference: $name, rows: [{ sku: $name,
    specification: $name, location: $name, owner: $name, pool: $name, channel: $name, barcode: $name, lot: $name,
    delta: 1 }] }) { userErrors { code message } }`,
  stockSet: `stockSet(input: { idempotencyKey: $n, reference: $name, rows: [{ sku: $name,
    specification: $name, location: $name, owner: $name, pool: $name, channel: $name, barcode: $name, lot: $name,
    quantity: 5, changeFromQuantity: null }] }) { userErrors { code message } results { error { code message } } }`,
  inventoryRecordSave: `inventoryRecordSave(input: { idempotencyKey: $n, sku: $name, specification: $name,
    location: $name, sourceSku: $name }) { userErrors { code message } }`,
  adjustmentOrderCreate: `adjustmentOrderCreate(input: { idempotencyKey: $n, type: OWNER_TRANSFER, location: $name,
    turnOutOwner: $name, turnInOwner: "other", lines: [{
      out: { sku: $name, specification: $name, packaging: SINGLE, barcode: $name, quantity: 1 },
      in: { sku: $name, specification: $name, packaging: SINGLE, barcode: $name, quantity: 1 } }] }) { userErrors { code message } }`,
};

interface Answer {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  readonly results?: readonly { readonly error: { readonly code: string; readonly message: string } | null }[];
}

async function send(mutation: string, name: string, n: string): Promise<Answer['userErrors']> {
  const body = MUTATIONS[mutation] ?? '';
  const variables = { name, ...(body.includes('$n,') ? { n } : {}) };
  const types = `$name: String!${'n' in variables ? ', $n: String!' : ''}`;
  const { answer } = await gateway.data<{ answer: Answer }>(`mutation (${types}) { answer: ${body} }`, variables);
  return [...answer.userErrors, ...(answer.results ?? []).flatMap(({ error }) => error ?? [])];
}

const names = async (): Promise<unknown> =>
  gateway.data(`{ items(first: 10) { nodes { sku specification identifiers { scheme value } } }
    locations(first: 10) { nodes { code } }
    stockLevels(first: 10) { nodes { owner pool channel barcode lot } }
    ledgerEntries(first: 200, filter: { references: [" ${NAME}"] }) { nodes { movement { reference } } } }`);

it.each(Object.keys(MUTATIONS))('%s takes every spelling of a name for the same', async (mutation) => {
  const errors: unknown[] = [];
  for (const [n, name] of spellingsOf(NAME).entries()) {
    const key = `${mutation} ${n}`;
    errors.push(...(await send(mutation, name, key)));
  }
  // The order asks for stock without a pool, and there is none: it has found its item and location.
  expect(errors).toEqual(
    mutation === 'adjustmentOrderCreate'
      ? spellingsOf(NAME).map(() => expect.objectContaining({ code: 'INSUFFICIENT_STOCK' }) as unknown)
      : [],
  );
});

it('has made one item, one location and one stock key', async () => {
  const { ledgerEntries, ...others } = (await names()) as Data & { ledgerEntries: { nodes: Data[] } };
  const dimensions = { owner: NAME, pool: NAME, channel: NAME, barcode: NAME, lot: NAME };
  expect(others).toEqual({
    items: { nodes: [{ sku: NAME, specification: NAME, identifiers: [{ scheme: NAME, value: NAME }] }] },
    locations: { nodes: [{ code: NAME }] },
    stockLevels: { nodes: [dimensions] },
  });
  expect(new Set(ledgerEntries.nodes.map((node) => JSON.stringify(node)))).toEqual(
    new Set([JSON.stringify({ movement: { reference: NAME } })]),
  );
});

it.each(Object.keys(MUTATIONS).flatMap((mutation) => UNSEEN.map((character) => [mutation, character] as const)))(
  '%s refuses %j in a name and says which character it is',
  async (mutation, character) => {
    const before = await names();
    const errors = await send(mutation, `Caf${character}é 7`, `${mutation} ${codePointOf(character)}`);
    expect(errors.length).toBeGreaterThan(0);
    for (const { code, message } of errors) {
      expect([code, message]).toEqual(['INVALID_INPUT', expect.stringContaining(codePointOf(character))]);
    }
    expect(await names()).toEqual(before);
  },
);

it('is found by every spelling', async () => {
  const query = `query ($name: String!) {
    item(sku: $name, specification: $name) { sku }
    itemByIdentifier(scheme: $name, value: $name) { sku }
    location(code: $name) { code }
    inventoryRecord(sku: $name, specification: $name, location: $name) { item { sku } }
    availability(sku: $name, specification: $name, quantity: 1, locations: [$name]) { item { sku } }
    stock(first: 1, filter: { skus: [$name], locations: [$name] }) { nodes { item { sku } } }
    stockLevels(first: 1, filter: { skus: [$name], locations: [$name], owners: [$name], lots: [$name] }) { nodes { lot } }
    explain(key: { sku: $name, specification: $name, location: $name, owner: $name, pool: $name, channel: $name,
      barcode: $name, lot: $name }) { level { lot } } }`;
  const answers = new Set<string>();
  for (const name of spellingsOf(NAME)) answers.add(JSON.stringify(await gateway.data(query, { name })));
  expect([...answers]).toEqual([
    JSON.stringify({
      item: { sku: NAME },
      itemByIdentifier: { sku: NAME },
      location: { code: NAME },
      inventoryRecord: { item: { sku: NAME } },
      availability: { item: { sku: NAME } },
      stock: { nodes: [{ item: { sku: NAME } }] },
      stockLevels: { nodes: [{ lot: NAME }] },
      explain: { level: { lot: NAME } },
    }),
  ]);
});
