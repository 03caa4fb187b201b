import { SERVER_URL_VARIABLE } from './database';
import { startTestServer, type TestServer } from './server';

declare global {
  /** Handed from the setup to the teardown of one run. */
  var testServer: TestServer | undefined;
}

/** Starts the one server of this run. */
export default async function globalSetup(): Promise<void> {
  const server = await startTestServer();
  globalThis.testServer = server;
  process.env[SERVER_URL_VARIABLE] = server.url;
  // A run that is interrupted has no teardown, and the server, in a process group of its own, would stay.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server.stop().finally(() => process.exit(130));
    });
  }
}
