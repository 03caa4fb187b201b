import type { Origin } from '../../domain/ledger/movement';
import type { KeyLimits } from '../../domain/key-limits';
import type { Principal } from './access';
import type { Connection } from './connections';

/** Whose ledger is written, and who causes it. */
export interface Caller {
  readonly tenantId: string;
  readonly origin: Origin;
  /** Which stock the caller may change. Left out: all. */
  readonly limits?: KeyLimits;
}

export const callerOfPrincipal = ({ tenantId, clientId, limits }: Principal): Caller => ({
  tenantId,
  origin: { kind: 'API_CLIENT', id: clientId },
  ...(limits && { limits }),
});

export const callerOfConnection = ({ tenantId, id }: Connection): Caller => ({
  tenantId,
  origin: { kind: 'CONNECTION', id },
});
