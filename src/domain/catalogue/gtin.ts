/**
 * The 14-digit GTIN that a value is, where it is a valid GTIN-8, -12, -13 or -14 (GS1 General Specifications, section
 * 7.9: check digit), else null.
 */
export function gtin14(value: string): string | null {
  if (!/^(\d{8}|\d{12,14})$/.test(value)) return null;
  const digits = value.padStart(14, '0');
  let sum = 0;
  for (let i = 0; i < 13; i++) sum += Number(digits[i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10 === Number(digits[13]) ? digits : null;
}

const BARCODE_SCHEME = /^(?:UPC(?:A|12)?|(?:EAN|JAN)(?:8|13)?|GTIN(?:8|12|13|14)?|ISBN(?:13)?|ITF(?:14)?|BARCODE)$/;

/** Whether the values of an identifier scheme are barcodes: `UPC`, `EAN-13`, `gtin_14` and the like. */
export const isBarcodeScheme = (scheme: string): boolean =>
  BARCODE_SCHEME.test(scheme.toUpperCase().replace(/[-_ ]/g, ''));

/** The GTIN-14 of an identifier; null where it is no barcode, or no valid GTIN. */
export function gtinOf({ scheme, value }: { readonly scheme: string; readonly value: string }): string | null {
  const gtin = gtin14(value);
  return gtin !== null && isBarcodeScheme(scheme) ? gtin : null;
}

/** Every value by which senders write an identifier: a GTIN has several lengths. */
export function spellingsOf(identifier: { readonly scheme: string; readonly value: string }): string[] {
  const gtin = gtinOf(identifier);
  if (gtin === null) return [identifier.value];
  return [8, 12, 13, 14].map((digits) => gtin.slice(-digits)).filter((value) => value.padStart(14, '0') === gtin);
}
