import type { FastifyInstance } from 'fastify';

/** The server could not listen. The message is one line that says what to fix. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Listens, and returns the origin of the server, such as `http://127.0.0.1:4000`.
 *
 * @param port 0 for any free port.
 * @throws {ListenError} when the operator can fix the cause.
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  // For `localhost` Fastify opens a second server on ::1, which the drain would not stop.
  const address = host === 'localhost' ? '127.0.0.1' : host;
  try {
    await app.listen({ host: address, port });
  } catch (error) {
    const advice = adviceFor(codeOf(error), host, port);
    throw advice === undefined ? error : new ListenError(advice, { cause: error });
  }
  return app.listeningOrigin;
}

function adviceFor(code: string | undefined, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is taken: stop what uses it, or set PORT`;
    case 'EACCES':
      return `port ${port} on ${host} is not open to this user: set PORT to 1024 or above`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine: set HOST to one that is, such as 127.0.0.1`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name ${host} can't be resolved: set HOST to an address of this machine, such as 127.0.0.1`;
    case undefined:
    default:
      return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
