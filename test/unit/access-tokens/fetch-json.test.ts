import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isReachable } from '../../../src/access-tokens/addresses';
import { fetchKeys } from '../../../src/access-tokens/fetch-keys';
import { FetchError, fetchJson } from '../../../src/access-tokens/fetch-json';
import { TOKEN_LIMITS } from '../../../src/access-tokens/limits';
import { urlFault } from '../../../src/application/ports/token-issuers';

const NOWHERE = { loopback: false, privateNetwork: false };
const LOOPBACK = { loopback: true, privateNetwork: false };
const EVERYWHERE = { loopback: true, privateNetwork: true };

describe('addresses', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.0.1', '100.128.0.0', '192.167.255.255'],
    ...['2606:4700::1111', '2a00:1450:4001::5e', '2000::1', '3fff:ffff::1'],
  ])('%s is public', (address) => {
    expect(isReachable(address, NOWHERE)).toBe(true);
  });

  it.each(['127.0.0.1', '127.255.255.255', '::1'])('%s is this machine', (address) => {
    expect([NOWHERE, LOOPBACK, EVERYWHERE].map((reach) => isReachable(address, reach))).toEqual([false, true, true]);
  });

  it.each([
    ...['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.255.255'],
    ...['fc00::1', 'fdff:ffff::1'],
  ])('%s is private', (address) => {
    expect([NOWHERE, LOOPBACK, EVERYWHERE].map((reach) => isReachable(address, reach))).toEqual([false, false, true]);
  });

  it.each([
    ...[
      '169.254.169.254',
      '169.254.0.1',
      '0.0.0.0',
      '0.1.2.3',
      '192.0.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      'fe80::1',
      'febf::1',
      '::',
      'ff02::1',
      '2001:db8::1',
      '2002:7f00:1::',
      '2001::1',
      '64:ff9b::7f00:1',
      'fd00:ec2::254',
    ],
    ...['::ffff:169.254.169.254', '::ffff:8.8.8.8', 'localhost', '', '1', '127.1', '0x7f.0.0.1'],
  ])('%j is never reached', (address) => {
    expect(isReachable(address, EVERYWHERE)).toBe(false);
  });

  it.each(['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1'])('%s is not public', (address) => {
    expect(isReachable(address, NOWHERE)).toBe(false);
  });
});

describe('URLs', () => {
  it.each([
    'https://idp.example',
    'https://idp.example:8443/a/b?c=d',
    'http://localhost:1',
    'http://127.0.0.1',
    'http://[::1]:80/',
  ])('%s can be fetched', (url) => {
    expect(urlFault(url)).toBeNull();
  });

  it.each([
    ...['http://idp.example', 'http://10.0.0.1', 'http://127.0.0.2', 'http://localhost.example', 'ftp://idp.example'],
    ...['file:///etc/passwd', 'data:,x', 'javascript:1', 'idp.example', '//idp.example', '', ' https://idp.example'],
    ...['https://idp.example\n', 'https://idp\t.example', 'https://ídp.example', 'https://', 'https://u@idp.example'],
    ...['https://u:p@idp.example', 'https://idp.example#a', `https://idp.example/${'a'.repeat(255)}`],
  ])('%j cannot', (url) => {
    expect(urlFault(url)).toEqual(expect.any(String));
  });
});

describe('fetching', () => {
  let server: Server;
  let port: number;
  let requests: number;
  let answer: string;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      requests += 1;
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  beforeEach(() => {
    requests = 0;
    answer = '{"ok":true}';
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const fetched = (host: string, reach = NOWHERE, signal = new AbortController().signal) =>
    fetchJson(`http://${host}:${port}/`, reach, signal);

  it.each(['127.0.0.1', 'localhost'])('connects to %s only where this machine may be reached', async (host) => {
    await expect(fetched(host)).rejects.toThrow('private or special network');
    expect(requests).toBe(0);
    expect(await fetched(host, LOOPBACK)).toEqual({ ok: true });
  });

  it.each([
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fe80::1]/',
    'https://0x7f000001/',
  ])('does not connect to %s', async (url) => {
    await expect(fetchJson(url, NOWHERE, new AbortController().signal)).rejects.toThrow('private or special network');
  });

  it.each<[string, string | null, boolean, string]>([
    ['https://127.0.0.2:1', null, false, 'private or special network'],
    ['https://127.0.0.2:1', null, true, 'ECONNREFUSED'],
    ['https://127.0.0.1:1', null, false, 'ECONNREFUSED'],
    ['https://idp.example', 'http://127.0.0.1:1/keys', false, 'ECONNREFUSED'],
    ['http://127.0.0.1:1', 'https://127.0.0.2:1/keys', false, 'private or special network'],
    ['https://10.0.0.1', null, false, 'private or special network'],
    ['https://169.254.169.254', null, true, 'private or special network'],
  ])('of the keys of %s at %s, private networks allowed: %s', async (issuer, jwksUrl, privateNetwork, message) => {
    await expect(fetchKeys({ issuer, jwksUrl, privateNetwork })).rejects.toThrow(message);
  });

  it('reads so many bytes, and not one more', async () => {
    answer = '1'.padEnd(TOKEN_LIMITS.documentBytes);
    expect(await fetched('127.0.0.1', LOOPBACK)).toBe(1);
    answer += ' ';
    await expect(fetched('127.0.0.1', LOOPBACK)).rejects.toThrow('more than 65536 bytes');
  });

  it('ends when its time is over', async () => {
    await expect(fetched('127.0.0.1', LOOPBACK, AbortSignal.abort())).rejects.toThrow(FetchError);
    expect(requests).toBe(0);
  });
});
