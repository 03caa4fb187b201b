import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { ROOT } from '../root';

/** A movement as docs/ledger-format.md exports it. */
export interface MovementRow {
  readonly sequence: number;
  readonly reason: string;
  readonly origin: readonly [kind: string, id: string];
  readonly externalId: string;
  readonly inboundMessage: string | null;
  readonly effectiveAt: number;
  readonly recordedAt: number;
  readonly entries: readonly (readonly [levelId: string, delta: number, after: number, version: number])[];
  readonly absorbed: readonly (readonly [levelId: string, delta: number])[];
  readonly counts: readonly CountRow[];
  readonly hash: string;
}

export type CountRow = readonly [
  levelId: string,
  status: string,
  quantity: number,
  previous: number,
  asOf: number | null,
  sourceSequence: number | null,
  code: string | null,
];

interface LevelRow {
  readonly id: string;
  readonly name: string;
  readonly quantity: number;
  readonly version: number;
}

export interface MessageRow {
  readonly id: string;
  readonly sha256: string;
  readonly origin: string;
}

interface WaitingRow {
  readonly messageId: string;
  readonly index: number;
  readonly code: string;
}

/** All that a tenant has in the tables, as the owner reads them. */
export interface TenantRows {
  readonly tenant: string;
  readonly movements: readonly MovementRow[];
  readonly head: { readonly sequence: number; readonly hash: string };
  readonly levels: readonly LevelRow[];
  /** The names of connections and API clients by id. */
  readonly origins: ReadonlyMap<string, string>;
  readonly messages: readonly MessageRow[];
  readonly waiting: readonly WaitingRow[];
  readonly orders: ReadonlyMap<string, number>;
}

/** The statement that the specification gives for an export. */
function exportStatement(): string {
  const page = readFileSync(path.join(ROOT, 'docs/ledger-format.md'), 'utf8');
  const [, sql] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
  if (sql === undefined) throw new Error('docs/ledger-format.md has no statement for an export.');
  return sql.replace("'demo'", '$1');
}

const LEVELS = `SELECT l.level_id AS id, l.quantity::float8 AS quantity, l.version::float8 AS version,
    concat_ws('|', i.sku, p.code, l.channel, l.condition, l.barcode, l.bucket) AS name
  FROM stock_level l JOIN item i ON i.tenant_id = l.tenant_id AND i.item_id = l.item_id
  JOIN location p ON p.tenant_id = l.tenant_id AND p.location_id = l.location_id WHERE l.tenant_id = $1`;
const ORIGINS = `SELECT connection_id AS id, name FROM connection WHERE tenant_id = $1
  UNION ALL SELECT client_id, name FROM api_client WHERE tenant_id = $1`;
const MESSAGES = `SELECT m.message_id AS id, encode(m.body_sha256, 'hex') AS sha256, c.name AS origin
  FROM inbound_message m JOIN connection c ON c.tenant_id = m.tenant_id AND c.connection_id = m.connection_id
  WHERE m.tenant_id = $1`;
const WAITING = `SELECT message_id AS "messageId", row_index AS index, code FROM quarantined_row
  WHERE tenant_id = $1 AND open`;
const ORDERS = 'SELECT order_no AS "orderNo", sequence::float8 AS sequence FROM adjustment_order WHERE tenant_id = $1';
const HEAD = `SELECT sequence::float8 AS sequence, encode(hash, 'hex') AS hash FROM ledger_head WHERE tenant_id = $1`;

/** Reads everything of a tenant. Nothing may be writing. */
export async function readTenant(ownerUrl: string, tenant: string): Promise<TenantRows> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const rows = async <Row extends object>(sql: string, value: string): Promise<Row[]> =>
    (await client.query<Row>(sql, [value])).rows;
  try {
    const [found] = await rows<{ id: string }>('SELECT tenant_id AS id FROM tenant WHERE code = $1', tenant);
    if (!found) throw new Error(`There is no tenant ${tenant}.`);
    const { id } = found;
    const exported = await rows<{ json_build_object: MovementRow }>(exportStatement(), tenant);
    const [head] = await rows<TenantRows['head']>(HEAD, id);
    const origins = await rows<{ id: string; name: string }>(ORIGINS, id);
    const orders = await rows<{ orderNo: string; sequence: number }>(ORDERS, id);
    return {
      tenant,
      movements: exported.map((row) => row.json_build_object),
      head: head ?? { sequence: 0, hash: '' },
      levels: await rows<LevelRow>(LEVELS, id),
      origins: new Map(origins.map(({ id: origin, name }) => [origin, name])),
      messages: await rows<MessageRow>(MESSAGES, id),
      waiting: await rows<WaitingRow>(WAITING, id),
      orders: new Map(orders.map(({ orderNo, sequence }) => [orderNo, sequence])),
    };
  } finally {
    await client.end();
  }
}
