/** Compressed bodies through every door: taken like plain ones, and refused in the door's own form. */
import { deflateSync, gzipSync } from 'node:zlib';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { nextAddress } from '../../support/addresses';
import { addNames, DOORS, openDoor } from './shared/doors';

const NAME = 'Café 7';
const CODINGS = { gzip: gzipSync, 'X-GZIP': gzipSync, deflate: deflateSync } as const;

/** Cut at many places, with a byte changed at many places, and with something behind it. */
function spoilt(whole: Buffer): Buffer[] {
  const places = Array.from({ length: 60 }, (_, part) => 1 + Math.floor((part * (whole.length - 1)) / 60));
  const changed = (at: number): Buffer => Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 0x55 : byte)));
  return [
    ...places.map((at) => whole.subarray(0, at)),
    // The head of gzip has a time and the name of a system, of which nothing depends.
    ...places.filter((at) => at > 10).map(changed),
    ...['x', '\0', '{}'].map((rest) => Buffer.concat([whole, Buffer.from(rest)])),
    Buffer.from('{}'),
  ];
}

describe.each(Object.entries(DOORS))('%s', (name, door) => {
  const coded = (payload: Buffer, coding: string): InjectOptions => {
    const valid = door.request(NAME, 1);
    const headers = { 'content-type': 'application/json', ...valid.headers, 'content-encoding': coding };
    return { ...valid, payload, headers, remoteAddress: nextAddress() };
  };
  const text = Buffer.from(door.request(NAME, 1).payload as string);

  test.each(Object.entries(CODINGS))('takes a body in %s like a plain one, signature and all', async (coding, code) => {
    const answers: LightMyRequestResponse[] = [];
    const recorded: unknown[] = [];
    for (const request of [door.request(NAME, 1), coded(code(text), coding)]) {
      const harness = openDoor(door);
      addNames(harness, name, NAME);
      answers.push(await harness.app.inject(request));
      recorded.push(harness.ledger.movements.map(({ reason, externalId }) => ({ reason, externalId })));
      await harness.close();
    }
    const [plain, compressed] = answers;
    expect(compressed?.statusCode).toBe(plain?.statusCode);
    expect(compressed?.payload).toBe(plain?.payload);
    expect(recorded[1]).toEqual(recorded[0]);
    if (name !== 'Winit orders') expect(recorded[0]).toHaveLength(1);
  });

  test('refuses in its form what is no such coding, too large or in another one, and records nothing', async () => {
    const harness = openDoor(door);
    addNames(harness, name, NAME);
    const refusal = async (request: InjectOptions): Promise<number> => {
      const { statusCode, payload, headers } = await harness.app.inject(request);
      if (name === 'Winit events') expect(payload).toBe('fail');
      else expect(JSON.parse(payload)).toEqual(expect.any(Object));
      const isProblem = headers['content-type'] === 'application/problem+json';
      expect(isProblem).toBe(name === 'Comestri' || name.startsWith('Standard'));
      if (statusCode === 415) expect(headers['accept-encoding']).toBe('gzip, deflate, identity');
      return statusCode;
    };
    for (const [coding, code] of Object.entries(CODINGS)) {
      for (const body of spoilt(code(text))) expect(await refusal(coded(body, coding))).toBe(400);
      expect(await refusal(coded(code(Buffer.alloc(9 * 2 ** 20, ' ')), coding))).toBe(413);
    }
    for (const coding of ['br', 'zstd', 'gzip, gzip', 'deflate, gzip']) {
      expect(await refusal(coded(gzipSync(text), coding))).toBe(415);
    }
    expect(harness.ledger.movements).toEqual([]);
    expect(harness.logged()).not.toMatch(/"level":[56]0|request failed/);
    await harness.close();
  });
});
