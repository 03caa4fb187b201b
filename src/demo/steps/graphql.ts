import type { Graphql, GraphqlReply } from '../graphql';
import type { DemoContext, Step, StepResult } from './step';

interface UserError {
  readonly code: string;
  readonly message: string;
}

interface Payload {
  readonly userErrors: readonly UserError[];
  readonly ledgerSequence: number | null;
}

/** Mutations of an integrator. One of them is refused. */
export const GRAPHQL_STEPS: readonly Step[] = [
  step('stockAdjust: two tees are reserved for a customer', async (context) =>
    stockAdjust(context, 'ALLOCATION', [
      { ...TEE, delta: -2 },
      { ...TEE, bucket: 'RESERVED', delta: 2 },
    ]),
  ),
  step('stockAdjust: the reservation is released', async (context) =>
    stockAdjust(context, 'DEALLOCATION', [
      { ...TEE, bucket: 'RESERVED', delta: -2 },
      { ...TEE, delta: 2 },
    ]),
  ),
  step(
    'stockAdjust: a million tees are shipped',
    async (context) => stockAdjust(context, 'SHIPMENT', [{ ...TEE, delta: -1_000_000 }]),
    'INSUFFICIENT_STOCK',
  ),
  step('stockSet: there are 40 tees, whatever the ledger says', stockSet),
  step('adjustmentOrderCreate: two boxes go from nj to bj', async (context) => (await transfer(context)).answer),
  step('adjustmentOrderReverse: and back again', reverse),
  step('inventoryRecordSave: the shop may back-order 10 tees', saveRecord),
];

const TEE = { sku: 'TEE', specification: 'M', location: 'SHOP-1' };

type Answer = GraphqlReply<Payload>;

/** @param refusal the code of the expected refusal. Left out when the command should succeed. */
function step(says: string, command: (context: DemoContext) => Promise<Answer>, refusal?: string): Step {
  return { sender: 'GraphQL', says, send: async (context) => judged(await command(context), refusal) };
}

function judged(answer: Answer, refusal: string | undefined): StepResult {
  if ('refused' in answer) return { reply: answer.refused, outcome: 'refused', wrong: 'data' };
  const { userErrors, ledgerSequence } = answer.data;
  const reply = { status: 200, body: JSON.stringify(answer.data) };
  const [error] = userErrors;
  const outcome = error ? error.code : `ledger at ${String(ledgerSequence)}`;
  return error?.code === refusal ? { reply, outcome } : { reply, outcome, wrong: refusal ?? 'no userErrors' };
}

const STOCK_ADJUST = `mutation StockAdjust($input: StockAdjustInput!) {
  result: stockAdjust(input: $input) { userErrors { code message field current requested } ledgerSequence }
}`;

async function stockAdjust({ graphql, run }: DemoContext, reason: string, rows: readonly object[]): Promise<Answer> {
  const input = { idempotencyKey: `demo-${run}-${reason}`, reason, rows, reference: `CUST${run.toString(36)}` };
  return command(graphql, STOCK_ADJUST, { input });
}

const STOCK_SET = `mutation StockSet($input: StockSetInput!) {
  result: stockSet(input: $input) {
    results { index status previousQuantity quantity delta }
    userErrors { code message field }
    ledgerSequence
  }
}`;

async function stockSet(context: DemoContext): Promise<Answer> {
  const rows = [{ ...TEE, quantity: 40, changeFromQuantity: null }];
  return command(context.graphql, STOCK_SET, { input: { idempotencyKey: `demo-${context.run}-count`, rows } });
}

const ORDER_CREATE = `mutation OrderCreate($input: AdjustmentOrderCreateInput!) {
  result: adjustmentOrderCreate(input: $input) {
    adjustmentOrder { orderNo status }
    userErrors { code message field current requested }
    ledgerSequence
  }
}`;

type OrderPayload = Payload & { readonly adjustmentOrder: { readonly orderNo: string } | null };

/** Every call in a run has the same idempotencyKey, so the reversal gets the orderNo by sending it again. */
async function transfer(context: DemoContext): Promise<{ answer: Answer; orderNo: string | undefined }> {
  const box = { sku: 'liaowl1002', packaging: 'BOX', barcode: 'T00001', quantity: 2 };
  const input = {
    idempotencyKey: `demo-${context.run}-transfer`,
    type: 'OWNER_TRANSFER',
    location: 'US0001',
    turnOutOwner: 'nj',
    turnInOwner: 'bj',
    lines: [{ out: box, in: box }],
  };
  const answer = await command<OrderPayload>(context.graphql, ORDER_CREATE, { input });
  return { answer, orderNo: 'data' in answer ? answer.data.adjustmentOrder?.orderNo : undefined };
}

const ORDER_REVERSE = `mutation OrderReverse($orderNo: String!, $idempotencyKey: String!) {
  result: adjustmentOrderReverse(orderNo: $orderNo, idempotencyKey: $idempotencyKey) {
    adjustmentOrder { orderNo status }
    userErrors { code message field }
    ledgerSequence
  }
}`;

async function reverse(context: DemoContext): Promise<Answer> {
  const { answer, orderNo } = await transfer(context);
  if (orderNo === undefined) return answer;
  return command(context.graphql, ORDER_REVERSE, { orderNo, idempotencyKey: `demo-${context.run}-reverse` });
}

const RECORD_SAVE = `mutation RecordSave($input: InventoryRecordSaveInput!) {
  result: inventoryRecordSave(input: $input) {
    inventoryRecord { backOrderHandling backOrderAllocation leadTime leadTimeUnit }
    userErrors { code message field }
    ledgerSequence
  }
}`;

async function saveRecord({ graphql, run }: DemoContext): Promise<Answer> {
  const terms = { backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 10, leadTime: 2, leadTimeUnit: 'DAY' };
  return command(graphql, RECORD_SAVE, { input: { idempotencyKey: `demo-${run}-record`, ...TEE, ...terms } });
}

async function command<Data extends Payload>(
  graphql: Graphql,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphqlReply<Data>> {
  const reply = await graphql<{ result: Data }>(document, variables);
  return 'data' in reply ? { data: reply.data.result } : reply;
}
