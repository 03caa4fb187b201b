import { parseStrictJson, type JsonObject } from '../../json/strict-json';
import { signedText, winitSign } from '../../vendors/winit-orders/signature';
import type { DemoFile } from '../demo-file';
import { send } from '../http';
import { jsonOf, type Step, type StepResult } from './step';

/** One side of a line. */
interface TransferInfo {
  readonly merchandiseCode: string;
  readonly specification: string;
  readonly skuType: string;
  readonly standPartsQty: number;
  readonly barcodeValue: string;
  readonly quantity: string;
}

interface Order {
  readonly winitProductCode: string;
  readonly out: TransferInfo;
  readonly into: TransferInfo;
}

const BOX: TransferInfo = {
  merchandiseCode: 'liaowl1002',
  specification: '',
  skuType: 'BOX',
  standPartsQty: 10,
  barcodeValue: 'T00001',
  quantity: '1',
};

/** The three examples of Winit's API documentation. */
const UNPACK: Order = {
  winitProductCode: 'OSF611005741',
  out: BOX,
  into: { ...BOX, merchandiseCode: 'liaowl1003', skuType: 'SINGLE', quantity: '10' },
};
const OWNER_TRANSFER: Order = { winitProductCode: 'OSF641006365', out: BOX, into: BOX };
const BARCODE_CHANGE: Order = {
  winitProductCode: 'OSF651006365',
  out: BOX,
  into: { ...BOX, barcodeValue: 'T00002' },
};

/** Adjustment orders in Winit's format. */
export const WINIT_ORDER_STEPS: readonly Step[] = [
  step('OSF61: a box of ten becomes ten single cups', UNPACK),
  step('OSF64: a box goes from nj to bj', OWNER_TRANSFER),
  step('OSF65: a box gets another barcode', BARCODE_CHANGE),
  step('OSF65 again: the same order, the same orderNo', BARCODE_CHANGE),
];

function step(says: string, order: Order): Step {
  return {
    sender: 'Winit orders',
    says,
    async send({ file, run, orderNumbers }): Promise<StepResult> {
      const sellerOrderNo = `DEMO-${order.winitProductCode.slice(0, 5)}-${run}`;
      const call = signed(file.connections.winit, order, sellerOrderNo);
      const reply = await send(file.connections.winit.endpoint, { method: 'POST', body: JSON.stringify(call) });
      const orderNo = orderNoOf(jsonOf(reply));
      if (reply.status !== 200 || orderNo === undefined) {
        return { reply, outcome: 'refused', wrong: 'code 0 and an orderNo' };
      }
      const expected = orderNumbers.get(sellerOrderNo) ?? orderNo;
      orderNumbers.set(sellerOrderNo, orderNo);
      return orderNo === expected ? { reply, outcome: orderNo } : { reply, outcome: orderNo, wrong: expected };
    },
  };
}

/** Signs an order with the token and the client secret, as Winit's public clients do. */
function signed(
  winit: DemoFile['connections']['winit'],
  { winitProductCode, out, into }: Order,
  sellerOrderNo: string,
) {
  const call = {
    action: 'wh.inventoryAdjustment.createOrder.v2',
    app_key: winit.appKey,
    client_id: winit.clientId,
    data: {
      sellerOrderNo,
      winitProductCode,
      warehouseCode: 'US0001',
      turnOutCode: 'nj',
      turnInCode: 'bj',
      merchandiseList: [{ transferOutInfo: out, transferInInfo: into }],
    },
    format: 'json',
    language: 'en_US',
    platform: 'OWNERERP',
    sign_method: 'md5',
    timestamp: shanghaiNow(),
    version: '1.0',
  };
  const text = signedText(parseStrictJson(Buffer.from(JSON.stringify(call))).value as JsonObject);
  return { ...call, sign: winitSign(text, winit.token), client_sign: winitSign(text, winit.clientSecret) };
}

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** `yyyy-MM-dd HH:mm:ss` in Asia/Shanghai, which has no summer time. */
function shanghaiNow(): string {
  return new Date(Date.now() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

function orderNoOf(answer: unknown): string | undefined {
  const { code, data } = (answer ?? {}) as { code?: unknown; data?: { orderNo?: unknown } };
  return code === '0' && typeof data?.orderNo === 'string' ? data.orderNo : undefined;
}
