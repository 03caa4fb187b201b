// Jerry's stock synchronisation, as a warehouse would send it.
import { createHash } from 'node:crypto';
import { requestBytes } from './http-client.mjs';

/**
 * @typedef {object} JerryAccess as in `DATA_DIR/demo.json`
 * @property {string} url
 * @property {string} userName
 * @property {string} apiPassword
 * @property {string} key
 */

/**
 * One element of `goods`.
 *
 * @param {number} stockChangeId
 * @param {string} upc
 * @param {string} time `yyyy-MM-dd HH:mm:ss`, UTC
 */
export function stockChange(stockChangeId, upc, time) {
  const isOut = stockChangeId % 2 === 0;
  return {
    time,
    stockChangeId,
    upc,
    qty: '2',
    reason: isOut ? 'out reason' : 'in reason',
    changeType: isOut ? '101' : '201',
    businessNo: `ATW${stockChangeId}`,
    flag: isOut ? '1' : '2',
    seq: null,
    itemProperties: 'good',
  };
}

/**
 * The signed body of a delivery.
 *
 * @param {Omit<JerryAccess, 'url'>} access
 * @param {readonly object[]} goods
 */
export function jerryBody({ userName, apiPassword, key }, goods) {
  const text = JSON.stringify(goods);
  const sign = createHash('md5')
    .update(userName + apiPassword + text + key)
    .digest('hex');
  const account = `"userName":${JSON.stringify(userName)},"apiPassword":${JSON.stringify(apiPassword)}`;
  return `{${account},"goods":${text},"sign":"${sign}"}`;
}

/**
 * @param {JerryAccess} access
 * @param {readonly object[]} goods
 */
export function jerryRequest(access, goods) {
  return requestBytes('POST', new URL(access.url), { 'content-type': 'application/json' }, jerryBody(access, goods));
}

/** What every answer of success has in it. */
export const JERRY_SUCCESS = '"Status":0';

/** @param {Date} date */
export const jerryTime = (date) => date.toISOString().slice(0, 19).replace('T', ' ');
