import type { webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** A pair of keys of an issuer. */
export interface TestKey {
  readonly algorithm: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicJwk: JWK;
}

export async function newKey(algorithm: string, kid: string | null = 'key-1'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const named = kid === null ? {} : { kid };
  return {
    algorithm,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), ...named, alg: algorithm, use: 'sig' },
  };
}

export interface TokenOptions {
  readonly key?: TestKey;
  /** Replaces claims; one that is undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The same of the header. */
  readonly header?: Readonly<Record<string, unknown>>;
}

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

export const AUDIENCE = 'https://stock.example';

/** An OIDC issuer on loopback. Tests change what it answers. */
export class TestIssuer {
  /** The keys that it publishes. */
  keys: readonly JWK[] = [];
  /** Instead of the set of keys. */
  respondKeys: Respond | undefined;
  /** Instead of the discovery document. */
  respondDiscovery: Respond | undefined;
  /** The paths that were asked for. */
  readonly asked: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    readonly key: TestKey,
  ) {
    this.keys = [key.publicJwk];
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#respond(request, response);
    });
  }

  static async start(algorithm = 'ES256'): Promise<TestIssuer> {
    const key = await newKey(algorithm);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestIssuer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key);
  }

  /** A token that is accepted, unless the options say otherwise. */
  token({ key = this.key, claims = {}, header = {} }: TokenOptions = {}): Promise<string> {
    const protectedHeader = withoutUndefined({ typ: 'at+jwt', kid: key.publicJwk.kid, ...header });
    return new SignJWT(withoutUndefined({ ...this.claims(), ...claims }))
      .setProtectedHeader({ ...protectedHeader, alg: key.algorithm })
      .sign(key.privateKey);
  }

  claims(): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000);
    return { iss: this.url, aud: AUDIENCE, sub: 'user-1', iat: now, exp: now + 300, scope: 'stock:read' };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    const isDiscovery = path === '/.well-known/openid-configuration';
    const given = isDiscovery ? this.respondDiscovery : this.respondKeys;
    const document = isDiscovery ? { issuer: this.url, jwks_uri: `${this.url}/keys` } : { keys: this.keys };
    if (given) given(request, response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  }
}

const withoutUndefined = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

export const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
