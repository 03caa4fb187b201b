import type { TestLedger } from '../../support/domain/test-ledger';
import { GTIN_FORMS, LOOK_ALIKES } from '../../support/look-alikes';
import { DOORS, openDoor } from './shared/doors';
import type { LedgerHarness } from './shared/ledger-harness';

let harness: LedgerHarness | undefined;
let opened = '';

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

/** What a message with this name does to a ledger that has only what `known` puts there. Returns what its sender is told. */
async function send(doorName: string, name: string, n: number, known: (ledger: TestLedger) => void) {
  const door = DOORS[doorName];
  if (!door) throw new Error(`There is no door ${doorName}.`);
  // Winit's rows name the merchant, so each name needs a connection of its own.
  const merchant = doorName === 'Winit events' ? name : 'Café 7';
  if (!harness || opened !== merchant) {
    await harness?.close();
    harness = openDoor(door, merchant);
    opened = merchant;
  }
  const { app, ledger } = harness;
  for (const table of [ledger.items, ledger.identifiers, ledger.locations, ledger.quarantined, ledger.levels]) {
    table.clear();
  }
  ledger.rejected.length = 0;
  known(ledger);
  const { body } = await app.inject(door.request(name, n + 1));
  const rows = [...ledger.quarantined.values(), ...ledger.rejected];
  return { ledger, rows, told: body + rows.map(({ code, detail }) => `${code} ${detail}`).join() };
}

const skusOf = ({ items }: TestLedger): string[] => [...items.values()].map(({ sku }) => sku);
const codesOf = ({ locations }: TestLedger): string[] => [...locations.values()].map(({ code }) => code);

it('has at least 200 look-alikes and 50 forms of a GTIN', () => {
  expect(LOOK_ALIKES.length).toBeGreaterThanOrEqual(200);
  expect(GTIN_FORMS.length).toBeGreaterThanOrEqual(50);
});

// Jerry's barcodes are digits; orders and counts by sku create nothing.
it.each(['Winit events', 'Standard facts', 'Increff products', 'Increff client skus', 'Comestri'])(
  '%s: no name that differs only in form creates a second item',
  async (doorName) => {
    const untold: string[] = [];
    for (const [n, [name, lookAlike]] of LOOK_ALIKES.entries()) {
      const { ledger, told } = await send(doorName, lookAlike, n, (known) => {
        // The location has the look-alike's name, so that only the item is at fault.
        for (const code of [lookAlike, 'Café 7']) known.addLocation(code);
        known.addItem(name, doorName === 'Winit events' || doorName === 'Standard facts' ? lookAlike : '');
      });
      expect(skusOf(ledger)).toEqual([name]);
      expect(ledger.movements).toEqual([]);
      if (!told.includes(name)) untold.push(lookAlike);
    }
    // Increff's replies have no room for a cause.
    if (!doorName.startsWith('Increff')) expect(untold).toEqual([]);
  },
);

const CREATING_LOCATIONS = ['Winit events', 'Standard facts', 'Increff products', 'Comestri'];

it.each(CREATING_LOCATIONS)('%s: no code creates a second location', async (doorName) => {
  for (const [n, [code, lookAlike]] of LOOK_ALIKES.entries()) {
    const { ledger, rows } = await send(doorName, lookAlike, n, (known) => known.addLocation(code));
    expect(codesOf(ledger)).toEqual([code]);
    expect(skusOf(ledger)).toEqual([]);
    expect(rows.map((row) => row.code)).toEqual(['LOOKALIKE']);
    expect(rows[0]?.detail).toContain(`"${code}"`);
  }
});

it.each(CREATING_LOCATIONS)(
  '%s: a code that nobody knows creates its location, where that is set',
  async (doorName) => {
    const { ledger, rows } = await send(doorName, 'NEW-1', 1, () => undefined);
    expect(rows).toEqual([]);
    expect(codesOf(ledger)).toEqual(['NEW-1']);
    expect([...ledger.levels.values()].map(({ key }) => ledger.locations.get(key.locationId)?.code)).toEqual(['NEW-1']);
  },
);

it('Jerry: every form of a GTIN means the one item, whichever is registered', async () => {
  for (const [n, [shortest, form]] of GTIN_FORMS.entries()) {
    for (const [registered, sent] of [
      [shortest, form],
      [form, shortest],
    ] as const) {
      const id = n * 2 + (registered === form ? 1 : 0);
      const { ledger } = await send('Jerry', sent, id, (known) => {
        known.addItem('BOX', '', [{ scheme: 'EAN-13', value: registered }]);
      });
      expect(skusOf(ledger)).toEqual(['BOX']);
      expect([...ledger.levels.values()].map(({ key }) => ledger.items.get(key.itemId)?.sku)).toEqual(['BOX']);
    }
  }
});

it('Jerry: a GTIN of two items waits, and both are named', async () => {
  const [shortest, form] = GTIN_FORMS[0] ?? ['', ''];
  const { rows } = await send('Jerry', shortest.padStart(14, '0'), 1, (known) => {
    known.addItem('ONE', '', [{ scheme: 'EAN', value: shortest }]);
    known.addItem('TWO', '', [{ scheme: 'GTIN', value: form }]);
  });
  expect(rows.map(({ code }) => code)).toEqual(['IDENTIFIER_AMBIGUOUS']);
  expect(rows[0]?.detail).toContain('"ONE" and "TWO"');
});
