import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  canonicalJson,
  exactInteger,
  isJsonArray,
  isJsonObject,
  JsonDecimal,
  numberText,
  parseStrictJson,
  StrictJsonError,
} from '../../../src/json/strict-json';
import type { JsonArray, JsonObject, JsonValue, ParsedJson } from '../../../src/json/strict-json';

const encoder = new TextEncoder();

function parse(text: string): ParsedJson {
  return parseStrictJson(encoder.encode(text));
}

function refusalOf(input: string | Uint8Array): StrictJsonError | undefined {
  try {
    parseStrictJson(typeof input === 'string' ? encoder.encode(input) : input);
    return undefined;
  } catch (error) {
    if (error instanceof StrictJsonError) return error;
    throw error;
  }
}

function faultOf(input: string | Uint8Array): string | undefined {
  return refusalOf(input)?.fault;
}

/** The value as `JSON.parse` would give it. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonDecimal) return Number(value.text);
  if (isJsonArray(value)) return value.map(plain);
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value;
}

function asObject(value: JsonValue | undefined): JsonObject {
  if (!isJsonObject(value)) throw new Error('not an object');
  return value;
}

function asArray(value: JsonValue | undefined): JsonArray {
  if (!isJsonArray(value)) throw new Error('not an array');
  return value;
}

/** What the strict reader refuses although `JSON.parse` takes it. */
const STRICTER = [
  'duplicate key',
  'forbidden key',
  'number out of range',
  'lone surrogate',
  'NUL in a string',
  'nesting deeper than 32',
];

function nativeText(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Accepts and understands what `JSON.parse` does, or refuses it for one of the reasons it is there for. */
function expectNoLaxerThanNative(text: string): void {
  const native = nativeText(text);
  const fault = faultOf(text);
  if (fault === undefined) expect(JSON.stringify(plain(parse(text).value))).toBe(native);
  else if (native !== undefined) expect(STRICTER).toContain(fault);
}

/** Any way to write the string down, with more or fewer escapes. */
function spellings(text: string): fc.Arbitrary<string> {
  const spelled = Array.from(text, (character) =>
    fc.constantFrom(
      JSON.stringify(character).slice(1, -1),
      ...(character.length === 1 ? [`\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`] : []),
    ),
  );
  return fc.tuple(...spelled).map((parts) => `"${parts.join('')}"`);
}

const documents = fc
  .tuple(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), fc.constantFrom('', ' ', '\t', '\r\n '))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

describe('what it accepts', () => {
  test.each([
    ['null', null],
    [' true\r\n', true],
    ['false', false],
    ['""', ''],
    ['0', 0],
    ['-17', -17],
    ['[]', []],
    ['[ ]', []],
    ['{}', {}],
    ['{ }', {}],
    ['[1,[2,{"a":[]}]]', [1, [2, { a: [] }]]],
    ['{"":"empty key"}', { '': 'empty key' }],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"', '"\\/\b\f\n\r\t\u00e9'],
    ['"操作成功 😀 \\ud83d\\ude00 \\uD83D\\uDE00"', '操作成功 😀 😀 😀'],
    ['"\u007f\u2028\ufffd\uffff"', '\u007f\u2028\ufffd\uffff'],
    ['"a\ufeff"', 'a\ufeff'],
  ])('reads %j', (text, value) => {
    expect(parse(text).value).toEqual(value);
  });

  test('reads every document as JSON.parse does, or refuses it for a strict reason', () => {
    fc.assert(fc.property(documents, expectNoLaxerThanNative), { numRuns: 500 });
  });

  test('reads every document of the values that a message may hold', () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('value')),
        fc.dictionary(fc.string({ unit: 'grapheme-ascii' }), tie('value'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(
        value.filter((tree) => !JSON.stringify(tree).includes('"__proto__"')),
        (tree) => {
          const text = JSON.stringify(tree, null, 1);
          expect(JSON.stringify(plain(parse(text).value), null, 1)).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('reads bytes that lie within a larger buffer', () => {
    const buffer = encoder.encode('xx[1]xx');
    expect(parseStrictJson(buffer.subarray(2, 5)).value).toEqual([1]);
  });

  test('reads rows whose keys differ as well as rows whose keys repeat', () => {
    const rows =
      '[{"a":1,"ab":2},{"ab":3,"a":4},{"a":5,"ab":6},{"abc":7,"":8},{"\\u0061":9,"a\\"":10},{"a":11,"ab":12}]';
    expect(parse(rows).value).toEqual(JSON.parse(rows));
  });

  test('never takes the raw text of an escape for the key it resembles', () => {
    const rows = '[{"a\\\\b":1},{"a\\b":2},{"a\\\\b":3},{"\\\\u0061":4},{"\\u0061":5}]';
    expect(asArray(parse(rows).value).map((row) => Object.keys(asObject(row)))).toEqual([
      ['a\\b'],
      ['a\b'],
      ['a\\b'],
      ['\\u0061'],
      ['a'],
    ]);
  });

  test('gives objects that inherit nothing', () => {
    const object = asObject(parse('{"constructor":1,"prototype":2,"hasOwnProperty":3}').value);
    expect(object).toEqual({ constructor: 1, prototype: 2, hasOwnProperty: 3 });
    for (const inherited of ['toString', 'valueOf', '__proto__', '__defineGetter__']) {
      expect(object[inherited]).toBeUndefined();
    }
    expect(asObject(parse('{}').value)['constructor']).toBeUndefined();
  });
});

describe('what it refuses', () => {
  test.each([
    '',
    ' \n',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1',
    '[',
    ']',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{,}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{a:1}',
    "{'a':1}",
    '{1:1}',
    '"',
    '"a',
    '"\\',
    '"\\"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\U0041"',
    '"\t"',
    '"\n"',
    '"\\n\n"',
    'tru',
    'True',
    'nul',
    'nullx',
    'undefined',
    'NaN',
    'Infinity',
    '-',
    '+1',
    '--1',
    '01',
    '-01',
    '00',
    '.5',
    '1.',
    '1.e1',
    '1e',
    '1e+',
    '0x10',
    '1_000',
    '1 2',
    '{}{}',
    '[] x',
    '// c\n1',
    '/**/1',
    '\u00a01',
    '\v1',
    '1\u0000',
    '\u0000',
  ])('refuses %j, which is not JSON', (text) => {
    expect(nativeText(text)).toBeUndefined();
    expect(refusalOf(text)).toBeInstanceOf(StrictJsonError);
  });

  test.each([
    ['{"a":1,"a":1}', 'duplicate key'],
    ['{"a":1,"b":2,"\\u0061":null}', 'duplicate key'],
    ['[{"x":{"a":[],"b":0,"a":[]}}]', 'duplicate key'],
    ['{"":1,"":2}', 'duplicate key'],
    ['{"a":null,"a":1}', 'duplicate key'],
    ['{"a":false,"a":false}', 'duplicate key'],
    ['{"1":1,"1":2}', 'duplicate key'],
    ['{"__proto__":1}', 'forbidden key'],
    ['[{"a":{"__proto__":{"isAdmin":true}}}]', 'forbidden key'],
    ['{"\\u005f_proto_\\u005F":1}', 'forbidden key'],
    ['"\\u0000"', 'NUL in a string'],
    ['{"a\\u0000":1}', 'NUL in a string'],
    ['"\\ud83d"', 'lone surrogate'],
    ['"\\ud83dx"', 'lone surrogate'],
    ['"\\ud83d\\n"', 'lone surrogate'],
    ['"\\ud83d\\ud83d"', 'lone surrogate'],
    ['"\\ud83d\\ue000"', 'lone surrogate'],
    ['"\\ude00\\ude00"', 'lone surrogate'],
    ['"\\ude00\\ud83d"', 'lone surrogate'],
    ['{"\\udead":1}', 'lone surrogate'],
    ['\ufeff{}', 'byte order mark'],
    ['1e400', 'number out of range'],
    ['-1e400', 'number out of range'],
    ['0e401', 'number out of range'],
    ['1e-401', 'number out of range'],
    ['9007199254740992', 'number out of range'],
    ['9007199254740993', 'number out of range'],
    ['-9007199254740992', 'number out of range'],
    ['10000000000000000', 'number out of range'],
    ['123456789012345678901234567890', 'number out of range'],
    ['9007199254740991.4', 'number out of range'],
    ['9007199254740992.0', 'number out of range'],
    ['9.0071992547409911e15', 'number out of range'],
    ['1E16', 'number out of range'],
  ])('refuses %j: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  test.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22], 1],
    ['an overlong form', [0x22, 0x61, 0xc0, 0xaf, 0x22], 2],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    ['a character beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    ['a sequence cut off', [0x22, 0xef, 0xbf], 1],
    ['a bad byte behind a real replacement character', [0x22, 0xef, 0xbf, 0xbd, 0xef, 0xbf, 0x22], 4],
    ['UTF-16', [0xff, 0xfe, 0x31, 0x00], 0],
  ])('refuses invalid UTF-8: %s', (_, bytes, offset) => {
    expect(refusalOf(Uint8Array.from(bytes))).toMatchObject({
      fault: 'invalid UTF-8',
      offset,
      column: offset === 4 ? 3 : offset + 1,
    });
    expect(parse('"still fine"').value).toBe('still fine');
  });

  test('refuses the 250,001st value and not the 250,000th, whatever it is', () => {
    const array = (values: number, value: string): string =>
      `[${Array(values - 1)
        .fill(value)
        .join(',')}]`;
    for (const value of ['1', '""', 'null', '[]', '{}']) {
      expect(refusalOf(array(250_000, value))).toBeUndefined();
      expect(faultOf(array(250_001, value))).toBe('more than 250000 values');
    }
    const members = Array.from({ length: 250_000 }, (_, at) => `"k${at}":1`);
    expect(faultOf(`{${members.join(',')}}`)).toBe('more than 250000 values');
  });

  test('refuses the 33rd level and not the 32nd', () => {
    const nested = (levels: number): string =>
      '[{"a":'.repeat(levels / 2) + '[]'.repeat(levels % 2) + '}]'.repeat(levels / 2);
    expect(refusalOf('['.repeat(32) + ']'.repeat(32))).toBeUndefined();
    expect(refusalOf('['.repeat(33) + ']'.repeat(33))).toMatchObject({ fault: 'nesting deeper than 32', offset: 32 });
    expect(refusalOf(nested(32).replace('{"a":}', '{}'))).toBeUndefined();
    expect(faultOf(nested(33))).toBe('nesting deeper than 32');
    expect(refusalOf(`[${'[[]],'.repeat(100)}[]]`)).toBeUndefined();
    expect(faultOf('['.repeat(1_000_000))).toBe('nesting deeper than 32');
  });

  test('refuses a repeated key however either one is spelled', () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 6 });
    const members = keys.chain((names) =>
      fc
        .tuple(fc.tuple(...names.map(spellings)), spellings(names[0] ?? ''), fc.nat(names.length))
        .map(([spelled, again, place]) => ({ spelled, withRepeat: spelled.toSpliced(place, 0, again) })),
    );
    const objectOf = (spelled: readonly string[]): string => `[{"n":{${spelled.map((key) => `${key}:0`).join()}}}]`;
    fc.assert(
      fc.property(members, ({ spelled, withRepeat }) => {
        fc.pre(!spelled.some((key) => JSON.parse(key) === '__proto__'));
        expect(faultOf(objectOf(spelled))).toBeUndefined();
        expect(faultOf(objectOf(withRepeat))).toBe('duplicate key');
      }),
      { numRuns: 300 },
    );
  });

  test('never accepts a damaged document that JSON.parse refuses, nor reads it in another way', () => {
    const piece = fc.constantFrom(
      ...Array.from('{}[]",:\\/u0019.eE+-tfn \n\t\u0001\u00e9'),
      '"a"',
      'null',
      '\\u00',
      '\\ud83d',
      '1e9',
      ',"a":1',
    );
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(2),
      piece: fc.option(piece, { nil: '' }),
    });
    const damaged = fc.tuple(documents, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) =>
      edits.reduce((before, { at, cut, piece: inserted }) => {
        const index = Math.floor(at * before.length);
        return before.slice(0, index) + inserted + before.slice(index + cut);
      }, text),
    );
    fc.assert(
      fc.property(damaged, (text) => {
        // A cut may have halved a surrogate pair; bytes can't say that.
        expectNoLaxerThanNative(Buffer.from(text).toString());
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses bytes exactly when they are not UTF-8, not JSON or fall under a strict reason', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const flips = fc.tuple(documents, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
      const bytes = encoder.encode(text);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(flips, (bytes) => {
        let text: string;
        try {
          text = decoder.decode(bytes);
        } catch {
          expect(faultOf(bytes)).toBe('invalid UTF-8');
          return;
        }
        expectNoLaxerThanNative(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what a refusal says', () => {
  test.each([
    ['{"a":1,\n "é😀":tru}', 'unexpected character', 18, 2, 8],
    ['{"a":1,\n\n"a":2}', 'duplicate key', 9, 3, 1],
    ['[1,\n', 'unexpected end', 4, 2, 1],
    ['  12 x', 'content behind the end of the value', 5, 1, 6],
    ['', 'nothing but white space', 0, 1, 1],
    ['["é","a\\u00e9\\x"]', 'unexpected character', 15, 1, 15],
    ['["\u0001"]', 'control character in a string', 2, 1, 3],
    ['["\\u00zz"]', 'bad escape', 2, 1, 3],
    ['[1, -]', 'unexpected character', 5, 1, 6],
    ['[1, 012]', 'unexpected character', 5, 1, 6],
  ])('says of %j: %s at byte %d, line %d, column %d', (text, fault, offset, line, column) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ name: 'StrictJsonError', fault, offset, line, column });
    expect(refusal?.message).toBe(`${fault} at byte ${offset} (line ${line}, column ${column})`);
  });

  test('never quotes the content', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (text, cut) => {
        const secret = 'hunter2';
        const message = refusalOf(
          `{"apiPassword":"${secret}","${secret}":${text.slice(0, cut % text.length)}`,
        )?.message;
        expect(message).toMatch(/^[A-Za-z0-9_ -]+ at byte \d+ \(line \d+, column \d+\)$/);
        expect(message).not.toContain(secret);
      }),
    );
  });
});

describe('numbers', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['1000000000000000', 1e15],
    ['-0', 0],
  ])('reads %s exactly', (text, value) => {
    expect(parse(text).value).toBe(value);
    expect(parse(`[${text}]`).value).toEqual([value]);
  });

  test.each(['12.50', '-0.10', '1e2', '1E+2', '5.0', '0.1e-7', '9007199254740991.000', '0e400', '-0.0', '1e-400'])(
    'keeps %s as it was written',
    (literal) => {
      const { value } = parse(`[${literal}]`);
      const [decimal] = asArray(value);
      expect(decimal).toBeInstanceOf(JsonDecimal);
      expect(numberText(decimal)).toBe(literal);
      expect(canonicalJson(value, { sortKeys: false, dropNulls: false })).toBe(`[${literal}]`);
    },
  );

  test.each([
    ['7', 7],
    ['-7', -7],
    ['5.0', 5],
    ['50e-1', 5],
    ['-1.20e2', -120],
    ['0.0', 0],
    ['-0.0', 0],
    ['0e400', 0],
    ['9007199254740991.0', 9007199254740991],
    ['0.00000000000000000001e20', 1],
    ['0.5', undefined],
    ['5.000000000000000000001', undefined],
    ['1e-400', undefined],
    ['"5"', undefined],
    ['null', undefined],
    ['[5]', undefined],
  ])('takes %s for the integer %p', (text, integer) => {
    expect(exactInteger(parse(text).value)).toBe(integer);
  });

  test('gives text for numbers only', () => {
    expect(numberText(parse('12').value)).toBe('12');
    expect(numberText(parse('"12"').value)).toBeUndefined();
    expect(numberText(undefined)).toBeUndefined();
  });

  test('refuses an integer exactly when it is beyond ±(2^53−1), with or without a fraction behind it', () => {
    const near = fc.bigInt({ min: -(2n ** 53n) - 20n, max: 2n ** 53n + 20n });
    fc.assert(
      fc.property(fc.oneof(near, fc.bigInt({ min: 2n ** 53n - 20n, max: 2n ** 53n + 20n }), fc.bigInt()), (integer) => {
        const magnitude = integer < 0n ? -integer : integer;
        const isInRange = magnitude <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(faultOf(String(integer))).toBe(isInRange ? undefined : 'number out of range');
        expect(faultOf(`${integer.toString()}.00`)).toBe(isInRange ? undefined : 'number out of range');
        const isFractionInRange = magnitude < BigInt(Number.MAX_SAFE_INTEGER);
        expect(faultOf(`${integer.toString()}.01`)).toBe(isFractionInRange ? undefined : 'number out of range');
        if (isInRange) expect(exactInteger(parse(String(integer)).value)).toBe(Number(integer));
      }),
      { numRuns: 500 },
    );
  });

  test.each(['012.5', '.5', '5.', '+5', ' 5', '5 ', '1e400', '1e16', 'NaN', '', '５'])(
    'makes no decimal of %j',
    (literal) => {
      expect(JsonDecimal.of(literal)).toBeUndefined();
    },
  );

  test('makes a decimal of any literal to be sent', () => {
    expect(canonicalJson({ unit_cost: JsonDecimal.of('12.50') ?? null }, { sortKeys: false, dropNulls: false })).toBe(
      '{"unit_cost":12.50}',
    );
  });
});

describe('text as received', () => {
  test('gives the bytes that the Jerry digest is taken over', () => {
    const goods =
      '[{"time":"2022-09-02 10:25:40","stockChangeId":14557,"upc":"888888888888","qty":"2","reason":"in reason","changeType":"201","businessNo":"ATW198274922","flag":"2"}]';
    const parsed = parse(`{"userName":"DUMMY DUCK",\n "goods" : ${goods} , "sign":""}`);
    expect(parsed.memberText('goods')).toBe(goods);
    const digest = createHash('md5')
      .update(`DUMMY DUCKs3cret${parsed.memberText('goods') ?? ''}k3y`)
      .digest('hex');
    expect(digest).toBe('62e68fc3655e06d411f50dae6b1d9f9b');
  });

  test('gives a top-level member by its unescaped name, whatever its value is, and no nested one', () => {
    const parsed = parse('{"\\u0061": [ 1 , "\\u0062" ] ,"n":null,"d":1.50,"s":"x\\/y","o":{"inner":1}}');
    expect(['a', 'n', 'd', 's', 'o', 'inner', 'toString', '__proto__'].map((name) => parsed.memberText(name))).toEqual([
      '[ 1 , "\\u0062" ]',
      'null',
      '1.50',
      '"x\\/y"',
      '{"inner":1}',
      undefined,
      undefined,
      undefined,
    ]);
    expect(parse('[{"a":1}]').memberText('a')).toBeUndefined();
  });

  test('gives each element of any array, objects or not', () => {
    const parsed = parse('{"goods":[ {"qty": 1.0} ,"x\\u0041", [ ] ,null],"none":[]}');
    const goods = asArray(asObject(parsed.value)['goods']);
    expect([0, 1, 2, 3, 4, -1].map((index) => parsed.elementText(goods, index))).toEqual([
      '{"qty": 1.0}',
      '"x\\u0041"',
      '[ ]',
      'null',
      undefined,
      undefined,
    ]);
    expect(parsed.elementText(asArray(asObject(parsed.value)['none']), 0)).toBeUndefined();
    expect(parsed.elementText([1], 0)).toBeUndefined();
  });

  test('gives slices that read as the values they belong to', () => {
    const text = fc
      .array(fc.jsonValue({ maxDepth: 2 }))
      .map((rows) => JSON.stringify({ before: 0, rows, after: [] }, null, 2));
    fc.assert(
      fc.property(text, (document) => {
        fc.pre(refusalOf(document) === undefined);
        const parsed = parse(document);
        const rows = asArray(asObject(parsed.value)['rows']);
        expect(parse(parsed.memberText('rows') ?? '').value).toEqual(rows);
        rows.forEach((row, index) => {
          expect(parse(parsed.elementText(rows, index) ?? '').value).toEqual(row);
        });
      }),
    );
  });
});

describe('canonical text', () => {
  const value = parse(
    '{ "b": [null, {"z": null, "y": "é😀\\u001f\\/\\""}], "a": null, "é": 1.50, "B": {"b": -1, "a": true} }',
  ).value;

  test.each([
    [false, false, '{"b":[null,{"z":null,"y":"é😀\\u001f/\\""}],"a":null,"é":1.50,"B":{"b":-1,"a":true}}'],
    [true, false, '{"B":{"a":true,"b":-1},"a":null,"b":[null,{"y":"é😀\\u001f/\\"","z":null}],"é":1.50}'],
    [false, true, '{"b":[null,{"y":"é😀\\u001f/\\""}],"é":1.50,"B":{"b":-1,"a":true}}'],
    [true, true, '{"B":{"a":true,"b":-1},"b":[null,{"y":"é😀\\u001f/\\""}],"é":1.50}'],
  ])('is compact with sortKeys %p and dropNulls %p', (sortKeys, dropNulls, text) => {
    expect(canonicalJson(value, { sortKeys, dropNulls })).toBe(text);
  });

  test('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (tree) => {
        expect(canonicalJson(tree as JsonValue, { sortKeys: false, dropNulls: false })).toBe(JSON.stringify(tree));
      }),
      { numRuns: 300 },
    );
  });

  test('is the same for every order of the members when sorted', () => {
    const shuffles = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))
      .chain((object) =>
        fc.tuple(
          fc.constant(object),
          fc.shuffledSubarray(Object.entries(object), { minLength: Object.keys(object).length }),
        ),
      );
    fc.assert(
      fc.property(shuffles, ([object, entries]) => {
        const options = { sortKeys: true, dropNulls: false };
        const shuffled = Object.fromEntries(entries) as JsonObject;
        expect(canonicalJson(shuffled, options)).toBe(canonicalJson(object as JsonObject, options));
      }),
    );
  });

  test('drops null members only, and empty containers stay', () => {
    const text = canonicalJson(parse('{"a":{"b":null},"c":[null],"d":"","e":0,"f":false}').value, {
      sortKeys: false,
      dropNulls: true,
    });
    expect(text).toBe('{"a":{},"c":[null],"d":"","e":0,"f":false}');
  });

  test('throws for what JSON cannot say', () => {
    for (const number of [NaN, Infinity, -Infinity]) {
      expect(() => canonicalJson([number], { sortKeys: false, dropNulls: false })).toThrow(RangeError);
    }
  });
});
