import { otherwise, sha256, type Call } from '../http';
import { levelName } from '../write';
import { accessOf, idOf, MAIN, NOTHING, secretOf, STATED, type Door } from './door';

/** A warehouse system that states how many there are, again and again. It repeats until it is answered. */
export const INCREFF: Door = {
  ...{ name: 'increff', origin: 'increff', retries: Infinity, pauseMs: 150 },
  draft(credentials, random, place) {
    const sku = STATED[place.worker % STATED.length] ?? '';
    const quantity = random.between(0, 1_000);
    // The member `note` is unknown to the format. It makes each body another one.
    const body = JSON.stringify({
      locationCode: MAIN,
      products: [{ channelSkuCode: sku, quantity }],
      note: idOf(place),
    });
    const headers = {
      ...{ authusername: 'increff', authpassword: secretOf(accessOf(credentials, 'increff'), 'authPassword') },
      'content-type': 'application/json',
    };
    const call: Call = { method: 'PUT', path: '/usp/inventories/absolute', headers, body };
    return {
      content: { ...NOTHING, counts: [[levelName({ sku, location: MAIN }), quantity]], bodySha256: sha256(body) },
      call: () => call,
      read: (reply) =>
        reply.status === 200 && reply.body === `{"failureProducts":[],"successProducts":["${sku}"]}`
          ? { kind: 'ACK', replayed: false, sequence: null }
          : otherwise(reply),
    };
  },
};
