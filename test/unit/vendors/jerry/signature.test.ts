import { parseStrictJson } from '../../../../src/json/strict-json';
import {
  ENCODINGS,
  goodsText,
  isSignedBy,
  jerryDigest,
  probeVariants,
  SERIALISATIONS,
  type Serialisation,
} from '../../../../src/vendors/jerry/signature';
import { fixture } from '../shared/webhook-harness';
import { SECRETS } from './jerry-samples';

const VECTOR =
  '[{"time":"2022-09-02 10:25:40","stockChangeId":14557,"upc":"888888888888","qty":"2","reason":"in reason",' +
  '"changeType":"201","businessNo":"ATW198274922","flag":"2"}]';

const parse = (text: string) => parseStrictJson(Buffer.from(text));

/** Goods of which every serialisation makes another text. */
const GOODS = '[ {"upc": "Ü/1", "time": null, "qty": 2.50} ]';
const TEXTS: Record<Serialisation, string> = {
  raw: GOODS,
  compact: '[{"upc":"Ü/1","time":null,"qty":2.50}]',
  compactSorted: '[{"qty":2.50,"time":null,"upc":"Ü/1"}]',
  compactNoNulls: '[{"upc":"Ü/1","qty":2.50}]',
};

describe('the digest', () => {
  test('is the vector of the wire format', () => {
    expect(jerryDigest(SECRETS, VECTOR, 'hex')).toBe('62e68fc3655e06d411f50dae6b1d9f9b');
    expect(jerryDigest(SECRETS, VECTOR, 'base64')).toBe('YuaPw2VeBtQR9Q2uax2fmw==');
  });

  test('of the fixture is its own sign', () => {
    const message = parseStrictJson(fixture('jerry', 'stock-sync.request.json'));
    const raw = { serialisation: 'raw', encoding: 'hex' } as const;
    expect(isSignedBy(message, '64c1aac5c17a585afaa3e0aac3ebc0ff', SECRETS, raw)).toBe(true);
  });

  test.each(SERIALISATIONS)('is over the goods as %s has them', (serialisation) => {
    expect(goodsText(parse(`{"goods" :\n${GOODS} }`), serialisation)).toBe(TEXTS[serialisation]);
  });

  test.each(SERIALISATIONS.flatMap((serialisation) => ENCODINGS.map((encoding) => [serialisation, encoding] as const)))(
    'of %s in %s verifies by its own variant and by no other',
    (serialisation, encoding) => {
      const sign = jerryDigest(SECRETS, TEXTS[serialisation], encoding);
      const message = parse(`{"goods":${GOODS}}`);
      expect(isSignedBy(message, sign, SECRETS, { serialisation, encoding })).toBe(true);
      expect(probeVariants(message, sign, SECRETS)).toEqual([{ serialisation, encoding }]);
    },
  );

  test.each(['', '62e6', '62E68FC3655E06D411F50DAE6B1D9F9B', '6'.repeat(10_000)])(
    'that is sent as %.40s is wrong, not an error',
    (sign) => {
      const message = parse(`{"goods":${VECTOR}}`);
      expect(isSignedBy(message, sign, SECRETS, { serialisation: 'raw', encoding: 'hex' })).toBe(false);
    },
  );

  test.each(['{}', '[]', 'null'])('of %s, which has no goods, verifies by no variant', (text) => {
    expect(probeVariants(parse(text), '', SECRETS)).toEqual([]);
  });
});
