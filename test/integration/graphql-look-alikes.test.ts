import { GraphqlHarness } from '../support/graphql';
import { GTIN_FORMS, LOOK_ALIKES } from '../support/look-alikes';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;

beforeEach(async () => {
  gateway = await GraphqlHarness.open();
});

afterEach(() => gateway.close());

interface Saved {
  readonly answer: { readonly userErrors: readonly { readonly code: string; readonly message: string }[] };
}

const ITEM = `mutation ($sku: String!, $specification: String! = "", $identifiers: [ItemIdentifierInput!], $allow: Boolean! = false) {
  answer: itemSave(sku: $sku, specification: $specification, identifiers: $identifiers, allowLookalike: $allow) {
    userErrors { code message } } }`;
const LOCATION = `mutation ($code: String!, $allow: Boolean! = false) {
  answer: locationSave(code: $code, allowLookalike: $allow) { userErrors { code message } } }`;

async function refusals(mutation: string, variables: object): Promise<string[]> {
  const { answer } = await gateway.data<Saved>(mutation, variables);
  return answer.userErrors.map(({ code, message }) => `${code} ${message}`);
}

it('refuses every look-alike of a sku and of a location, and names its twin', async () => {
  for (const name of new Set(LOOK_ALIKES.map(([first]) => first))) {
    expect(await refusals(ITEM, { sku: name })).toEqual([]);
    expect(await refusals(LOCATION, { code: name })).toEqual([]);
  }
  // All at once: what is in a batch with it is seen as well.
  const told = await Promise.all(
    LOOK_ALIKES.flatMap(([name, lookAlike]) => [
      refusals(ITEM, { sku: lookAlike }).then((messages) => [name, messages] as const),
      refusals(LOCATION, { code: lookAlike }).then((messages) => [name, messages] as const),
    ]),
  );
  const wrong = told.filter(
    ([name, [message = '']]) => !message.startsWith('LOOKALIKE') || !message.includes(`"${name}"`),
  );
  expect(wrong).toEqual([]);
  const query = '{ items { totalCount } locations { totalCount } lookalikes { nodes { names } } }';
  const names = new Set(LOOK_ALIKES.map(([first]) => first)).size;
  expect(await gateway.data(query)).toEqual({
    items: { totalCount: names },
    locations: { totalCount: names },
    lookalikes: { nodes: [] },
  });
});

it('sees the look-alike that another request in the same batch creates', async () => {
  const told = await Promise.all(['sku1', 'SKU1', 'Sku1'].map((sku) => refusals(ITEM, { sku })));
  expect(told.map((messages) => messages.map((message) => message.split(' ')[0])).sort()).toEqual([
    [],
    ['LOOKALIKE'],
    ['LOOKALIKE'],
  ]);
});

it('lists the look-alikes that were allowed, with what they name', async () => {
  const barcode = (scheme: string, value: string) => ({ identifiers: [{ scheme, value }] });
  for (const more of [
    { sku: 'sku1', ...barcode('UPC', '4006381333931') },
    { sku: 'SKU1', ...barcode('EAN', '04006381333931') },
    { sku: 'TIN', specification: 'red', ...barcode('SERIAL', 'x') },
    { sku: 'TIN', specification: 'RED', ...barcode('SERIAL', 'X') },
    { sku: 'ALONE' },
  ]) {
    expect(await refusals(ITEM, { ...more, allow: true })).toEqual([]);
  }
  for (const code of ['main', 'MAIN', 'SHOP']) expect(await refusals(LOCATION, { code, allow: true })).toEqual([]);
  const shown = 'nodes { kind scope names items { sku specification } locations { code } }';
  const items = ['SKU1', 'sku1'].map((sku) => ({ sku, specification: '' }));
  const tins = ['RED', 'red'].map((specification) => ({ sku: 'TIN', specification }));
  const { lookalikes } = await gateway.data<{ lookalikes: { totalCount: number; nodes: Record<string, unknown>[] } }>(
    `{ lookalikes { totalCount ${shown} } }`,
  );
  const sorted = (list: unknown): unknown =>
    [...(list as unknown[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  expect(
    lookalikes.nodes.map((node) => ({ ...node, items: sorted(node['items']), locations: sorted(node['locations']) })),
  ).toEqual([
    { kind: 'GTIN', scope: '', names: ['04006381333931', '4006381333931'], items, locations: [] },
    { kind: 'IDENTIFIER', scope: 'SERIAL', names: ['X', 'x'], items: tins, locations: [] },
    {
      kind: 'LOCATION',
      scope: '',
      names: ['MAIN', 'main'],
      items: [],
      locations: [{ code: 'MAIN' }, { code: 'main' }],
    },
    { kind: 'SKU', scope: '', names: ['SKU1', 'sku1'], items, locations: [] },
    { kind: 'SPECIFICATION', scope: 'TIN', names: ['RED', 'red'], items: tins, locations: [] },
  ]);
  expect(lookalikes.totalCount).toBe(5);
  const page = async (after: string | null) =>
    gateway.data<{ lookalikes: { nodes: { kind: string }[]; pageInfo: { endCursor: string } } }>(
      'query ($after: String) { lookalikes(first: 2, after: $after) { nodes { kind } pageInfo { endCursor } } }',
      { after },
    );
  const first = await page(null);
  const second = await page(first.lookalikes.pageInfo.endCursor);
  expect(second.lookalikes.nodes).toEqual([{ kind: 'LOCATION' }, { kind: 'SKU' }]);
});

it('finds an item by every form of its GTIN', async () => {
  const find = `query ($value: String!) { byGtin: itemByGtin(gtin: $value) { sku }
    byUpc: itemByIdentifier(scheme: "UPC", value: $value) { sku } other: itemByIdentifier(scheme: "SERIAL", value: $value) { sku } }`;
  for (const [n, [shortest]] of GTIN_FORMS.entries()) {
    const errors = await refusals(ITEM, { sku: `item ${n}`, identifiers: [{ scheme: 'EAN-13', value: shortest }] });
    expect(errors.filter((error) => !error.includes('LOOKALIKE') && !error.includes('IDENTIFIER_TAKEN'))).toEqual([]);
  }
  for (const [shortest, form] of GTIN_FORMS) {
    const item = await gateway.data(find, { value: shortest });
    expect(item).toEqual({
      byGtin: { sku: expect.stringContaining('item') as string },
      byUpc: expect.anything() as object,
      other: null,
    });
    expect(await gateway.data(find, { value: form })).toEqual(item);
  }
  const answer = await gateway.answer('{ itemByGtin(gtin: "4006381333932") { sku } }');
  expect(answer.errors).toMatchObject([
    {
      extensions: { code: 'BAD_USER_INPUT' },
      message: expect.stringContaining('"4006381333932" is no GTIN') as string,
    },
  ]);
});

it('says that a GTIN means two items', async () => {
  for (const [sku, scheme, value] of [
    ['ONE', 'EAN', '4006381333931'],
    ['TWO', 'GTIN', '04006381333931'],
  ]) {
    expect(await refusals(ITEM, { sku, identifiers: [{ scheme, value }], allow: true })).toEqual([]);
  }
  for (const field of [
    'itemByGtin(gtin: "4006381333931")',
    'itemByIdentifier(scheme: "UPC", value: "4006381333931")',
  ]) {
    const { errors } = await gateway.answer(`{ ${field} { sku } }`);
    expect(errors).toMatchObject([{ message: expect.stringContaining('IDENTIFIER_AMBIGUOUS') as string }]);
    expect(errors?.[0]?.message).toContain('"ONE", "TWO"');
  }
  const exact = '{ itemByIdentifier(scheme: "EAN", value: "4006381333931") { sku } }';
  expect(await gateway.data(exact)).toEqual({ itemByIdentifier: { sku: 'ONE' } });
});
