import type { Overlap } from '../../application/ports/connections';
import type { ConnectionEntity } from '../tables/connection';
import type { SecretBox, Secrets } from './secrets';

/** The secrets of a connection as they are stored: sealed, and beside them until when those before work too. */
type Stored = Pick<ConnectionEntity, 'tenantId' | 'connectionId' | 'secrets' | 'secretOverlaps'>;

/** A connection's secrets by name, and those before that still work. */
interface OpenSecrets {
  readonly secrets: Secrets;
  readonly previousSecrets: Secrets;
}

/** Sealed together with the present secrets, so that one key opens all. No secret has a blank in its name. */
const BEFORE = 'before ';

/** Until when the secrets before work, by name, without those whose overlap has ended. */
function overlapsOf({ secretOverlaps }: Pick<Stored, 'secretOverlaps'>, now: Date): Record<string, string> {
  const all = Object.entries((secretOverlaps ?? {}) as Record<string, string>);
  return Object.fromEntries(all.filter(([, until]) => Date.parse(until) > now.getTime()));
}

/** Throws SecretKeyError. */
export function openSecrets(row: Stored, box: SecretBox, now = new Date()): OpenSecrets {
  const sealed = Object.entries(box.open(row.secrets, row));
  const overlaps = overlapsOf(row, now);
  const before = sealed
    .filter(([name]) => name.startsWith(BEFORE))
    .map(([name, value]) => [name.slice(BEFORE.length), value] as const);
  const working = before.filter(([name]) => Object.hasOwn(overlaps, name));
  const present = sealed.filter(([name]) => !name.startsWith(BEFORE));
  return { secrets: Object.fromEntries(present), previousSecrets: Object.fromEntries(working) };
}

/** What becomes of the secrets. */
export interface SecretsChange {
  /** They take the place of those of the same name. */
  readonly next: Secrets;
  /** Until when those that are replaced work too; null: they end at once. */
  readonly until: Date | null;
  readonly dropped: readonly string[];
}

/** The stored form after a change. Secrets whose overlap has ended are left out. */
export function changedSecrets(
  row: Stored,
  box: SecretBox,
  { next, until, dropped }: SecretsChange,
): Pick<Stored, 'secrets' | 'secretOverlaps'> {
  const { secrets, previousSecrets } = openSecrets(row, box);
  const ended = new Set([...Object.keys(next), ...dropped]);
  const kept = Object.entries(previousSecrets).filter(([name]) => !ended.has(name));
  const replaced = until === null ? [] : Object.entries(secrets).filter(([name]) => name in next);
  const before = [...kept, ...replaced];
  const present = Object.entries({ ...secrets, ...next }).filter(([name]) => !dropped.includes(name));
  const sealed = [...present, ...before.map(([name, value]) => [BEFORE + name, value] as const)];
  const ends = new Map(Object.entries(overlapsOf(row, new Date())));
  if (until) for (const [name] of replaced) ends.set(name, until.toISOString());
  const overlaps = before.map(([name]) => [name, ends.get(name)] as const);
  return {
    secrets: box.seal(Object.fromEntries(sealed), row),
    secretOverlaps: before.length === 0 ? null : Object.fromEntries(overlaps),
  };
}

/** Until when what was rotated works beside its successors: secrets, and the token. */
export function overlapList(
  row: Pick<ConnectionEntity, 'secretOverlaps' | 'previousTokenUntil'>,
  now = new Date(),
): Overlap[] {
  const { previousTokenUntil: until } = row;
  const ofToken = until !== null && until > now ? [{ secret: null, until }] : [];
  const ofSecrets = Object.entries(overlapsOf(row, now)).map(([secret, text]) => ({ secret, until: new Date(text) }));
  return [...ofToken, ...ofSecrets];
}
