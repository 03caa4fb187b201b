import fc from 'fast-check';
import {
  identifierSpecification,
  NEW_ITEM,
  SKU_SCHEMES,
  type Item,
  type ItemIdentifier,
} from '../../../../src/domain/catalogue/catalogue';
import {
  CatalogueMap,
  identifierName,
  type IdentifierRow,
  type NamesInUse,
} from '../../../../src/domain/catalogue/catalogue-map';
import { collisionKey } from '../../../../src/domain/catalogue/collision-key';
import { newIdentifierFault, newItemFault } from '../../../../src/domain/catalogue/new-names';
import { BatchCatalogue } from '../../../../src/domain/ledger/batch-catalogue';
import { Journal } from '../../../../src/domain/ledger/journal';
import { idOf } from '../../../support/domain/test-ledger';

const SKUS = ['tea', 'TEA', 'Tea', 'salt'];
const LONG = 'twelveletter';
const SPECIFICATIONS = ['', 'red', 'RED', 'blue'];
const SCHEMES = ['CODE', 'WINIT_MERCHANDISE', 'SKU'];

interface Named {
  readonly item: Item;
  readonly identifiers: readonly IdentifierRow[];
}

/** Names as they can be when look-alikes were allowed: whatever the rules for new ones say. */
const named = fc
  .uniqueArray(
    fc.record({
      sku: fc.constantFrom(...SKUS),
      specification: fc.constantFrom(...SPECIFICATIONS),
      identifiers: fc.array(fc.record({ scheme: fc.constantFrom(...SCHEMES), value: fc.constantFrom(...SKUS) }), {
        maxLength: 3,
      }),
    }),
    { maxLength: 12, selector: ({ sku, specification }) => `${sku} ${specification}` },
  )
  .map((drafts) => {
    const taken = new Set<string>();
    return drafts.map(({ sku, specification, identifiers }, n): Named => {
      const item = { ...NEW_ITEM, id: idOf(n + 1), sku, specification };
      const rows = identifiers
        .map((one) => ({
          ...one,
          specification: identifierSpecification(one.scheme, specification),
          itemId: item.id,
        }))
        .filter((row) => {
          const key = [row.scheme, row.value, row.specification].join();
          return !taken.has(key) && taken.add(key);
        });
      return { item, identifiers: rows };
    });
  });

/** The names, some read and the others added by a batch. */
function catalogueOf(all: readonly Named[], read: number): NamesInUse {
  const map = new CatalogueMap();
  for (const sku of SKUS) map.asked.skus.add(sku);
  for (const scheme of SCHEMES)
    for (const value of [...SKUS, LONG]) map.asked.identifiers.add(identifierName(scheme, value));
  for (const { identifiers } of all) {
    for (const { scheme, value } of identifiers) map.asked.identifiers.add(identifierName(scheme, value));
  }
  const batch = new BatchCatalogue(map, new Journal());
  all.forEach(({ item, identifiers }, n) => {
    const to = n < read ? map : batch;
    to.addItem(item);
    for (const row of identifiers) to.addIdentifier(row);
  });
  return batch;
}

/** The same with every name in every list. */
function plainNames(all: readonly Named[], names: NamesInUse): NamesInUse {
  const items = all.map(({ item }) => item);
  const rows = all.flatMap(({ identifiers }) => identifiers);
  const like = (a: string, b: string): boolean => collisionKey(a) === collisionKey(b);
  return {
    itemById: (id) => items.find((item) => item.id === id),
    itemBySku: (sku, specification) => items.find((item) => item.sku === sku && item.specification === specification),
    itemsOfSku: (sku) => items.filter((item) => item.sku === sku),
    identifier: (...name) => names.identifier(...name),
    identifiersOfGtin: () => [],
    formerSku: (sku, specification) =>
      rows.find((row) => row.scheme === 'SKU' && row.value === sku && row.specification === specification),
    locationById: () => undefined,
    locationByCode: () => undefined,
    locationByFormerCode: () => undefined,
    itemsLike: (sku) => items.filter((item) => like(item.sku, sku)),
    specificationsLike: (sku, specification) =>
      items.filter((item) => item.sku === sku && like(item.specification, specification)),
    identifiersLike: (scheme, value) => rows.filter((row) => row.scheme === scheme && like(row.value, value)),
    skuNamesLike: (value) => rows.filter((row) => SKU_SCHEMES.has(row.scheme) && like(row.value, value)),
    locationsLike: () => [],
  };
}

it('judges a new name as all names together would, though it keeps few of those that are alike', () => {
  const verdicts = new Map<string | undefined, number>();
  fc.assert(
    fc.property(
      named,
      fc.nat(12),
      fc.constantFrom(...SKUS),
      fc.constantFrom(...SPECIFICATIONS),
      fc.constantFrom(...SCHEMES),
      fc.boolean(),
      (all, read, sku, specification, scheme, allowLookalike) => {
        const names = catalogueOf(all, read);
        const plain = plainNames(all, names);
        expect(names.formerSku(sku, specification)).toEqual(plain.formerSku(sku, specification));
        const others = [undefined, ...all.slice(0, 3).map(({ item }) => item)];
        for (const of of others) {
          const permission = { allowLookalike, ...(of && { of }) };
          const fault = newItemFault(names, sku, specification, permission);
          expect(fault?.code).toBe(newItemFault(plain, sku, specification, permission)?.code);
          verdicts.set(fault?.code, 1 + (verdicts.get(fault?.code) ?? 0));
          const item = of ?? { ...NEW_ITEM, id: idOf(99), sku, specification };
          const identifier: ItemIdentifier = { scheme, value: sku };
          expect(newIdentifierFault(names, item, identifier, permission)?.code).toBe(
            newIdentifierFault(plain, item, identifier, permission)?.code,
          );
        }
      },
    ),
    { numRuns: 1_000 },
  );
  const codes = [undefined, 'LOOKALIKE', 'IDENTIFIER_TAKEN', 'SKU_TAKEN', 'SPECIFICATION_REQUIRED'];
  expect(codes.filter((code) => (verdicts.get(code) ?? 0) < 20)).toEqual([]);
});

it('keeps few of the thousands of specifications that a sku can have, so that each new one is judged by few', () => {
  const all = Array.from({ length: 3_000 }, (_, n): Named => {
    const item = { ...NEW_ITEM, id: idOf(n + 1), sku: 'tea', specification: `size ${n}` };
    const row = { scheme: 'WINIT_MERCHANDISE', value: 'tea', specification: item.specification, itemId: item.id };
    const value = Array.from(LONG, (letter, at) => ((n >> at) % 2 === 0 ? letter : letter.toUpperCase())).join('');
    return { item, identifiers: [row, { scheme: 'CODE', value, specification: '', itemId: idOf(1) }] };
  });
  for (const read of [0, 1_500, 3_000]) {
    const names = catalogueOf(all, read);
    expect([...names.itemsLike('TEA')]).toHaveLength(2);
    expect([...names.specificationsLike('tea', 'size 7')]).toHaveLength(1);
    expect([...names.skuNamesLike('tea')]).toEqual([]);
    expect([...names.identifiersLike('WINIT_MERCHANDISE', 'tea')]).toHaveLength(2);
    expect([...names.identifiersLike('CODE', LONG)]).toHaveLength(2);
  }
});
