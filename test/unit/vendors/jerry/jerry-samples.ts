import type { Connection } from '../../../../src/application/ports/connections';
import { jerryDigest } from '../../../../src/vendors/jerry/signature';

export const SECRETS = { userName: 'DUMMY DUCK', apiPassword: 's3cret', key: 'k3y' };

export function jerryConnection(
  settings: Readonly<Record<string, unknown>> = {},
  changes: Partial<Connection> = {},
): Connection {
  return {
    tenantId: 'tenant-1',
    id: 'connection-1',
    name: 'Jerry in Sydney',
    kind: 'jerry',
    locationCode: 'JERRY-1',
    settings,
    secrets: SECRETS,
    ...changes,
  };
}

/** A valid element of `goods`. */
export const CHANGE = {
  time: '2022-09-01 10:25:40',
  stockChangeId: 14556,
  upc: '0099999992222',
  qty: '2',
  reason: 'out reason',
  changeType: '101',
  businessNo: 'ATW198274921',
  flag: '1',
  lotNumber: 'batch123456',
  seq: null,
  itemProperties: 'good',
};

/** A message whose `goods` has exactly this text, signed over it in the default variant. */
export function signed(goods: string): string {
  const sign = jerryDigest(SECRETS, goods, 'hex');
  return `{"userName":"DUMMY DUCK","apiPassword":"s3cret","goods":${goods},"sign":"${sign}"}`;
}
