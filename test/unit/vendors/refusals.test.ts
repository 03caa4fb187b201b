/** What is noted of the requests that each door refuses: every reason at every door. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { CONNECTION_KINDS } from '../../../src/application/ports/connections';
import { REFUSAL_REASONS, type DoorRefusal, type RefusalReason } from '../../../src/application/ports/refusals';
import { nextAddress } from '../../support/addresses';
import { NOON } from '../../support/domain/test-ledger';
import { addNames, DOORS, openDoor, type Door } from './shared/doors';
import type { LedgerHarness } from './shared/ledger-harness';
import { TOKEN } from './comestri/comestri-samples';
import { signed } from './standard/standard-samples';
import { signedCall, unpackData } from './winit-orders/samples';

const NAME = 'Café 7';
const WRONG = 'Wr0ng-by-a-character';

/** A request that is refused, and whether it says by then which connection it is meant for. */
interface Case {
  readonly reason: RefusalReason;
  readonly what: string;
  readonly request: InjectOptions;
  /** Left out: it does. */
  readonly isOfNoConnection?: boolean;
  /** Whether its body was read. Left out: it was. */
  readonly isUnread?: boolean;
  readonly rate?: number;
  /** Settings that the connection has besides its own. */
  readonly settings?: object;
  /** A request that is taken before it. */
  readonly before?: InjectOptions;
}

const textOf = ({ payload }: InjectOptions): string => payload as string;
const replaced = (request: InjectOptions, from: RegExp, to: string): InjectOptions => {
  const payload = textOf(request).replace(from, to);
  expect(payload).not.toBe(textOf(request));
  return { ...request, payload };
};
const withHeaders = (request: InjectOptions, headers: Record<string, string>): InjectOptions => ({
  ...request,
  headers: { 'content-type': 'application/json', ...request.headers, ...headers },
});

function tokenCase(kind: string, isOrder: boolean, request: InjectOptions): Case {
  const unknown = (): InjectOptions => {
    if (isOrder) return replaced(request, /"app_key":"[^"]*"/, '"app_key":"nobody"');
    if (kind === 'increff') return withHeaders(request, { authusername: 'nobody' });
    if (kind === 'comestri') return withHeaders(request, { authorization: 'Bearer nobody' });
    return { ...request, url: (request.url as string).replace(/[^/]*$/, 'nobody') };
  };
  return { reason: 'TOKEN', what: 'an unknown sender', request: unknown(), isOfNoConnection: true };
}

function proofCases(kind: string, isOrder: boolean, request: InjectOptions): Case[] {
  if (isOrder) {
    const clocks = signedCall(unpackData(), { timestamp: '2025-11-22 03:00:00' });
    const actions = signedCall(unpackData(), { action: 'wh.other' });
    return [
      { reason: 'SIGNATURE', what: 'a wrong sign', request: replaced(request, /"sign":"[^"]*"/, `"sign":"${WRONG}"`) },
      { reason: 'SIGNATURE', what: 'an old time', request: { ...request, payload: JSON.stringify(clocks) } },
      { reason: 'FORM', what: 'an unknown action', request: { ...request, payload: JSON.stringify(actions) } },
    ];
  }
  switch (kind) {
    case 'jerry':
      return [
        {
          ...{ reason: 'PASSWORD', what: 'a wrong password' },
          request: replaced(request, /"apiPassword":"[^"]*"/, `"apiPassword":"${WRONG}"`),
        },
        {
          reason: 'SIGNATURE',
          what: 'a wrong sign',
          request: replaced(request, /"sign":"[^"]*"/, `"sign":"${WRONG}"`),
        },
      ];
    case 'increff':
      return [{ reason: 'PASSWORD', what: 'a wrong password', request: withHeaders(request, { authpassword: WRONG }) }];
    case 'standard':
      return [
        { reason: 'SIGNATURE', what: 'no sign', request: withHeaders(request, { 'webhook-signature': WRONG }) },
        {
          ...{ reason: 'SIGNATURE', what: 'an old time' },
          request: withHeaders(request, signed(textOf(request), { atMs: NOON - 3_600_000 })),
        },
        {
          ...{ reason: 'FORM', what: 'other counts under the id of some' },
          ...{ before: counted(request, 1), request: counted(request, 2) },
        },
      ];
    case 'comestri':
      return [
        { reason: 'FORM', what: 'a value that cannot be', request: replaced(request, /"qty":1/, '"qty":-1') },
        { reason: 'FORM', what: 'a token that may only read', request, settings: { readOnly: true } },
      ];
    default:
      return [];
  }
}

/** A message of counts, which has the same id whatever it counts. */
function counted(request: InjectOptions, quantity: number): InjectOptions {
  const row = { id: 'c', item: { sku: NAME }, location: NAME, quantity, asOf: new Date(NOON).toISOString() };
  const payload = JSON.stringify({ type: 'stock.counts', timestamp: row.asOf, data: { rows: [row] } });
  return withHeaders({ ...request, payload }, signed(payload));
}

/** Those that every door has. */
function commonCases(kind: string, isOrder: boolean, request: InjectOptions): Case[] {
  const broken = `{"apiPassword": "${WRONG}", "client_sign":"${WRONG}", "token": "${TOKEN}", "a`;
  const signs = kind === 'standard' ? signed(broken) : {};
  const unread = { isUnread: true, isOfNoConnection: isOrder };
  const coded = (coding: string, payload: Buffer): InjectOptions => ({
    ...withHeaders(request, { 'content-encoding': coding }),
    payload,
  });
  return [
    {
      ...{ reason: 'FORM', what: 'no JSON', isOfNoConnection: isOrder },
      request: withHeaders({ ...request, payload: broken }, signs),
    },
    {
      reason: 'FORM',
      what: 'a charset',
      request: withHeaders(request, { 'content-type': 'a/b; charset=utf-16' }),
      ...unread,
    },
    { reason: 'ADDRESS', what: 'an address that is not allowed', request, settings: { ipAllowList: ['203.0.113.7'] } },
    {
      reason: 'SIZE',
      what: 'a large body',
      request: { ...request, payload: Buffer.alloc(9 * 2 ** 20, ' ') },
      ...unread,
    },
    {
      ...{ reason: 'SIZE', what: 'a body that grows', ...unread },
      request: coded('gzip', gzipSync(Buffer.alloc(9 * 2 ** 20, ' '))),
    },
    { reason: 'CONTENT_CODING', what: 'another coding', request: coded('br', Buffer.from('x')), ...unread },
    { reason: 'CONTENT_CODING', what: 'no such coding', request: coded('gzip', Buffer.from('x')), ...unread },
    { reason: 'RATE', what: 'more than its rate', request, rate: 1 },
  ];
}

function casesOf(name: string, door: Door): Case[] {
  const { kind } = door.connection(NAME);
  const request = door.request(NAME, 1);
  const isOrder = name === 'Winit orders';
  const of = [kind, isOrder, request] as const;
  return [tokenCase(...of), ...proofCases(...of), ...commonCases(...of)];
}

let harness: LedgerHarness | undefined;
let noted: DoorRefusal[];

afterEach(() => harness?.close());

function open(name: string, door: Door, { settings, rate }: Partial<Case> = {}): LedgerHarness {
  noted = [];
  const connection: Door['connection'] = (merchant) => {
    const made = door.connection(merchant);
    return { ...made, settings: { ...made.settings, ...settings } };
  };
  harness = openDoor({ ...door, connection }, NAME, {
    noteRefusal: (refusal) => noted.push(refusal),
    ...(rate !== undefined && { connectionRates: { messagesPerSecond: rate, bytesPerSecond: 2 ** 40 } }),
  });
  addNames(harness, name, NAME);
  return harness;
}

/** The refusals that are noted once the answers are out. */
async function refusals(): Promise<readonly DoorRefusal[]> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  return noted;
}

const ALL = Object.entries(DOORS).flatMap(([name, door]) =>
  casesOf(name, door).map((one) => ({ ...one, name, door, title: `${name}: ${one.reason} (${one.what})` })),
);

test.each(ALL)('$title', async (one) => {
  const { name, door, reason, request, isOfNoConnection = false, isUnread = false } = one;
  const { app } = open(name, door, one);
  const remoteAddress = nextAddress();
  if (one.before) expect((await app.inject(one.before)).statusCode).toBe(200);
  for (let n = 0; n < (one.rate === undefined ? 1 : 11); n += 1) await app.inject({ ...request, remoteAddress });
  const [refusal, ...others] = await refusals();
  expect(others).toEqual([]);
  const { tenantId, id, secrets } = door.connection(NAME);
  expect(refusal).toMatchObject({ reason, atMs: NOON });
  if (isOfNoConnection) expect(refusal?.connection).toBeNull();
  else expect(refusal?.connection).toMatchObject({ tenantId, id });
  const evidence = refusal?.evidence();
  expect(evidence).toMatchObject({ detail: expect.stringMatching(/\w{3}/) as string, address: remoteAddress });
  if (isUnread || isOfNoConnection) expect(evidence?.body).toBeNull();
  else expect(evidence).toMatchObject({ body: expect.any(String) as string, bytes: expect.any(Number) as number });
  const { userName: _account, clientId: _client, ...secret } = secrets;
  for (const hidden of [...Object.values(secret), WRONG, TOKEN]) expect(JSON.stringify(evidence)).not.toContain(hidden);
});

test.each(Object.entries(DOORS))('%s: what is taken is not noted', async (name, door) => {
  const { app } = open(name, door);
  await app.inject({ ...door.request(NAME, 1), remoteAddress: nextAddress() });
  expect(await refusals()).toEqual([]);
});

test('every reason is tried, at a door of each kind', () => {
  expect(new Set(ALL.map(({ reason }) => reason))).toEqual(new Set(REFUSAL_REASONS));
  const kinds = Object.values(DOORS).map((door) => door.connection(NAME).kind);
  expect(new Set(kinds)).toEqual(new Set(CONNECTION_KINDS));
});
