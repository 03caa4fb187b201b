import { isJsonObject, parseStrictJson, type JsonObject } from '../../../../src/json/strict-json';
import { isSignedBy, signedText, winitSign } from '../../../../src/vendors/winit-orders/signature';
import { CLIENT_SECRET, example, EXAMPLES, signedCall, TOKEN, unpackData } from './samples';

function envelopeOf(json: string | Buffer): JsonObject {
  const { value } = parseStrictJson(Buffer.from(json));
  if (!isJsonObject(value)) throw new Error('no object');
  return value;
}

test.each(EXAMPLES)("%s of the vendor's page is signed with the published token and client secret", (name) => {
  const envelope = envelopeOf(example(name));
  const signed = signedText(envelope);
  expect(winitSign(signed, TOKEN)).toBe(envelope['sign']);
  expect(winitSign(signed, CLIENT_SECRET)).toBe(envelope['client_sign']);
});

test('the signed text is the names and values in their order, with canonical data', () => {
  const envelope = envelopeOf(
    '{"version":"1.0","timestamp":"2020-05-18 20:09:05","sign_method":"md5","platform":"P","format":"json",' +
      '"data": {"b": [ {"z":1,"a":null}, null ], "a":"é\\u4e2d/", "n":null, "d": 1.50},"app_key":"k","action":"x","more":1}',
  );
  expect(signedText(envelope)).toBe(
    'actionxapp_keykdata{"a":"é中/","b":[{"z":1},null],"d":1.50}formatjsonplatformP' +
      'sign_methodmd5timestamp2020-05-18 20:09:05version1.0',
  );
});

test('what is missing is signed as nothing, and a number as it was written', () => {
  expect(signedText(envelopeOf('{"version":1.0,"platform":null}'))).toBe(
    'actionapp_keydataformatplatformsign_methodtimestampversion1.0',
  );
});

test('the order of keys, white space, escapes and nulls of data do not matter', () => {
  const call = signedCall({ b: { d: 1, c: '中' }, a: [1] });
  const other = JSON.stringify(call).replace(
    '"data":{"b":{"d":1,"c":"中"},"a":[1]}',
    () => '"data": {"a":[ 1 ], "x": null,\n "b": {"c":"\\u4e2d", "d":1}}',
  );
  expect(other).toContain('"x": null');
  expect(isSignedBy(signedText(envelopeOf(other)), String(call['sign']), TOKEN)).toBe(true);
});

test('any other secret, content or length of a signature is refused, and either case is taken', () => {
  const call = signedCall(unpackData());
  const signed = signedText(envelopeOf(JSON.stringify(call)));
  const sign = String(call['sign']);
  expect(isSignedBy(signed, sign, TOKEN)).toBe(true);
  expect(isSignedBy(signed, sign.toLowerCase(), TOKEN)).toBe(true);
  expect(isSignedBy(signed, sign, `${TOKEN}0`)).toBe(false);
  expect(isSignedBy(signed.replace('liaowl1002', 'liaowl1001'), sign, TOKEN)).toBe(false);
  for (const wrong of ['', sign.slice(1), `${sign}0`, 'x'.repeat(10_000)])
    expect(isSignedBy(signed, wrong, TOKEN)).toBe(false);
});
