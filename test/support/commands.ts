import type { Data, GraphqlHarness } from './graphql';

/** What tests look at of any payload. */
export interface Payload extends Data {
  readonly userErrors: readonly {
    readonly code: string;
    readonly field: readonly string[];
    readonly message: string;
  }[];
  readonly replayed: boolean;
  readonly ledgerSequence: number | null;
}

/** Sends mutations as clients do, each under an idempotency key of its own unless a test gives one. */
export class Commands {
  static #keys = 0;

  constructor(
    private readonly gateway: GraphqlHarness,
    /** Which API key is used; see `GraphqlHarness.send`. */
    private readonly apiKey = 'ours',
  ) {}

  nextKey(): string {
    Commands.#keys += 1;
    return `key ${Commands.#keys}`;
  }

  /** Makes items, by sku or by sku and specification, and locations. */
  async catalogue(items: readonly (string | readonly [string, string])[], locations: readonly string[]): Promise<void> {
    for (const item of items) {
      const [sku, specification] = typeof item === 'string' ? [item, ''] : item;
      const query = `mutation ($sku: String!, $specification: String!) {
        itemSave(sku: $sku, specification: $specification) { userErrors { code } } }`;
      await this.gateway.data(query, { sku, specification }, this.apiKey);
    }
    for (const code of locations) {
      const query = 'mutation ($code: String!) { locationSave(code: $code) { userErrors { code } } }';
      await this.gateway.data(query, { code }, this.apiKey);
    }
  }

  /** Sends a mutation that takes an `input`; `fields` are selected beside what every payload has. */
  async send<Shape extends Payload = Payload>(field: string, input: Data, fields = ''): Promise<Shape> {
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { payload: ${field}(input: $input) {
      ${fields} userErrors { code message field current requested } replayed ledgerSequence } }`;
    const whole = { idempotencyKey: this.nextKey(), ...input };
    return (await this.gateway.data<{ payload: Shape }>(query, { input: whole }, this.apiKey)).payload;
  }

  /** Adds units to stock keys, which has to succeed. */
  async receive(...rows: readonly Data[]): Promise<Payload> {
    const payload = await this.send('stockAdjust', { reason: 'RECEIPT', rows });
    expect(payload.userErrors).toEqual([]);
    return payload;
  }
}

/** The codes and paths of what was refused. */
export const faultsOf = ({ userErrors }: Payload): string[] =>
  userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);
