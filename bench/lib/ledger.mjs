// What the tables tell about a run.

/** What is posted beside a load of large messages is no batch of that load. */
const FEWEST_OF_A_BATCH = 100;

/** The sequence of the ledger's last movement. */
export async function headOf(bench, database) {
  const [row] = await query(
    bench,
    database,
    'SELECT sequence::float8 AS sequence FROM ledger_head WHERE tenant_id = $1',
  );
  return row.sequence;
}

/** In how many transactions the large messages after a sequence were posted: the movements of one have one clock. */
export async function batchesSince(bench, database, sequence) {
  const [row] = await query(
    bench,
    database,
    `SELECT count(*)::int AS batches, sum(movements)::float8 AS movements,
       extract(epoch FROM max(recorded_at) - min(recorded_at))::float8 * 1000 AS ms
     FROM (SELECT recorded_at, count(*) AS movements FROM movement WHERE tenant_id = $1 AND sequence > $2
       GROUP BY recorded_at HAVING count(*) >= ${FEWEST_OF_A_BATCH}) batch`,
    sequence,
  );
  const { batches, movements, ms } = row;
  return { batches, movementsABatch: movements / batches, msABatch: ms / (batches - 1) };
}

async function query(bench, database, text, ...values) {
  const session = await (await bench.server()).connect(new URL(database.url).pathname.slice(1));
  try {
    return (await session.query(text, [database.access.tenantId, ...values])).rows;
  } finally {
    await session.end();
  }
}
