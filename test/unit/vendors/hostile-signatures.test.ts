/** Messages that would be taken but for who sends them: proofs that are close to the right one, of others, or used again. */
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { nextAddress } from '../../support/addresses';
import { NOON, SECOND } from '../../support/domain/test-ledger';
import { isRefusal } from './shared/hostile-forms';
import { SEED } from './shared/hostile-run';
import { respeltJson, spoiltProofs } from './shared/hostile-proofs';
import { openProven, PROVEN_FORMS, type Proof, type ProvenForm, type Sender } from './shared/hostile-senders';
import type { LedgerHarness } from './shared/ledger-harness';

jest.setTimeout(60_000);

/** All that a message leaves behind, also a refused one. */
const traceOf = ({ ledger }: LedgerHarness): string =>
  [ledger.movements, ledger.messages, ledger.rejected, ledger.outcomes, ledger.quarantined, ledger.orders]
    .map((kept) => ('length' in kept ? kept.length : kept.size))
    .join();

const quantitiesOf = ({ ledger }: LedgerHarness): string => JSON.stringify(ledger.quantities());

const send = ({ app }: LedgerHarness, request: InjectOptions): Promise<LightMyRequestResponse> =>
  app.inject({ ...request, remoteAddress: nextAddress() });

/** By the route, or before it where no route has such a path. */
const isRefused = (response: LightMyRequestResponse, request: InjectOptions): boolean =>
  [404, 414].includes(response.statusCode) || (isRefusal(response, request) && response.statusCode !== 429);

/** What is wrong with the refusal of a message; null where nothing is. */
async function fault(harness: LedgerHarness, what: string, request: InjectOptions): Promise<string | null> {
  const before = traceOf(harness);
  const response = await send(harness, request);
  const told = `${what}: ${response.statusCode} ${response.payload.slice(0, 200)}`;
  if (traceOf(harness) !== before) return `leaves something: ${told}`;
  return isRefused(response, request) ? null : `is not refused: ${told}`;
}

async function faultsIn(
  harness: LedgerHarness,
  cases: Iterable<[what: string, request: InjectOptions]>,
): Promise<string[]> {
  const faults: string[] = [];
  for (const [what, request] of cases) {
    const found = await fault(harness, what, request);
    if (found !== null) faults.push(found);
  }
  return faults;
}

/** The sender's `n`th message, which is taken, and moves something. */
async function expectTaken(harness: LedgerHarness, { request }: ProvenForm, sender: Sender, n: number): Promise<void> {
  const movements = harness.ledger.movements.length;
  const { statusCode, payload } = await send(harness, request(sender, n));
  expect([statusCode < 300, payload]).toEqual([true, payload]);
  expect([harness.ledger.movements.length, payload]).toEqual([movements + 1, payload]);
}

/** Among the secrets of connections, but nothing that has to be hidden. */
const NAMES = new Set(['userName', 'clientId']);

/** What nobody may read who has no part in it: whoever has a signature could send its message again. */
const secretsOf = ({ senders, proofs, request }: ProvenForm): string[] => [
  ...senders.flatMap(({ token, connection }) => [
    token,
    ...Object.entries(connection.secrets).flatMap(([name, secret]) => (NAMES.has(name) ? [] : [secret])),
  ]),
  ...proofs.filter(({ what }) => /sign(ature)?$/.test(what)).map((proof) => proof.of(request(senders[0], 1))),
];

/** Neither the log nor, where it is given, an answer has a secret in it, and nothing was logged as a fault of the gateway. */
function expectUnbroken(harness: LedgerHarness, form: ProvenForm, answers = ''): void {
  const log = harness.logged();
  expect(log).not.toMatch(/"level":[56]0|request failed|INTERNAL/);
  expect(secretsOf(form).filter((secret) => log.includes(secret) || answers.includes(secret))).toEqual([]);
}

const isSame = (proof: Proof, text: string, valid: string): boolean =>
  text === valid || (proof.isSame?.(text, valid) ?? false);

/** Whether a request proves to be of a sender whose own one is `valid`. */
const proves = (proofs: readonly Proof[], request: InjectOptions, valid: InjectOptions): boolean =>
  proofs.every((proof) => isSame(proof, proof.of(request), proof.of(valid)));

/** A valid message with each of its proofs spoilt in each way. */
function* spoiltRequests(
  { senders: [own], proofs, request }: ProvenForm,
  n: number,
): Generator<[Proof, string, InjectOptions]> {
  const valid = request(own, n);
  for (const proof of proofs) {
    const text = proof.of(valid);
    for (const { how, value } of spoiltProofs(text, proof.isMember === true, SEED)) {
      if (typeof value === 'string' && isSame(proof, value, text)) continue;
      yield [proof, `${proof.what} ${how}: ${JSON.stringify(value ?? null).slice(0, 100)}`, proof.spoilt(valid, value)];
    }
  }
}

/** What an answer tells, but for the id of its request. */
const told = ({ statusCode, payload, headers }: LightMyRequestResponse): string =>
  [statusCode, headers['www-authenticate'], payload.replace(/"requestId":"[^"]*"/, '')].join(' ');

describe.each(PROVEN_FORMS.map((form) => [form.name, form] as const))('%s', (_name, form) => {
  const { senders, proofs, request } = form;
  const [own, ...others] = senders;
  let harness: LedgerHarness;
  let answered = '';

  beforeEach(() => {
    harness = openProven(form);
  });

  afterEach(async () => {
    expectUnbroken(harness, form, answered);
    await harness.close();
  });

  test(`refuses what is close to a proof, by the seed ${SEED}`, async () => {
    const faults: string[] = [];
    const answers = new Map<string, Set<string>>();
    let count = 0;
    for (const [proof, what, spoilt] of spoiltRequests(form, 1)) {
      count += 1;
      const before = traceOf(harness);
      const response = await send(harness, spoilt);
      answered += response.payload;
      const isRight = isRefused(response, spoilt) && traceOf(harness) === before;
      if (!isRight) faults.push(`${what}: ${response.statusCode} ${response.payload.slice(0, 200)}`);
      // What has no path, or is no JSON, is refused before anybody asks whose it is.
      if (proof.told === undefined || [404, 414].includes(response.statusCode) || what.includes('\\u0000')) continue;
      answers.set(proof.told, (answers.get(proof.told) ?? new Set()).add(told(response)));
    }
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(150 * proofs.length);
    // One answer for each thing that can be told, so that none tells whether there is such an account.
    expect([...answers].filter(([, distinct]) => distinct.size !== 1)).toEqual([]);
    for (const [n, sender] of senders.entries()) await expectTaken(harness, form, sender, n + 1);
  });

  test('refuses the proofs of other senders and forms', async () => {
    const valid = request(own, 1);
    const theirs = [
      ...others.flatMap((sender) => proofs.map((proof) => [sender.who, proof.of(request(sender, 1))] as const)),
      ...PROVEN_FORMS.filter((other) => other !== form).flatMap((other) =>
        other.proofs.map((proof) => [other.name, proof.of(other.request(other.senders[0], 1))] as const),
      ),
    ];
    const cases = proofs.flatMap((proof) =>
      theirs.map(([whose, text]) => [`${proof.what} of ${whose}: ${text}`, proof.spoilt(valid, text)] as const),
    );
    const unproven = cases.filter(([, one]) => !senders.some((sender) => proves(proofs, one, request(sender, 1))));
    expect(unproven.length).toBeGreaterThan(20 * proofs.length);
    expect(
      await faultsIn(
        harness,
        unproven.map(([what, one]) => [what, one]),
      ),
    ).toEqual([]);
    await expectTaken(harness, form, own, 1);
  });

  test('takes a message that comes again for the same one, and its proof for no other', async () => {
    const valid = request(own, 1);
    await expectTaken(harness, form, own, 1);
    const [quantities, first] = [quantitiesOf(harness), await send(harness, valid)];
    const second = await send(harness, valid);
    expect([first.statusCode, second.statusCode, told(second)]).toEqual([200, 200, told(first)]);
    expect(quantitiesOf(harness)).toBe(quantities);
    if (form.signs === null) return;
    const [text, other] = [1, 2].map((n) => JSON.stringify(form.form.part(n))) as [string, string];
    const payload = (valid.payload as string).replace(text, () => other);
    expect(payload).not.toBe(valid.payload);
    expect(await fault(harness, 'another body', { ...valid, payload })).toBeNull();
    await expectTaken(harness, form, own, 2);
  });

  test('takes other bytes of the same message where its value is signed, and else refuses them', async () => {
    const valid = request(own, 1);
    await expectTaken(harness, form, own, 1);
    const [quantities, text] = [quantitiesOf(harness), JSON.stringify(form.form.part(1))];
    const ways = respeltJson(text);
    expect(ways.length).toBeGreaterThan(6);
    const faults: string[] = [];
    for (const way of ways) {
      const sealed = !(valid.payload as string).includes(text);
      const respelt = sealed
        ? request(own, 1, { text: way.text })
        : { ...valid, payload: (valid.payload as string).replace(text, () => way.text) };
      const isTaken = form.signs === null || (form.signs === 'VALUE' && way.sameText);
      if (!isTaken) faults.push(...(await faultsIn(harness, [[way.how, respelt]])));
      else {
        const { statusCode, payload } = await send(harness, respelt);
        if (statusCode !== 200 || isRefusal({ statusCode, payload } as LightMyRequestResponse, respelt))
          faults.push(`${way.how}: ${statusCode} ${payload}`);
      }
    }
    expect(faults).toEqual([]);
    expect(quantitiesOf(harness)).toBe(quantities);
  });

  const { toleranceMs } = form;
  if (toleranceMs !== undefined) {
    test('takes a clock that is off by no more than it may be', async () => {
      const offs = [SECOND, 60 * SECOND, 3_600 * SECOND, 8 * 3_600 * SECOND, 86_400 * SECOND, 365 * 86_400 * SECOND];
      const beyond = offs.map((more) => toleranceMs + more).flatMap((off) => [off, -off]);
      const at = (n: number, off: number): InjectOptions => request(own, n, { atMs: NOON + off });
      expect(
        await faultsIn(
          harness,
          beyond.map((off) => [`${off} ms`, at(1, off)]),
        ),
      ).toEqual([]);
      for (const [n, off] of [toleranceMs, -toleranceMs, 0].entries()) {
        const movements = harness.ledger.movements.length;
        const { payload } = await send(harness, at(n + 1, off));
        expect([harness.ledger.movements.length, payload]).toEqual([movements + 1, payload]);
      }
    });
  }
});
