import { GATEWAY_URL_VARIABLE, SERVER_URL_VARIABLE } from './database';
import { startTestServer, type TestServer } from './server';

declare global {
  /** Passed from the setup to the teardown of a run. */
  var testServer: TestServer | undefined;
}

/** Starts the one server of this run. */
export default async function globalSetup(): Promise<void> {
  const server = await startTestServer();
  globalThis.testServer = server;
  process.env[SERVER_URL_VARIABLE] = server.ownerUrl;
  process.env[GATEWAY_URL_VARIABLE] = server.url;
  // An interrupted run has no teardown, and the server has its own process group, so it would keep running.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server.stop().finally(() => process.exit(130));
    });
  }
}
