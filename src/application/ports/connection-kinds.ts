import type { Connection, ConnectionKind } from './connections';

/** A secret that connections of a kind have. */
export interface SecretSpec {
  readonly name: string;
  /** Generates the secret if nobody gives one. Left out when only the counterpart can issue it. */
  readonly make?: () => string;
  /** Whether a connection with these settings needs the secret. Left out when it always does. */
  readonly neededIf?: (settings: Readonly<Record<string, unknown>>) => boolean;
  /** The secret with whose rotation this one is removed. */
  readonly removedWith?: string;
}

/** What is wrong with a connection, and with which part. `fault` is a sentence. */
export interface ConnectionFault {
  readonly part: 'settings' | 'secrets' | 'location';
  readonly fault: string;
}

/** What is needed to create a connection of a kind: the help for people, and our checks. */
export interface ConnectionKindSpec {
  /** One line for the CLI help. */
  readonly summary: string;
  readonly secrets: readonly SecretSpec[];
  /** The vendor's word for the account name in its calls. Null when calls carry none. */
  readonly handle: string | null;
  /** Where the counterpart sends its token. Null when it has none. */
  readonly tokenIn: 'PATH' | 'AUTHORIZATION' | null;
  /** The path of its door. `token` is part of it where the token is sent in the path. */
  readonly path: (token: string) => string;
  /** The requests that the counterpart sends, or the header that carries its token. */
  readonly entries: (token: string) => readonly string[];
  /** What is wrong with a setting, a secret or the location; undefined where nothing is. */
  readonly faultOf: (connection: Connection) => ConnectionFault | undefined;
}

export type ConnectionKinds = Readonly<Record<ConnectionKind, ConnectionKindSpec>>;

/** Reads settings written as JSON, or says what is wrong with the text. The fault goes on after the field's name. */
export type ReadSettings = (
  text: string,
) => { readonly settings: Readonly<Record<string, unknown>> } | { readonly fault: string };
