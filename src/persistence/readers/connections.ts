import type { ConnectionReads, ConnectionView } from '../../application/ports/reads';
import { overlapList } from '../access/connection-secrets';
import { ConnectionEntity } from '../tables/connection';
import { selectList } from '../tables/derived';
import type { ReadDatabase } from './database';
import { locationNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { Parameters, statement } from './statement';

interface ConnectionColumns extends Omit<ConnectionView, 'overlaps'>, Record<string, unknown> {
  readonly secretOverlaps: object | null;
  readonly previousTokenUntil: string | null;
}

const COLUMNS = selectList(ConnectionEntity, 'x', {
  only: [
    ...(['connectionId', 'name', 'kind', 'locationCode', 'createdAt', 'disabledAt'] as const),
    ...(['secretOverlaps', 'previousTokenUntil'] as const),
  ],
});
const CONNECTIONS = `${COLUMNS}, x.settings::text AS settings, ${locationNamed('x.location_code')} AS "locationId"
  FROM connection x WHERE x.tenant_id = $1`;

/** Reads connections, without anything secret. */
export function createConnectionReads(database: ReadDatabase): ConnectionReads {
  return {
    async connections(tenantId, page) {
      const parameters = new Parameters(tenantId);
      const list: ListSql = {
        key: [{ column: 'x.connection_id', type: 'uuid', indexed: true }],
        select: (bounds, tail) => `SELECT true AS "isRow", ${CONNECTIONS}${bounds}${tail}`,
      };
      const rows = await database.query<ConnectionColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, toView);
    },
    async connectionsById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${CONNECTIONS} AND x.connection_id = ANY (${parameters.add(ids, 'uuid[]')})`;
      return (await database.query<ConnectionColumns>(statement(text, parameters))).map(toView);
    },
  };
}

function toView({ secretOverlaps, previousTokenUntil, ...view }: ConnectionColumns): ConnectionView {
  const until = previousTokenUntil === null ? null : new Date(previousTokenUntil);
  const overlaps = overlapList({ secretOverlaps, previousTokenUntil: until });
  return { ...view, overlaps: overlaps.map((overlap) => ({ ...overlap, until: overlap.until.toISOString() })) };
}
