import { FakeGateway, FIRST_PAGE, MAIN, pageOf, PRINCIPAL, SHELF } from '../../../support/fake-gateway';

it('reads the parents of all locations of a page at once, and none for a location without one', async () => {
  const gateway = new FakeGateway({
    locations: () => pageOf(MAIN, SHELF, { ...SHELF, code: 'SHELF-2' }),
    locationsById: () => Promise.resolve([MAIN]),
  });
  expect(await gateway.data('{ locations { nodes { code parent { code } } } }')).toEqual({
    locations: {
      nodes: [
        { code: 'MAIN', parent: null },
        { code: 'SHELF', parent: { code: 'MAIN' } },
        { code: 'SHELF-2', parent: { code: 'MAIN' } },
      ],
    },
  });
  expect(gateway.callsOf('locations')).toEqual([[false, FIRST_PAGE]]);
  expect(gateway.callsOf('locationsById')).toEqual([[[MAIN.locationId]]]);
});

it('answers null for an unknown code', async () => {
  const gateway = new FakeGateway({ locationByCode: () => Promise.resolve(undefined) });
  expect(await gateway.data('{ location(code: "NOWHERE") { id } }')).toEqual({ location: null });
});

it('refuses a cursor of another list without reading', async () => {
  const gateway = new FakeGateway({ items: () => pageOf(), locations: () => pageOf(MAIN) });
  const query = '{ locations { pageInfo { endCursor } } }';
  const { locations } = (await gateway.data(query)) as { locations: { pageInfo: { endCursor: string } } };
  const after = locations.pageInfo.endCursor;
  const error = await gateway.error('query ($after: String) { items(after: $after) { nodes { id } } }', { after });
  expect(error).toEqual(['BAD_USER_INPUT', expect.stringContaining('cursor')]);
  expect(gateway.callsOf('items')).toEqual([]);
});

it('saves a location with only what was given, and shows it as it is afterwards', async () => {
  const unused = () => Promise.reject(new Error('not asked for'));
  const saveLocation = () => Promise.resolve({ location: MAIN, userErrors: [] });
  const gateway = new FakeGateway(
    {},
    {
      saveCatalogue: {
        saveLocation,
        saveItem: unused,
        removeIdentifier: unused,
        saveItems: unused,
        saveLocations: unused,
      },
    },
  );
  const saved = await gateway.data('mutation { locationSave(code: "MAIN", parent: null) { location { name } } }');
  expect(saved).toEqual({ locationSave: { location: { name: 'Main' } } });
  expect(gateway.callsOf('saveLocation')).toEqual([[PRINCIPAL, { code: 'MAIN', allowLookalike: false, parent: null }]]);
});
