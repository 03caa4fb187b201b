import type { UserError } from '../../domain/errors';
import { MAX_KEY_OVERLAP_SECONDS } from '../ports/access';
import type { ConnectionKinds } from '../ports/connection-kinds';
import type { Connection, Rotation } from '../ports/connections';
import { connectionFaults, invalid, noSuchSecret, secretFaults } from './decide-connection';
import { secretsInSight } from './secrets-in-sight';

/** What is to be rotated: a secret, the token, or both. */
export interface RotationInput {
  /** The name of a secret; null: none. */
  readonly secret: string | null;
  /** The new secret. Null: it is generated. */
  readonly value: string | null;
  readonly token: boolean;
  /** How long the old ones work beside the new ones. */
  readonly overlapSeconds: number;
}

interface DecidedRotation {
  readonly rotation: Rotation;
  /** The secret that was generated, by its name. */
  readonly generated: Readonly<Record<string, string>>;
}

type Refused = { readonly refused: readonly UserError[] };

/** Decides what a rotation puts in the place of what, or says what is wrong with it. */
export function decideRotation(
  kinds: ConnectionKinds,
  connection: Connection,
  { secret, value, token, overlapSeconds }: RotationInput,
): DecidedRotation | Refused {
  const { kind } = connection;
  const refused = (field: string, message: string): Refused => ({ refused: [invalid([field], message)] });
  if (overlapSeconds < 0 || overlapSeconds > MAX_KEY_OVERLAP_SECONDS) {
    const rule = `give a number from 0 to ${MAX_KEY_OVERLAP_SECONDS}`;
    return refused('overlapSeconds', `overlapSeconds is ${overlapSeconds}: ${rule}.`);
  }
  if (token && kinds[kind].tokenIn === null) return refused('token', `Connections of the kind ${kind} have no token.`);
  const rotation = { overlapMs: overlapSeconds * 1_000, withToken: token };
  if (secret === null) {
    if (!token) return refused('secret', 'Nothing is named: give the name of a secret, or token: true.');
    return value === null
      ? { rotation, generated: {} }
      : refused('value', 'A token is always generated: leave out value.');
  }
  const next = nextSecret(kinds, connection, secret, value);
  if ('refused' in next) return next;
  const dropped = kinds[kind].secrets.filter(({ removedWith }) => removedWith === secret).map(({ name }) => name);
  return {
    rotation: { ...rotation, secret: { name: secret, value: next.value }, dropped },
    generated: value === null ? { [secret]: next.value } : {},
  };
}

function nextSecret(
  kinds: ConnectionKinds,
  connection: Connection,
  name: string,
  given: string | null,
): { readonly value: string } | Refused {
  const { kind, secrets } = connection;
  const spec = kinds[kind];
  const known = spec.secrets.find((secret) => secret.name === name);
  if (!known) return { refused: [invalid(['secret'], noSuchSecret(kind, spec))] };
  if (secrets[name] === undefined) {
    const message = `The connection has no secret ${name} yet: save it first, with the connection.`;
    return { refused: [invalid(['secret'], message)] };
  }
  const value = given ?? known.make?.();
  if (value === undefined) {
    const message = `Only the counterpart can issue the secret ${name}: give the new one as value.`;
    return { refused: [invalid(['value'], message)] };
  }
  if (value === secrets[name]) {
    const message = `This is the present secret ${name}.`;
    return { refused: [invalid(['value'], message, 'NOTHING_CHANGES')] };
  }
  const next = { ...connection, secrets: { ...secrets, [name]: value } };
  const wrong = secretFaults(kind, spec, [{ name, value }]);
  // What already stands where it is shown does not keep a secret from being replaced.
  const inSight = secretsInSight({ ...next, secrets: { [name]: value } });
  const faults = [wrong, inSight, connectionFaults(spec, next)].find((found) => found.length > 0) ?? [];
  return faults.length > 0 ? { refused: faults.map((fault) => ({ ...fault, field: ['value'] })) } : { value };
}
