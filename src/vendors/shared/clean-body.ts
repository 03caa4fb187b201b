import type { Redactor } from '../../application/secrets/redactor';
import { StrictJsonError, strictJsonInSteps, type ParsedJson } from '../../json/strict-json';

/**
 * A body without secrets: what is decoded, posted, stored, answered and logged all comes from this. Only signatures and the
 * hash of a message are over the bytes as received.
 */
export interface CleanBody {
  readonly text: string;
  /** What is wrong with it, where it is not JSON. */
  readonly message: ParsedJson | StrictJsonError;
}

/** Reads a body and takes the secrets out of it, step by step. */
export function* readCleanBody(body: Buffer, redactor: Redactor): Generator<undefined, CleanBody> {
  const message = yield* parse(body);
  const text = body.toString();
  if (message instanceof StrictJsonError) return { text: redactor.text(text), message };
  return yield* cleanMessage(text, message, redactor);
}

/** Takes the secrets out of a body that has been read. */
export function* cleanMessage(
  text: string,
  message: ParsedJson,
  redactor: Redactor,
): Generator<undefined, CleanBody & { readonly message: ParsedJson }> {
  const clean = yield* redactor.jsonInSteps(text);
  return clean === text ? { text, message } : { text: clean, message: yield* strictJsonInSteps(Buffer.from(clean)) };
}

function* parse(body: Buffer): Generator<undefined, ParsedJson | StrictJsonError> {
  try {
    return yield* strictJsonInSteps(body);
  } catch (error) {
    if (error instanceof StrictJsonError) return error;
    throw error;
  }
}
