/**
 * The origin of a URL in the form in which browsers send it; undefined for what is not the URL of a web page. A `*` would be
 * compared as it is, so it would never match.
 */
export const originOf = (text: string): string | undefined =>
  /^https?:[^*]+$/i.test(text) && URL.canParse(text) ? new URL(text).origin : undefined;
