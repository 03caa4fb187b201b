import { createHmac } from 'node:crypto';
import { send, type Reply } from '../http';
import { delivered, jsonOf, type DemoContext, type Step } from './step';

const TEE = { sku: 'TEE', specification: 'M' };

/** Our own webhook, for senders without a format of their own: facts, then a count. */
export const STANDARD_STEPS: readonly Step[] = [
  {
    sender: 'Standard',
    says: 'facts: 12 tees arrived, 2 were sold',
    async send(context) {
      const at = (number: number) => ({
        id: `demo-${context.run}-${number}`,
        item: TEE,
        location: 'SHOP-1',
        occurredAt: new Date(context.run).toISOString(),
      });
      const rows = [
        { ...at(1), delta: 12, reason: 'RECEIPT' },
        { ...at(2), delta: -2, reason: 'SHIPMENT' },
      ];
      const reply = await sendSigned(context, 'facts', { type: 'stock.facts', data: { rows } });
      const { name } = context.file.connections.standard;
      return delivered(context, name, reply, { body: reply.body, status: 'APPLIED' });
    },
  },
  {
    sender: 'Standard',
    says: 'a count: there are 6 tees in size S',
    async send(context) {
      const row = { item: { scheme: 'SHOP_CODE', value: 'TEE-S' }, location: 'SHOP-1', quantity: 6 };
      const data = { rows: [{ ...row, asOf: new Date().toISOString() }] };
      const reply = await sendSigned(context, 'counts', { type: 'stock.counts', data });
      const { rows: [verdict] = [] } = (jsonOf(reply) ?? {}) as { rows?: { status?: unknown }[] };
      const status = typeof verdict?.status === 'string' ? verdict.status : 'refused';
      const counted = reply.status === 200 && (status === 'APPLIED' || status === 'UNCHANGED');
      return counted ? { reply, outcome: status } : { reply, outcome: status, wrong: 'APPLIED, or UNCHANGED later' };
    },
  },
];

/** Signs a message according to Standard Webhooks 1.0 and sends it. */
async function sendSigned({ file, run }: DemoContext, kind: string, message: unknown): Promise<Reply> {
  const { url, secret } = file.connections.standard;
  const id = `msg_${run}_${kind}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = JSON.stringify(message);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  return send(url, { method: 'POST', headers, body });
}
