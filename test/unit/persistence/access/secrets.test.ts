import { createCipheriv, randomBytes } from 'node:crypto';
import {
  createSecretBox,
  hashSecret,
  keyIdOfSealed,
  newSecret,
  sameBytes,
  SecretKeyError,
} from '../../../../src/persistence/access/secrets';

const key = randomBytes(32);
const box = createSecretBox(key);
const owner = {
  tenantId: '0b4c8a5e-0000-8000-8000-000000000001',
  connectionId: '01890000-0000-7000-8000-000000000001',
};
const secrets = { apiPassword: 'ünïcode 秘密', key: '' };

test('opens what it sealed', () => {
  expect(box.open(box.seal(secrets, owner), owner)).toEqual(secrets);
  expect(createSecretBox(key).open(box.seal({}, owner), owner)).toEqual({});
});

test('seals the same secrets differently each time, and never readably', () => {
  const sealed = box.seal(secrets, owner);
  expect(sealed[0]).toBe(2);
  expect(sealed.includes(key.subarray(0, 4))).toBe(false);
  expect(sealed.equals(box.seal(secrets, owner))).toBe(false);
  expect(sealed.includes('apiPassword')).toBe(false);
});

test('says which key is missing, without showing one', () => {
  const sealed = box.seal(secrets, owner);
  const other = createSecretBox(randomBytes(32));
  expect(() => other.open(sealed, owner)).toThrow(SecretKeyError);
  expect(() => other.open(sealed, owner)).toThrow(
    `The secrets of connection ${owner.connectionId} can't be decrypted: they are under the key ${box.presentKeyId}; add it to STOCKBRIDGE_SECRET_KEY (or DATA_DIR/secret.key)`,
  );
});

test('seals with the first key and opens with each', () => {
  const next = randomBytes(32);
  const [before, after] = [createSecretBox(key, next), createSecretBox(next, key)];
  expect(keyIdOfSealed(before.seal(secrets, owner))).toBe(box.presentKeyId);
  expect(keyIdOfSealed(after.seal(secrets, owner))).toBe(createSecretBox(next).presentKeyId);
  expect(after.open(before.seal(secrets, owner), owner)).toEqual(secrets);
  expect(before.open(after.seal(secrets, owner), owner)).toEqual(secrets);
  expect([...before.keyIds]).toEqual([before.presentKeyId, after.presentKeyId]);
});

/** As versions before key ids did. */
function sealedInForm1(): Buffer {
  const nonce = randomBytes(12);
  const bound = Buffer.from(`stockbridge.secrets.1:${owner.tenantId}:${owner.connectionId}`);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  return Buffer.concat([Uint8Array.of(1), nonce, text, cipher.getAuthTag()]);
}

test('opens what was sealed before secrets said which key they are under', () => {
  const sealed = sealedInForm1();
  expect(keyIdOfSealed(sealed)).toBeNull();
  expect(box.open(sealed, owner)).toEqual(secrets);
  expect(createSecretBox(randomBytes(32), randomBytes(32), key).open(sealed, owner)).toEqual(secrets);
  expect(() => createSecretBox(randomBytes(32)).open(sealed, owner)).toThrow(
    'start with the STOCKBRIDGE_SECRET_KEY (or DATA_DIR/secret.key) that they were stored with',
  );
});

test.each([
  ['another tenant', { ...owner, tenantId: '0b4c8a5e-0000-8000-8000-000000000002' }],
  ['another connection', { ...owner, connectionId: '01890000-0000-7000-8000-000000000002' }],
])("does not open another's secrets: %s", (_, thief) => {
  expect(() => box.open(box.seal(secrets, owner), thief)).toThrow(SecretKeyError);
});

test.each([
  ['1', sealedInForm1],
  ['2', () => box.seal(secrets, owner)],
])('refuses sealed bytes of form %s of which any was changed, and any part of them', (_, seal) => {
  const sealed = seal();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(sealed.readUInt8(at) ^ 1, at);
    expect(() => box.open(changed, owner)).toThrow(SecretKeyError);
    expect(() => box.open(sealed.subarray(0, at), owner)).toThrow(SecretKeyError);
  }
});

test('takes keys of 256 bits only', () => {
  expect(() => createSecretBox(randomBytes(16))).toThrow('The secret key must have 32 bytes.');
});

test('makes secrets of 256 bits that fit into a path', () => {
  const made = new Set(Array.from({ length: 100 }, newSecret));
  expect(made.size).toBe(100);
  for (const secret of made) expect(secret).toMatch(/^[\w-]{43}$/);
});

test('keeps SHA-256 of a secret', () => {
  expect(hashSecret('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('compares bytes, whatever their lengths', () => {
  expect(sameBytes(hashSecret('a'), hashSecret('a'))).toBe(true);
  expect(sameBytes(hashSecret('a'), hashSecret('b'))).toBe(false);
  expect(sameBytes(hashSecret('a'), hashSecret('a').subarray(1))).toBe(false);
});
