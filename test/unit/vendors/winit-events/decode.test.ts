import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from '../../../../src/json/strict-json';
import { decodeInventoryUpdate, replayInventoryUpdate } from '../../../../src/vendors/winit-events/decode';
import { winitSettings } from '../../../../src/vendors/winit-events/settings';
import { factOf, faultOf } from '../shared/webhook-harness';
import { UPDATE, winitConnection } from './winit-samples';

const settings = winitSettings(winitConnection());

/** Decodes the valid row with some members other than they were; undefined leaves one out. */
function decode(changes: Record<string, unknown> = {}, present = settings) {
  const text = JSON.stringify({ ...UPDATE, ...changes });
  return decodeInventoryUpdate(parseStrictJson(Buffer.from(text)).value, present);
}

describe('a row', () => {
  test('becomes a fact', () => {
    expect(factOf(decode())).toEqual({
      externalId: '6280417/2b221848265a0499a1978df666fefff8',
      eventId: '6280417',
      fingerprint: 'd7da3e26b82a10a483f0468d910dac361c8aaf9ca3c9fc45ec8602e79ddbd70b',
      item: {
        by: 'IDENTIFIER',
        scheme: 'WINIT_MERCHANDISE',
        value: '216401',
        specification: '',
        alsoKnownAs: [{ scheme: 'WINIT_SERNO', value: 'M010000000000498047' }],
        whenUnknown: 'CREATE',
      },
      location: { by: 'CODE', code: 'USWC2', whenUnknown: 'CREATE', parentCode: 'US0001' },
      dimensions: {
        owner: '',
        pool: '',
        channel: '2C',
        condition: 'GOOD',
        packaging: 'SINGLE',
        barcode: '',
        lot: '',
        bucket: 'AVAILABLE',
      },
      delta: 1,
      reason: 'DEALLOCATION',
      isOneSided: true,
      reference: 'WO0000000146',
      note: 'docType OUTBOUND; operationType CANCEL_ORDER',
      occurredAtMs: 1622625054158,
    });
  });

  test.each([
    ['USABLE', 'AVAILABLE'],
    ['INSTOCK', 'REPORTED_ON_HAND'],
    ['OUTFROZEN', 'COMMITTED'],
    ['LOSEFROZEN', 'MISSING'],
    ['ONORDER', 'INCOMING'],
    ['PROHIBITFROZEN', 'BLOCKED'],
    ['MANAULFROZEN', 'ON_HOLD'],
  ])('of %s is about the bucket %s', (inventoryType, bucket) => {
    expect(factOf(decode({ inventoryType })).dimensions.bucket).toBe(bucket);
  });

  test.each([
    ['GOOD', 'GOOD'],
    ['DEFECTIVE', 'DAMAGED'],
  ])('of grade %s is %s', (merchandiseGrade, condition) => {
    expect(factOf(decode({ merchandiseGrade })).dimensions.condition).toBe(condition);
  });

  test.each([
    [-3, -3],
    ['-3', -3],
    ['+3', 3],
    ['3', 3],
    ['-1000000000000', -1e12],
  ])('of qty %j changes the level by %d', (qty, delta) => {
    expect(factOf(decode({ qty })).delta).toBe(delta);
  });

  test.each([
    [1622625054158, 1622625054158],
    ['1622625054158', 1622625054158],
    [1622625054, 1622625054000],
    ['1622625054', 1622625054000],
  ])('dated %j happened at %d', (docDate, occurredAtMs) => {
    expect(factOf(decode({ docDate })).occurredAtMs).toBe(occurredAtMs);
  });

  test.each<[Record<string, unknown>, string | null]>([
    [{}, 'US0001'],
    [{ mainWarehouseCode: 'US0001' }, 'US0001'],
    [{ mainWarehouseCode: 'US0001', mainwarehouseCode: undefined }, 'US0001'],
    [{ mainWarehouseCode: 'US0001', mainwarehouseCode: '' }, 'US0001'],
    [{ mainWarehouseCode: null }, 'US0001'],
    [{ mainwarehouseCode: undefined }, null],
    [{ mainwarehouseCode: 'USWC2' }, null],
  ])('with %j has the main warehouse %j', (changes, parentCode) => {
    expect(factOf(decode(changes)).location).toMatchObject({ code: 'USWC2', parentCode });
  });

  test('whose two main warehouses differ goes to quarantine', () => {
    expect(faultOf(decode({ mainWarehouseCode: 'US0002' }))).toMatchObject({
      code: 'ROW_INVALID',
      detail: expect.stringMatching(
        /^mainWarehouseCode ".*" and mainwarehouseCode ".*" name different warehouses\.$/,
      ) as string,
    });
  });

  test("of another customer goes to quarantine, without that one's code in the reason", () => {
    expect(faultOf(decode({ customerCode: '1000020' }))).toMatchObject({
      code: 'ROW_INVALID',
      detail: expect.stringMatching(/^customerCode is not this connection's; received ".*"\.$/) as string,
    });
  });

  test.each([
    'customerCode',
    'docDate',
    'docType',
    'merchandiseCode',
    'merchandiseSerno',
    'merchandiseGrade',
    'warehouseCode',
    'operationType',
    'serviceType',
    'inventoryType',
    'qty',
    'uuid',
  ])('without %s goes to quarantine', (name) => {
    for (const absent of [undefined, null, '', ' ']) {
      expect(faultOf(decode({ [name]: absent }))).toEqual({ code: 'ROW_INVALID', detail: `${name} is missing.` });
    }
  });

  test('without an order number has no reference', () => {
    expect(factOf(decode({ orderNo: '' })).reference).toBeNull();
  });

  test.each<[string, readonly unknown[]]>([
    ['customerCode', [1000019, 'x'.repeat(256)]],
    ['docDate', [0, -1622625054158, 16226250541, '2021-06-02', 1622625054.5, '0622625054158', {}, true]],
    ['docType', ['outbound', 'SALE', 7]],
    ['orderNo', [146, 'x'.repeat(256)]],
    ['merchandiseCode', [216401, 'x'.repeat(256)]],
    ['specification', [1, 'x'.repeat(256)]],
    ['merchandiseSerno', [1, 'x'.repeat(256)]],
    ['originalMerchandiseSerno', [1, 'x'.repeat(256)]],
    ['merchandiseGrade', ['BAD', 'good', 1]],
    ['warehouseCode', [1, 'x'.repeat(256)]],
    ['mainwarehouseCode', [1, 'x'.repeat(256)]],
    ['mainWarehouseCode', [1, 'x'.repeat(256)]],
    ['operationType', ['TRANSFER_WAREHOUSE_IN', 1]],
    ['serviceType', ['2D', '2c', 2]],
    ['inventoryType', ['MANUALFROZEN', 1]],
    ['qty', [0, '0', '-0', 1.5, '1.5', 'one', '9007199254740992', '--1', [], true]],
    ['uuid', [6280417, 'x'.repeat(223), {}]],
  ])('whose %s cannot be used goes to quarantine (case %#)', (name, values) => {
    for (const value of values) {
      const fault = faultOf(decode({ [name]: value }));
      expect(fault.code).toBe('ROW_INVALID');
      expect(fault.detail).toMatch(new RegExp(`^${name} (has|is) .*\\.$`));
    }
  });

  test.each(['1', 'null', '"x"', '[]'])('that is %s goes to quarantine', (text) => {
    const row = decodeInventoryUpdate(parseStrictJson(Buffer.from(text)).value, settings);
    expect(faultOf(row).detail).toBe(`the row is not an object; received ${text}.`);
  });

  test('keeps an untracked channel and the original barcode readable in the note', () => {
    const untracked = winitSettings(winitConnection({ tracks: [] }));
    const fact = factOf(decode({ originalMerchandiseSerno: 'M9' }, untracked));
    expect(fact.dimensions.channel).toBe('');
    expect(fact.note).toBe('docType OUTBOUND; operationType CANCEL_ORDER; serviceType 2C; originalMerchandiseSerno M9');
  });

  test('makes no item where the connection says so', () => {
    const strict = winitSettings(winitConnection({ unknownItems: 'quarantine' }));
    expect(factOf(decode({}, strict)).item).toMatchObject({ whenUnknown: 'REFUSE' });
  });
});

describe('the external id', () => {
  const idOf = (changes: Record<string, unknown> = {}) => factOf(decode(changes)).externalId;

  test.each(
    Object.entries({
      uuid: '6280418',
      inventoryType: 'OUTFROZEN',
      merchandiseCode: '216402',
      specification: 'red',
      merchandiseSerno: 'M1',
      merchandiseGrade: 'DEFECTIVE',
      serviceType: '2B',
      warehouseCode: 'USWC3',
      operationType: 'CANCEL',
    }),
  )('is another where %s is', (name, value) => {
    expect(idOf({ [name]: value })).not.toBe(idOf());
  });

  test('is another for another customer', () => {
    const other = winitSettings(winitConnection({ customerCode: '1' }));
    expect(factOf(decode({ customerCode: '1' }, other)).externalId).not.toBe(idOf());
  });

  test('is the same whatever else changes, so that the change is seen', () => {
    const changes = { qty: 2, docDate: 1622625054159, docType: 'INBOUND', orderNo: 'x', mainwarehouseCode: 'y' };
    expect(idOf(changes)).toBe(idOf());
    expect(factOf(decode(changes)).fingerprint).not.toBe(factOf(decode()).fingerprint);
  });

  test('is at most 255 characters long', () => {
    expect(idOf({ uuid: 'x'.repeat(222) })).toHaveLength(255);
  });
});

describe('the fingerprint', () => {
  const fingerprint = (changes: Record<string, unknown> = {}, present = settings) =>
    factOf(decode(changes, present)).fingerprint;

  test('is the same however the same values are written', () => {
    expect(fingerprint({ qty: '1', docDate: '1622625054158' })).toBe(fingerprint());
    expect(fingerprint({ docDate: 1622625054 })).toBe(fingerprint({ docDate: 1622625054000 }));
    expect(fingerprint({ mainwarehouseCode: undefined, mainWarehouseCode: 'US0001' })).toBe(fingerprint());
    for (const name of ['specification', 'orderNo', 'originalMerchandiseSerno', 'mainwarehouseCode']) {
      expect(fingerprint({ [name]: null })).toBe(fingerprint({ [name]: '' }));
      expect(fingerprint({ [name]: null })).toBe(fingerprint({ [name]: undefined }));
    }
  });

  test('does not depend on settings or on unknown members', () => {
    const other = winitSettings(winitConnection({ tracks: [], unknownItems: 'quarantine' }));
    expect(fingerprint({ invented: [1, 2] }, other)).toBe(fingerprint());
  });
});

describe('a replay', () => {
  test('decodes a row as its message did', () => {
    const text = JSON.stringify(UPDATE);
    expect(replayInventoryUpdate(text, 3, winitConnection())).toEqual({ index: 3, text, ...decode() });
  });

  test('leaves the row waiting where the settings cannot be used', () => {
    const row = replayInventoryUpdate(JSON.stringify(UPDATE), 0, winitConnection({ customerCode: '' }));
    expect(faultOf(row).detail).toContain('setting customerCode has to be a text');
  });
});

test('no row makes the decoder throw', () => {
  const scalar = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double(), fc.boolean(), fc.constant(null));
  const update = fc.record(
    Object.fromEntries(Object.entries(UPDATE).map(([name, value]) => [name, fc.oneof(fc.constant(value), scalar)])),
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.json(),
    update.map((row) => JSON.stringify(row)),
  );
  fc.assert(
    fc.property(text, (row) => {
      try {
        const content = decodeInventoryUpdate(parseStrictJson(Buffer.from(row)).value, settings);
        expect('fact' in content ? Number.isSafeInteger(content.fact.delta) : content.fault.code).toBeTruthy();
      } catch (error) {
        if (!(error instanceof StrictJsonError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
