import { send } from '../http';
import type { Step } from './step';

/** Absolute quantities in both of Increff's formats. */
export const INCREFF_STEPS: readonly Step[] = [
  step(
    'there are 40 of ITEM302 in wd003',
    { locationCode: 'wd003', products: [{ quantity: 40, channelSkuCode: 'ITEM302' }] },
    '{"failureProducts":[],"successProducts":["ITEM302"]}',
  ),
  step(
    'the older format: there are 10 of SKU1 in 1000901',
    [{ clientId: 10000900, clientSkuId: 'SKU1', inventoryPoolId: 0, quantity: 10, fulfillmentLocationId: 1000901 }],
    '{"failureSkus":[],"successSkus":["SKU1"]}',
  ),
];

function step(says: string, call: unknown, expected: string): Step {
  return {
    sender: 'Increff',
    says,
    async send({ file }) {
      const { endpoint, authUsername, authPassword } = file.connections.increff;
      const headers = { authUsername, authPassword };
      const reply = await send(endpoint, { method: 'PUT', headers, body: JSON.stringify(call) });
      if (reply.status === 200 && reply.body === expected) return { reply, outcome: 'counted' };
      return { reply, outcome: 'refused', wrong: `200 ${expected}` };
    },
  };
}
