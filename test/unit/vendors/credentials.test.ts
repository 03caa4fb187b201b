import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { nextAddress } from '../../support/addresses';
import { addNames, DOORS, openDoor, type Door } from './shared/doors';

jest.setTimeout(60_000);

const NAME = 'Café 7';

/** A message whose sender has not proven who it is. */
interface Unproven {
  readonly what: string;
  readonly request: InjectOptions;
}

/** What a proof can be turned into: text that is close to it, and text that is not. */
const SPOILT: Readonly<Record<string, (proof: string) => string | undefined>> = {
  'left out': () => undefined,
  empty: () => '',
  'without its last character': (proof) => proof.slice(0, -1),
  'without its first character': (proof) => proof.slice(1),
  'with its last letter or digit changed': (proof) => changed(proof, proof.search(/[a-z0-9][^a-z0-9]*$/i)),
  'with its first letter or digit changed': (proof) => changed(proof, proof.search(/[a-z0-9]/i)),
  'with its middle changed': (proof) => changed(proof, Math.floor(proof.length / 2)),
  twice: (proof) => proof + proof,
  'as another text': () => 'x'.repeat(32),
  'as a number': () => '0',
  'as JSON': () => '{"a":1}',
  'of 10,000 characters': () => 'a'.repeat(10_000),
};

function changed(proof: string, at: number): string {
  const now = proof.charAt(at) === 'A' ? 'B' : 'A';
  return proof.slice(0, at) + now + proof.slice(at + 1);
}

type Headers = Readonly<Record<string, string>>;

function* unproven(request: InjectOptions): Generator<Unproven> {
  const url = request.url as string;
  const token = url.startsWith('/webhooks/') ? url.slice(url.lastIndexOf('/') + 1) : undefined;
  for (const [how, spoil] of Object.entries(SPOILT)) {
    if (token !== undefined) {
      const other = encodeURIComponent(spoil(token) ?? '');
      if (other !== '') yield { what: `path token ${how}`, request: { ...request, url: url.replace(token, other) } };
    }
    yield* spoiltHeaders(request, how, spoil);
    yield* spoiltMembers(request, how, spoil);
  }
}

/** The header fields that say nothing about the sender. */
const NEUTRAL = new Set(['content-type']);

function* spoiltHeaders(
  request: InjectOptions,
  how: string,
  spoil: (proof: string) => string | undefined,
): Generator<Unproven> {
  const headers = (request.headers ?? {}) as Headers;
  for (const [name, value] of Object.entries(headers)) {
    if (NEUTRAL.has(name)) continue;
    const { [name]: _spoilt, ...others } = headers;
    const other = spoil(value);
    const next = other === undefined ? others : { ...others, [name]: other };
    yield { what: `${name} ${how}`, request: { ...request, headers: next } };
  }
}

/** The members of bodies that prove who sends. */
const PROOFS = new Set(['userName', 'apiPassword', 'sign', 'app_key', 'client_id', 'client_sign', 'timestamp']);

function* spoiltMembers(
  request: InjectOptions,
  how: string,
  spoil: (proof: string) => string | undefined,
): Generator<Unproven> {
  const text = request.payload as string;
  for (const [member, name = '', value = ''] of text.matchAll(/"(\w+)":"((?:\\.|[^"\\])*)",?/g)) {
    if (!PROOFS.has(name)) continue;
    const other = spoil(value);
    const next = other === undefined ? '' : member.replace(/:"(?:\\.|[^"\\])*"/, () => `:${JSON.stringify(other)}`);
    const payload = text.replace(member, () => next).replace(/,\s*}$/, '}');
    yield { what: `${name} ${how}`, request: { ...request, payload } };
  }
}

async function send(
  door: Door,
  doorName: string,
  request: InjectOptions,
): Promise<LightMyRequestResponse & { moved: number }> {
  const harness = openDoor(door, NAME);
  try {
    addNames(harness, doorName, NAME);
    const before = harness.ledger.movements.length + harness.ledger.messages.length + harness.ledger.outcomes.size;
    const response = await harness.app.inject({ ...request, remoteAddress: nextAddress() });
    const { movements, messages, outcomes } = harness.ledger;
    return Object.assign(response, { moved: movements.length + messages.length + outcomes.size - before });
  } finally {
    await harness.close();
  }
}

describe.each(Object.entries(DOORS))('%s', (doorName, door) => {
  const request = door.request(NAME, 1);

  it('takes the message of a sender that proves who it is', async () => {
    const { moved } = await send(door, doorName, request);
    // An order finds no stock, and is remembered with its message.
    expect(moved > 0 || doorName === 'Winit orders').toBe(true);
  });

  it('takes nothing of one that does not, and keeps nothing of it in the ledger', async () => {
    const taken = await send(door, doorName, request);
    const wrong: string[] = [];
    let sent = 0;
    for (const { what, request: other } of unproven(request)) {
      sent += 1;
      const response = await send(door, doorName, other);
      const isRefused = response.statusCode !== taken.statusCode || response.body !== taken.body;
      if (response.moved !== 0 || !isRefused || response.statusCode >= 500) {
        wrong.push(`${what}: ${response.statusCode} ${response.moved} ${response.body.slice(0, 100)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(sent).toBeGreaterThanOrEqual(10);
  });
});
