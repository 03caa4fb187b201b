import { jerryDigest } from '../../vendors/jerry/signature';
import { send } from '../http';
import { delivered, type DemoContext, type Step } from './step';

/** An element of `goods`. */
interface StockChange {
  readonly time: string;
  readonly stockChangeId: number;
  readonly upc: string;
  readonly qty: string;
  readonly changeType: string;
  readonly flag: '1' | '2';
  readonly [other: string]: string | number | null;
}

const SUCCESS = '{"Status":0,"Message":"success"}';

/** Jerry's messages: the vendor's example, and a day at the warehouse. */
export const JERRY_STEPS: readonly Step[] = [
  step("the vendor's example: a shipment, an inbound", 'APPLIED', ({ run }) => [
    {
      time: '2022-09-01 10:25:40',
      stockChangeId: idOf(run, 1),
      upc: '99999992222',
      qty: '2',
      reason: 'out reason',
      changeType: '101',
      businessNo: 'ATW198274921',
      flag: '1',
      lotNumber: 'batch123456',
      seq: null,
      itemProperties: 'good',
    },
    {
      time: '2022-09-02 10:25:40',
      stockChangeId: idOf(run, 2),
      upc: '888888888888',
      qty: '2',
      reason: 'in reason',
      changeType: '201',
      businessNo: 'ATW198274922',
      flag: '2',
    },
  ]),
  step('a receipt of 24', 'APPLIED', receipt),
  step('three shipments', 'APPLIED', ({ run }) => [
    shipped(run, 4, '888888888888', 1),
    shipped(run, 5, '888888888888', 3),
    shipped(run, 6, '99999992222', 2),
  ]),
  step('the receipt again, because no answer arrived', 'DUPLICATE', receipt),
  step('a shipment, and one flagged as incoming', 'PARTLY_QUARANTINED', ({ run }) => [
    shipped(run, 7, '99999992222', 1),
    { ...shipped(run, 8, '99999992222', 1), flag: '2' },
  ]),
];

function receipt({ run }: DemoContext): StockChange[] {
  return [
    {
      time: utc(run),
      stockChangeId: idOf(run, 3),
      upc: '888888888888',
      qty: '24',
      changeType: '200',
      businessNo: `ASN${run.toString(36)}`,
      flag: '2',
    },
  ];
}

function shipped(run: number, number: number, upc: string, quantity: number): StockChange {
  const businessNo = `ORD${run.toString(36)}-${number}`;
  return {
    time: utc(run),
    stockChangeId: idOf(run, number),
    upc,
    qty: String(quantity),
    changeType: '101',
    businessNo,
    flag: '1',
  };
}

const idOf = (run: number, number: number): number => run * 100 + number;
/** `yyyy-MM-dd HH:mm:ss`, in UTC. */
const utc = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');

function step(says: string, status: string, goods: (context: DemoContext) => StockChange[]): Step {
  return {
    sender: 'Jerry',
    says,
    async send(context) {
      const { url, name, userName, apiPassword, key } = context.file.connections.jerry;
      const goodsText = JSON.stringify(goods(context));
      const sign = jerryDigest({ userName, apiPassword, key }, goodsText, 'hex');
      // Built as text, because the digest covers the exact bytes of `goods`.
      const credentials = JSON.stringify({ userName, apiPassword }).slice(1, -1);
      const body = `{${credentials},"goods":${goodsText},"sign":${JSON.stringify(sign)}}`;
      return delivered(context, name, await send(url, { method: 'POST', body }), { body: SUCCESS, status });
    },
  };
}
