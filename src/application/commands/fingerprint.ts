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
  return hash('sha256', `[${JSON.stringify(command)},${objectText(content, new Shape())}]`, 'hex');
}

/** A member of the objects that stand at one place of the input. */
interface Member {
  readonly name: string;
  /** The name as JSON, with its colon. */
  readonly label: string;
  readonly shape: Shape;
}

/**
 * How the objects look that stand at one place of the input. Rows repeat their members, and to compare names is cheaper than
 * to sort them.
 */
class Shape {
  #names: readonly string[] = [];
  #sorted: readonly Member[] = [];
  #element: Shape | undefined;

  /** The members of an object in the order of their names' UTF-16 code units. */
  membersOf(object: object): readonly Member[] {
    const names = Object.keys(object);
    if (!isSame(names, this.#names)) {
      this.#names = names;
      this.#sorted = names.toSorted().map((name) => ({ name, label: `${quoted(name)}:`, shape: new Shape() }));
    }
    return this.#sorted;
  }

  /** The shape of all elements, where the place holds a list. */
  get element(): Shape {
    return (this.#element ??= new Shape());
  }
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false;
  for (let at = 0; at < names.length; at += 1) if (names[at] !== others[at]) return false;
  return true;
}

/** JSON with the members of each object in their order, and without those that are undefined. */
function canonicalText(value: unknown, shape: Shape): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Set) return listText([...(value as Set<unknown>)], shape.element);
  return Array.isArray(value) ? listText(value, shape.element) : objectText(value as Record<string, unknown>, shape);
}

function listText(list: readonly unknown[], shape: Shape): string {
  let text = '[';
  for (let at = 0; at < list.length; at += 1) text += (at === 0 ? '' : ',') + canonicalText(list[at], shape);
  return `${text}]`;
}

function objectText(object: Readonly<Record<string, unknown>>, shape: Shape): string {
  let members = '';
  for (const { name, label, shape: ofMember } of shape.membersOf(object)) {
    const value = object[name];
    if (value === undefined) continue;
    members += (members === '' ? '' : ',') + label + canonicalText(value, ofMember);
  }
  return `{${members}}`;
}

/** Quotes, backslashes, controls and surrogates: most texts have none of what JSON may escape. */
const NEEDS_CARE = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

const quoted = (text: string): string => (NEEDS_CARE.test(text) ? JSON.stringify(text) : `"${text}"`);
