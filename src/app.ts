import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import { createReceiveDelivery } from './application/receive-delivery';
import { createHttpServer, type HttpServer } from './http/server';
import type { Services } from './services';
import { registerJerry } from './vendors/jerry/route';
import { registerWinitEvents } from './vendors/winit/route';

export interface AppOptions {
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
}

/** Puts the gateway together: use cases on the services, vendors and GraphQL on the use cases, all on one HTTP server. */
export function createApp(services: Services, options: AppOptions): HttpServer {
  const { poster, connectionDirectory: connections } = services;
  const nowMs = (): number => Date.now();
  const http = createHttpServer({ ...options, readiness: () => readiness(services) });
  const receive = createReceiveDelivery({ poster, newId: uuidv7 });
  registerJerry(http.app, { connections, receive, nowMs });
  registerWinitEvents(http.app, { connections, receive, nowMs });
  return http;
}

/** Undefined when the gateway can do its work, else what is missing. */
async function readiness({ readPool }: Services): Promise<string | undefined> {
  try {
    await readPool.query('SELECT 1');
    return undefined;
  } catch {
    return 'The database cannot be reached.';
  }
}
