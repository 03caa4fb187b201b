import { jsonPost, otherwise, sha256 } from '../http';
import { levelName } from '../write';
import { accessOf, idOf, MAIN, NOTHING, WINIT, type Door } from './door';

/** A warehouse that pushes events of two legs: units change their grade. */
export const WINIT_EVENTS: Door = {
  ...{ name: 'winit events', origin: 'winit', retries: 10, pauseMs: 200 },
  draft(credentials, random, place) {
    const [sku, qty, uuid] = [random.oneOf(WINIT), random.between(1, 9), idOf(place)];
    const leg = (merchandiseGrade: string, delta: number) => ({
      ...{ customerCode: '1000019', docDate: 1_700_000_000_000, docType: 'INVENTORY_ADJUSTMENT', uuid, qty: delta },
      ...{ operationType: 'TRANSFORM', inventoryType: 'USABLE', merchandiseCode: sku, merchandiseGrade },
      ...{ merchandiseSerno: `serial of ${sku}`, orderNo: `order ${uuid}`, serviceType: '2C', warehouseCode: MAIN },
    });
    const body = JSON.stringify([leg('GOOD', -qty), leg('DEFECTIVE', qty)]);
    const level = (condition: string): string => levelName({ sku, location: MAIN, channel: '2C', condition });
    const legs = [[level('GOOD'), -qty] as const, [level('DAMAGED'), qty] as const];
    return {
      content: {
        ...NOTHING,
        movements: [{ externalId: uuid, occurredAtMs: 1_700_000_000_000, legs }],
        bodySha256: sha256(body),
      },
      call: () => jsonPost(`/webhooks/winit/${accessOf(credentials, 'winit').token}`, body),
      read: (reply) =>
        reply.status === 200 && reply.body === 'success'
          ? { kind: 'ACK', replayed: false, sequence: null }
          : otherwise(reply),
    };
  },
};
