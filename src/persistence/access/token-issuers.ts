import { Not, IsNull, type DataSource, type EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { groupBy } from '../../domain/group-by';
import { AccessError, type Actor, type AuditAction } from '../../application/ports/access';
import {
  MAX_TOKEN_ISSUERS,
  type TokenIssuer,
  type TokenIssuerDirectory,
  type TokenIssuerDraft,
  type TokenIssuers,
} from '../../application/ports/token-issuers';
import { tokenIssuerNodeId } from '../../domain/node-ids';
import { codeOf } from '../database/errors';
import type { RowOf } from '../tables/derived';
import { TokenIssuerEntity } from '../tables/token-issuer';
import { addAuditEntry, COMMAND_LINE } from './audit';
import { cached, type Clock } from './short-cache';
import { checkTokenIssuer } from './token-issuer-checks';
import { orUnavailable } from './unavailable';

/** The issuers of all tenants. Changes are kept as the actor's. */
export function createTokenIssuers(dataSource: DataSource, actor: Actor = COMMAND_LINE): TokenIssuers {
  const change = <Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> =>
    dataSource.transaction(async (manager) => {
      // Two changes at a time could each fit what is there, and not each other.
      await manager.query('LOCK TABLE token_issuer IN SHARE ROW EXCLUSIVE MODE');
      return work(manager);
    });
  const keep = (manager: EntityManager, row: TokenIssuerEntity, action: AuditAction, states: States): Promise<void> =>
    addAuditEntry(manager, actor, {
      ...{ tenantId: row.tenantId, action, subject: tokenIssuerNodeId(row.issuerId) },
      ...states,
    });
  return {
    add: (draft) =>
      change(async (manager) => {
        checkTokenIssuer(draft);
        if ((await manager.count(TokenIssuerEntity)) >= MAX_TOKEN_ISSUERS) {
          throw new AccessError(`There are ${MAX_TOKEN_ISSUERS} token issuers already: remove one that is not used`);
        }
        await refuseAmbiguity(manager, draft);
        const row = newRow(draft);
        await manager.insert(TokenIssuerEntity, row).catch((error: unknown) => {
          throw explainInsert(error, draft);
        });
        await keep(manager, row, 'TOKEN_ISSUER_ADDED', { before: null, after: settingsOf(row) });
        return row.issuerId;
      }),
    async list(tenantId) {
      const rows = await dataSource
        .getRepository(TokenIssuerEntity)
        .find({ where: { tenantId }, order: { name: 'ASC' } });
      return rows.map((row) => ({ ...issuerOf(row), createdAt: row.createdAt, disabledAt: row.disabledAt }));
    },
    disable: (tenantId, name) =>
      change(async (manager) => {
        const row = await manager.findOneBy(TokenIssuerEntity, { tenantId, name, disabledAt: IsNull() });
        if (!row) return false;
        const disabledAt = new Date();
        await manager.update(TokenIssuerEntity, { tenantId, issuerId: row.issuerId }, { disabledAt });
        await keep(manager, row, 'TOKEN_ISSUER_DISABLED', { before: { disabledAt: null }, after: { disabledAt } });
        return true;
      }),
    enable: (tenantId, name) =>
      change(async (manager) => {
        const row = await manager.findOneBy(TokenIssuerEntity, { tenantId, name, disabledAt: Not(IsNull()) });
        if (!row) return false;
        const { issuerId, disabledAt } = row;
        await refuseAmbiguity(manager, issuerOf(row));
        await manager.update(TokenIssuerEntity, { tenantId, issuerId }, { disabledAt: null });
        await keep(manager, row, 'TOKEN_ISSUER_ENABLED', { before: { disabledAt }, after: { disabledAt: null } });
        return true;
      }),
    remove: (tenantId, name) =>
      change(async (manager) => {
        const row = await manager.findOneBy(TokenIssuerEntity, { tenantId, name });
        if (!row) return false;
        await manager.delete(TokenIssuerEntity, { tenantId, issuerId: row.issuerId });
        await keep(manager, row, 'TOKEN_ISSUER_REMOVED', { before: settingsOf(row), after: null });
        return true;
      }),
  };
}

/**
 * The enabled issuers of all tenants. They are read together, at most once a second, so that made-up tokens cost no
 * look-ups.
 */
export function createTokenIssuerDirectory(dataSource: DataSource, clock?: Clock): TokenIssuerDirectory {
  const enabled = cached(() => orUnavailable(readEnabled(dataSource)), clock);
  return { byIssuer: async (issuer) => (await enabled('all')).get(issuer) ?? [] };
}

async function readEnabled(dataSource: DataSource): Promise<ReadonlyMap<string, readonly TokenIssuer[]>> {
  const issuers = dataSource.getRepository(TokenIssuerEntity);
  const rows = await issuers.find({ where: { disabledAt: IsNull() }, take: MAX_TOKEN_ISSUERS });
  return groupBy(rows.map(issuerOf), ({ issuer }) => issuer);
}

/** What an audit entry says of the change. */
interface States {
  readonly before: object | null;
  readonly after: object | null;
}

/** Of a token that two issuers fit, nobody could say whose it is. Enabled issuers of all tenants are compared. */
async function refuseAmbiguity(manager: EntityManager, draft: TokenIssuerDraft): Promise<void> {
  const { issuer, audience } = draft;
  const rows = await manager.findBy(TokenIssuerEntity, { issuer, audience, disabledAt: IsNull() });
  const other = rows.map(issuerOf).find((known) => !areToldApart(known, draft));
  if (!other) return;
  const whose = other.tenantId === draft.tenantId ? 'This tenant' : 'Another tenant';
  throw new AccessError(
    `${whose} accepts tokens of ${issuer} for the audience ${audience} already (${other.name}): take another audience, or have both require the same claim with different values`,
  );
}

/** Of one `iss` and `aud`, only different values of one claim tell tokens apart. */
const areToldApart = ({ requiredClaim: one }: TokenIssuerDraft, { requiredClaim: other }: TokenIssuerDraft): boolean =>
  one !== null && other !== null && one.name === other.name && one.value !== other.value;

function newRow({ requiredClaim, algorithms, scopes, ...draft }: TokenIssuerDraft): RowOf<TokenIssuerEntity> {
  return {
    ...draft,
    issuerId: uuidv7(),
    claimName: requiredClaim?.name ?? null,
    claimValue: requiredClaim?.value ?? null,
    algorithms: [...new Set(algorithms)],
    scopes: [...new Set(scopes)],
    createdAt: new Date(),
    disabledAt: null,
  };
}

function issuerOf({ claimName, claimValue, ...row }: TokenIssuerEntity): TokenIssuer {
  const { tenantId, issuerId, name, issuer, audience, algorithms, scopeClaim, scopePrefix, scopes, jwksUrl } = row;
  const { clockToleranceSeconds, privateNetwork } = row;
  const requiredClaim = claimName === null || claimValue === null ? null : { name: claimName, value: claimValue };
  return {
    ...{ tenantId, issuerId, name, issuer, audience, requiredClaim, algorithms, scopeClaim, scopePrefix, scopes },
    ...{ jwksUrl, clockToleranceSeconds, privateNetwork },
  };
}

/** Nothing of an issuer is secret. */
function settingsOf(row: TokenIssuerEntity): object {
  const { tenantId: _tenant, issuerId: _id, ...settings } = issuerOf(row);
  return settings;
}

function explainInsert(error: unknown, { tenantId, name }: TokenIssuerDraft): unknown {
  switch (codeOf(error)) {
    case '23503':
      return new AccessError(`There is no tenant ${tenantId}`, { cause: error });
    case '23505':
      return new AccessError(`The tenant has a token issuer named ${name} already`, { cause: error });
    case undefined:
    default:
      return error;
  }
}
