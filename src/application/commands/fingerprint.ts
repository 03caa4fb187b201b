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

/** The same with the members of each object in the order of their names. What is in order, as rows are, is not copied. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return isCanonical(value) ? value : value.map(canonical);
  if (value instanceof Set) return canonical([...(value as Set<unknown>)]);
  if (value === null || typeof value !== 'object' || isCanonical(value)) return value;
  const members = Object.entries(value);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]),
  );
}

/** Whether all objects in it are in order. */
function isCanonical(value: object): boolean {
  if (value instanceof Set) return false;
  if (Array.isArray(value)) return value.every((element) => !isObject(element) || isCanonical(element));
  let before = '';
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (name < before || (isObject(member) && !isCanonical(member))) return false;
    before = name;
  }
  return true;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
