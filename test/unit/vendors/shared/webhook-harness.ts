import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Connection, ConnectionDirectory } from '../../../../src/application/ports/connections';
import type { ReceivedMessage } from '../../../../src/application/commands/receive-delivery';
import { createRejectCall } from '../../../../src/application/commands/reject-call';
import type { DecodedRow, Fact, RowFault } from '../../../../src/domain/plans/delivery';
import { createHttpServer } from '../../../../src/http/server';
import type { WebhookDeps } from '../../../../src/vendors/shared/webhook';
import { TestGateway } from '../../../support/domain/gateway';
import { idOf } from '../../../support/domain/test-ledger';

/** The clock of every harness, epoch milliseconds. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export const TOKEN = 'the-path-token';

/** The exact bytes of a fixture of a vendor. */
export function fixture(vendor: string, name: string): Buffer {
  return readFileSync(join(__dirname, '..', vendor, 'fixtures', name));
}

export interface Harness {
  readonly app: FastifyInstance;
  /** What the route has handed on, in order. */
  readonly received: ReceivedMessage[];
  /** What was kept of messages that were refused as a whole. */
  readonly rejected: { readonly body: string; readonly verdict: string; readonly detail: string }[];
  /** All that was logged. */
  logged(): string;
  close(): Promise<void>;
}

/** A server with one vendor's routes, and in place of the use case and the directory what the test says. */
export function makeHarness(
  register: (app: FastifyInstance, deps: WebhookDeps) => void,
  connection: Connection,
  failWith?: Error,
): Harness {
  const received: ReceivedMessage[] = [];
  const { ledger, poster } = new TestGateway();
  let log = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  const server = createHttpServer({
    logger: pino(destination),
    host: '127.0.0.1',
    port: 0,
    readiness: () => Promise.resolve(undefined),
  });
  register(server.app, {
    connections: directoryOf(connection),
    receive: (message) => {
      if (failWith) return Promise.reject(failWith);
      received.push(message);
      return Promise.resolve({ status: 'APPLIED', rows: [], belowZero: 0 });
    },
    reject: createRejectCall({ poster, newId: () => idOf(ledger.messages.length + 1) }),
    noteRefusal: () => undefined,
    nowMs: () => NOW_MS,
  });
  return {
    app: server.app,
    received,
    get rejected() {
      return ledger.messages.map(({ id, body, verdict }) => {
        const rows = ledger.rejected.filter(({ messageId }) => messageId === id);
        return { body, verdict, detail: rows.map(({ code, detail }) => `${code} ${detail}`).join() };
      });
    },
    logged: () => log,
    close: () => server.close(),
  };
}

function directoryOf(connection: Connection): ConnectionDirectory {
  return {
    byToken: (kind, token) => Promise.resolve(kind === connection.kind && token === TOKEN ? connection : undefined),
    byHandle: () => Promise.resolve([]),
    byId: (_tenantId, id) => Promise.resolve(id === connection.id ? connection : undefined),
  };
}

/** The fact of a row that has one. */
export function factOf(row: DecodedRow | { fact: Fact } | { fault: RowFault } | undefined): Fact {
  if (row && 'fact' in row) return row.fact;
  throw new Error(`no fact: ${JSON.stringify(row)}`);
}

/** What is wrong with a row that has a fault. */
export function faultOf(row: DecodedRow | { fact: Fact } | { fault: RowFault } | undefined): RowFault {
  if (row && 'fault' in row) return row.fault;
  throw new Error(`no fault: ${JSON.stringify(row)}`);
}
