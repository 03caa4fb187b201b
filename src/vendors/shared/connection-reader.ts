import { addressList, MAX_ADDRESSES, type AddressList } from '../../application/address-list';
import { redactorOf } from '../../application/secrets/redactor';
import { provingSecrets, type Connection } from '../../application/ports/connections';
import type { WhenItemUnknown } from '../../domain/catalogue/catalogue';
import { cleanName, shown } from '../../domain/text';
import { MAX_LAG_SECONDS } from '../../domain/validation';

const WHEN_UNKNOWN = {
  createOnReceipt: 'CREATE_ON_RECEIPT',
  create: 'CREATE',
  quarantine: 'REFUSE',
  fail: 'REFUSE',
} as const;

/** The part of a connection that a fault is about. */
type Part = 'settings' | 'secrets' | 'location';

/** The stored settings or secrets of a connection are not usable. The message is for the operator and holds no secret. */
export class ConnectionSettingsError extends Error {
  override readonly name = 'ConnectionSettingsError';
  /** What is wrong, without the name of the connection. */
  readonly fault: string;

  constructor(
    connection: Connection,
    fault: string,
    readonly part: Part,
  ) {
    const safe = redactorOf(connection).text(fault);
    super(`Connection "${connection.name}" (${connection.kind}): ${safe}.`);
    this.fault = safe;
  }
}

/**
 * Reads a connection's stored settings and secrets into what a vendor folder works with. A setting that is left out has a
 * default. A wrong or unknown one is an error: if it were ignored, a misspelt setting would silently not apply.
 *
 * @throws {ConnectionSettingsError} from every method
 */
export class ConnectionReader {
  readonly #known = new Set<string>();

  constructor(private readonly connection: Connection) {}

  /** A required text that is not blank. */
  text(name: string): string {
    const value = this.#setting(name);
    if (typeof value !== 'string' || value.trim() === '')
      this.fail(`setting ${name} has to be a text${received(value)}`);
    return value;
  }

  /** A text; undefined where the setting is left out. A blank one is an error, as its meaning would be a guess. */
  optionalText(name: string): string | undefined {
    return this.#setting(name) === undefined ? undefined : this.text(name);
  }

  /** A name of the ledger, cleaned as at every door. */
  name(setting: string): string {
    return this.#cleanName(`setting ${setting}`, this.text(setting));
  }

  /** A whole number that is not negative, or its digits; undefined where the setting is left out. */
  optionalWholeNumber(name: string): number | undefined {
    const value = this.#setting(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
      this.fail(`setting ${name} has to be a whole number${received(value)}`);
    }
    return number;
  }

  /** Names of the ledger by a key; empty where the setting is left out. */
  namesByKey(name: string): ReadonlyMap<string, string> {
    const value = this.#setting(name) ?? {};
    const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : undefined;
    if (!entries) this.fail(`setting ${name} has to be an object of texts${received(value)}`);
    return new Map(
      entries.map(([key, text]: [string, unknown]) => {
        if (typeof text !== 'string' || text.trim() === '')
          this.fail(`setting ${name}: ${key.slice(0, 40)} has to be a text${received(text)}`);
        return [key, this.#cleanName(`setting ${name}: ${key.slice(0, 40)}`, text)];
      }),
    );
  }

  /** One of a few values; `fallback` where the setting is left out. */
  choice<T extends string | number>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.#setting(name);
    if (value === undefined) return fallback;
    return this.#oneOf(name, value, choices);
  }

  /** Any of a few values; all of them where the setting is left out. */
  subset<T extends string>(name: string, choices: readonly T[]): ReadonlySet<T> {
    const values = this.#setting(name);
    if (values === undefined) return new Set(choices);
    if (!Array.isArray(values)) this.fail(`setting ${name} has to be a list${received(values)}`);
    return new Set(values.map((value: unknown) => this.#oneOf(name, value, choices)));
  }

  /** A list of texts; undefined where the setting is left out. An empty list is an error, as its meaning would be a guess. */
  texts(name: string): readonly string[] | undefined {
    const values = this.#setting(name);
    if (values === undefined) return undefined;
    const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
    if (!Array.isArray(values) || texts.length === 0 || texts.length < values.length) {
      this.fail(`setting ${name} has to be a list of texts; leave it out for none${received(values)}`);
    }
    return texts;
  }

  /** True or false; `fallback` where the setting is left out. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.#setting(name) ?? fallback;
    if (typeof value !== 'boolean') this.fail(`setting ${name} takes true, false only${received(value)}`);
    return value;
  }

  /** A whole number of a range, or null for none; `fallback` where the setting is left out. */
  wholeNumberOrNull(name: string, min: number, max: number, fallback: number): number | null {
    const value = this.#setting(name);
    if (value === undefined || value === null) return value === null ? null : fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.fail(
      `setting ${name} has to be a whole number from ${min} to ${max}, or null for none${received(value)}`,
    );
  }

  /** Accepts settings that another wire format of the same connection reads. */
  readElsewhere(names: readonly string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /**
   * What happens to an item that is not known yet: setting `unknownItems`, with the word for not creating it. A webhook
   * creates it on receipt by default; a call, whose sender reads the answer, is refused.
   */
  unknownItems(refuse: 'quarantine' | 'fail'): WhenItemUnknown {
    const words = ['createOnReceipt', 'create', refuse] as const;
    const chosen = this.choice('unknownItems', words, refuse === 'fail' ? 'fail' : 'createOnReceipt');
    return WHEN_UNKNOWN[chosen];
  }

  /** What happens to a location that is not known yet: setting `unknownLocations`. By default it is not created. */
  unknownLocations(refuse: 'quarantine' | 'fail'): 'CREATE' | 'REFUSE' {
    return WHEN_UNKNOWN[this.choice('unknownLocations', [refuse, 'create'], refuse)];
  }

  /**
   * What a count without a time is taken to be: settings `countWithoutAsOf` and `lagSeconds`. `unordered` (default): it
   * has no place in time. `asOfReceipt`: as of its receipt, less the seconds that the source usually lags.
   */
  countWithoutAsOf(): { readonly lagSeconds?: number } {
    const chosen = this.choice('countWithoutAsOf', ['unordered', 'asOfReceipt'], 'unordered');
    const lagSeconds = this.optionalWholeNumber('lagSeconds');
    if (chosen === 'asOfReceipt' && (lagSeconds ?? 0) <= MAX_LAG_SECONDS) return { lagSeconds: lagSeconds ?? 0 };
    if (lagSeconds === undefined) return {};
    return this.fail(
      chosen === 'unordered'
        ? 'setting lagSeconds needs countWithoutAsOf to be asOfReceipt'
        : `setting lagSeconds is ${lagSeconds}; it takes 0 to ${MAX_LAG_SECONDS}`,
    );
  }

  /** A required secret that is not empty: the present one and, during a rotation, the one before. */
  secrets(name: string): readonly [present: string, ...previous: string[]] {
    const [present, ...previous] = provingSecrets(this.connection, name);
    if (present === undefined || present !== this.connection.secrets[name]) {
      this.fail(`secret ${name} is missing`, 'secrets');
    }
    return [present, ...previous];
  }

  /** The same of a secret that may be left out; empty then. */
  optionalSecrets(name: string): readonly string[] {
    return this.connection.secrets[name] === undefined ? [] : this.secrets(name);
  }

  /** The location that the connection is bound to. */
  location(): string {
    return this.optionalLocation() ?? this.fail('it has to be bound to a location', 'location');
  }

  /** The location that the connection is bound to; null where it is bound to none. */
  optionalLocation(): string | null {
    const { locationCode } = this.connection;
    return locationCode === null || locationCode === ''
      ? null
      : this.#cleanName('its location', locationCode, 'location');
  }

  /** From where requests may come: setting `ipAllowList` of every kind of connection; null where it is left out. */
  allowedAddresses(): AddressList | null {
    const entries = this.texts('ipAllowList');
    if (entries === undefined) return null;
    if (entries.length > MAX_ADDRESSES) {
      this.fail(`setting ipAllowList has ${entries.length} entries; at most ${MAX_ADDRESSES} are taken`);
    }
    const list = addressList(entries);
    return 'invalid' in list
      ? this.fail(`setting ipAllowList: ${JSON.stringify(list.invalid.slice(0, 50))} is no address and no network`)
      : list;
  }

  /** Call it last: refuses settings that were not asked for. */
  end(): void {
    this.allowedAddresses();
    const unknown = Object.keys(this.connection.settings).find((name) => !this.#known.has(name));
    if (unknown === undefined) return;
    this.fail(`there is no setting ${JSON.stringify(unknown.slice(0, 40))}; there are ${[...this.#known].join(', ')}`);
  }

  fail(fault: string, part: Part = 'settings'): never {
    throw new ConnectionSettingsError(this.connection, fault, part);
  }

  #cleanName(what: string, text: string, part: Part = 'settings'): string {
    const reading = cleanName(text);
    return 'name' in reading ? reading.name : this.fail(`${what} ${reading.fault}`, part);
  }

  #setting(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.connection.settings, name) ? this.connection.settings[name] : undefined;
  }

  #oneOf<T extends string | number>(name: string, value: unknown, choices: readonly T[]): T {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.fail(`setting ${name} takes ${choices.join(', ')} only${received(value)}`);
    return choice;
  }
}

/** What a sentence about a setting ends with: `; received 12`. Empty where it was left out. */
const received = (value: unknown): string => (value === undefined ? '' : `; received ${shown(JSON.stringify(value))}`);
