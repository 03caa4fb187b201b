// A keep-alive HTTP/1.1 client for one request at a time on each connection. Requests are bytes made beforehand and
// of the answer only what is needed is looked at, so that on a shared machine the load costs little beside the server.
import { connect } from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/**
 * The bytes of a request.
 *
 * @param {'GET' | 'POST' | 'PUT'} method
 * @param {URL} url
 * @param {Readonly<Record<string, string>>} headers
 * @param {string} [body]
 */
export function requestBytes(method, url, headers, body) {
  const all = {
    host: url.host,
    ...headers,
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
}

/**
 * @typedef {object} Answer
 * @property {number} status 0 where the connection was lost before the answer was there
 * @property {Buffer} body of a chunked answer with the chunks' lengths in it
 */

/** One connection, opened again by the next request after it was lost. */
export class Connection {
  #socket;
  #received = Buffer.alloc(0);
  /** @type {((answer: Answer) => void) | undefined} */
  #waiting;

  /** @param {URL} origin */
  constructor(origin) {
    this.origin = origin;
  }

  /**
   * Sends a request; there must be none under way.
   *
   * @param {Buffer} bytes
   * @returns {Promise<Answer>}
   */
  send(bytes) {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket ??= this.#open();
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    const socket = connect({ host: this.origin.hostname, port: Number(this.origin.port || 80), noDelay: true });
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#socket = undefined;
      this.#answer({ status: 0, body: Buffer.alloc(0) });
    });
    return socket;
  }

  #receive(bytes) {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const answer = parseAnswer(this.#received);
    if (answer) this.#answer(answer);
  }

  #answer(answer) {
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }
}

/** @returns {Answer | undefined} undefined while it is not complete */
function parseAnswer(received) {
  const headerEnd = received.indexOf(HEADER_END);
  if (headerEnd < 0) return undefined;
  const header = received.latin1Slice(0, headerEnd);
  const status = Number(header.slice(9, 12));
  const body = received.subarray(headerEnd + HEADER_END.length);
  const length = /^content-length: (\d+)/im.exec(header)?.[1];
  const isComplete =
    length === undefined
      ? status === 204 || body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
      : body.length >= Number(length);
  return isComplete ? { status, body } : undefined;
}
