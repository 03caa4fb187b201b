/** Messages in valid JSON, proven as their sender proves them, with a value in them that no door may take. */
import type { InjectOptions } from 'fastify';
import { nextAddress } from '../../support/addresses';
import { faultsOf } from '../../support/domain/test-ledger';
import {
  goodMoments,
  limitCases,
  numberCases,
  randomTexts,
  textCases,
  timeCases,
  type HostileCase,
  type LimitCase,
} from './shared/hostile-cases';
import {
  addStock,
  changed,
  HOSTILE_FORMS,
  isRefusal,
  NAME,
  openForm,
  ORDER_ENVELOPE,
  type HostileForm,
  type Json,
} from './shared/hostile-forms';
import { SEED, watchStalls } from './shared/hostile-run';
import type { LedgerHarness } from './shared/ledger-harness';

jest.setTimeout(60_000);

watchStalls();

/** All that a message may change when it is taken, and not when it is refused. */
const effectsOf = ({ ledger }: LedgerHarness): string =>
  JSON.stringify([
    [ledger.movements.length, ledger.items.size, ledger.identifiers.size, ledger.locations.size, ledger.orders.size],
    [...ledger.levels.values()],
    [...ledger.inventoryRecords.values()],
  ]);

/** Rows that wait, and calls or rows of which only the refusal is kept. */
const refusalsIn = ({ ledger }: LedgerHarness): number => ledger.quarantined.size + ledger.rejected.length;

const send = (harness: LedgerHarness, request: InjectOptions) =>
  harness.app.inject({ ...request, remoteAddress: nextAddress() });

const isTaken = (harness: LedgerHarness, statusCode: number, payload: string, refusals: number): boolean =>
  (statusCode === 200 || statusCode === 201) &&
  refusalsIn(harness) === refusals &&
  (!payload.includes('"code"') || payload.startsWith('{"code":"0"'));

/** What a harness does with a message that is to be refused; null where that is right. */
async function faultOf(harness: LedgerHarness, { what, request }: HostileCase): Promise<string | null> {
  const [effects, messages, refusals] = [effectsOf(harness), harness.ledger.messages.length, refusalsIn(harness)];
  const response = await send(harness, request);
  const { statusCode, payload } = response;
  const told = `${what}: ${statusCode} ${payload.slice(0, 200)}`;
  if (effectsOf(harness) !== effects) return `has an effect: ${told}`;
  // A row may be refused by itself; it is kept then, and so is the message.
  const isRowRefused = statusCode === 200 && payload.length < 10_000 && refusalsIn(harness) > refusals;
  if (!isRefusal(response, request) && !isRowRefused) return `is not refused: ${told}`;
  const kept = harness.ledger.messages.length - messages;
  if (kept > 1 || kept !== Math.min(1, refusalsIn(harness) - refusals)) return `is kept as it should not be: ${told}`;
  return null;
}

async function faultsOfAll(
  form: HostileForm,
  cases: Iterable<HostileCase>,
): Promise<[count: number, faults: string[]]> {
  const harness = openForm(form);
  const faults: string[] = [];
  let count = 0;
  for (const one of cases) {
    count += 1;
    const fault = await faultOf(harness, one);
    if (fault !== null) faults.push(fault);
  }
  await expectTaken(form, harness);
  return [count, faults];
}

/** The message as it was, so that the refusals were for what was wrong; nothing was logged as a fault of the gateway. */
async function expectTaken(form: HostileForm, harness: LedgerHarness): Promise<void> {
  const [movements, refusals] = [harness.ledger.movements.length, refusalsIn(harness)];
  const { statusCode, payload } = await send(harness, form.request(JSON.stringify(form.part(1)), 1));
  expect([isTaken(harness, statusCode, payload, refusals), payload]).toEqual([true, payload]);
  expect(harness.ledger.movements.length).toBe(movements + 1);
  expect(faultsOf(harness.ledger)).toEqual([]);
  expect(harness.logged()).not.toMatch(/"level":[56]0|INTERNAL/);
  await harness.close();
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Registers what a message names that names nothing new. */
function addNamed(form: HostileForm, harness: LedgerHarness, { at }: LimitCase): void {
  const name = at === null ? NAME : textOf(at.value).trim();
  const field = at?.path.split('.').at(-1);
  const { ledger } = harness;
  if (name === NAME || at === null) return;
  if (field === 'upc') ledger.addItem(name, '', [{ scheme: 'UPC', value: name }]);
  if (field === 'fulfillmentLocationId') ledger.addLocation(name);
  if (!/counts|orders/.test(form.name)) return;
  if (field === 'sku' || field === 'merchandiseCode') ledger.addItem(name, NAME);
  if (field === 'specification') ledger.addItem(NAME, name);
  if (field === 'warehouseCode') ledger.addLocation(name);
  if (form.name !== 'Winit orders') return;
  addStock(harness, {
    sku: field === 'merchandiseCode' ? name : NAME,
    specification: field === 'specification' ? name : NAME,
    location: field === 'warehouseCode' ? name : NAME,
    barcode: field === 'barcodeValue' ? name : NAME,
  });
}

/** What a gateway that has only what the message names does just within a limit, and beyond it. */
async function limitFaults(form: HostileForm, limit: LimitCase): Promise<string[]> {
  const merchant = limit.at?.path.endsWith('customerCode') ? textOf(limit.at.value) : NAME;
  const harness = openForm(form, merchant);
  addNamed(form, harness, limit);
  const beyond = await faultOf(harness, { what: `beyond ${limit.what}`, request: limit.beyond });
  const [movements, refusals] = [harness.ledger.movements.length, refusalsIn(harness)];
  const { statusCode, payload } = await send(harness, limit.within);
  const taken = isTaken(harness, statusCode, payload, refusals) && harness.ledger.movements.length > movements;
  const broken = [...faultsOf(harness.ledger), ...(/"level":[56]0|INTERNAL/.exec(harness.logged()) ?? [])];
  await harness.close();
  const within = taken ? [] : [`${limit.what} is not taken: ${statusCode} ${payload.slice(0, 300)}`];
  return [...(beyond === null ? [] : [beyond]), ...within, ...broken];
}

describe.each(HOSTILE_FORMS.map((form) => [form.name, form] as const))('%s', (_name, form) => {
  test('takes what is just within each limit, and refuses what is just beyond it', async () => {
    const faults: string[] = [];
    for (const limit of limitCases(form)) faults.push(...(await limitFaults(form, limit)));
    expect(faults).toEqual([]);
  });

  test('refuses unseen characters, NUL and halves of surrogate pairs in every text', async () => {
    const [count, faults] = await faultsOfAll(form, textCases(form));
    expect(count).toBeGreaterThan(100);
    expect(faults).toEqual([]);
  });

  test(`refuses unseen characters at random places, by the seed ${SEED}`, async () => {
    const [, faults] = await faultsOfAll(form, randomTexts(form, SEED));
    expect(faults).toEqual([]);
  });

  test('refuses numbers that are none, or beyond what they can be', async () => {
    const [, faults] = await faultsOfAll(form, numberCases(form));
    expect(faults).toEqual([]);
  });
});

const TIMED = [...HOSTILE_FORMS, ORDER_ENVELOPE].flatMap((form) =>
  Object.entries(form.times ?? {}).map(([path, clock]) => [form.name, path, clock, form] as const),
);

describe.each(TIMED)('%s, %s', (_name, path, clock, form) => {
  test('refuses days that no calendar has, and other forms of a moment', async () => {
    const [count, faults] = await faultsOfAll(form, timeCases({ ...form, times: { [path]: clock } }));
    expect(count).toBeGreaterThan(70);
    expect(faults).toEqual([]);
  });

  test.each(goodMoments(clock))('takes %s', async (moment) => {
    const harness = openForm(form);
    const refusals = refusalsIn(harness);
    const request = form.request(JSON.stringify(changed(form, 2, [path], moment)), 2);
    const { statusCode, payload } = await send(harness, request);
    expect([isTaken(harness, statusCode, payload, refusals), payload]).toEqual([true, payload]);
    expect(faultsOf(harness.ledger)).toEqual([]);
    await harness.close();
  });
});
