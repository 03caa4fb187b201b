// What every service that takes Jerry's messages has to do: find the account, parse the body, check credentials and digest.
import { createHash, timingSafeEqual } from 'node:crypto';

/** The accounts by the token of their path, as the bench hands them over in the environment. */
export const accounts = new Map(
  JSON.parse(process.env['JERRY_ACCOUNTS'] ?? '[]').map((account) => [account.token, account]),
);

/** Makes Fastify hand over bodies as bytes: the digest is over them. */
export function takeBytes(app) {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/**
 * @param {string} token
 * @param {Buffer} body
 * @returns {{account: object, message: object} | undefined} undefined where it is not the account's
 */
export function checkedMessage(token, body) {
  const account = accounts.get(token);
  if (!account) return undefined;
  const text = body.toString('utf8');
  const message = JSON.parse(text);
  const goods = text.slice(text.indexOf('"goods":') + '"goods":'.length, text.lastIndexOf(',"sign":'));
  const { userName, apiPassword, key } = account;
  const digest = createHash('md5')
    .update(userName + apiPassword + goods + key)
    .digest('hex');
  const isRight =
    same(message.userName, userName) && same(message.apiPassword, apiPassword) && same(message.sign, digest);
  return isRight ? { account, message } : undefined;
}

function same(sent, secret) {
  const [a, b] = [Buffer.from(sent), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export const SUCCESS = { Status: 0, Message: 'success' };
export const REFUSED = { Status: 1, Message: 'refused' };
