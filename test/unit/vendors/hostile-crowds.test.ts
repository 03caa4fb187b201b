/** Messages of as many rows as they can have: each row gets its answer, none counts twice, and none waits for the others. */
import type { LightMyRequestResponse } from 'fastify';
import { nextAddress } from '../../support/addresses';
import { faultsOf } from '../../support/domain/test-ledger';
import { crowdsOf, wrongRow, wrongsOf, type Crowd } from './shared/hostile-crowds';
import {
  differentRows,
  HOSTILE_FORMS,
  isRefusal,
  openForm,
  withRows,
  type HostileForm,
  type Json,
} from './shared/hostile-forms';
import { SEED, watchStalls } from './shared/hostile-run';
import type { LedgerHarness } from './shared/ledger-harness';

jest.setTimeout(60_000);

watchStalls();

const FORMS = HOSTILE_FORMS.filter(({ rows }) => rows !== undefined);

/** Webhooks take the good rows of a message; calls refuse it whole. */
const isWebhook = ({ name }: HostileForm): boolean => !/Increff|orders/.test(name);

/** Of a call, which is refused whole; the answer can name each of its rows. */
const isRefused = (form: HostileForm, response: LightMyRequestResponse): boolean =>
  isRefusal(response, form.request('[]', 1, []), 1_000 * (form.rows?.most ?? 0));

let messages = 0;

const send = (harness: LedgerHarness, form: HostileForm, rows: readonly Json[]): Promise<LightMyRequestResponse> => {
  messages += 1;
  const request = form.request(JSON.stringify(withRows(form, rows)), messages);
  return harness.app.inject({ ...request, remoteAddress: nextAddress() });
};

const quantitiesOf = ({ ledger }: LedgerHarness): string => JSON.stringify(ledger.quantities());

/** How many rows have been judged, whatever came of them. */
const refusedIn = ({ ledger }: LedgerHarness): number => ledger.quarantined.size + ledger.rejected.length;

const postedIn = ({ ledger }: LedgerHarness): number =>
  ledger.movements.reduce((sum, { entries, absorbedLegs }) => sum + entries.length + absorbedLegs.length, 0);

/** What is wrong with the ledger or the log of a gateway that has answered. */
const brokenIn = (harness: LedgerHarness): string[] => [
  ...faultsOf(harness.ledger),
  ...(/"level":[56]0|INTERNAL/.exec(harness.logged()) ?? []),
];

/** What a gateway does with a crowd that it should not, and how many of its rows it has posted. */
async function crowdFaults(form: HostileForm, crowd: Crowd): Promise<{ faults: string[]; posted: number }> {
  const count = Math.min(form.rows?.most ?? 0, crowd.most ?? Infinity);
  const harness = openForm(form);
  if (crowd.before) await send(harness, form, crowd.before(count));
  const [posted, refused] = [postedIn(harness), refusedIn(harness)];
  const rows = crowd.rows(count);
  const first = await send(harness, form, rows);
  const after = { quantities: quantitiesOf(harness), posted: postedIn(harness) - posted };
  const judged = after.posted + refusedIn(harness) - refused;
  const second = await send(harness, form, rows);
  const faults = [
    ...(first.statusCode === 200 || isRefused(form, first)
      ? []
      : [`is answered with ${first.statusCode} ${first.payload.slice(0, 200)}`]),
    ...(isWebhook(form) && judged > count ? [`has ${judged} outcomes for ${count} rows`] : []),
    ...(quantitiesOf(harness) === after.quantities ? [] : ['counts again when it comes again']),
    ...(second.statusCode === first.statusCode ? [] : [`is answered with ${second.statusCode} when it comes again`]),
    ...brokenIn(harness),
  ];
  await harness.close();
  return { faults: faults.map((fault) => `${crowd.what}: ${fault}`), posted: after.posted };
}

describe.each(FORMS.map((form) => [form.name, form] as const))('%s', (_name, form) => {
  test(`answers crowds of rows, and counts none of them twice, by the seed ${SEED}`, async () => {
    const posted = new Map<string, number>();
    const faults: string[] = [];
    for (const crowd of crowdsOf(form, SEED)) {
      const found = await crowdFaults(form, crowd);
      faults.push(...found.faults);
      posted.set(crowd.what, found.posted);
    }
    expect(faults).toEqual([]);
    // Of equal counts all are refused, as it would be a guess which is meant; the lines of an order are no repetition.
    const once = isWebhook(form) && form.name !== 'Standard counts' ? 1 : 0;
    if (form.name !== 'Winit orders') expect(posted.get('equal rows')).toBe(once);
    expect([...posted.values()].filter((count) => count >= 300).length).toBeGreaterThan(0);
  });

  test('refuses a message whose rows are all wrong, each of them, and records nothing', async () => {
    const harness = openForm(form);
    const count = form.rows?.most ?? 0;
    const rows = differentRows(form, count).map((row, n) => wrongRow(form, row, n));
    const response = await send(harness, form, rows);
    expect(isWebhook(form) ? response.statusCode === 200 : isRefused(form, response)).toBe(true);
    expect(harness.ledger.movements.length).toBe(form.name === 'Winit orders' ? 1 : 0);
    expect(refusedIn(harness)).toBe(isWebhook(form) ? count : 1);
    expect(brokenIn(harness)).toEqual([]);
    await harness.close();
  });

  test('refuses one wrong row of many, whatever is wrong with it, and takes the others of a webhook', async () => {
    const count = 50;
    const faults: string[] = [];
    for (let wrong = 0; wrong < wrongsOf(form); wrong += 1) {
      const harness = openForm(form);
      const before = postedIn(harness);
      const rows = differentRows(form, count);
      const at = (SEED + wrong) % count;
      const bad = wrongRow(form, rows[at] ?? null, wrong);
      await send(harness, form, rows.with(at, bad));
      const seen = [postedIn(harness) - before, refusedIn(harness), ...brokenIn(harness)];
      const expected = isWebhook(form) ? [count - 1, 1] : [0, 1];
      if (seen.join() !== expected.join()) faults.push(`${JSON.stringify(bad).slice(0, 200)}: ${seen.join()}`);
      await harness.close();
    }
    expect(faults).toEqual([]);
  });
});
