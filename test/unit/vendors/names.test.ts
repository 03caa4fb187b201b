import { codePointOf, spellingsOf } from '../../support/dirty-names';
import { addNames, DOORS, openDoor } from './shared/doors';
import type { LedgerHarness } from './shared/ledger-harness';

let harness: LedgerHarness;

afterEach(() => harness.close());

const levelsOf = () => [...harness.ledger.levels.values()].map(({ key }) => key);
const skusOf = () => [...harness.ledger.items.values()].map(({ sku }) => sku);
const quarantined = () => [...harness.ledger.quarantined.values()];
const codesOf = () => [...harness.ledger.locations.values()].map(({ code }) => code);

describe.each(Object.entries(DOORS))('%s', (doorName, door) => {
  beforeEach(() => {
    harness = openDoor(door);
    addNames(harness, doorName, 'Café 7');
  });

  it('takes every spelling of a name for the same item, location and stock key', async () => {
    const answers: [status: number, body: string][] = [];
    for (const [n, name] of spellingsOf('Café 7').entries()) {
      const { statusCode, body } = await harness.app.inject(door.request(name, n));
      answers.push([statusCode, body]);
    }
    expect(answers.map(([status]) => status).filter((status) => status !== 200 && status !== 201)).toEqual([]);
    expect(skusOf()).toEqual(['Café 7']);
    expect(codesOf()).toEqual(['Café 7']);
    expect(quarantined()).toEqual([]);
    if (doorName === 'Winit orders') {
      // INSUFFICIENT_STOCK: the order keeps all rules, and has found its item and location.
      expect(answers.filter(([, body]) => !body.includes('"code":"2001"'))).toEqual([]);
    } else {
      expect(levelsOf()).toHaveLength(1);
      expect(Object.values(levelsOf()[0] ?? {}).filter((part) => /^\s|\s$/u.test(String(part)))).toEqual([]);
    }
  });

  it.each(['\u200b', '\u202e', '\u0007', '\ufeff', '\u00ad'])(
    'refuses a name with the unseen character %j and names it',
    async (character) => {
      const { body } = await harness.app.inject(door.request(`Caf${character}é 7`, 1));
      const told = body + JSON.stringify(quarantined());
      expect(told).toContain(codePointOf(character));
      expect(skusOf().filter((sku) => sku !== 'Café 7')).toEqual([]);
      expect(codesOf()).toEqual(['Café 7']);
      expect(levelsOf()).toEqual([]);
    },
  );
});
