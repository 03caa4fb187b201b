import { CUP, FakeGateway, FIRST_PAGE, pageOf, PRINCIPAL, TEA } from '../../../support/fake-gateway';

const NOT_UNIQUE = { code: 'IDENTIFIER_TAKEN', message: 'Another item has it.', field: ['identifiers', '0'] } as const;

const ALL = { search: null, includeArchived: false };

it('looks an item up without a specification by an empty one, and answers null for none', async () => {
  const gateway = new FakeGateway({ itemBySku: () => Promise.resolve(undefined) });
  expect(await gateway.data('{ item(sku: "TEA") { id } }')).toEqual({ item: null });
  expect(gateway.callsOf('itemBySku')).toEqual([['TEA', '']]);
});

it('passes search and page on, and wants only the counts that are selected', async () => {
  const gateway = new FakeGateway({ items: () => pageOf(TEA) });
  await gateway.data('{ items(search: "tea", last: 2) { totalCount pageInfo { hasPreviousPage } } }');
  await gateway.data('{ items { nodes { sku } } }');
  const wants = { totalCount: true, hasNext: false, hasPrevious: true };
  expect(gateway.callsOf('items')).toEqual([
    [
      { search: 'tea', includeArchived: false },
      { ...FIRST_PAGE, direction: 'BACKWARD', size: 2, wants },
    ],
    [ALL, FIRST_PAGE],
  ]);
});

it('reads on after the sku and specification in a cursor', async () => {
  const gateway = new FakeGateway({ items: () => pageOf(TEA, CUP) });
  const query = 'query ($after: String) { items(after: $after) { pageInfo { endCursor } } }';
  const { items } = (await gateway.data(query)) as { items: { pageInfo: { endCursor: string } } };
  await gateway.data(query, { after: items.pageInfo.endCursor });
  expect(gateway.callsOf('items')[1]).toEqual([ALL, { ...FIRST_PAGE, after: ['CUP', 'BLUE'] }]);
});

it('reads the identifiers of all items of a page at once, and gives each item its own', async () => {
  const identifier = { itemId: CUP.itemId, scheme: 'UPC', value: '1', gtin: null };
  const gateway = new FakeGateway({
    items: () => pageOf(TEA, CUP),
    identifiersOfItems: () => Promise.resolve([identifier]),
  });
  expect(await gateway.data('{ items { nodes { identifiers { value } } } }')).toEqual({
    items: { nodes: [{ identifiers: [] }, { identifiers: [{ value: '1' }] }] },
  });
  expect(gateway.callsOf('identifiersOfItems')).toEqual([[[TEA.itemId, CUP.itemId]]]);
});

it('answers a refused itemSave with data, and tells a name that is null from one left out', async () => {
  const saveItem = () => Promise.resolve({ item: null, userErrors: [NOT_UNIQUE] });
  const unused = () => Promise.reject(new Error('not asked for'));
  const gateway = new FakeGateway(
    {},
    {
      saveCatalogue: {
        saveItem,
        removeIdentifier: unused,
        saveLocation: unused,
        saveItems: unused,
        saveLocations: unused,
      },
    },
  );
  const save = (more: string) =>
    gateway.data(`mutation { itemSave(sku: "TEA"${more}) { item { id } userErrors { code field } } }`);
  expect(await save('')).toEqual({
    itemSave: { item: null, userErrors: [{ code: 'IDENTIFIER_TAKEN', field: ['identifiers', '0'] }] },
  });
  await save(', name: null');
  expect(gateway.callsOf('saveItem')).toEqual([
    [PRINCIPAL, { sku: 'TEA', specification: '', identifiers: [], allowLookalike: false }],
    [PRINCIPAL, { sku: 'TEA', specification: '', name: null, identifiers: [], allowLookalike: false }],
  ]);
});
