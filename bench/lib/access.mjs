// Tenants that may use the gateway, made by the product's own modules.
import { randomBytes } from 'node:crypto';
import { locationCodeOf } from './catalogue.mjs';
import { requireProduct } from './paths.mjs';

/**
 * @typedef {object} Access of a tenant
 * @property {string} tenantId
 * @property {string} apiKey
 * @property {{originId: string, token: string, userName: string, apiPassword: string, key: string}[]} jerry one a location
 */

/**
 * Works on a database as its owner.
 *
 * @template Result
 * @param {string} url
 * @param {(dataSource: any) => Promise<Result>} work
 */
export async function withDataSource(url, work) {
  const dataSource = await requireProduct('persistence/database/data-source').openDataSource(url);
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Makes tenants, each with an API key and a Jerry connection for each location.
 *
 * @param {any} dataSource
 * @param {string} secretKey of connection secrets
 * @param {{codes: readonly string[], locations: number}} wanted
 * @returns {Promise<Access[]>}
 */
export async function makeTenants(dataSource, secretKey, { codes, locations }) {
  const { createTenants, createApiKeys, createConnections } = requireProduct('persistence/access');
  const { createSecretBox } = requireProduct('persistence/access/secrets');
  const connections = createConnections(dataSource, createSecretBox(Buffer.from(secretKey, 'base64')));
  const made = [];
  for (const code of codes) {
    const tenantId = await createTenants(dataSource).ensure(code);
    const draft = { tenantId, clientName: 'bench', scopes: ['stock:read', 'stock:write'] };
    const { key: apiKey } = await createApiKeys(dataSource).create(draft);
    const jerry = [];
    for (let location = 0; location < locations; location++) {
      jerry.push(await makeJerryConnection(connections, tenantId, locationCodeOf(location)));
    }
    made.push({ tenantId, apiKey, jerry });
  }
  return made;
}

async function makeJerryConnection(connections, tenantId, locationCode) {
  const secrets = {
    userName: 'BENCH',
    apiPassword: randomBytes(12).toString('hex'),
    key: randomBytes(12).toString('hex'),
  };
  const { connectionId, token } = await connections.create({
    tenantId,
    kind: 'jerry',
    name: `jerry ${locationCode}`,
    locationCode,
    settings: {},
    secrets,
  });
  return { originId: connectionId, token, ...secrets };
}
