const PLAIN = /^[!-~]*(?: [!-~]+)*$/;

/**
 * What two names have in common that differ only in form: compatibility forms (NFKC, Unicode Standard Annex 15), case,
 * the kinds and runs of white space, and the kinds of hyphens and dashes are folded. Stored beside each name and
 * indexed: when what it folds changes, a migration has to compute it again for all names.
 */
export function collisionKey(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  return (
    name
      .normalize('NFKC')
      // By way of the upper case, which unites what has several lower-case forms, such as sigma and sharp s.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKC')
      .replace(/\p{White_Space}+/gu, ' ')
      .replace(/[\p{Dash_Punctuation}\u2043\u2212]/gu, '-')
      .trim()
  );
}
