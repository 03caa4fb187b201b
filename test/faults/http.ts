import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Answer } from './write';

/** A request before it is known which gateway gets it. */
export interface Call {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly retryAfter: boolean;
  readonly body: string;
}

/** After this long a sender takes a request as lost. */
const TIMEOUT_MS = 3_000;

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** Sends a call and reads the whole reply. Rejects where there is none. */
export function send(origin: string, call: Call, connections: Agent = agent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { ...call.headers, 'content-length': String(Buffer.byteLength(call.body)) };
    const sent = request(`${origin}${call.path}`, { method: call.method, headers, agent: connections }, (reply) => {
      let body = '';
      reply.setEncoding('utf8').on('data', (text: string) => (body += text));
      reply.on('error', reject);
      reply.on('end', () => {
        resolve({ status: reply.statusCode ?? 0, retryAfter: reply.headers['retry-after'] !== undefined, body });
      });
    });
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(call.body);
  });
}

export const jsonPost = (path: string, body: string, headers: Record<string, string> = {}): Call => ({
  ...{ method: 'POST', path, body, headers: { 'content-type': 'application/json', ...headers } },
});

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A reply that the format does not know: to be tried again, or a fault of the gateway. */
export function otherwise({ status, retryAfter, body }: Reply): Answer {
  if (retryAfter) return { kind: 'BUSY' };
  return { kind: 'FAULT', why: `status ${status}: ${body.slice(0, 200)}` };
}
