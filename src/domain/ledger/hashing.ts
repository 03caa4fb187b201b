/** SHA-256 of the UTF-8 bytes of a text, as 64 lower-case hex digits. Given to the domain, which has no crypto of its own. */
export type Sha256 = (text: string) => string;

const encoder = new TextEncoder();

/**
 * Joins components so that no two lists of components give the same text: each is preceded by its length in UTF-8
 * bytes and a colon, as in a netstring.
 */
export function lengthPrefixed(components: readonly string[]): string {
  let text = '';
  for (const component of components) text += `${utf8Length(component)}:${component}`;
  return text;
}

function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  return text.length;
}
