import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What the proxy does with a COMMIT: pass it on, cut the connection before the server sees it, lose it after what was sent
 * with it has been answered, cut the connection after the server has committed and before the client gets the answer, hold
 * it until it is released, or tell the client of an error although the server has committed.
 */
export type CommitFate = 'PASS' | 'CUT_BEFORE' | 'LOSE' | 'CUT_AFTER' | 'HOLD' | { readonly errorAfter: string };

/** How long what was sent with a lost COMMIT may take to be answered. */
const ANSWERED_WITHIN_MS = 50;

/** A simple query "COMMIT" of PostgreSQL's protocol, version 3, and the server's answer to it. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0');
const COMMITTED = Buffer.from('C\0\0\0\x0bCOMMIT\0');

/** An error of the server, without the field of the SQLSTATE where that is empty. */
function errorMessage(sqlState: string): Buffer {
  const fields = Buffer.from(`SERROR\0${sqlState === '' ? '' : `C${sqlState}\0`}Mrejected\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

function replaced(chunk: Buffer, part: Buffer, by: Buffer): Buffer {
  const start = chunk.indexOf(part);
  return start < 0 ? chunk : Buffer.concat([chunk.subarray(0, start), by, chunk.subarray(start + part.length)]);
}

/** A proxy between a poster and its server that breaks connections during a commit. */
export class CommitProxy {
  /** Decides about each COMMIT in order. */
  fateOf: () => CommitFate = () => 'PASS';
  /** How many were cut. */
  cuts = 0;
  /** How long bytes stay in the proxy, either way. */
  delayMs = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #upstreams = new Set<Socket>();
  /** The last bytes that are on their way to a socket. */
  readonly #delayed = new Map<Socket, Promise<void>>();
  readonly #held: { chunk: Buffer; upstream: Socket; client: Socket }[] = [];
  #paused: (() => void)[] | undefined;

  private constructor(
    server: Server,
    private readonly target: URL,
  ) {
    this.#server = server;
    server.on('connection', (client) => {
      this.#accept(client);
    });
  }

  /** Listens on a port of its own for connections to the server of this URL. */
  static async start(targetUrl: string): Promise<CommitProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CommitProxy(server, new URL(targetUrl));
  }

  /** The URL of the target through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** How many COMMITs are held. */
  get held(): number {
    return this.#held.length;
  }

  /** Passes the held COMMITs on to the server. */
  passHeld(): void {
    for (const { chunk, upstream } of this.#held.splice(0)) upstream.write(chunk);
  }

  /** Drops the held COMMITs and their connections. */
  cutHeld(): void {
    for (const { client, upstream } of this.#held.splice(0)) this.#cut(client, upstream);
  }

  /** New connections wait until `resume`. */
  pause(): void {
    this.#paused = [];
  }

  resume(): void {
    const waiting = this.#paused ?? [];
    this.#paused = undefined;
    for (const open of waiting) open();
  }

  /** Cuts all connections. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Tells the server that no more will come on any connection, while its clients still wait for answers. */
  halfCloseAll(): void {
    for (const socket of this.#upstreams) socket.end();
  }

  /** Closes the port and all connections. A second call does nothing. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.cutAll();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const open = (): void => {
      this.#join(client, connect(Number(this.target.port), this.target.hostname));
    };
    if (this.#paused) this.#paused.push(open);
    else open();
  }

  #join(client: Socket, upstream: Socket): void {
    this.#upstreams.add(upstream);
    upstream.on('close', () => this.#upstreams.delete(upstream));
    let isAnswerCut = false;
    let error: Buffer | undefined;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      const fate = chunk.includes(COMMIT) ? this.fateOf() : 'PASS';
      if (fate === 'CUT_BEFORE') this.#cut(client, upstream);
      else if (fate === 'LOSE') this.#lose(chunk, client, upstream);
      else if (fate === 'HOLD') this.#held.push({ chunk, upstream, client });
      else this.#pass(chunk, upstream);
      if (fate === 'CUT_AFTER') isAnswerCut = true;
      if (typeof fate === 'object') error = errorMessage(fate.errorAfter);
    });
    upstream.on('data', (chunk) => {
      if (isAnswerCut && chunk.includes(COMMITTED)) this.#cut(client, upstream);
      else this.#pass(error ? replaced(chunk, COMMITTED, error) : chunk, client);
    });
  }

  /** Bytes stay in order, also when the delay ends. */
  #pass(chunk: Buffer, to: Socket): void {
    const write = (): void => {
      if (to.writable) to.write(chunk);
    };
    const before = this.#delayed.get(to);
    if (this.delayMs === 0 && !before) {
      write();
      return;
    }
    const { delayMs } = this;
    const passed = (before ?? Promise.resolve()).then(() => delay(delayMs)).then(write);
    this.#delayed.set(to, passed);
    void passed.then(() => {
      if (this.#delayed.get(to) === passed) this.#delayed.delete(to);
    });
  }

  #lose(chunk: Buffer, client: Socket, upstream: Socket): void {
    client.pause();
    upstream.write(chunk.subarray(0, chunk.indexOf(COMMIT)));
    setTimeout(() => {
      this.#cut(client, upstream);
    }, ANSWERED_WITHIN_MS);
  }

  #cut(client: Socket, upstream: Socket): void {
    this.cuts += 1;
    client.destroy();
    upstream.destroy();
  }
}
