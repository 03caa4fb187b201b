import { withoutLookalikes } from '../../application/commands/secrets-in-sight';
import type { Redactor } from '../../application/secrets/redactor';
import { storable } from './received-call';

/** What is kept of the body of a refused request. */
const MAX_KEPT_BYTES = 4_096;
/** What is read of it. Secrets are looked for in no more, so that a large body takes no longer. */
const READ_BYTES = 2 * MAX_KEPT_BYTES;
/** A secret that the end of what is read has cut is in so many characters before it. */
const LONGEST_SECRET = 2_048;

/**
 * The beginning of a body whose sender is not known, as an operator may see it. It is cut behind the search for secrets, so
 * that no part of one is left. A secret that is wrong by one character is none that is known, so members that are named as
 * one are taken out too.
 */
export function keptBody(body: Buffer, redactor: Redactor): string {
  const text = body.subarray(0, READ_BYTES).toString();
  const clean = withoutLookalikes(redactor.text(text.replace(SECRET_MEMBERS, '$1"[redacted]"')));
  const isCut = body.length > READ_BYTES;
  const whole = isCut ? clean.slice(0, Math.max(0, clean.length - LONGEST_SECRET)) : clean;
  return storable(startOf(whole));
}

/** Members that are named as a secret, also in a body that is not JSON. */
const SECRET_MEMBERS =
  /("[^"]{0,40}?(?:password|secret|sign(?!_method)|token)[^"]{0,40}"\s{0,40}:\s{0,40})(?:"(?:[^"\\]|\\.)*"?|[^,}\s]*)/gis;

/** As many whole characters as there is room for. */
function startOf(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_KEPT_BYTES
    ? text
    : bytes
        .subarray(0, MAX_KEPT_BYTES)
        .toString()
        .replace(/\uFFFD+$/, '');
}
