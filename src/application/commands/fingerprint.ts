import { hash } from 'node:crypto';

/** What belongs to a call and not to what it asks for. */
const NOT_CONTENT = new Set([
  'idempotencyKey',
  'externalId',
  'dryRun',
  'message',
  'organisations',
  'staleIsError',
  'lagSeconds',
]);

/**
 * SHA-256 (hex) of a command's canonical input: the same whatever the order of its members, and whether they are left
 * out or undefined.
 */
export function commandFingerprint(command: string, input: object): string {
  const content = Object.fromEntries(Object.entries(input).filter(([name]) => !NOT_CONTENT.has(name)));
  return hash('sha256', JSON.stringify([command, canonical(content)]), 'hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value instanceof Set) return canonical([...(value as Set<unknown>)]);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]),
  );
}
