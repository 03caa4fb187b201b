import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createAdjustmentOrders, type AdjustmentOrders } from '../../../../src/application/commands/adjustment-orders';
import type { Connection, ConnectionDirectory } from '../../../../src/application/ports/connections';
import type { NoteRefusal } from '../../../../src/application/ports/refusals';
import type { Poster } from '../../../../src/application/ports/poster';
import { createReceiveDelivery, type ReceiveDelivery } from '../../../../src/application/commands/receive-delivery';
import { createRejectCall, type RejectCall } from '../../../../src/application/commands/reject-call';
import {
  createSaveInventoryRecord,
  type SaveInventoryRecord,
} from '../../../../src/application/commands/save-inventory-record';
import { createSetStock, type SetStock } from '../../../../src/application/commands/set-stock';
import type { ConnectionRates } from '../../../../src/http/connection-rates';
import { createHttpServer } from '../../../../src/http/server';
import { CONNECTION, idOf, NOON, TENANT, TestLedger } from '../../../support/domain/test-ledger';
import { readsOf, type LedgerReads } from './ledger-readers';

/** All that the routes of a vendor may need. */
export interface LedgerDeps {
  readonly connections: ConnectionDirectory;
  readonly reads: LedgerReads;
  readonly setStock: SetStock;
  readonly receive: ReceiveDelivery;
  readonly reject: RejectCall;
  readonly orders: AdjustmentOrders;
  readonly save: SaveInventoryRecord;
  readonly noteRefusal: NoteRefusal;
  readonly newId: () => string;
  readonly nowMs: () => number;
}

export interface LedgerHarness {
  readonly app: FastifyInstance;
  readonly ledger: TestLedger;
  /** All that was logged. */
  logged(): string;
  close(): Promise<void>;
}

export interface LedgerHarnessOptions {
  readonly connections: readonly Connection[];
  /** The handle under which all of them are found. */
  readonly handle?: string;
  /** The token by which the first of them is found. */
  readonly token?: string;
  /** Where several of them have tokens or handles of their own. */
  readonly directory?: ConnectionDirectory;
  /** What the poster fails with. */
  readonly failWith?: Error;
  /** What looking for a location fails with. */
  readonly failReadsWith?: Error;
  /** Told of each request that is refused. */
  readonly noteRefusal?: NoteRefusal;
  /** By default those of the gateway. */
  readonly connectionRates?: ConnectionRates;
}

/** A connection whose postings a test ledger takes for those of its connection. */
export function connectionOf(kind: Connection['kind'], more: Partial<Connection> = {}): Connection {
  const name = `A connection of kind ${kind}`;
  return { tenantId: TENANT, id: CONNECTION.id, name, kind, locationCode: null, settings: {}, secrets: {}, ...more };
}

/** A server with one vendor's routes on the real use cases, whose ledger is in memory. Its clock stands at noon. */
export function makeLedgerHarness(
  register: (app: FastifyInstance, deps: LedgerDeps) => void,
  options: LedgerHarnessOptions,
): LedgerHarness {
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
    ...(options.connectionRates && { connectionRates: options.connectionRates }),
  });
  const ledger = new TestLedger();
  register(server.app, depsOf(ledger, options));
  return { app: server.app, ledger, logged: () => log, close: () => server.close() };
}

function depsOf(ledger: TestLedger, options: LedgerHarnessOptions): LedgerDeps {
  let ids = 0;
  const newId = (): string => idOf(0xb000 + ids++);
  const poster: Poster = {
    post: (posting) => (options.failWith ? Promise.reject(options.failWith) : Promise.resolve(ledger.post(posting))),
  };
  const reads = readsOf(ledger, options.failReadsWith);
  return {
    connections: options.directory ?? connectionDirectory(options),
    reads,
    setStock: createSetStock({ poster, nowMs: () => NOON }),
    receive: createReceiveDelivery({ poster, newId }),
    reject: createRejectCall({ poster, newId }),
    orders: createAdjustmentOrders({ poster, reads }),
    save: createSaveInventoryRecord({ poster, nowMs: () => NOON }),
    noteRefusal: options.noteRefusal ?? (() => undefined),
    newId,
    nowMs: () => NOON,
  };
}

function connectionDirectory({ connections, handle, token }: LedgerHarnessOptions): ConnectionDirectory {
  return {
    byToken: (kind, given) =>
      Promise.resolve(given === token ? connections.find((connection) => connection.kind === kind) : undefined),
    byHandle: (kind, given) =>
      Promise.resolve(given === handle ? connections.filter((connection) => connection.kind === kind) : []),
    byId: (_tenantId, id) => Promise.resolve(connections.find((connection) => connection.id === id)),
  };
}
