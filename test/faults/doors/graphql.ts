import { jsonPost, otherwise, type Call, type Reply } from '../http';
import type { Random } from '../random';
import { levelName, type Answer, type ExpectedMovement } from '../write';
import {
  COUNTED,
  idOf,
  MAIN,
  NOTHING,
  ORDERED,
  SCARCE,
  SHARED,
  type Credentials,
  type Door,
  type Draft,
  type Place,
} from './door';

const ANSWER = 'replayed ledgerSequence userErrors { code }';

const ADJUST = `mutation ($input: StockAdjustInput!) { done: stockAdjust(input: $input) { ${ANSWER} } }`;
const SET = `mutation ($input: StockSetInput!) { done: stockSet(input: $input) { results { status } ${ANSWER} } }`;
const ORDER = `mutation ($input: AdjustmentOrderCreateInput!) {
  done: adjustmentOrderCreate(input: $input) { adjustmentOrder { orderNo } ${ANSWER} } }`;

const TOO_MANY = 1_000_000_000;
const PATIENT = { origin: 'integrator', retries: Infinity, pauseMs: 150 };

/** An integrator that adjusts stock. Many ask for the last units of one item, and some for more than there ever are. */
export const ADJUSTMENTS: Door = {
  ...{ ...PATIENT, name: 'adjustments' },
  draft(credentials, random, place) {
    const rows = random.chance(0.5) ? [scarceRow(random)] : sharedRows(random);
    const draft = adjustment(credentials, place, rows);
    const others = rows.map((row) => ({ ...row, delta: row.delta > 0 ? row.delta + 1 : row.delta - 1 }));
    return { ...draft, contradiction: () => ({ ...adjustment(credentials, place, others), content: NOTHING }) };
  },
};

interface Row {
  readonly sku: string;
  readonly delta: number;
}

const scarceRow = (random: Random): Row => ({
  sku: SCARCE,
  delta: random.chance(0.4) ? random.between(1, 3) : -random.between(1, 4),
});

/** All of one sign, as the reason says. */
function sharedRows(random: Random): Row[] {
  const skus = SHARED.slice(0, random.between(1, SHARED.length));
  const isTooMuch = random.chance(0.1);
  const sign = isTooMuch || random.chance(0.4) ? -1 : 1;
  return skus.map((sku) => ({ sku, delta: sign * (isTooMuch ? TOO_MANY : random.between(1, 9)) }));
}

function adjustment(credentials: Credentials, place: Place, rows: readonly Row[]): Draft {
  const idempotencyKey = idOf(place);
  const reason = (rows[0]?.delta ?? 0) > 0 ? 'GAIN' : 'LOSS';
  const input = { idempotencyKey, reason, rows: rows.map((row) => ({ ...row, location: MAIN })) };
  const legs = rows.map(({ sku, delta }) => [levelName({ sku, location: MAIN }), delta] as const);
  return draftOf(credentials, ADJUST, input, [{ externalId: idempotencyKey, occurredAtMs: null, legs }]);
}

/** An integrator that counts stock, as of a moment that is past. */
export const COUNTS: Door = {
  ...{ ...PATIENT, name: 'counts' },
  draft(credentials, random, place) {
    const [sku, quantity] = [random.oneOf(COUNTED), random.between(0, 500)];
    const asOf = new Date(Date.now() - random.between(0, 1_000)).toISOString();
    const input = { idempotencyKey: idOf(place), rows: [{ sku, location: MAIN, quantity, asOf }] };
    const draft = draftOf(credentials, SET, input, []);
    const counts = [[levelName({ sku, location: MAIN }), quantity] as const];
    return { ...draft, content: { ...NOTHING, counts, countId: idOf(place) } };
  },
};

/** An integrator that orders a change of barcodes. */
export const ORDERS: Door = {
  ...{ ...PATIENT, name: 'orders' },
  draft(credentials, random, place) {
    const [sku, quantity] = [random.oneOf(ORDERED), random.chance(0.15) ? TOO_MANY : random.between(1, 5)];
    const [from = '', to = ''] = random.chance(0.5) ? ['', 'B'] : ['B', ''];
    const side = (barcode: string) => ({ sku, barcode, packaging: 'SINGLE', quantity });
    const input = {
      ...{
        idempotencyKey: idOf(place),
        sellerOrderNo: `seller ${idOf(place)}`,
        type: 'BARCODE_CHANGE',
        location: MAIN,
      },
      lines: [{ out: side(from), in: side(to) }],
    };
    const level = (barcode: string): string => levelName({ sku, location: MAIN, barcode });
    const legs = [[level(from), -quantity] as const, [level(to), quantity] as const];
    return draftOf(credentials, ORDER, input, [{ externalId: input.sellerOrderNo, occurredAtMs: null, legs }]);
  },
};

function draftOf(
  credentials: Credentials,
  query: string,
  input: object,
  movements: readonly ExpectedMovement[],
): Draft {
  return { content: { ...NOTHING, movements }, call: () => graphqlCall(credentials, query, { input }), read };
}

export function graphqlCall({ apiKey }: Pick<Credentials, 'apiKey'>, query: string, variables: object): Call {
  return jsonPost('/graphql', JSON.stringify({ query, variables }), { authorization: `Bearer ${apiKey}` });
}

interface Done {
  readonly replayed: boolean;
  /** Of a command that was done: the sequence of its movement. */
  readonly ledgerSequence: number | string | null;
  readonly userErrors: readonly { readonly code: string }[];
  readonly adjustmentOrder?: { readonly orderNo: string } | null;
}

function read(reply: Reply): Answer {
  if (reply.status !== 200) return otherwise(reply);
  const { data, errors } = JSON.parse(reply.body) as { data: { done: Done } | null; errors?: unknown };
  if (!data) return { kind: 'FAULT', why: JSON.stringify(errors).slice(0, 200) };
  const { replayed, ledgerSequence, userErrors, adjustmentOrder } = data.done;
  const [refusal] = userErrors;
  if (refusal) return { kind: 'REFUSED', code: refusal.code };
  const sequence = ledgerSequence === null ? null : Number(ledgerSequence);
  return { kind: 'ACK', replayed, sequence, ...(adjustmentOrder && { orderNo: adjustmentOrder.orderNo }) };
}
