import { resolveSecretKeys, secretKeyFile, type Config, type SecretKeys } from './config';
import { borrowEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';

/** A database that is open until `close` is called. */
export interface OpenDatabase {
  readonly url: string;
  /** For migrations: the owner of the tables. Undefined where `url` is the only one that was given. */
  readonly ownerUrl: string | undefined;
  /** Whether it is the embedded database in the data folder. */
  readonly embedded: boolean;
  /** Gets the keys that encrypt connection secrets. Throws ConfigError. */
  readonly secretKeys: () => Promise<SecretKeys>;
  close(): Promise<void>;
}

/** Takes messages for a person, one line at a time. */
export interface LineLog {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Opens the database of `DATABASE_URL`, or else the embedded database in the data folder. A gateway starts the embedded
 * one. A command uses the one of a running gateway, or starts it for its own duration.
 * @throws EmbeddedPostgresError that says what to fix.
 */
export async function openDatabase(config: Config, as: 'GATEWAY' | 'COMMAND', log: LineLog): Promise<OpenDatabase> {
  const { databaseUrl, databaseOwnerUrl, dataDir } = config;
  if (databaseUrl !== undefined) {
    const secretKeys = (): Promise<SecretKeys> => secretKeysOfOwnDatabase(config, log);
    return {
      url: databaseUrl,
      ownerUrl: databaseOwnerUrl,
      embedded: false,
      secretKeys,
      close: () => Promise.resolve(),
    };
  }
  const open = as === 'GATEWAY' ? startEmbeddedPostgres : borrowEmbeddedPostgres;
  const server = await open({
    dataDir,
    log: (line) => {
      log.info(line);
    },
  });
  const { url, ownerUrl } = server;
  return { url, ownerUrl, embedded: true, secretKeys: () => resolveSecretKeys(config), close: () => server.stop() };
}

/** Warns when the key is only in the data folder, because a backup of the database alone would have unreadable secrets. */
async function secretKeysOfOwnDatabase(config: Config, log: LineLog): Promise<SecretKeys> {
  const keys = await resolveSecretKeys(config);
  if (config.secretKeys === undefined) {
    log.warn(
      `STOCKBRIDGE_SECRET_KEY is not set: connection secrets are encrypted with the key in ${secretKeyFile(config)}; keep it with the backups of the database`,
    );
  }
  return keys;
}
