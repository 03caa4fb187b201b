import { lookup } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { urlFault } from '../application/ports/token-issuers';
import { isReachable, type Reach } from './addresses';
import { TOKEN_LIMITS } from './limits';

/** Nothing could be fetched. The message says why, for the operator, and has nothing of an answer in it. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/**
 * Fetches a JSON document. Follows no redirects, connects only to addresses that may be reached, and reads a bounded number
 * of bytes. Node's own `fetch` cannot check the address that a name resolves to before it connects.
 */
export async function fetchJson(address: string, reach: Reach, signal: AbortSignal): Promise<unknown> {
  const fault = urlFault(address);
  if (fault !== null) throw new FetchError(`its URL ${fault}`);
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isReachable(host, reach)) throw notReachable(url.hostname);
  try {
    const response = await open(url, reach, signal);
    return JSON.parse(await textOf(response)) as unknown;
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (signal.aborted) throw new FetchError(`${url.host} did not answer in time`, { cause: error });
    if (error instanceof SyntaxError) throw new FetchError(`${url.host} answered with no JSON`, { cause: error });
    throw new FetchError(`${url.host} cannot be reached (${(error as NodeJS.ErrnoException).code ?? 'no code'})`, {
      cause: error,
    });
  }
}

const notReachable = (host: string): FetchError =>
  new FetchError(`${host} has an address of a private or special network, which is not allowed for this issuer`);

function open(url: URL, reach: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const headers = { accept: 'application/json', 'user-agent': 'stockbridge' };
  return new Promise((resolve, reject) => {
    request(url, { headers, signal, agent: false, lookup: lookupWithin(reach) })
      .on('response', (response) => {
        if (response.statusCode === 200) resolve(response);
        else {
          response.destroy();
          reject(new FetchError(`${url.host} answered with the status ${response.statusCode ?? 'none'}`));
        }
      })
      .on('error', reject)
      .end();
  });
}

/** Resolves a name to those of its addresses that may be reached. What is checked here is what is connected to. */
const lookupWithin =
  (reach: Reach): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const within = error ? [] : addresses.filter(({ address }) => isReachable(address, reach));
      const [first] = within;
      if (!first) callback(error ?? notReachable(hostname), '');
      else if (options.all === true) callback(null, within);
      else callback(null, first.address, first.family);
    });
  };

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > TOKEN_LIMITS.documentBytes) {
      throw new FetchError(`the answer has more than ${TOKEN_LIMITS.documentBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
