import {
  itemIdentifierRemoveReads,
  itemSaveReads,
  locationSaveReads,
  planItemIdentifierRemove,
  planLocationSave,
  type ItemIdentifierRemove,
  type ItemSave,
  type ItemSaveResult,
  type LocationSave,
  type LocationSaveResult,
} from '../../../../src/domain/plans/catalogue-save';
import { identifierKey } from '../../../../src/domain/catalogue/catalogue-map';
import { itemSaved, namesIn, postingOf, TestLedger } from '../../../support/domain/test-ledger';

const save = (ledger: TestLedger, command: Partial<ItemSave>): ItemSaveResult =>
  ledger.post(itemSaved({ sku: 'TEA', ...command }));

const remove = (ledger: TestLedger, command: ItemIdentifierRemove): ItemSaveResult =>
  ledger.post(
    postingOf((work) => planItemIdentifierRemove(work, command), { reads: itemIdentifierRemoveReads(command) }),
  );

const saveLocation = (ledger: TestLedger, command: LocationSave): LocationSaveResult =>
  ledger.post(postingOf((work) => planLocationSave(work, command), { reads: locationSaveReads(command) }));

const code = (value: string): { scheme: string; value: string } => ({ scheme: 'CODE', value });

describe('itemSave', () => {
  it('makes an item with its identifiers', () => {
    const ledger = new TestLedger();
    const { item } = save(ledger, { name: 'Tea', unitsPerPackage: 12, identifiers: [code('1'), code('2')] });
    expect(item).toMatchObject({ sku: 'TEA', specification: '', name: 'Tea', unitsPerPackage: 12 });
    expect([...ledger.identifiers.values()].map(({ value, itemId }) => [value, itemId])).toEqual([
      ['1', item?.id],
      ['2', item?.id],
    ]);
  });

  it('changes what it names and leaves the rest, and null clears', () => {
    const ledger = new TestLedger();
    const { item } = save(ledger, { name: 'Tea', unitsPerPackage: 12 });
    expect(save(ledger, { unitsPerPackage: 6 }).item).toEqual({ ...item, unitsPerPackage: 6 });
    expect(save(ledger, { name: null }).item).toEqual({ ...item, name: null, unitsPerPackage: 6 });
    expect([...ledger.items.values()]).toEqual([{ ...item, name: null, unitsPerPackage: 6 }]);
  });

  it('said twice is the same item and changes nothing', () => {
    const ledger = new TestLedger();
    const first = save(ledger, { name: 'Tea', identifiers: [code('1')] });
    expect(save(ledger, { name: 'Tea', identifiers: [code('1'), code('1')] })).toEqual(first);
    expect(ledger.identifiers.size).toBe(1);
  });

  it('keeps specifications of a sku apart', () => {
    const ledger = new TestLedger();
    const [red, blue] = ['red', 'blue'].map((specification) => save(ledger, { specification }).item?.id);
    expect(red).not.toBe(blue);
    expect(save(ledger, { specification: 'red' }).item?.id).toBe(red);
  });

  it("refuses another item's identifier, names its owner, and keeps no part of the command", () => {
    const ledger = new TestLedger();
    save(ledger, { sku: 'SALT', identifiers: [code('1')] });
    expect(save(ledger, { name: 'Tea', identifiers: [code('2'), code('1')] })).toEqual({
      item: null,
      userErrors: [
        {
          code: 'IDENTIFIER_TAKEN',
          message: 'CODE "1" belongs to the item with sku "SALT"; remove it there first.',
          field: ['identifiers', '1'],
        },
      ],
    });
    expect([...ledger.items.values()].map(({ sku }) => sku)).toEqual(['SALT']);
    expect(ledger.identifiers.size).toBe(1);
  });

  it('lets each specification have the same code of a scheme that means a sku', () => {
    const ledger = new TestLedger();
    const identifiers = [{ scheme: 'CLIENT_SKU', value: 'C-1' }];
    expect(save(ledger, { specification: 'red', identifiers }).userErrors).toEqual([]);
    expect(save(ledger, { specification: 'blue', identifiers }).userErrors).toEqual([]);
    expect(ledger.identifiers.size).toBe(2);
  });

  it('asks for the names that its plan looks up', () => {
    expect(namesIn(itemSaveReads({ sku: 'TEA', specification: 'red', identifiers: [code('1')] }))).toEqual([
      'sku TEA',
      'CODE 1',
    ]);
  });
});

describe('itemIdentifierRemove', () => {
  const command = { ...code('1'), specification: '' };

  it('takes the identifier away; another item may then have it', () => {
    const ledger = new TestLedger();
    const { item } = save(ledger, { identifiers: [code('1')] });
    expect(remove(ledger, command)).toEqual({ item, userErrors: [] });
    expect(ledger.identifiers.size).toBe(0);
    expect(save(ledger, { sku: 'SALT', identifiers: [code('1')] }).userErrors).toEqual([]);
  });

  it('lets an identifier move within one batch', () => {
    const ledger = new TestLedger();
    save(ledger, { identifiers: [code('1')] });
    ledger.batch([
      postingOf((work) => planItemIdentifierRemove(work, command), { reads: itemIdentifierRemoveReads(command) }),
      itemSaved({ sku: 'SALT', identifiers: [code('1')] }),
    ]);
    const owner = ledger.identifiers.get(identifierKey('CODE', '1', ''))?.itemId ?? '';
    expect(ledger.items.get(owner)).toMatchObject({ sku: 'SALT' });
  });

  it('of one that nobody has is refused: NOT_FOUND', () => {
    expect(remove(new TestLedger(), command)).toEqual({
      item: null,
      userErrors: [{ code: 'NOT_FOUND', message: 'No item has the identifier CODE "1".', field: ['value'] }],
    });
  });
});

describe('an identifier whose texts hold line breaks', () => {
  it('is not mistaken for another', () => {
    const ledger = new TestLedger();
    save(ledger, { specification: 'x', identifiers: [{ scheme: 'CLIENT_SKU', value: 'A\nB' }] });
    save(ledger, { specification: 'B\nx', identifiers: [{ scheme: 'CLIENT_SKU', value: 'A' }] });
    save(ledger, { sku: 'SALT', identifiers: [{ scheme: 'MINE\nB', value: 'C' }] });
    const other = save(ledger, { sku: 'RICE', identifiers: [{ scheme: 'MINE', value: 'B\nC' }] });
    expect(other.userErrors).toEqual([]);
    expect(ledger.identifiers.size).toBe(4);
  });
});

describe('locationSave', () => {
  it('makes a location below its parent, and changes what it names only', () => {
    const ledger = new TestLedger();
    const hub = saveLocation(ledger, { code: 'HUB' }).location;
    const made = saveLocation(ledger, { code: 'SUB', name: 'Sub', parent: 'HUB' }).location;
    expect(made).toMatchObject({ code: 'SUB', name: 'Sub', parentId: hub?.id });
    expect(saveLocation(ledger, { code: 'SUB', name: 'Annex' }).location).toEqual({ ...made, name: 'Annex' });
    expect(saveLocation(ledger, { code: 'SUB', parent: null }).location).toEqual({
      ...made,
      name: 'Annex',
      parentId: null,
    });
    expect(ledger.locations.size).toBe(2);
  });

  it('refuses a parent that does not exist', () => {
    const ledger = new TestLedger();
    expect(saveLocation(ledger, { code: 'SUB', parent: 'HUB' }).userErrors).toMatchObject([
      { code: 'LOCATION_NOT_FOUND', field: ['parent'] },
    ]);
    expect(ledger.locations.size).toBe(0);
  });

  it('refuses to let a location contain itself, near or far', () => {
    const ledger = new TestLedger();
    saveLocation(ledger, { code: 'A' });
    saveLocation(ledger, { code: 'B', parent: 'A' });
    saveLocation(ledger, { code: 'C', parent: 'B' });
    for (const parent of ['A', 'B', 'C']) {
      expect(saveLocation(ledger, { code: 'A', parent }).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    }
    expect(saveLocation(ledger, { code: 'NEW', parent: 'NEW' }).userErrors).toMatchObject([
      { code: 'LOCATION_NOT_FOUND' },
    ]);
  });

  it('asks for the names that its plan looks up', () => {
    expect(namesIn(locationSaveReads({ code: 'SUB', parent: 'HUB' }))).toEqual(['location SUB', 'location HUB']);
    expect(namesIn(locationSaveReads({ code: 'SUB', parent: null }))).toEqual(['location SUB']);
  });
});
