import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { commandFingerprint } from '../../../../src/application/commands/fingerprint';

/** The fingerprint as it is defined: the members of every object sorted, those that are undefined left out. */
function plainFingerprint(command: string, content: object): string {
  return createHash('sha256')
    .update(JSON.stringify([command, sorted(content)]))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Set) return sorted([...(value as Set<unknown>)]);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]),
  );
}

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '\ud800', 'é', '\u2028', ''),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);
const name = fc.constantFrom('sku', 'rows', 'asOf', 'A', 'b', 'ä', 'key');
const { value: input } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    tie('object'),
    fc.array(tie('value')),
    fc.uniqueArray(leaf).map((all) => new Set(all)),
  ),
  object: fc.dictionary(name, tie('value')),
}));

it('is the hash of the canonical input', () => {
  fc.assert(
    fc.property(fc.array(input), (rows) => {
      expect(commandFingerprint('stockSet', { rows })).toBe(plainFingerprint('stockSet', { rows }));
    }),
  );
});

it('does not change', () => {
  const rows = [{ key: { sku: 'TEA "green"', lot: '' }, quantity: 5, asOfMs: null, sourceSequence: undefined }];
  expect(commandFingerprint('stockSet', { rows, note: null, idempotencyKey: 'a' })).toBe(
    createHash('sha256')
      .update(
        '["stockSet",{"note":null,"rows":[{"asOfMs":null,"key":{"lot":"","sku":"TEA \\"green\\""},"quantity":5}]}]',
      )
      .digest('hex'),
  );
});

it('is the same whatever the order of members, of which rows need not have the same ones', () => {
  const given = { rows: [{ a: 1, b: 2 }, { b: 2, c: 3 }, { a: 1 }, { a: 1, b: 2 }] };
  const turned = {
    rows: [
      { b: 2, a: 1 },
      { c: 3, b: 2 },
      { a: 1, z: undefined },
      { b: 2, a: 1 },
    ],
  };
  expect(commandFingerprint('stockSet', given)).toBe(commandFingerprint('stockSet', turned));
});
