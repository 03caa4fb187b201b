import { LedgerUnavailableError } from './application/ports/poster';
import { ConfigError } from './config';
import { DemoError } from './demo/demo-file';
import { ListenError } from './http/listen';
import { AccessError } from './persistence/access';
import { EmbeddedPostgresError } from './embedded-postgres';
import { DatabaseError } from './persistence/database/errors';
import { SecretKeyError } from './persistence/access/secrets';

/** A command can't do what it was asked; the message says why, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** What an operator can mend, each with a message of one line that says how. */
const MENDABLE = [
  CommandError,
  ConfigError,
  DemoError,
  ListenError,
  AccessError,
  EmbeddedPostgresError,
  DatabaseError,
  SecretKeyError,
  LedgerUnavailableError,
];

/** One line for what the operator can mend; everything for what is a bug. */
export function explainFailure(error: unknown): string {
  if (MENDABLE.some((kind) => error instanceof kind)) return `stockbridge: ${(error as Error).message}`;
  return `stockbridge: unexpected failure\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
