import { graphql, type GraphQLError } from 'graphql';
import { SCOPES, type Principal } from '../../src/application/ports/access';
import type {
  ItemView,
  LocationView,
  MovementView,
  Page,
  Reads,
  StockLevelView,
  StockView,
} from '../../src/application/ports/reads';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import { itemNodeId, levelNodeId, locationNodeId, stockNodeId } from '../../src/domain/node-ids';
import { RequestContext, type GraphqlServices } from '../../src/graphql/context';
import { KeyRates, Spending } from '../../src/graphql/limits/spending';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { CLIENT, idOf, NOON, TENANT } from './domain/test-ledger';

const schema = buildStockbridgeSchema();

/** Of a request whose key has a rate that no test uses up. */
export const unlimitedSpending = (): Spending =>
  new Spending(new KeyRates(1e9), { keyId: PRINCIPAL.clientId, visitor: null }, false);

export const PRINCIPAL: Principal = {
  tenantId: TENANT,
  clientId: CLIENT.id,
  clientName: 'integrator',
  keyId: idOf(0xfff4),
  scopes: new Set(SCOPES),
  inventoryOrganisations: false,
  limits: null,
  origins: null,
  addresses: null,
};

const nothing = (): undefined => undefined;
/** For reads that have no database. */
export const NO_MOMENTS = { asked: 0, expectOne: nothing, startOver: nothing, endMoment: nothing, close: nothing };

type FakeReads = Partial<Reads>;
type FakeServices = Partial<Omit<GraphqlServices, 'openReads'>>;

/** The GraphQL resolvers over fake reads and use cases, without a database. One operation is one request. */
export class FakeGateway {
  readonly #calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  readonly #services: GraphqlServices;

  constructor(reads: FakeReads, services: FakeServices = {}) {
    const recorded = this.#recorded(reads) as Reads;
    this.#services = {
      ...(this.#recorded(services) as GraphqlServices),
      openReads: () => ({ ...NO_MOMENTS, reads: recorded }),
    };
  }

  /** What a read or use case was called with, call by call. Reads get the tenant first, which is left out. */
  callsOf(name: string): unknown[][] {
    return this.#calls.filter((call) => call.name === name).map(({ args }) => args.filter((arg) => arg !== TENANT));
  }

  /** The data of an answer that has to be without errors. */
  async data(source: string, variables: Record<string, unknown> = {}): Promise<unknown> {
    const { data, errors } = await this.#send(source, variables);
    expect(errors).toBeUndefined();
    return data;
  }

  /** The code and message of the one error of an answer. */
  async error(source: string, variables: Record<string, unknown> = {}): Promise<[code: unknown, message: string]> {
    const { errors = [] } = await this.#send(source, variables);
    expect(errors).toHaveLength(1);
    const [error] = errors as readonly [GraphQLError];
    return [error.extensions['code'], error.message];
  }

  #send(source: string, variableValues: Record<string, unknown>) {
    const spending = unlimitedSpending();
    const contextValue = new RequestContext(
      PRINCIPAL,
      'request',
      this.#services,
      '127.0.0.1',
      'http://gateway',
      spending,
    );
    return graphql({ schema, source, variableValues, contextValue });
  }

  /** Notes each call. A function that the test does not fake fails when it is called. */
  #recorded(fakes: object): object {
    const functions = Object.entries(fakes).map(([name, fake]: [string, unknown]) => {
      if (typeof fake !== 'function') return [name, this.#recorded(fake as object)] as const;
      const recorded = (...args: unknown[]): unknown => {
        this.#calls.push({ name, args });
        return Reflect.apply(fake, fakes, args);
      };
      return [name, recorded] as const;
    });
    return Object.fromEntries(functions);
  }
}

/** A page with these rows and nothing before or after it. */
export const pageOf = <Row>(...rows: Row[]): Promise<Page<Row>> =>
  Promise.resolve({
    rows,
    hasNext: false,
    hasPrevious: false,
    totalCount: rows.length,
    totalCountIsExact: true,
    ledgerSequence: 7,
  });

/** The page request of a list without arguments, when only nodes are selected. */
export const FIRST_PAGE = {
  direction: 'FORWARD',
  size: 50,
  after: null,
  before: null,
  wants: { totalCount: false, hasNext: false, hasPrevious: false },
};

export const TEA: ItemView = {
  id: itemNodeId(idOf(1)),
  itemId: idOf(1),
  sku: 'TEA',
  specification: '',
  name: 'Green tea',
  unitsPerPackage: null,
  archivedAtMs: null,
  mergedIntoId: null,
};
export const CUP: ItemView = {
  id: itemNodeId(idOf(2)),
  itemId: idOf(2),
  sku: 'CUP',
  specification: 'BLUE',
  name: null,
  unitsPerPackage: 6,
  archivedAtMs: null,
  mergedIntoId: null,
};
export const MAIN: LocationView = {
  id: locationNodeId(idOf(3)),
  locationId: idOf(3),
  code: 'MAIN',
  name: 'Main',
  parentId: null,
  vendorId: null,
  archivedAtMs: null,
};
export const SHELF: LocationView = {
  id: locationNodeId(idOf(4)),
  locationId: idOf(4),
  code: 'SHELF',
  name: null,
  parentId: MAIN.locationId,
  vendorId: 2,
  archivedAtMs: null,
};

export const AT_NOON = new Date(NOON).toISOString();

export const movementOf = (sequence: number): MovementView => ({
  ...{ sequence, hash: 'ab', reason: 'RECEIPT', correlationId: null, reference: null },
  ...{ origin: 'warehouse', externalId: 'e', note: null, inboundMessageId: null },
  ...{ occurredAt: AT_NOON, effectiveAt: AT_NOON, recordedAt: AT_NOON },
});

/** Stock of tea at MAIN of which no more was read than is always read. */
export const stockOf = (more: Partial<StockView> = {}): StockView => ({
  id: stockNodeId(TEA.itemId, MAIN.locationId, null),
  ...{ item: TEA, location: MAIN, available: 5, onHand: 7, updatedAt: AT_NOON, reserved: null, committed: null },
  ...{ missing: null, blocked: null, onHold: null, incoming: null, reportedOnHand: null, drift: null, levels: null },
  asOfSequence: null,
  sellableKey: null,
  ...more,
});

export const levelOf = (more: Partial<StockLevelView> = {}): StockLevelView => ({
  ...{ id: levelNodeId(idOf(9), null), levelId: idOf(9), item: TEA, location: MAIN, ...DEFAULT_DIMENSIONS },
  ...{ quantity: 5, version: 1, updatedAt: AT_NOON, shownSequence: 5, asOfSequence: null, ...more },
});
