import type { Origin } from '../../domain/ledger/movement';
import type { Principal } from './access';
import type { Connection } from './connections';

/** Whose ledger is written, and who causes it. */
export interface Caller {
  readonly tenantId: string;
  readonly origin: Origin;
}

export const callerOfPrincipal = ({ tenantId, clientId }: Principal): Caller => ({
  tenantId,
  origin: { kind: 'API_CLIENT', id: clientId },
});

export const callerOfConnection = ({ tenantId, id }: Connection): Caller => ({
  tenantId,
  origin: { kind: 'CONNECTION', id },
});
