import type { Connection } from '../ports/connections';
import { atOnce } from '../turns';
import { Ahead } from './ahead';
import { API_KEY_MARKS, marksOf, SHORTEST_SECRET } from './marks';
import { SecretFinder } from './secret-finder';

const REDACTED = '[redacted]';

/** Takes secrets out of what a sender wrote. A text without any is returned as it is. */
export interface Redactor {
  /** @param json a well-formed JSON text; so is the result. A number with a secret becomes a string. */
  readonly json: (json: string) => string;
  /** The same, for texts that can be large: others can be served between the steps. */
  readonly jsonInSteps: (json: string) => Generator<undefined, string>;
  /** Any other text. */
  readonly text: (text: string) => string;
}

/** Account names are stored with the secrets, but are not secret themselves. */
const ACCOUNTS: ReadonlySet<string> = new Set(['userName', 'clientId']);

/** A connection as far as its secrets go. */
type Keeper = Pick<Connection, 'secrets' | 'previousSecrets'>;

/** Everything of a connection that nobody may find in what it sent: also what is valid only during an overlap. */
function secretsOf({ secrets, previousSecrets = {} }: Keeper): string[] {
  return [...Object.entries(secrets), ...Object.entries(previousSecrets)]
    .filter(([name]) => !ACCOUNTS.has(name))
    .map(([, secret]) => secret);
}

interface Known {
  readonly tokens: ReadonlySet<string>;
  readonly redactor: Redactor;
}

/** The redactors of connections that are in use. Directories read connections again after a second or so. */
const known = new WeakMap<Connection['secrets'], Known>();

/**
 * The redactor for messages of a connection: of its secrets, and of any API key of a gateway.
 *
 * @param token the path token or bearer token of the request, which the connection itself has only as a hash
 */
export function redactorOf(connection: Keeper, token?: string): Redactor {
  const before = known.get(connection.secrets);
  if (before && (token === undefined || before.tokens.has(token))) return before.redactor;
  const tokens = new Set([...(before?.tokens ?? []), ...(token === undefined ? [] : [token])]);
  const redactor = createRedactor([...secretsOf(connection), ...tokens]);
  known.set(connection.secrets, { tokens, redactor });
  return redactor;
}

/** A redactor of these secrets, and of any API key of a gateway. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const finder = new SecretFinder([...secrets.flatMap(marksOf), ...API_KEY_MARKS]);
  return {
    text: (text) => redactText(finder, text),
    json: (json) => atOnce(redactJson(finder, json)),
    jsonInSteps: (json) => redactJson(finder, json),
  };
}

function redactText(finder: SecretFinder, text: string): string {
  let redacted = '';
  let copiedTo = 0;
  const ahead = new Ahead(text);
  for (let found = finder.find(text, 0, ahead); found; found = finder.find(text, copiedTo, ahead)) {
    redacted += text.slice(copiedTo, found.start) + REDACTED;
    copiedTo = found.end;
  }
  return copiedTo === 0 ? text : redacted + text.slice(copiedTo);
}

/** Each value and key by itself, so that what stands between them stays as it is. */
function* redactJson(finder: SecretFinder, json: string): Generator<undefined, string> {
  if (!(yield* finder.findInSteps(json))) return json;
  let redacted = '';
  let copiedTo = 0;
  const keys = new UnusedKeys(json);
  for (let at = 0; at < json.length;) {
    const isString = json[at] === '"';
    const end = isString ? endOfString(json, at) : endOfScalar(json, at);
    if (end === at) {
      at += 1;
      continue;
    }
    // Most values of a body with very many are short.
    if (end - at < SHORTEST_SECRET) {
      at = end;
      continue;
    }
    const content = isString ? json.slice(at + 1, end - 1) : json.slice(at, end);
    const clean = redactText(finder, content);
    yield;
    if (clean !== content) {
      const replacement = isString && isKey(json, end) ? keys.like(clean) : clean;
      redacted += `${json.slice(copiedTo, at)}"${replacement}"`;
      copiedTo = end;
    }
    at = end;
  }
  return copiedTo === 0 ? json : redacted + json.slice(copiedTo);
}

/** Keys that no object of a document has. Equal keys in one object would make the whole message unreadable. */
class UnusedKeys {
  /** Those that a key without secrets could be equal to. */
  #taken: Set<string> | undefined;
  readonly #uses = new Map<string, number>();

  constructor(private readonly json: string) {}

  /** @param key as it stands between its quotes; so is the result */
  like(key: string): string {
    this.#taken ??= keysLikeRedacted(this.json);
    const name = nameOf(key);
    for (let number = (this.#uses.get(name) ?? 0) + 1; ; number += 1) {
      const suffix = number === 1 ? '' : ` ${number}`;
      if (this.#taken.has(name + suffix)) continue;
      this.#uses.set(name, number);
      return key + suffix;
    }
  }
}

function keysLikeRedacted(json: string): Set<string> {
  const names = new Set<string>();
  for (let at = 0; at < json.length;) {
    const end = json[at] === '"' ? endOfString(json, at) : at + 1;
    if (end > at + 1 && isKey(json, end)) {
      const key = json.slice(at + 1, end - 1);
      if (key.includes('redacted') || key.includes('\\')) names.add(nameOf(key));
    }
    at = end;
  }
  return names;
}

/** The name that a key is of, whatever its escapes. */
const nameOf = (key: string): string => JSON.parse(`"${key}"`) as string;

/** Just behind the closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

const IS_SCALAR = Uint8Array.from({ length: 128 }, (_, code) => (/[\w.+-]/.test(String.fromCharCode(code)) ? 1 : 0));

/** Just behind a number, true, false or null; `start` itself where there is none. */
function endOfScalar(json: string, start: number): number {
  let at = start;
  while (at < json.length && IS_SCALAR[json.charCodeAt(at)] === 1) at += 1;
  return at;
}

function isKey(json: string, end: number): boolean {
  let at = end;
  while (at < json.length && json.charCodeAt(at) <= 0x20) at += 1;
  return json[at] === ':';
}
