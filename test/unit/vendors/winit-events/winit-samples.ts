import type { Connection } from '../../../../src/application/ports/connections';

/** The secret that the sealed fixture was made with. */
export const ENVELOPE_SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

export function winitConnection(
  settings: Readonly<Record<string, unknown>> = {},
  changes: Partial<Connection> = {},
): Connection {
  return {
    tenantId: 'tenant-1',
    id: 'connection-1',
    name: 'Winit overseas',
    kind: 'winit',
    locationCode: null,
    settings: { customerCode: '1000019', unknownItems: 'create', unknownLocations: 'create', ...settings },
    secrets: {},
    ...changes,
  };
}

/** A valid row: the first of the page's example. */
export const UPDATE = {
  customerCode: '1000019',
  docDate: 1622625054158,
  docType: 'OUTBOUND',
  inventoryType: 'USABLE',
  merchandiseCode: '216401',
  merchandiseGrade: 'GOOD',
  merchandiseSerno: 'M010000000000498047',
  operationType: 'CANCEL_ORDER',
  orderNo: 'WO0000000146',
  qty: 1,
  serviceType: '2C',
  specification: '',
  uuid: '6280417',
  warehouseCode: 'USWC2',
  mainwarehouseCode: 'US0001',
};
