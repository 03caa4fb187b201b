import fc from 'fast-check';
import { collisionKey } from '../../../../src/domain/catalogue/collision-key';
import { isBarcodeScheme } from '../../../../src/domain/catalogue/gtin';
import { LOOK_ALIKES } from '../../../support/look-alikes';

it.each(LOOK_ALIKES)('%j and %j have the same key', (name, lookAlike) => {
  expect(lookAlike).not.toBe(name);
  expect(collisionKey(lookAlike)).toBe(collisionKey(name));
});

it.each([
  ['A1', 'A 1'],
  ['A-1', 'A1'],
  ['A_1', 'A-1'],
  ['A1', 'A2'],
  ['007', '07'],
  ['a.1', 'a,1'],
  ['é', 'e'],
])('%j and %j are names of two things', (one, other) => {
  expect(collisionKey(one)).not.toBe(collisionKey(other));
});

it('is the same for a text and for its key, so that keys can be compared with keys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const key = collisionKey(text);
      expect(collisionKey(key)).toBe(key);
    }),
    { numRuns: 2_000 },
  );
});

it('is the same by the short way for printable ASCII as by the long one', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '-', '_', '.', 'a', 'B', '7') }), (text) => {
      // A combining mark at the end sends the same text the long way.
      expect(`${collisionKey(`${text.trim()}x`)}\u0301`).toBe(collisionKey(`${text.trim()}x\u0301`));
    }),
  );
});

it.each(['UPC', 'upc-a', 'EAN', 'EAN-13', 'ean_8', 'JAN', 'GTIN', 'GTIN-14', 'ISBN', 'ITF-14', 'BARCODE'])(
  '%s is a scheme of barcodes',
  (scheme) => {
    expect(isBarcodeScheme(scheme)).toBe(true);
  },
);

it.each(['SKU', 'CHANNEL_SKU', 'WINIT_SERNO', 'UPCOMING', 'EAN-5', 'PRODUCT_ID', ''])('%s is none', (scheme) => {
  expect(isBarcodeScheme(scheme)).toBe(false);
});
