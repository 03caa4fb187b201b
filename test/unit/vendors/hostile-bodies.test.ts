import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { signed as signedGoods } from './jerry/jerry-samples';
import { nextAddress } from '../../support/addresses';
import { addNames, DOORS, openDoor, type Door } from './shared/doors';
import { signed } from './standard/standard-samples';

jest.setTimeout(60_000);

/** A body that no door may take. */
interface Hostile {
  readonly what: string;
  readonly body: string | Buffer;
}

/** Of the item and the location, in every message. */
const NAME = 'Café 7';

/** The order keeps all other rules. */
const INSUFFICIENT_STOCK = '"code":"2001"';

const POSITIONS = 70;

/** Places in a text, evenly spread. */
const placesIn = (text: string): number[] => [
  ...new Set(Array.from({ length: POSITIONS }, (_, part) => 1 + Math.floor((part * (text.length - 2)) / POSITIONS))),
];

const inserted = (text: string, at: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at))]);

/** What is neither JSON nor UTF-8, wherever it stands. */
const BYTES = {
  'a NUL': [0x00],
  'a byte that UTF-8 has not': [0xff],
  'an overlong slash': [0xc0, 0xaf],
  'half a surrogate pair': [0xed, 0xa0, 0x80],
  'a sequence that is cut': [0xe2, 0x82],
};

const NUMBERS = ['01', '+1', '.5', '1.', '0x10', 'NaN', 'Infinity', '1e', '--1', '1_000', "'1'", '1e400'];

const DEPTHS = [100, 1_000, 10_000, 100_000];

function* hostile(text: string): Generator<Hostile> {
  for (const at of placesIn(text)) {
    yield { what: `the first ${at} characters`, body: text.slice(0, at) };
    for (const [what, bytes] of Object.entries(BYTES)) {
      yield { what: `${what} at ${at}`, body: inserted(text, at, Buffer.from(bytes)) };
    }
  }
  for (const member of text.matchAll(/"(\w+)":/g)) {
    const twice = `${text.slice(0, member.index)}"${member[1]}":null,${text.slice(member.index)}`;
    yield { what: `${member[1]} twice`, body: twice };
    const at = member.index + member[0].length;
    for (const number of NUMBERS) {
      const rest = text.slice(at).replace(/^("(\\.|[^"\\])*"|[^,}\]{["]+)/, '');
      if (rest.length < text.length - at)
        yield { what: `${member[1]} as ${number}`, body: text.slice(0, at) + number + rest };
    }
    for (const depth of DEPTHS) {
      yield { what: `${depth} arrays at ${member[1]}`, body: text.slice(0, at) + '['.repeat(depth) + text.slice(at) };
      yield {
        what: `${depth} objects at ${member[1]}`,
        body: text.slice(0, at) + '{"a":'.repeat(depth) + text.slice(at),
      };
    }
  }
  for (const after of [',', '{}', ']', '}', 'x', '//', '/* */'])
    yield { what: `${after} behind it`, body: text + after };
  yield { what: 'UTF-16', body: Buffer.from(text, 'utf16le') };
  for (const encoding of ['base64', 'hex'] as const)
    yield { what: encoding, body: Buffer.from(text).toString(encoding) };
  for (const whole of ['', ' ', 'null', 'true', '1', '""', '"x"', '[null]', '{}', '{"__proto__":{"polluted":1}}']) {
    yield { what: `only ${whole}`, body: whole };
  }
}

const JERRY_MESSAGE = /"goods":(.*),"sign":"[^"]*"}$/s;

/** The part of a door's message that is made hostile, and the request around it, signed where that proves the sender. */
function partsOf(name: string, { request }: Door): { text: string; around: (body: string | Buffer) => InjectOptions } {
  const valid = request(NAME, 1);
  const text = valid.payload as string;
  const plain = (payload: string | Buffer): InjectOptions => ({
    ...valid,
    payload,
    headers: { 'content-type': 'application/json', ...valid.headers },
  });
  if (name === 'Jerry') {
    const goods = JERRY_MESSAGE.exec(text)?.[1] as string;
    const [head = '', tail = ''] = signedGoods('\0').split('\0');
    return {
      text: goods,
      around: (body) =>
        plain(
          typeof body === 'string' ? signedGoods(body) : Buffer.concat([Buffer.from(head), body, Buffer.from(tail)]),
        ),
    };
  }
  if (!name.startsWith('Standard')) return { text, around: plain };
  return {
    text,
    around: (body) => {
      const options = plain(body);
      return typeof body === 'string' ? { ...options, headers: { ...options.headers, ...signed(body) } } : options;
    },
  };
}

/** Whether the answer is a refusal in the vendor's own form. */
function isRefusal({ statusCode, payload }: LightMyRequestResponse, { url }: InjectOptions): boolean {
  if (typeof url === 'string' && url.startsWith('/webhooks/winit')) return payload === 'fail';
  if (statusCode === 200 && url === '/openapi/service') return (JSON.parse(payload) as { code: string }).code !== '0';
  return statusCode >= 400 && statusCode < 500 && payload.length < 2_000;
}

/** A number in a row, or a row that is none, may be refused with its row, which then waits. */
const isOfARow = ({ what }: Hostile): boolean => / as /.test(what) || what === 'only [null]';

describe.each(Object.entries(DOORS))('%s', (name, door) => {
  test('refuses bodies that are no JSON, not UTF-8, ambiguous or bottomless, and records nothing', async () => {
    const harness = openDoor(door);
    addNames(harness, name, NAME);
    const { text, around } = partsOf(name, door);
    const bodies = [...hostile(text)];
    expect(bodies.length).toBeGreaterThan(400);
    const taken: string[] = [];
    for (const one of bodies) {
      const request = around(one.body);
      const response = await harness.app.inject({ ...request, remoteAddress: nextAddress() });
      const isRight = isRefusal(response, request) || (isOfARow(one) && response.statusCode === 200);
      if (!isRight) taken.push(`${one.what}: ${response.statusCode} ${response.payload.slice(0, 200)}`);
    }
    expect(taken).toEqual([]);
    expect(harness.ledger.movements).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(harness.logged()).not.toMatch(/"level":[56]0|request failed/);
    // What was not made hostile is taken, so that the refusals were for what was wrong.
    const { payload } = await harness.app.inject({ ...around(text), remoteAddress: nextAddress() });
    if (name === 'Winit orders') expect(payload).toContain(INSUFFICIENT_STOCK);
    else expect(harness.ledger.movements).toHaveLength(1);
    await harness.close();
  });
});
