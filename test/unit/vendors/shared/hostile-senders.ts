/** Who sends in each form, how it proves that, and where the proof is in a request. */
import { createCipheriv } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { Connection, ConnectionDirectory } from '../../../../src/application/ports/connections';
import { jerryDigest, type DigestVariant } from '../../../../src/vendors/jerry/signature';
import { idOf, NOON } from '../../../support/domain/test-ledger';
import { USER_NAME } from '../increff/increff-samples';
import { SECRETS } from '../jerry/jerry-samples';
import { signed } from '../standard/standard-samples';
import { ENVELOPE_SECRET } from '../winit-events/winit-samples';
import { APP_KEY, CLIENT_ID, CLIENT_SECRET, signedCall } from '../winit-orders/samples';
import { addNames } from './doors';
import { addStock, HOSTILE_FORMS, NAME, type HostileForm, type Json } from './hostile-forms';
import { makeLedgerHarness, type LedgerHarness } from './ledger-harness';

/** Who sends. The others are known as well as the first, whose messages the corpus spoils. */
export interface Sender {
  readonly who: 'itself' | 'another of its tenant' | 'another tenant';
  readonly connection: Connection;
  /** Of its path, or that it bears. */
  readonly token: string;
  /** By which it is found where it has no token. Two tenants have the same one. */
  readonly handle: string;
}

/** A place of a request that says or proves whose it is. */
export interface Proof {
  readonly what: string;
  readonly of: (request: InjectOptions) => string;
  /** The request with another text there; a member of a body can have any value. Undefined: left out. */
  readonly spoilt: (request: InjectOptions, value: Json | undefined) => InjectOptions;
  /** Whether another text says the same by the vendor's rules. */
  readonly isSame?: (text: string, valid: string) => boolean;
  /** Whether it can be any value of JSON, and not only a text. */
  readonly isMember?: true;
  /** What a refusal may tell: proofs of one name are refused by the same answer, so that it tells nothing of which was wrong. */
  readonly told?: string;
}

export interface ProvenForm {
  readonly name: string;
  readonly form: HostileForm;
  readonly senders: readonly [own: Sender, ...others: Sender[]];
  /** The `n`th message of a sender, or one around another text of the same, each proven as its sender would prove it. */
  readonly request: (
    sender: Sender,
    n: number,
    more?: { readonly text?: string; readonly atMs?: number },
  ) => InjectOptions;
  readonly proofs: readonly Proof[];
  /** What of a message is signed: its very bytes, or the value that they mean. Null where nothing is. */
  readonly signs: 'BYTES' | 'VALUE' | null;
  /** How far its clock may be off. */
  readonly toleranceMs?: number;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const header = (name: string, more: Partial<Proof> = {}): Proof => ({
  what: name,
  of: ({ headers }) => textOf(headers?.[name]),
  spoilt: (request, value) => {
    const { [name]: _valid, ...others } = request.headers ?? {};
    return { ...request, headers: value === undefined ? others : { ...others, [name]: textOf(value) } };
  },
  ...more,
});

const member = (name: string, more: Partial<Proof> = {}): Proof => ({
  what: name,
  isMember: true,
  of: ({ payload }) => (JSON.parse(payload as string) as Record<string, string>)[name] ?? '',
  spoilt: (request, value) => {
    const members = JSON.parse(request.payload as string) as Record<string, Json | undefined>;
    return { ...request, payload: JSON.stringify({ ...members, [name]: value }) };
  },
  ...more,
});

const PATH_TOKEN: Proof = {
  ...{ what: 'path token', told: 'path' },
  of: ({ url }) => textOf(url).split('/').at(-1) ?? '',
  spoilt: (request, value) => {
    const path = textOf(request.url).split('/').slice(0, -1).join('/');
    return { ...request, url: `${path}/${encodeURIComponent(textOf(value))}` };
  },
};

/** What is no base64 is passed over. */
const bytesOf = (base64: string): Buffer => Buffer.from(Buffer.from(base64).toString('latin1'), 'base64');

const SEALED: Proof = {
  ...{ what: 'envelope', told: 'envelope' },
  of: ({ payload }) => payload as string,
  spoilt: (request, value) => ({ ...request, payload: textOf(value) }),
  isSame: (text, valid) => bytesOf(text).equals(bytesOf(valid)),
};

const inAnyCase = { isSame: (text: string, valid: string): boolean => text.toUpperCase() === valid.toUpperCase() };

const ACCOUNT = { told: 'account' };

const JERRY_PROOFS = [
  PATH_TOKEN,
  ...['userName', 'apiPassword'].map((name) => member(name, ACCOUNT)),
  member('sign', { told: 'sign' }),
];

function jerry(
  sender: Sender,
  text: string,
  { serialisation, encoding }: DigestVariant,
  digested = text,
): InjectOptions {
  const { userName = '', apiPassword = '', key = '' } = sender.connection.secrets;
  const sign = jerryDigest({ userName, apiPassword, key }, serialisation === 'raw' ? text : digested, encoding);
  const account = `"userName":${JSON.stringify(userName)},"apiPassword":${JSON.stringify(apiPassword)}`;
  return {
    ...{ method: 'POST', url: `/webhooks/jerry/${sender.token}` },
    payload: `{${account},"goods":${text},"sign":${JSON.stringify(sign)}}`,
    headers: { 'content-type': 'application/json' },
  };
}

/** As the relay seals it: a nonce, the ciphertext and the tag. */
function sealed(text: string, secret: string): string {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(secret, 'base64'), Buffer.alloc(12, 7));
  cipher.setAAD(Buffer.from('stockbridge.winit.envelope.1'));
  const ciphertext = Buffer.concat([Buffer.alloc(12, 7), cipher.update(text), cipher.final()]);
  return Buffer.concat([ciphertext, cipher.getAuthTag()]).toString('base64');
}

const secretOf = (seed: number): string => `whsec_${Buffer.alloc(32, seed).toString('base64')}`;
const envelopeSecretOf = (seed: number): string => Buffer.alloc(32, seed).toString('base64');

/** The secrets of three connections of each form; those of the first are the samples'. */
const secretsOf = (name: string, n: number): Record<string, string> => {
  if (name.startsWith('Jerry')) {
    return n === 0 ? SECRETS : { userName: `${SECRETS.userName} ${n}`, apiPassword: `pass ${n}`, key: `key ${n}` };
  }
  if (name.startsWith('Standard')) return { secret: secretOf(n + 1) };
  if (name === 'Winit orders') {
    return { token: `${n}123456789ABCDEF0123456789ABCDEF`, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  }
  if (name.startsWith('Increff')) return { authPassword: `correct horse ${n}` };
  if (name === 'Winit events, sealed') return { envelopeSecret: n === 0 ? ENVELOPE_SECRET : envelopeSecretOf(n) };
  return {};
};

const WHO = ['itself', 'another of its tenant', 'another tenant'] as const;

/** Tokens that look like those that are given out. */
const tokenOf = (n: number): string => Buffer.alloc(32, 37 * (n + 1)).toString('base64url');

function sendersOf(name: string, form: HostileForm, settings: Readonly<Record<string, unknown>>): Sender[] {
  const own = form.door.connection(NAME);
  const customer = form.name === 'Winit events' ? { customerCode: NAME } : {};
  return WHO.map((who, n) => ({
    who,
    connection: {
      ...own,
      name: `${own.name} ${n}`,
      // Of all that the postings of the test's ledger are, the first is the one that its reads know.
      ...(n === 0 ? {} : { id: idOf(0xc000 + n) }),
      ...(who === 'another tenant' ? { tenantId: idOf(0xd000) } : {}),
      settings: { ...own.settings, ...customer, ...settings },
      secrets: secretsOf(name, n),
    },
    token: tokenOf(n),
    handle: `${own.kind === 'winit' ? APP_KEY : USER_NAME}${who === 'another of its tenant' ? ' 2' : ''}`,
  }));
}

type Dress = (sender: Sender, text: string, n: number, atMs: number) => InjectOptions;

interface Draft extends Pick<ProvenForm, 'proofs' | 'signs' | 'toleranceMs'> {
  readonly of: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly dress: Dress;
}

const standard: Omit<Draft, 'of'> = {
  signs: 'BYTES',
  toleranceMs: 5 * 60_000,
  proofs: [
    PATH_TOKEN,
    header('webhook-id'),
    header('webhook-timestamp'),
    // Several can be given, so that a sender can change its secret.
    header('webhook-signature', { told: 'signature', isSame: (text, valid) => text.split(' ').includes(valid) }),
  ],
  dress: ({ token, connection }, text, n, atMs) => ({
    ...{ method: 'POST', url: `/webhooks/standard/${token}`, payload: text },
    headers: {
      'content-type': 'application/json',
      ...signed(text, { id: `m-${n}`, atMs, secret: connection.secrets['secret'] ?? '' }),
    },
  }),
};

const increff: Omit<Draft, 'of'> = {
  signs: null,
  settings: { authDomainName: 'shop.example' },
  proofs: ['authusername', 'authpassword', 'authdomainname'].map((name) => header(name, ACCOUNT)),
  dress: ({ handle, connection }, text) => ({
    ...{ method: 'PUT', url: '/usp/inventories/absolute', payload: text },
    headers: {
      'content-type': 'application/json',
      ...{ authusername: handle, authpassword: connection.secrets['authPassword'] },
      authdomainname: 'shop.example',
    },
  }),
};

const comestri = (scheme: (token: string) => string): Draft => ({
  of: 'Comestri',
  signs: null,
  proofs: [
    header('authorization', {
      ...ACCOUNT,
      isSame: (text, valid) => bearerOf(text) !== undefined && bearerOf(text) === bearerOf(valid),
    }),
  ],
  dress: ({ token }, text) => ({
    ...{ method: 'POST', url: '/api/v2/inventories', payload: text },
    headers: { 'content-type': 'application/json', authorization: scheme(token) },
  }),
});

/** The name of the scheme is one in any case (RFC 9110, section 11.1), and blanks may stand behind it. */
const bearerOf = (text: string): string | undefined =>
  (/^Bearer +(\S+) *$/i.exec(text) ?? /^Token +(?:.*[ ,])?token="?([^",\s]+)"?(?:[ ,].*)?$/i.exec(text))?.[1];

const winitEvents: Pick<Draft, 'of' | 'signs'> = { of: 'Winit events', signs: null };

const winitPush = (sender: Sender, payload: string): InjectOptions => ({
  ...{ method: 'POST', url: `/webhooks/winit/${sender.token}`, payload },
  headers: { 'content-type': 'application/json' },
});

const DRAFTS: Readonly<Record<string, Draft>> = {
  Jerry: {
    ...{ of: 'Jerry', signs: 'BYTES', proofs: JERRY_PROOFS },
    dress: (sender, text) => jerry(sender, text, { serialisation: 'raw', encoding: 'hex' }),
  },
  'Jerry, digests of the value in base64': {
    ...{ of: 'Jerry', signs: 'VALUE', proofs: JERRY_PROOFS },
    settings: { serialisation: 'compactSorted', encoding: 'base64' },
    dress: (sender, text) =>
      jerry(sender, text, { serialisation: 'compactSorted', encoding: 'base64' }, sortedText(JSON.parse(text) as Json)),
  },
  'Winit events': { ...winitEvents, proofs: [PATH_TOKEN], dress: winitPush },
  'Winit events, sealed': {
    ...winitEvents,
    settings: { envelope: 'aes-256-gcm' },
    proofs: [PATH_TOKEN, SEALED],
    dress: (sender, text) => winitPush(sender, sealed(text, sender.connection.secrets['envelopeSecret'] ?? '')),
  },
  'Winit orders': {
    ...{ of: 'Winit orders', signs: 'VALUE', toleranceMs: 300_000 },
    settings: { requireClientSign: true },
    proofs: [
      ...['app_key', 'timestamp'].map((name) => member(name, ACCOUNT)),
      member('sign', { ...ACCOUNT, ...inAnyCase }),
      member('sign_method'),
      member('client_id', { told: 'client' }),
      member('client_sign', { told: 'client', ...inAnyCase }),
    ],
    dress: ({ handle, connection }, text, _n, atMs) => {
      const data = JSON.parse(text) as Json;
      // Shanghai is eight hours ahead of UTC.
      const timestamp = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
      const call = signedCall(
        data,
        { app_key: handle, timestamp },
        { token: connection.secrets['token'] ?? '', client: true },
      );
      return {
        ...{ method: 'POST', url: '/openapi/service', headers: { 'content-type': 'application/json' } },
        payload: JSON.stringify(call).replace(JSON.stringify(data), () => text),
      };
    },
  },
  'Standard facts': { of: 'Standard facts', ...standard },
  'Standard counts': { of: 'Standard counts', ...standard },
  'Increff products': { of: 'Increff products', ...increff },
  'Increff client skus': { of: 'Increff client skus', ...increff },
  Comestri: comestri((token) => `Bearer ${token}`),
  'Comestri, the older header': comestri((token) => `Token token="${token}",email=a@example.com`),
};

/** Compact JSON with sorted keys. */
export function sortedText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${sortedText(one)}`).join(',')}}`;
}

export const PROVEN_FORMS: readonly ProvenForm[] = Object.entries(DRAFTS).map(([name, draft]) => {
  const { of, dress, settings = {}, ...more } = draft;
  const form = HOSTILE_FORMS.find((one) => one.name === of);
  const [own, ...others] = form ? sendersOf(name, form, settings) : [];
  if (!form || !own) throw new Error(`There is no form ${of}.`);
  return {
    ...more,
    ...{ name, form, senders: [own, ...others] },
    request: (sender, n, { text = JSON.stringify(form.part(n)), atMs = NOON } = {}) => dress(sender, text, n, atMs),
  };
});

/** A server that knows all of the form's senders. */
export function openProven({ form, senders }: ProvenForm): LedgerHarness {
  const connections = senders.map(({ connection }) => connection);
  const directory: ConnectionDirectory = {
    byToken: (kind, token) =>
      Promise.resolve(senders.find((one) => one.connection.kind === kind && one.token === token)?.connection),
    byHandle: (kind, handle) =>
      Promise.resolve(
        senders.filter((one) => one.connection.kind === kind && one.handle === handle).map((one) => one.connection),
      ),
    byId: (_tenantId, id) => Promise.resolve(connections.find((connection) => connection.id === id)),
  };
  const harness = makeLedgerHarness(form.door.register, { connections, directory });
  addNames(harness, form.name, NAME);
  if (form.name === 'Winit orders')
    addStock(harness, { sku: NAME, specification: NAME, location: NAME, barcode: NAME });
  return harness;
}
