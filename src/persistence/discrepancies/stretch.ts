/** The movements of one tenant after `after`, up to and with `upTo`. */
export interface Stretch {
  readonly tenantId: string;
  readonly after: number;
  readonly upTo: number;
}

/** The condition that a table's rows are in a stretch: `$1` is the tenant, `$2` and `$3` are its bounds. */
export const inStretch = (table: string): string =>
  `${table}.tenant_id = $1 AND ${table}.sequence > $2 AND ${table}.sequence <= $3`;

/** The values of {@link inStretch}. */
export const boundsOf = ({ tenantId, after, upTo }: Stretch): [string, number, number] => [tenantId, after, upTo];
