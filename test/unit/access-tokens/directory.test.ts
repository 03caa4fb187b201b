import { createHmac, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createAccessTokenDirectory } from '../../../src/access-tokens';
import { TOKEN_LIMITS } from '../../../src/access-tokens/limits';
import type { Scope } from '../../../src/application/ports/access';
import { IssuerUnavailableError } from '../../../src/application/ports/failures';
import { TOKEN_ALGORITHMS, type TokenIssuer } from '../../../src/application/ports/token-issuers';
import { AUDIENCE, newKey, part, TestIssuer, type TokenOptions } from '../../support/token-issuer';

const TENANT = '019a0000-0000-7000-8000-000000000001';
const OTHER_TENANT = '019a0000-0000-7000-8000-000000000002';

let issuer: TestIssuer;
let elsewhere: TestIssuer;
let configured: TokenIssuer[];
/** For how long keys have been used. */
let clockMs: number;
let nowMs: () => number;
let warnings: string[];
let lookUps: number;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  elsewhere = await TestIssuer.start();
});

afterAll(() => Promise.all([issuer.close(), elsewhere.close()]));

beforeEach(() => {
  issuer.keys = [issuer.key.publicJwk];
  issuer.respondKeys = issuer.respondDiscovery = undefined;
  issuer.asked.length = 0;
  configured = [settings()];
  clockMs = 0;
  nowMs = Date.now;
  warnings = [];
  lookUps = 0;
});

const settings = (changes: Partial<TokenIssuer> = {}): TokenIssuer => ({
  ...{ tenantId: TENANT, issuerId: 'i1', name: 'idp', issuer: issuer.url, audience: AUDIENCE, requiredClaim: null },
  algorithms: [...TOKEN_ALGORITHMS],
  ...{ scopeClaim: 'scope', scopePrefix: '', scopes: ['stock:read', 'stock:write'], jwksUrl: null },
  ...{ clockToleranceSeconds: 0, privateNetwork: false },
  ...changes,
});

function open() {
  return createAccessTokenDirectory({
    issuers: {
      byIssuer: (iss) => {
        lookUps += 1;
        return Promise.resolve(configured.filter((known) => known.issuer === iss));
      },
    },
    clients: {
      clientOf: ({ name }, subject, isOrigin) =>
        Promise.resolve({ clientId: isOrigin ? 'stored' : 'derived', clientName: `${name}: ${subject}` }),
    },
    warn: (_message, error) => warnings.push((error as Error).message),
    nowMs: () => nowMs(),
    clock: { now: () => clockMs },
  });
}

const accepted = { principal: { tenantId: TENANT, clientName: 'idp: user-1' }, issuerId: 'i1' };
const refusedFor = (text: string) => ({ fault: expect.stringContaining(text) as string });
const authenticate = async (options: TokenOptions = {}, directory = open()) =>
  directory.authenticate(await issuer.token(options));

it('accepts a token, whose subject is the client', async () => {
  expect(await authenticate()).toEqual({
    issuerId: 'i1',
    principal: {
      ...{ tenantId: TENANT, clientId: 'derived', clientName: 'idp: user-1', keyId: null },
      ...{
        scopes: new Set(['stock:read']),
        inventoryOrganisations: false,
        limits: null,
        origins: null,
        addresses: null,
      },
    },
  });
});

describe('claims', () => {
  const seconds = (offset: number) => Math.floor(Date.now() / 1_000) + offset;

  it.each<[string, unknown, string]>([
    ...['iss', 'sub', 'aud', 'exp', 'iat'].flatMap((claim): [string, unknown, string][] => [
      [claim, undefined, claim],
      [claim, null, claim],
      [claim, {}, claim],
      [claim, claim === 'exp' || claim === 'iat' ? '9999999999' : '', ''],
      [claim, claim === 'exp' || claim === 'iat' ? [] : 7, ''],
    ]),
    ['nbf', 'soon', 'nbf'],
    ['iss', 'https://elsewhere.example', 'no issuer and audience'],
    ['iss', 'x'.repeat(256), 'iss'],
    ['sub', 'x'.repeat(256), 'sub'],
    ['aud', 'https://elsewhere.example', 'no issuer and audience'],
    ['aud', [], 'no issuer and audience'],
    ['aud', [AUDIENCE, 7], 'aud'],
    ['aud', AUDIENCE.toUpperCase(), 'no issuer and audience'],
    ['exp', seconds(-1), 'has expired'],
    ['exp', seconds(-86_400), 'has expired'],
    ['exp', seconds(90_000), 'for longer than 86400 seconds'],
    ['nbf', seconds(250), 'not valid yet'],
    ['nbf', seconds(86_400), 'not valid yet'],
    ['iat', seconds(250), 'not valid yet'],
    ['iat', seconds(-86_400), 'for longer than'],
  ])('refuses %s %j', async (claim, value, text) => {
    expect(await authenticate({ claims: { [claim]: value } })).toEqual(refusedFor(text));
  });

  it('accepts its audience among others, and a type of any case', async () => {
    const claims = { aud: ['https://elsewhere.example', AUDIENCE], nbf: seconds(-5) };
    for (const typ of ['at+jwt', 'application/at+jwt', 'JWT', 'jwt', undefined]) {
      expect(await authenticate({ claims, header: { typ } })).toMatchObject(accepted);
    }
  });

  it('tolerates the difference of clocks that the issuer may have, and no more', async () => {
    configured = [settings({ clockToleranceSeconds: 60 })];
    const of = (offset: number) => ({ claims: { iat: seconds(-600), exp: seconds(offset) } });
    expect(await authenticate(of(-50))).toMatchObject(accepted);
    expect(await authenticate(of(-61))).toEqual(refusedFor('has expired'));
    expect(await authenticate({ claims: { nbf: seconds(50) } })).toMatchObject(accepted);
    expect(await authenticate({ claims: { nbf: seconds(90) } })).toEqual(refusedFor('not valid yet'));
  });

  it('refuses a token at the second at which it expires, though it was accepted before', async () => {
    const directory = open();
    const token = await issuer.token();
    expect(await directory.authenticate(token)).toMatchObject(accepted);
    const later = Date.now() + 300_000;
    nowMs = () => later;
    expect(await directory.authenticate(token)).toEqual(refusedFor('has expired'));
  });
});

describe('signatures', () => {
  it.each(TOKEN_ALGORITHMS)('accepts %s where the issuer may use it, and nowhere else', async (algorithm) => {
    const key = await newKey(algorithm, 'another');
    issuer.keys = [issuer.key.publicJwk, key.publicJwk];
    configured = [settings({ algorithms: [algorithm] })];
    expect(await authenticate({ key })).toMatchObject(accepted);
    configured = [settings({ algorithms: TOKEN_ALGORITHMS.filter((other) => other !== algorithm) })];
    expect(await authenticate({ key })).toEqual(refusedFor(`signed with ${algorithm}, which is not accepted`));
  });

  it.each(['none', 'None', 'NONE', 'HS256', 'HS384', 'HS512', 'RS1', 'ES256K', 'dir', '', 7, null, undefined])(
    'refuses the algorithm %j without looking anything up',
    async (alg) => {
      const signed = `${part({ alg, typ: 'JWT', kid: 'key-1' })}.${part(issuer.claims())}`;
      const { publicJwk } = issuer.key;
      for (const secret of [
        JSON.stringify(publicJwk),
        publicJwk.x ?? '',
        Buffer.from(publicJwk.x ?? '', 'base64url'),
        '',
      ]) {
        const signature = createHmac('sha256', secret).update(signed).digest('base64url');
        for (const token of [`${signed}.${signature}`, `${signed}.`, `${signed}.AA`]) {
          expect(await open().authenticate(token)).toEqual({ fault: expect.any(String) as string });
        }
      }
      expect([lookUps, issuer.asked]).toEqual([0, []]);
    },
  );

  it('refuses HS256 with the PEM of a public RSA key as its secret', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    issuer.keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'rsa' }];
    const pem = publicKey.export({ format: 'pem', type: 'spki' });
    const tokenOf = (alg: string, signer: (text: string) => Buffer): string => {
      const signed = `${part({ alg, kid: 'rsa' })}.${part(issuer.claims())}`;
      return `${signed}.${signer(signed).toString('base64url')}`;
    };
    const directory = open();
    const hmac = (text: string) => createHmac('sha256', pem).update(text).digest();
    expect(await directory.authenticate(tokenOf('HS256', hmac))).toEqual(refusedFor('asymmetric'));
    expect(await directory.authenticate(tokenOf('RS256', hmac))).toEqual(
      refusedFor('unknown key, or one that is wrong'),
    );
    const right = (text: string) => sign('sha256', Buffer.from(text), privateKey);
    expect(await directory.authenticate(tokenOf('RS256', right))).toMatchObject(accepted);
  });

  it('refuses a token with any part changed, cut, swapped or added', async () => {
    const directory = open();
    const token = await issuer.token();
    const [header = '', claims = '', signature = ''] = token.split('.');
    const [, , otherSignature = ''] = (await issuer.token({ claims: { sub: 'user-2' } })).split('.');
    const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    const changed = [
      ...Array.from(claims, (_, at) => `${header}.${flip(claims, at)}.${signature}`),
      // The last character of a signature has bits that mean nothing.
      ...Array.from(signature.slice(0, -1), (_, at) => `${header}.${claims}.${flip(signature, at)}`),
      ...Array.from(signature, (_, at) => `${header}.${claims}.${signature.slice(0, at)}`),
      ...Array.from({ length: token.length }, (_, at) => token.slice(0, at)),
      `${header}.${claims}.${otherSignature}`,
      `${header}.${claims}.${signature}${signature}`,
      `${header}.${part({ ...issuer.claims(), scope: 'admin' })}.${signature}`,
      ...[`${token}.`, `.${token}`, `${token}.AA.BB`, `${header}..${signature}`, `${claims}.${header}.${signature}`],
      ...[
        '.',
        '..',
        '...',
        'a.b.c',
        'eyJ.eyJ.eyJ',
        `${header}.${part([])}.${signature}`,
        `${header}.AAAA.${signature}`,
      ],
    ];
    for (const text of changed)
      expect(await directory.authenticate(text)).toEqual({ fault: expect.any(String) as string });
    expect(await directory.authenticate(token)).toMatchObject(accepted);
  });

  it('refuses a token of another issuer that says to be of this one', async () => {
    const foreign = await newKey('ES256', 'key-1');
    expect(await authenticate({ key: foreign })).toEqual(refusedFor('unknown key, or one that is wrong'));
    const claims = { iss: issuer.url };
    expect(await open().authenticate(await elsewhere.token({ claims }))).toEqual(refusedFor('unknown key'));
  });

  it('is of the key of its own issuer, though another one has a key of the same id', async () => {
    configured = [settings(), settings({ issuer: elsewhere.url, issuerId: 'i2' })];
    const directory = open();
    expect(await directory.authenticate(await issuer.token())).toMatchObject(accepted);
    expect(await directory.authenticate(await elsewhere.token())).toMatchObject({ issuerId: 'i2' });
    for (const [one, other] of [
      [issuer, elsewhere],
      [elsewhere, issuer],
    ] as const) {
      const token = await one.token({ claims: { iss: other.url } });
      expect(await directory.authenticate(token)).toEqual(refusedFor('unknown key, or one that is wrong'));
    }
    elsewhere.asked.length = 0;
  });

  it('of an RSA key that is too short is refused', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    issuer.keys = [issuer.key.publicJwk, { ...publicKey.export({ format: 'jwk' }), kid: 'short' }];
    const signed = `${part({ alg: 'RS256', kid: 'short' })}.${part(issuer.claims())}`;
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    expect(await open().authenticate(`${signed}.${signature}`)).toEqual(refusedFor('unknown key'));
  });

  it('uses no key that comes with the token', async () => {
    const key = await newKey('ES256', 'own');
    const { publicJwk: jwk } = key;
    for (const header of [
      { jwk },
      { jku: `${elsewhere.url}/keys` },
      { x5u: `${elsewhere.url}/keys` },
      { x5c: ['AA'] },
    ]) {
      expect(await authenticate({ key, header })).toEqual(refusedFor('unknown key'));
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ crit: ['b64'], b64: false }, ''],
    [{ crit: ['exp'] }, ''],
    [{ cty: 'JWT' }, 'contains another token'],
    [{ typ: 'logout+jwt' }, 'by its type'],
    [{ typ: 7 }, 'by its type'],
    [{ kid: 7 }, 'key id'],
    [{ kid: 'x'.repeat(256) }, 'key id'],
    [{ kid: '../../etc/passwd' }, 'unknown key'],
  ])('refuses the header %j', async (header, text) => {
    const [, claims = ''] = (await issuer.token()).split('.');
    const signed = `${part({ alg: 'ES256', kid: 'key-1', ...header })}.${claims}`;
    const jwk = Buffer.from(await crypto.subtle.exportKey('pkcs8', issuer.key.privateKey));
    const privateKey = createPrivateKey({ key: jwk, format: 'der', type: 'pkcs8' });
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    expect(await open().authenticate(`${signed}.${signature.toString('base64url')}`)).toEqual(refusedFor(text));
  });

  it('refuses a token in a token, an encrypted one, and a huge one', async () => {
    const inner = await issuer.token();
    const nested = `${part({ alg: 'ES256', kid: 'key-1' })}.${Buffer.from(inner).toString('base64url')}.AAAA`;
    expect(await open().authenticate(nested)).toEqual(refusedFor('cannot be decoded'));
    expect(await open().authenticate('a.b.c.d.e')).toEqual(refusedFor('three parts'));
    expect(await authenticate({ claims: { filler: 'x'.repeat(TOKEN_LIMITS.characters) } })).toEqual(
      refusedFor('at most 8192'),
    );
    expect(await open().authenticate('.'.repeat(1_000_000))).toEqual(refusedFor('at most 8192'));
    expect(lookUps).toBe(0);
  });
});

describe('tenants', () => {
  it('are told apart by the audience', async () => {
    configured = [settings(), settings({ tenantId: OTHER_TENANT, issuerId: 'i2', audience: 'other' })];
    expect(await authenticate()).toMatchObject(accepted);
    expect(await authenticate({ claims: { aud: 'other' } })).toMatchObject({ principal: { tenantId: OTHER_TENANT } });
    expect(await authenticate({ claims: { aud: ['other', AUDIENCE] } })).toEqual(refusedFor('several audiences'));
  });

  it('are told apart by a claim', async () => {
    configured = [
      settings({ requiredClaim: { name: 'org_id', value: 'one' } }),
      settings({ tenantId: OTHER_TENANT, issuerId: 'i2', requiredClaim: { name: 'org_id', value: 'two' } }),
    ];
    expect(await authenticate({ claims: { org_id: 'one' } })).toMatchObject(accepted);
    expect(await authenticate({ claims: { org_id: 'two' } })).toMatchObject({ principal: { tenantId: OTHER_TENANT } });
    for (const org_id of ['three', undefined, ['one'], 1, '']) {
      expect(await authenticate({ claims: { org_id } })).toEqual(refusedFor('no issuer and audience'));
    }
  });

  it('share the keys of an issuer', async () => {
    configured = [settings(), settings({ tenantId: OTHER_TENANT, audience: 'other' })];
    const directory = open();
    await Promise.all([authenticate({}, directory), authenticate({ claims: { aud: 'other' } }, directory)]);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });
});

describe('scopes', () => {
  const scopesOf = async (changes: Partial<TokenIssuer>, claims: Record<string, unknown>) => {
    configured = [settings(changes)];
    const caller = await authenticate({ claims: { scope: undefined, ...claims } });
    return 'principal' in caller ? [...caller.principal.scopes] : caller;
  };
  const all: Partial<TokenIssuer> = { scopes: ['stock:read', 'stock:write', 'admin'] };

  it.each<[string, Partial<TokenIssuer>, Record<string, unknown>, Scope[]]>([
    ['a text', {}, { scope: 'openid stock:write  stock:read profile' }, ['stock:read', 'stock:write']],
    ['a list', { scopeClaim: 'permissions' }, { permissions: ['stock:read', 7, null] }, ['stock:read']],
    ['a prefix', { scopePrefix: 'api/' }, { scope: 'api/stock:read stock:write apistock:write' }, ['stock:read']],
    ['not more than its issuer may give', {}, { scope: 'stock:read admin orders:write' }, ['stock:read']],
    ['no sets', all, { scope: 'read write' }, []],
    ['no other case or form', all, { scope: 'STOCK:READ stock.read stock:read,admin stock:*' }, []],
    ['another claim', { scopeClaim: 'scp' }, { scope: 'stock:read' }, []],
    ['an inherited member', { scopeClaim: 'toString' }, {}, []],
    ['an object', all, { scope: { 'stock:read': true } }, []],
    ['a number', all, { scope: 1 }, []],
    ['nothing', all, {}, []],
  ])('of %s', async (_name, changes, claims, expected) => {
    expect(await scopesOf(changes, claims)).toEqual(expected);
  });

  it('that change something make the client an origin', async () => {
    expect(await authenticate({ claims: { scope: 'stock:read stock:write' } })).toMatchObject({
      principal: { clientId: 'stored' },
    });
  });
});

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens at a time', async () => {
    const directory = open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => authenticate({}, directory)));
    for (const answer of answers) expect(answer).toMatchObject(accepted);
    expect(issuer.asked).toHaveLength(2);
  });

  it('are fetched again for an unknown key, at most once in the cool-down', async () => {
    const directory = open();
    expect(await authenticate({}, directory)).toMatchObject(accepted);
    const next = await newKey('ES256', 'key-2');
    issuer.keys = [next.publicJwk];
    clockMs += TOKEN_LIMITS.coolDownMs - 1;
    expect(await authenticate({ key: next }, directory)).toEqual(refusedFor('unknown key'));
    expect(issuer.asked).toHaveLength(2);
    clockMs += 1;
    expect(await authenticate({ key: next }, directory)).toMatchObject(accepted);
    expect(issuer.asked).toHaveLength(4);
    // The key before was withdrawn.
    for (let time = 0; time < 50; time += 1)
      expect(await authenticate({}, directory)).toEqual(refusedFor('unknown key'));
    expect(issuer.asked).toHaveLength(4);
  });

  it('are fetched again after a while, so that a withdrawn key is refused', async () => {
    const directory = open();
    await authenticate({}, directory);
    issuer.keys = [(await newKey('ES256', 'key-2')).publicJwk];
    clockMs += TOKEN_LIMITS.keysFreshMs + 1;
    // Nobody waits for that.
    expect(await authenticate({}, directory)).toMatchObject(accepted);
    const refused = () => authenticate({}, directory).then((answer) => 'fault' in answer);
    while (!(await refused())) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(warnings).toEqual([]);
  });

  it('may have no ids, and then one has to fit', async () => {
    const [one, two] = await Promise.all([newKey('ES256', null), newKey('ES256', null)]);
    const without = { kid: undefined };
    issuer.keys = [one.publicJwk];
    expect(await authenticate({ key: one, header: without })).toMatchObject(accepted);
    issuer.keys = [one.publicJwk, two.publicJwk];
    expect(await authenticate({ key: one, header: without })).toEqual(refusedFor('cannot be checked'));
  });

  it('are at the JWKS URL where there is one', async () => {
    configured = [settings({ jwksUrl: `${issuer.url}/own-keys?p=1` })];
    expect(await authenticate()).toMatchObject(accepted);
    expect(issuer.asked).toEqual(['/own-keys?p=1']);
  });

  it.each<[string, (good: Record<string, unknown>) => Record<string, unknown>]>([
    ['for encryption', (good) => ({ ...good, use: 'enc' })],
    ['for signing only', (good) => ({ ...good, key_ops: ['sign'] })],
    ['of another algorithm', (good) => ({ ...good, alg: 'ES384' })],
    ['that is private', (good) => ({ ...good, d: good['x'] })],
    ['that is symmetric', (good) => ({ kty: 'oct', kid: 'key-1', k: good['x'] })],
    ['beside its curve', (good) => ({ ...good, x: good['y'], y: good['x'] })],
    ['of another kind', (good) => ({ ...good, kty: 'RSA', n: 'AQAB', e: 'AQAB' })],
    ['with a huge member', (good) => ({ ...good, kty: 'RSA', n: 'A'.repeat(1_401), e: 'AQAB' })],
    ['whose id is no text', (good) => ({ ...good, kid: 1 })],
    ['whose use is no text', (good) => ({ ...good, use: ['sig'] })],
  ])('are not used: one %s', async (_name, change) => {
    const other = await newKey('RS256', 'other');
    issuer.keys = [change({ ...issuer.key.publicJwk }), other.publicJwk];
    expect(await authenticate()).toEqual(refusedFor('unknown key'));
    expect(warnings).toEqual([]);
  });
});

describe('an issuer that is down', () => {
  const unavailable = (directory = open()) =>
    expect(authenticate({}, directory)).rejects.toThrow(IssuerUnavailableError);
  const fails: [string, string, () => void][] = [
    [
      'answers with 500',
      'status 500',
      () => (issuer.respondKeys = (_, response) => response.writeHead(500).end('secret')),
    ],
    ['sends garbage', 'no JSON', () => (issuer.respondKeys = (_, response) => response.end('<html>'))],
    ['sends no keys', 'no list', () => (issuer.respondKeys = (_, response) => response.end('{"keys":{}}'))],
    ['sends null', 'no list', () => (issuer.respondKeys = (_, response) => response.end('null'))],
    ['has none to use', 'no public key', () => (issuer.keys = [])],
    ['has too many', 'more than 100', () => (issuer.keys = Array.from({ length: 101 }, () => issuer.key.publicJwk))],
    [
      'cuts the answer',
      'cannot be reached',
      () =>
        (issuer.respondKeys = (_, response) => {
          response.writeHead(200, { 'content-length': '100' }).write('{');
          setImmediate(() => response.destroy());
        }),
    ],
    [
      'sends too much',
      'more than 65536 bytes',
      () =>
        (issuer.respondKeys = (_, response) => {
          const more = (): void => {
            while (!response.destroyed && response.write(' '.repeat(16_384)));
          };
          response.on('drain', more);
          more();
        }),
    ],
    [
      'redirects',
      'status 302',
      () =>
        (issuer.respondKeys = (_, response) => response.writeHead(302, { location: `${elsewhere.url}/keys` }).end()),
    ],
    [
      'names another issuer',
      'another issuer',
      () =>
        (issuer.respondDiscovery = (_, response) =>
          response.end(JSON.stringify({ issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/keys` }))),
    ],
    [
      'names no keys',
      'no jwks_uri',
      () => (issuer.respondDiscovery = (_, response) => response.end(JSON.stringify({ issuer: issuer.url }))),
    ],
    ...[
      'http://169.254.169.254/keys',
      'http://10.0.0.1/keys',
      'file:///etc/passwd',
      'ftp://127.0.0.1/',
      'https://u:p@127.0.0.1/',
      'gopher:x',
      '//',
      '',
    ].map((jwks_uri): [string, string, () => void] => [
      `names keys at ${jwks_uri}`,
      'its URL',
      () => (issuer.respondDiscovery = (_, response) => response.end(JSON.stringify({ issuer: issuer.url, jwks_uri }))),
    ]),
    [
      'names keys in a private network',
      'private or special',
      () =>
        (issuer.respondDiscovery = (_, response) =>
          response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: 'https://10.0.0.1/keys' }))),
    ],
  ];

  it.each(fails)('%s: tokens are tried later', async (_name, warning, fail) => {
    fail();
    await unavailable();
    expect(warnings).toEqual([expect.stringContaining(warning)]);
    expect(warnings.join()).not.toContain('secret');
    expect(elsewhere.asked).toEqual([]);
  });

  it.each(fails)('%s: known keys are used on, and for a day at most', async (_name, _warning, fail) => {
    const directory = open();
    await authenticate({}, directory);
    fail();
    clockMs = TOKEN_LIMITS.keysKeptMs;
    expect(await authenticate({}, directory)).toMatchObject(accepted);
    await expect(authenticate({ header: { kid: 'unknown' } }, directory)).rejects.toThrow(IssuerUnavailableError);
    expect(await authenticate({}, directory)).toMatchObject(accepted);
    clockMs += TOKEN_LIMITS.retryMs;
    await unavailable(directory);
  });

  it('answers nothing: who waits is asked to come back, and the next fetch can succeed', async () => {
    issuer.respondKeys = () => undefined;
    const directory = open();
    await unavailable(directory);
    expect(warnings).toEqual([]);
  });

  it('is not asked again for a moment, whatever comes', async () => {
    issuer.respondKeys = (_, response) => response.writeHead(500).end();
    const directory = open();
    for (let time = 0; time < 20; time += 1) await unavailable(directory);
    expect([issuer.asked.length, warnings.length]).toEqual([2, 1]);
    issuer.respondKeys = undefined;
    clockMs += TOKEN_LIMITS.retryMs;
    expect(await authenticate({}, directory)).toMatchObject(accepted);
  });

  it('cannot be connected to', async () => {
    const gone = await TestIssuer.start();
    await gone.close();
    configured = [settings({ issuer: gone.url })];
    await expect(open().authenticate(await gone.token())).rejects.toThrow(IssuerUnavailableError);
    expect(warnings).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});
