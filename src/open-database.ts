import { resolveSecretKey, secretKeyFile, type Config } from './config';
import { borrowEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';

/** A database to work on, and how to let go of it. */
export interface OpenDatabase {
  readonly url: string;
  /** Whether it is the embedded one of the data folder. */
  readonly embedded: boolean;
  /** The key that connection secrets are encrypted with; asked for by those who read or write them. Throws ConfigError. */
  readonly secretKey: () => Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Takes what a person may want to know, a line at a time. */
export interface LineLog {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * The database of `DATABASE_URL`, else the embedded one of the data folder: started for a gateway, borrowed for a
 * command, which may find a gateway running on it.
 * @throws EmbeddedPostgresError that says what to fix.
 */
export async function openDatabase(config: Config, as: 'GATEWAY' | 'COMMAND', log: LineLog): Promise<OpenDatabase> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== undefined) {
    const secretKey = (): Promise<Uint8Array> => secretKeyOfOwnDatabase(config, log);
    return { url: databaseUrl, embedded: false, secretKey, close: () => Promise.resolve() };
  }
  const open = as === 'GATEWAY' ? startEmbeddedPostgres : borrowEmbeddedPostgres;
  const server = await open({
    dataDir,
    log: (line) => {
      log.info(line);
    },
  });
  return { url: server.url, embedded: true, secretKey: () => resolveSecretKey(config), close: () => server.stop() };
}

/** A backup of the database alone would be one of secrets that nobody can read. */
async function secretKeyOfOwnDatabase(config: Config, log: LineLog): Promise<Uint8Array> {
  const key = await resolveSecretKey(config);
  if (config.secretKey === undefined) {
    log.warn(
      `STOCKBRIDGE_SECRET_KEY is not set: connection secrets are encrypted with the key in ${secretKeyFile(config)}; keep it with the backups of the database`,
    );
  }
  return key;
}
