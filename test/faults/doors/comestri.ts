import { jsonPost, otherwise, sha256 } from '../http';
import { levelName } from '../write';
import { accessOf, idOf, MAIN, NOTHING, STATED, type Door } from './door';

/** An integrator that creates an inventory and then updates it. It repeats until it is answered. */
export const COMESTRI: Door = {
  ...{ name: 'comestri', origin: 'comestri', retries: Infinity, pauseMs: 150 },
  draft(credentials, random, place) {
    const sku = STATED[place.worker % STATED.length] ?? '';
    const qty = random.between(0, 1_000);
    const inventory = { inventory_source: MAIN, product_code: sku, sku: idOf(place), qty };
    const body = JSON.stringify({ inventory });
    const authorization = `Bearer ${accessOf(credentials, 'comestri').token}`;
    return {
      content: { ...NOTHING, counts: [[levelName({ sku, location: MAIN }), qty]], bodySha256: sha256(body) },
      call: () => jsonPost('/api/v2/inventories', body, { authorization }),
      read: (reply) =>
        reply.status === 200 || reply.status === 201
          ? { kind: 'ACK', replayed: false, sequence: null }
          : otherwise(reply),
    };
  },
};
