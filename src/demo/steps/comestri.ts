import { send } from '../http';
import { jsonOf, type Step } from './step';

const INVENTORY = { inventory: { inventory_source: 'MOTUL', product_id: 1, qty: 5 } };

/** Saves an inventory in Comestri's format, then lists the inventories. */
export const COMESTRI_STEPS: readonly Step[] = [
  {
    sender: 'Comestri',
    says: 'MOTUL has 5 of product 1',
    async send({ file }) {
      const { endpoint, token } = file.connections.comestri;
      const headers = { authorization: `Bearer ${token}` };
      const reply = await send(endpoint, { method: 'POST', headers, body: JSON.stringify(INVENTORY) });
      if (reply.status === 201) return { reply, outcome: 'created' };
      if (reply.status === 200) return { reply, outcome: 'updated' };
      return { reply, outcome: 'refused', wrong: '201, or 200 from the second run on' };
    },
  },
  {
    sender: 'Comestri',
    says: 'which inventories are there?',
    async send({ file }) {
      const { endpoint, token } = file.connections.comestri;
      const reply = await send(endpoint, { method: 'GET', headers: { authorization: `Bearer ${token}` } });
      const { total_entries: total } = (jsonOf(reply) ?? {}) as { total_entries?: unknown };
      if (reply.status === 200 && typeof total === 'number') return { reply, outcome: `${total} listed` };
      return { reply, outcome: 'refused', wrong: 'a list with total_entries' };
    },
  },
];
