/** A sample of spoilt proofs, codings and framings as bytes on a socket, of which the server reads much before a route does. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../src/app';
import { seedDemo } from '../../src/demo/seed';
import type { ConnectionKind } from '../../src/application/ports/connections';
import type { HttpServer } from '../../src/http/server';
import { openServices, type Services } from '../../src/services';
import { nextAddress } from '../support/addresses';
import { CONNECTION_DOORS, type ConnectionDoor, type Credentials } from '../support/connection-doors';
import { createTestDatabase, ownerRows, type TestDatabase } from '../support/database';
import { randomFrom } from '../support/written-secrets';
import { spoiltProofs } from '../unit/vendors/shared/hostile-proofs';

jest.setTimeout(60_000);

const SEED = Number(process.env['HOSTILE_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const SAMPLE = 30;

let database: TestDatabase;
let services: Services;
let http: HttpServer;
let dataDir: string;
let tenantId: string;
let port: number;
let log = '';

beforeAll(async () => {
  database = await createTestDatabase();
  const logger = pino({ level: 'warn' }, { write: (line: string) => (log += line) });
  services = await openServices({ url: database.gatewayUrl, ownerUrl: database.url }, [randomBytes(32)], logger);
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-sockets-'));
  await seedDemo(services, dataDir);
  tenantId = (await services.tenants.byCode('demo'))?.tenantId ?? '';
  http = createApp(services, { logger, host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.1'] });
  port = Number(new URL(await http.listen()).port);
});

afterAll(async () => {
  await http.close();
  await services.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
  process.stdout.write(`Seed ${SEED}.\n`);
});

/** A request as bytes: its lines, and what is behind them. */
interface Written {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const written = ({ method = '', url, headers = {}, payload }: InjectOptions): Written => ({
  ...{ method, target: url as string, body: Buffer.from(payload as string) },
  fields: Object.entries(headers).map(([name, value]) => [name, value as string] as const),
});

const bytesOf = ({ method, target, fields, body }: Written): Buffer => {
  const ours = [
    ['host', `127.0.0.1:${port}`],
    ['x-forwarded-for', nextAddress()],
    ['connection', 'close'],
  ] as const;
  const isFramed = fields.some(([name]) => /^(content-length|transfer-encoding)$/.test(name));
  const all = [...ours, ...fields, ...(isFramed ? [] : [['content-length', String(body.length)] as const])];
  const head = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body]);
};

/** All that comes back until the server ends the connection. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => (answer += data.toString()));
    // A server may refuse a body by closing before it has read it.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer);
    });
  });
}

async function answerTo(request: Written): Promise<LightMyRequestResponse> {
  const text = await exchange(bytesOf(request));
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  return {
    statusCode: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0),
    body,
    payload: body,
  } as LightMyRequestResponse;
}

/** How many messages the database has, and how many things that messages have done. */
async function kept(): Promise<{ messages: number; effects: number }> {
  const [row] = await ownerRows<{ messages: number; effects: number }>(
    database,
    `SELECT (SELECT count(*) FROM inbound_message)::int AS messages,
      ((SELECT count(*) FROM movement) + (SELECT count(*) FROM outcome))::int AS effects`,
  );
  return row ?? { messages: 0, effects: 0 };
}

/** Something of the form that a secret has. */
function forged(name: string): string {
  if (name === 'secret') return `whsec_${randomBytes(32).toString('base64')}`;
  return randomBytes(32).toString(name === 'envelopeSecret' ? 'base64' : 'base64url');
}

let messages = 0;

/** A new connection of a door, and its next messages. */
async function counterpart({ kind, location, settings = {}, handle, secrets, request }: ConnectionDoor) {
  messages += 1;
  const draft = {
    ...{ tenantId, kind: kind as ConnectionKind, name: `socket ${messages}`, locationCode: location ?? null },
    settings: { ...settings },
    secrets: Object.fromEntries(secrets.map((name) => [name, forged(name)])),
    ...(handle && { handle: handle(messages) }),
  };
  const { token } = await services.connections.create(draft);
  const credentials: Credentials = { token, handle: draft.handle ?? '', secrets: draft.secrets };
  return (): Written => {
    messages += 1;
    return written(request(credentials, messages));
  };
}

type Case = readonly [what: string, request: Written];

const withField = (request: Written, name: string, ...values: readonly string[]): Written => ({
  ...request,
  fields: [...request.fields.filter(([other]) => other !== name), ...values.map((value) => [name, value] as const)],
});

/** Blanks and line ends around a field are none of it, and its scheme is a word in any case. */
const meaningOf = (text: string): string =>
  text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '').replace(/^bearer +/i, 'Bearer ');

function sampled<One>(all: readonly One[], random: () => number): One[] {
  const left = [...all];
  return Array.from({ length: Math.min(SAMPLE, all.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  ).flat();
}

function* spoiltFields(request: Written, random: () => number): Generator<Case> {
  const token = request.target.startsWith('/webhooks/') ? (request.target.split('/').at(-1) ?? '') : '';
  for (const [name, valid] of request.fields.filter(([field]) => field !== 'content-type')) {
    const spoilt = [...spoiltProofs(valid, false, SEED)].flatMap(({ value }) =>
      typeof value === 'string' ? [value] : [],
    );
    const others = spoilt.filter((value) => meaningOf(value) !== valid && !value.split(' ').includes(valid));
    for (const value of sampled(others, random))
      yield [`${name}: ${JSON.stringify(value)}`, withField(request, name, value)];
    yield [`no ${name}`, withField(request, name)];
    yield [`${name} twice, both wrong`, withField(request, name, valid.slice(1), valid.slice(0, -1))];
    yield [`${name} on two lines`, withField(request, name, `${valid.slice(0, 5)}\r\n ${valid.slice(5)}`)];
    yield [`${name} with a blank before its colon`, withField(request, name, `x\r\n${name} : ${valid}`)];
  }
  if (token === '') return;
  const spoilt = [...spoiltProofs(token, false, SEED)].flatMap(({ value }) =>
    typeof value === 'string' ? [value] : [],
  );
  for (const value of sampled(
    spoilt.filter((one) => !isSamePath(one, token)),
    random,
  )) {
    yield [`path ${JSON.stringify(value)}`, { ...request, target: request.target.replace(token, () => value) }];
  }
}

const isSamePath = (text: string, token: string): boolean => {
  try {
    return decodeURIComponent(text).replace(/[?#].*|\s/gs, '') === token;
  } catch {
    return false;
  }
};

function* spoiltCodings(request: Written): Generator<Case> {
  const { body } = request;
  const [gzip, deflate] = [gzipSync(body), deflateSync(body)];
  const coded: readonly (readonly [string, Buffer])[] = [
    ['gzip', body],
    ['deflate', gzip],
    ['gzip', deflate],
    ['gzip', gzip.subarray(0, -5)],
    ['gzip', Buffer.concat([gzip, Buffer.from('x')])],
    ['gzip', gzipSync(Buffer.alloc(9 * 2 ** 20, ' '))],
    ['br', gzip],
    ['gzip, gzip', gzip],
    ['GZIP;q=1', gzip],
    ['', gzip],
    ['gzip\0', gzip],
  ];
  for (const [coding, bytes] of coded) {
    yield [
      `${JSON.stringify(coding)} of ${bytes.length} bytes`,
      { ...withField(request, 'content-encoding', coding), body: bytes },
    ];
  }
}

function* spoiltFramings(request: Written): Generator<Case> {
  const { length } = request.body;
  const framed = (what: string, fields: readonly (readonly [string, string])[], body = request.body): Case => [
    what,
    { ...request, body, fields: [...request.fields, ...fields] },
  ];
  const chunks = (size: string): Buffer =>
    Buffer.concat([Buffer.from(`${size}\r\n`), request.body, Buffer.from('\r\n0\r\n\r\n')]);
  yield framed(
    'a length and chunks',
    [
      ['content-length', String(length)],
      ['transfer-encoding', 'chunked'],
    ],
    chunks(length.toString(16)),
  );
  yield framed('two lengths', [
    ['content-length', String(length)],
    ['content-length', String(length - 1)],
  ]);
  for (const value of [
    `+${length}`,
    `-${length}`,
    `0x${length.toString(16)}`,
    `${length}, ${length}`,
    `${length}.0`,
    'NaN',
    '٣',
  ]) {
    yield framed(`a length of ${value}`, [['content-length', value]]);
  }
  yield framed('half the length', [['content-length', String(Math.floor(length / 2))]]);
  for (const size of ['xyz', '-1', 'fffffffffffffffff']) {
    yield framed(`a chunk of ${size}`, [['transfer-encoding', 'chunked']], chunks(size));
  }
  yield framed('an unknown coding', [['transfer-encoding', 'gzip']]);
  yield framed('chunks of no coding', [['transfer-encoding', 'chunked, identity']], chunks(length.toString(16)));
}

/** Its form of a refusal, or the server's where no route has seen the request. */
const isRefused = (door: ConnectionDoor, response: LightMyRequestResponse): boolean =>
  !door.isTaken(response) &&
  ((response.statusCode >= 400 && response.statusCode < 500 && response.statusCode !== 429) ||
    response.body === 'fail' ||
    (response.statusCode === 200 && /^\{"code":"\d/.test(response.body)));

const PUSHES = Object.entries(CONNECTION_DOORS).filter(([name]) => !/probe|lists/.test(name));

describe.each(PUSHES)('%s', (_name, door) => {
  test(`refuses what is not proven, coded or framed as it has to be, by the seed ${SEED}`, async () => {
    const next = await counterpart(door);
    const request = next();
    const faults: string[] = [];
    const refuse = async (cases: Iterable<Case>): Promise<void> => {
      for (const [what, spoilt] of cases) {
        const response = await answerTo(spoilt);
        if (!isRefused(door, response)) faults.push(`${what}: ${response.statusCode} ${response.body.slice(0, 200)}`);
      }
    };
    const before = await kept();
    await refuse(spoiltFields(request, randomFrom(SEED)));
    expect(await kept()).toEqual(before);
    // A body that its sender has proven, but that cannot be read, is kept as it came.
    await refuse([...spoiltCodings(request), ...spoiltFramings(request)]);
    expect(faults).toEqual([]);
    expect((await kept()).effects).toBe(before.effects);
    expect(log).not.toMatch(/"level":[56]0/);
    // As it was, it is taken; coded as it says, it is the same.
    expect(door.isTaken(await answerTo(request))).toBe(true);
    expect((await kept()).effects).toBeGreaterThan(before.effects);
    const coded = { ...withField(request, 'content-encoding', 'gzip'), body: gzipSync(request.body) };
    expect(door.isTaken(await answerTo(coded))).toBe(true);
  });
});
