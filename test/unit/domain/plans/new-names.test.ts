import type { ItemSave } from '../../../../src/domain/plans/catalogue-save';
import type { Fact } from '../../../../src/domain/plans/delivery';
import { byIdentifier, factOf, itemSaved, rowsOf, TestLedger } from '../../../support/domain/test-ledger';

const COLA = '04006381333931';

/** A ledger in which SHIRT has specifications, TEA has none, and LAMP has other names. */
function known(): TestLedger {
  const ledger = new TestLedger();
  ledger.addItem('SHIRT', 'red');
  ledger.addItem('TEA');
  ledger.addItem('LAMP', '', [
    { scheme: 'CHANNEL_SKU', value: 'L-1' },
    { scheme: 'UPC', value: '4006381333931' },
    { scheme: 'SERIAL', value: 'abc' },
  ]);
  ledger.addLocation('MAIN');
  return ledger;
}

function save(command: Partial<ItemSave>): readonly (string | undefined)[] {
  const ledger = known();
  const before = ledger.items.size;
  const { userErrors } = ledger.post(itemSaved({ sku: 'NEW', ...command }));
  expect(ledger.items.size - before).toBe(userErrors.length === 0 ? 1 : 0);
  return userErrors.length === 0
    ? ['SAVED']
    : userErrors.flatMap(({ code, message, field }) => [code, field.join('.'), message]);
}

const identifier = (scheme: string, value: string) => ({ identifiers: [{ scheme, value }] });

describe('itemSave', () => {
  it.each<[Partial<ItemSave>, code: string, field: string, named: string]>([
    [{ sku: 'shirt' }, 'LOOKALIKE', 'sku', '"SHIRT"'],
    [{ sku: 'SHIRT', specification: 'RED' }, 'LOOKALIKE', 'sku', '"red"'],
    [{ sku: 'l-1' }, 'LOOKALIKE', 'sku', '"L-1"'],
    [{ sku: 'L-1' }, 'IDENTIFIER_TAKEN', 'sku', '"LAMP"'],
    [{ sku: 'SHIRT' }, 'SPECIFICATION_REQUIRED', 'specification', '"red"'],
    [{ sku: 'TEA', specification: 'green' }, 'SKU_TAKEN', 'sku', '"TEA"'],
    [{ sku: '8.90123E+12' }, 'INVALID_INPUT', 'sku', '"8.90123E+12"'],
    [identifier('UPC', COLA), 'LOOKALIKE', 'identifiers.0', '"LAMP"'],
    [identifier('EAN', COLA), 'LOOKALIKE', 'identifiers.0', '"LAMP"'],
    [identifier('SERIAL', 'ABC'), 'LOOKALIKE', 'identifiers.0', '"LAMP"'],
    [identifier('SERIAL', 'abc'), 'IDENTIFIER_TAKEN', 'identifiers.0', 'LAMP'],
    [identifier('CLIENT_SKU', 'TEA'), 'SKU_TAKEN', 'identifiers.0', '"TEA"'],
    [identifier('CLIENT_SKU', 'tea'), 'LOOKALIKE', 'identifiers.0', '"TEA"'],
  ])('refuses %j', (command, code, field, named) => {
    const [toldCode, toldField, message] = save(command);
    expect([toldCode, toldField]).toEqual([code, field]);
    expect(message).toContain(named);
  });

  it.each<Partial<ItemSave>>([
    { sku: 'shirt' },
    { sku: 'SHIRT', specification: 'RED' },
    { sku: 'l-1' },
    { sku: '8.90123E+12' },
    identifier('UPC', COLA),
    identifier('SERIAL', 'ABC'),
    identifier('CLIENT_SKU', 'tea'),
  ])('takes %j where look-alikes are allowed', (command) => {
    expect(save({ ...command, allowLookalike: true })).toEqual(['SAVED']);
  });

  it.each<Partial<ItemSave>>([
    { sku: 'L-1' },
    { sku: 'SHIRT' },
    { sku: 'TEA', specification: 'green' },
    identifier('SERIAL', 'abc'),
    identifier('CLIENT_SKU', 'TEA'),
  ])('refuses %j even where look-alikes are allowed: the name means another item already', (command) => {
    expect(save({ ...command, allowLookalike: true })).not.toEqual(['SAVED']);
  });

  it.each<Partial<ItemSave>>([
    { sku: 'SHIRT', specification: 'blue' },
    { sku: '10E5X' },
    identifier('SKU-OF-OURS', 'TEA'),
    identifier('UPC', '4006381333932'),
    {
      sku: 'NEW',
      identifiers: [
        { scheme: 'CODE', value: 'x' },
        { scheme: 'CODE', value: 'X' },
      ],
    },
  ])('takes %j, which can be mistaken for nothing', (command) => {
    expect(save(command)).toEqual(['SAVED']);
  });
});

const creating = (scheme: string, value: string, whenUnknown: 'CREATE' | 'CREATE_ON_RECEIPT') =>
  ({ item: byIdentifier(scheme, value, { whenUnknown }) }) as const;

function codesOf(...facts: readonly Fact[]): string[] {
  const { rows } = known().deliver(1, rowsOf(...facts));
  return rows.map((row) => ('code' in row ? row.code : row.status));
}

describe('a message that may create items', () => {
  it.each([
    ['CODE', '8.9E+12', 'INVALID_INPUT'],
    ['CODE', '8,9e12', 'INVALID_INPUT'],
    ['CODE', '1E5', 'INVALID_INPUT'],
    ['UPC', 'A-1', 'INVALID_INPUT'],
    ['EAN-13', '40063813 33931', 'INVALID_INPUT'],
    ['CODE', 'TEA', 'SKU_TAKEN'],
    ['CODE', 'tea', 'LOOKALIKE'],
    ['CODE', 'SHIRT', 'SPECIFICATION_REQUIRED'],
    ['CLIENT_SKU', 'L-1', 'IDENTIFIER_TAKEN'],
    ['SERIAL', 'ABC', 'LOOKALIKE'],
    ['CODE', 'A-1', 'POSTED'],
    ['GTIN', COLA, 'POSTED'],
  ])('%s %s: %s', (scheme, value, code) => {
    expect(codesOf(factOf('a', creating(scheme, value, 'CREATE')))).toEqual([code]);
  });

  const onReceipt = creating('CODE', 'NEW', 'CREATE_ON_RECEIPT');
  const other = creating('CODE', 'OTHER', 'CREATE_ON_RECEIPT');

  it.each<[what: string, expected: readonly string[], facts: readonly Fact[]]>([
    ['what goes out', ['ITEM_NOT_FOUND'], [factOf('a', { ...onReceipt, delta: -1 })]],
    ['what comes in', ['POSTED'], [factOf('a', { ...onReceipt, delta: 1 })]],
    [
      'an event whose legs add up to zero',
      ['ITEM_NOT_FOUND', 'ITEM_NOT_FOUND'],
      [-2, 2].map((delta) => factOf(`leg ${delta}`, { ...onReceipt, eventId: 'e', delta })),
    ],
    [
      'an event whose legs add up to more than zero, the leg out first',
      ['POSTED', 'POSTED'],
      [-2, 3].map((delta) => factOf(`leg ${delta}`, { ...onReceipt, eventId: 'e', delta })),
    ],
    [
      'legs of two events',
      ['ITEM_NOT_FOUND', 'POSTED'],
      [-2, 3].map((delta) => factOf(`leg ${delta}`, { ...onReceipt, delta })),
    ],
    [
      'an item that leaves in an event that brings another in',
      ['ITEM_NOT_FOUND', 'POSTED'],
      [factOf('out', { ...onReceipt, eventId: 'e', delta: -2 }), factOf('in', { ...other, eventId: 'e', delta: 3 })],
    ],
  ])('on receipt only: %s', (_what, expected, facts) => {
    expect(codesOf(...facts)).toEqual(expected);
  });

  it('finds an item that is there, whichever way units go', () => {
    expect(codesOf(factOf('a', { ...creating('SERIAL', 'abc', 'CREATE_ON_RECEIPT'), delta: -1 }))).toEqual(['POSTED']);
  });
});
