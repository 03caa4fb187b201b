import { openDataSource } from './data-source';
import { describeDatabase } from './errors';

const FORGETFUL = `SELECT name FROM pg_settings
  WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name`;

/**
 * What is wrong with a server that forgets what it has committed when its machine fails; undefined when it does not.
 * @throws DatabaseError that says what to fix.
 */
export async function forgetfulness(url: string): Promise<string | undefined> {
  const dataSource = await openDataSource(url, { max: 1 });
  try {
    const settings = await dataSource.query<{ name: string }[]>(FORGETFUL);
    if (settings.length === 0) return undefined;
    const names = settings.map(({ name }) => name).join(', ');
    return `The database ${describeDatabase(url).server} can lose what it has committed, because of these settings that are off: ${names}`;
  } finally {
    await dataSource.destroy();
  }
}
