import type { Connection } from '../../application/ports/connections';
import type { Redactor } from '../../application/secrets/redactor';
import type { ReceivedMessage } from '../../application/commands/receive-delivery';
import type { DecodedRow } from '../../domain/plans/delivery';
import {
  isJsonArray,
  isJsonObject,
  StrictJsonError,
  strictJsonInSteps,
  type JsonObject,
  type JsonValue,
  type ParsedJson,
} from '../../json/strict-json';
import { MAX_PUSH_ROWS } from '../../domain/validation';
import { cleanMessage } from '../shared/clean-body';
import { sameSecret } from '../shared/hashes';
import { redactMembers } from '../shared/redact';
import { decodeRows } from '../shared/rows';
import { decodeStockChange } from './decode';
import type { Refusal } from './encode';
import { jerrySettings, type JerrySettings } from './settings';
import { isSignedBy, type DigestSecrets } from './signature';
import { SECRET_MEMBERS } from './wire';

/** What a delivery that proves to be the connection's holds. */
export type JerryMessage = Pick<ReceivedMessage, 'body' | 'verdict' | 'rows'>;

interface RefusedMessage {
  readonly refused: Refusal;
  /** What is kept of it, where it is known to be of this sender. */
  readonly stored?: Pick<JerryMessage, 'body' | 'verdict'>;
}

/**
 * Checks and decodes a delivery, step by step: first that it is JSON, then the credentials and the digest, only then what it says, without
 * secrets.
 *
 * @throws {ConnectionSettingsError} where the settings of the connection are wrong
 */
export function* readJerryMessage(
  body: Buffer,
  connection: Connection,
  redactor: Redactor,
): Generator<undefined, JerryMessage | RefusedMessage> {
  const settings = jerrySettings(connection);
  const parsed = yield* parse(body);
  if ('refused' in parsed) return parsed;
  const { message, members } = parsed;
  const refused = authenticate(message, members, settings);
  if (refused) return { refused };
  const { serialisation, encoding } = settings.digest;
  const clean = yield* cleanMessage(redactMembers(body.toString(), message, SECRET_MEMBERS), message, redactor);
  const stored = { body: clean.text, verdict: `digest ${serialisation}/${encoding}` };
  const { value } = clean.message;
  const rows = yield* decodeGoods(clean.message, isJsonObject(value) ? value['goods'] : undefined, settings);
  return 'refused' in rows ? { ...rows, stored } : { ...stored, rows };
}

function* parse(
  body: Buffer,
): Generator<undefined, { message: ParsedJson; members: JsonObject } | { refused: Refusal }> {
  try {
    const message = yield* strictJsonInSteps(body);
    return isJsonObject(message.value) ? { message, members: message.value } : invalid('the body is not an object');
  } catch (error) {
    if (error instanceof StrictJsonError) return invalid(`the body is not JSON: ${error.message}`);
    throw error;
  }
}

function authenticate(message: ParsedJson, members: JsonObject, settings: JerrySettings): Refusal | undefined {
  const { secrets, digest } = settings;
  const accounts = secrets.filter((known) => isAccount(members, known));
  if (accounts.length === 0) return { kind: 'BAD_CREDENTIALS', detail: 'userName or apiPassword is not right' };
  if (members['goods'] === undefined) return { kind: 'INVALID_PARAMETER', detail: 'goods is missing' };
  if (accounts.some((known) => isSignedBy(message, textOf(members['sign']), known, digest))) return undefined;
  return { kind: 'BAD_SIGNATURE', detail: 'sign is not the digest of this message' };
}

/** Both are compared whatever the first gives, so that timing does not reveal which is wrong. */
function isAccount(members: JsonObject, { userName, apiPassword }: DigestSecrets): boolean {
  const isUser = sameSecret(textOf(members['userName']), userName);
  const isPassword = sameSecret(textOf(members['apiPassword']), apiPassword);
  return isUser && isPassword;
}

/** Of a credential that is missing or no text, the empty text: it equals no secret. */
function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function* decodeGoods(
  message: ParsedJson,
  goods: JsonValue | undefined,
  settings: JerrySettings,
): Generator<undefined, readonly DecodedRow[] | { refused: Refusal }> {
  if (!isJsonArray(goods)) return invalid('goods is not an array');
  if (goods.length > MAX_PUSH_ROWS)
    return invalid(`goods has ${goods.length} elements; at most ${MAX_PUSH_ROWS} are taken`);
  return yield* decodeRows(message, goods, decodeStockChange, settings);
}

function invalid(detail: string): { refused: Refusal } {
  return { refused: { kind: 'INVALID_PARAMETER', detail } };
}
