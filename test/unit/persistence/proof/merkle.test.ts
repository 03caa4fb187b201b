import { createHash } from 'node:crypto';
import {
  hashOfRange,
  leafHash,
  partsOf,
  pathRanges,
  rootOfComplete,
  type Part,
} from '../../../../src/persistence/proof/merkle';
import { rootOf, pathOf } from '../../../support/merkle-reference';

/** The inputs and roots by which implementations of Certificate Transparency test themselves. */
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const treeOf =
  (leaves: readonly Buffer[]) =>
  ({ height, index }: Part): Buffer =>
    rootOfComplete(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height).map(leafHash));

it.each(ROOTS.map((root, at) => [at + 1, root] as const))('has the root of %i known leaves', (size, root) => {
  const leaves = INPUTS.slice(0, size).map((hex) => Buffer.from(hex, 'hex'));
  expect(hashOfRange({ from: 0, to: size }, treeOf(leaves)).toString('hex')).toBe(root);
  expect(rootOf(leaves).toString('hex')).toBe(root);
});

it('gives the root and every path of trees of all small sizes, as RFC 9162 defines them', () => {
  const all = Array.from({ length: 70 }, (_, at) => createHash('sha256').update(String(at)).digest());
  for (let size = 1; size <= all.length; size += 1) {
    const leaves = all.slice(0, size);
    const tree = treeOf(leaves);
    expect(hashOfRange({ from: 0, to: size }, tree)).toEqual(rootOf(leaves));
    for (let index = 0; index < size; index += 1) {
      expect(pathRanges(index, size).map((range) => hashOfRange(range, tree))).toEqual(pathOf(index, leaves));
    }
  }
});

it('needs few parts, also where numbers have more than 32 bits', () => {
  const size = 2 ** 52 + 2 ** 33 + 5;
  const ranges = pathRanges(2 ** 40 + 3, size);
  expect(ranges).toHaveLength(53);
  const parts = ranges.flatMap(partsOf);
  expect(parts.length).toBeLessThan(60);
  expect(parts.every(({ index }) => Number.isSafeInteger(index))).toBe(true);
});
