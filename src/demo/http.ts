import { DemoError } from './demo-file';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Sending {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const TIMEOUT_MS = 60_000;

/** Sends one request. Throws DemoError when no gateway answers. */
export async function send(url: string, { method, headers = {}, body }: Sending): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const { origin } = new URL(url);
    throw new DemoError(`No gateway answers at ${origin}: start one with "npm start", then try again`, {
      cause: error,
    });
  }
}
