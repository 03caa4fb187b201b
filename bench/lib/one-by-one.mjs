// Requests that are sent one after the other, where the place of each in their order matters.
import { Connection } from './http-client.mjs';

/**
 * Sends them over one connection. Throws where an answer is not a good one.
 *
 * @param {string} origin
 * @param {readonly Buffer[]} requests
 * @param {string} expected what every good answer has in it
 * @returns {Promise<number[]>} the time of each in milliseconds
 */
export async function sendOneByOne(origin, requests, expected) {
  const connection = new Connection(new URL(origin));
  const times = [];
  try {
    for (const request of requests) {
      const sentMs = performance.now();
      const { status, body } = await connection.send(request);
      times.push(performance.now() - sentMs);
      if (status !== 200 || !body.includes(expected)) throw new Error(`${status} ${body.toString('utf8', 0, 300)}`);
    }
    return times;
  } finally {
    connection.close();
  }
}
