import { send } from '../http';
import { delivered, type DemoContext, type Step } from './step';

/** The fields in which the rows of the demo differ. */
interface Leg {
  readonly uuid: string;
  readonly docType: string;
  readonly operationType: string;
  readonly inventoryType: string;
  readonly qty: number;
  readonly merchandiseCode?: string;
  readonly merchandiseSerno?: string;
  readonly docDate?: number;
  readonly orderNo?: string;
}

/** Winit's messages: the vendor's example, then an inbound and an order of one item. */
export const WINIT_EVENT_STEPS: readonly Step[] = [
  step("the vendor's example: an order is cancelled", 'APPLIED', ({ run }) => {
    const cancelled = {
      uuid: `${run}-1`,
      docType: 'OUTBOUND',
      operationType: 'CANCEL_ORDER',
      docDate: 1622625054158,
      orderNo: 'WO0000000146',
      merchandiseCode: '216401',
      merchandiseSerno: 'M010000000000498047',
    };
    return [
      { ...cancelled, inventoryType: 'USABLE', qty: 1 },
      { ...cancelled, inventoryType: 'OUTFROZEN', qty: -1 },
    ];
  }),
  step('60 announced, then put on the shelf', 'APPLIED', ({ run }) => {
    const inbound = { docType: 'INBOUND', orderNo: `IN${run.toString(36)}` };
    const shelved = { ...inbound, uuid: `${run}-3`, operationType: 'SHELVES' };
    return [
      { ...inbound, uuid: `${run}-2`, operationType: 'SUBMIT_ORDER', inventoryType: 'ONORDER', qty: 60 },
      { ...shelved, inventoryType: 'ONORDER', qty: -60 },
      { ...shelved, inventoryType: 'USABLE', qty: 60 },
      { ...shelved, inventoryType: 'INSTOCK', qty: 60 },
    ];
  }),
  step('an order of 5, and its shipment', 'APPLIED', order),
  step('the order and its shipment again', 'DUPLICATE', order),
];

function order({ run }: DemoContext): Leg[] {
  const outbound = { docType: 'OUTBOUND', orderNo: `WO${run.toString(36)}` };
  const ordered = { ...outbound, uuid: `${run}-4`, operationType: 'SUBMIT_ORDER' };
  const shipped = { ...outbound, uuid: `${run}-5`, operationType: 'SHIPMENTS' };
  return [
    { ...ordered, inventoryType: 'USABLE', qty: -5 },
    { ...ordered, inventoryType: 'OUTFROZEN', qty: 5 },
    { ...shipped, inventoryType: 'OUTFROZEN', qty: -5 },
    { ...shipped, inventoryType: 'INSTOCK', qty: -5 },
  ];
}

function step(says: string, status: string, legs: (context: DemoContext) => Leg[]): Step {
  return {
    sender: 'Winit',
    says,
    async send(context) {
      const { url, name, customerCode } = context.file.connections.winit;
      const rows = legs(context).map((leg) => ({
        customerCode,
        docDate: context.run,
        merchandiseCode: '216402',
        merchandiseGrade: 'GOOD',
        merchandiseSerno: 'M010000000000498048',
        serviceType: '2C',
        specification: '',
        warehouseCode: 'USWC2',
        mainwarehouseCode: 'US0001',
        ...leg,
      }));
      const reply = await send(url, { method: 'POST', body: JSON.stringify(rows) });
      return delivered(context, name, reply, { body: 'success', status });
    },
  };
}
