import type { Connection } from '../../../../src/application/ports/connections';
import { connectionOf } from '../shared/ledger-harness';

export const TOKEN = 'the-bearer-token';

export function comestriConnection(
  settings: Readonly<Record<string, unknown>> = {},
  changes: Partial<Connection> = {},
): Connection {
  return connectionOf('comestri', { settings, ...changes });
}

/** The page's example, but for what is said. */
export const inventory = (changes: Record<string, unknown> = {}): { inventory: Record<string, unknown> } => ({
  inventory: { inventory_source: 'MOTUL', product_id: 1, qty: 5, ...changes },
});
