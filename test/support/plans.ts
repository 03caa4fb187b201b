/** How PostgreSQL plans statements. */
import { escapeLiteral, type PoolClient } from 'pg';
import type { ReadStatement } from '../../src/persistence/readers/statement';

/** A value as it stands in EXECUTE. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((one) => JSON.stringify(one)).join(',')}}`);
  return escapeLiteral(String(value));
}

/** A statement, and what is read instead when it finds too little. */
export const allOf = (statement: ReadStatement): ReadStatement[] => [
  statement,
  ...(statement.fallback ? allOf(statement.fallback.statement()) : []),
];

/** A node of a plan, as EXPLAIN shows it in JSON. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Scan Direction'?: string;
  readonly 'Join Type'?: string;
  readonly 'Presorted Key'?: readonly string[];
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A value as EXECUTE can take it: an array in binary form as its text. */
async function asText(client: PoolClient, value: unknown): Promise<unknown> {
  if (!Buffer.isBuffer(value)) return value;
  const type = await client.query<{ name: string }>('SELECT format_type($1::oid, NULL) AS name', [
    value.readInt32BE(8),
  ]);
  const sql = `SELECT $1::${type.rows[0]?.name ?? ''}[]::text AS text`;
  return (await client.query<{ text: string }>(sql, [value])).rows[0]?.text;
}

/** The plan of a statement that the session has prepared under its name. */
export async function planOf(
  client: PoolClient,
  { name, values }: { readonly name: string; readonly values: readonly unknown[] },
  options = 'COSTS OFF',
): Promise<PlanNode> {
  const texts: unknown[] = [];
  for (const value of values) texts.push(await asText(client, value));
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (${options}, FORMAT JSON) EXECUTE ${name} (${texts.map(literal).join(', ')})`,
  );
  const [shown] = rows[0]?.['QUERY PLAN'] ?? [];
  if (!shown) throw new TypeError('EXPLAIN has shown nothing.');
  return shown.Plan;
}

/** The nodes of a plan, each before its parts. */
export const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** How many blocks of 8 kB it has read. */
export const blocksOfPlan = (plan: PlanNode): number =>
  (plan['Shared Hit Blocks'] ?? NaN) + (plan['Shared Read Blocks'] ?? NaN);

/** What of a plan decides how much it reads: how tables are reached, and in which order. */
export const shapeOf = (plan: PlanNode): string[] =>
  nodesOf(plan)
    .filter((node) => node['Relation Name'] !== undefined || /Sort|Hash Join|Merge Join/.test(node['Node Type']))
    .map((node) =>
      [
        node['Node Type'].replace('Index Only', 'Index'),
        node['Relation Name'],
        node['Index Name'],
        node['Scan Direction'],
        node['Presorted Key']?.join(', '),
      ]
        .filter(Boolean)
        .join(' '),
    );
