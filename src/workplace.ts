import { createWorkplace, type Workplace } from './application/commands/quarantine';
import type { RowDecoder } from './application/commands/replay-message';
import type { ConnectionKind } from './application/ports/connections';
import type { Reads } from './application/ports/reads';
import { readSettings } from './connection-kinds';
import type { Services } from './services';
import { replayStockChange } from './vendors/jerry/decode';
import { replayFact } from './vendors/standard/decode';
import { replayInventoryUpdate } from './vendors/winit-events/decode';

/** How the rows of each kind of connection are read again. */
export const ROW_DECODERS: Readonly<Partial<Record<ConnectionKind, RowDecoder>>> = {
  jerry: replayStockChange,
  winit: replayInventoryUpdate,
  standard: replayFact,
};

/** The workplace of the gateway, and of the command line. */
export function openWorkplace(services: Services, reads: Reads): Workplace {
  return createWorkplace({
    ...{ poster: services.poster, reads, connections: services.connectionDirectory, readSettings },
    listConnections: (tenantId) => services.connections.list(tenantId),
    administerConnectionsAs: services.administerConnectionsAs,
    decoders: ROW_DECODERS,
  });
}
