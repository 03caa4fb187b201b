import type { Pool } from 'pg';
import { MOST_REFUSALS } from '../../application/ports/reads';
import type { RefusalStore } from '../../application/ports/refusals';
import { onConnection } from '../database/pool';
import { run, setTenant, timestamp, type Statement } from '../database/statement';

/** In the order of the key, so that two processes never wait for each other. */
const COUNT: Statement = {
  name: 'refusals_count',
  text: `INSERT INTO delivery_refusal_count AS c (tenant_id, connection_id, reason, refused, last_at)
    SELECT $1::uuid, n.connection_id, n.reason, n.refused, n.last_at
    FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[]) n (connection_id, reason, refused, last_at)
    ORDER BY n.connection_id, n.reason
    ON CONFLICT (tenant_id, connection_id, reason)
    DO UPDATE SET refused = c.refused + excluded.refused, last_at = greatest(c.last_at, excluded.last_at)`,
};

const KEEP: Statement = {
  name: 'refusals_keep',
  text: `INSERT INTO delivery_refusal (tenant_id, connection_id, refusal_id, at, reason, detail, address, bytes, body)
    SELECT $1::uuid, n.* FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
      $8::integer[], $9::text[]) n`,
};

const FORGET: Statement = {
  name: 'refusals_forget',
  text: `DELETE FROM delivery_refusal d USING unnest($2::uuid[]) n (connection_id)
    CROSS JOIN LATERAL (SELECT o.refusal_id FROM delivery_refusal o
      WHERE o.tenant_id = $1 AND o.connection_id = n.connection_id
      ORDER BY o.refusal_id DESC OFFSET ${MOST_REFUSALS} LIMIT 1) oldest
    WHERE d.tenant_id = $1 AND d.connection_id = n.connection_id AND d.refusal_id <= oldest.refusal_id`,
};

/** Stores refusals, a tenant at a time: three statements, however many there are. */
export function createRefusalStore(pool: Pool): RefusalStore {
  return {
    async add(tenantId, counts, kept) {
      const countValues = [
        ...[counts.map(({ connectionId }) => connectionId), counts.map(({ reason }) => reason)],
        ...[counts.map(({ refused }) => refused), counts.map(({ lastAtMs }) => timestamp(lastAtMs))],
      ];
      const keptValues = [
        ...[kept.map(({ connectionId }) => connectionId), kept.map(({ id }) => id)],
        ...[kept.map(({ atMs }) => timestamp(atMs)), kept.map(({ reason }) => reason)],
        ...[kept.map(({ detail }) => detail), kept.map(({ address }) => address)],
        ...[kept.map(({ bytes }) => bytes), kept.map(({ body }) => body)],
      ];
      const connectionIds = [...new Set(kept.map(({ connectionId }) => connectionId))];
      await onConnection(await pool.connect(), async (session) => {
        await session.query('BEGIN');
        await setTenant(session, tenantId);
        await run(session, COUNT, [tenantId, ...countValues]);
        if (kept.length > 0) {
          await run(session, KEEP, [tenantId, ...keptValues]);
          await run(session, FORGET, [tenantId, connectionIds]);
        }
        await session.query('COMMIT');
      });
    },
  };
}
