import type { UserError } from '../../../../src/domain/errors';
import type { StockSetRowResult } from '../../../../src/domain/plans/stock-set';
import { FakeGateway, movementOf } from '../../../support/fake-gateway';

const STALE: UserError = { code: 'STALE', message: 'A later count was accepted.', field: ['rows', '1', 'asOf'] };

const applied = (index: number): StockSetRowResult => ({
  ...{ index, status: 'APPLIED', previousQuantity: 3, quantity: 5, delta: 2, movementSequence: 4, error: null },
});
const REJECTED: StockSetRowResult = {
  ...{ index: 2, status: 'REJECTED', previousQuantity: 3, quantity: null, delta: null, movementSequence: null },
  error: STALE,
};

const send = (gateway: FakeGateway, rows: string, more = '') =>
  gateway.data(`mutation { stockSet(input: { idempotencyKey: "k", rows: [${rows}]${more} })
    { results { status quantity movement { sequence } error { code } } userErrors { code field } } }`);

function gatewayOf(...results: StockSetRowResult[]): FakeGateway {
  const userErrors = results.flatMap(({ error }) => error ?? []);
  const result = { results, userErrors, replayed: false, ledgerSequence: 7 };
  const reads = { movementsBySequence: () => Promise.resolve([movementOf(4)]) };
  return new FakeGateway(reads, { setStock: () => Promise.resolve(result) });
}

const ROW = 'sku: "TEA", location: "MAIN", quantity: 5';

it('tells a changeFromQuantity that is null from one left out', async () => {
  const gateway = gatewayOf();
  await send(gateway, `{ ${ROW} }, { ${ROW}, changeFromQuantity: null }, { ${ROW}, changeFromQuantity: 3 }`);
  const [[, command]] = gateway.callsOf('setStock') as [[unknown, { rows: { changeFromQuantity: unknown }[] }]];
  expect(command.rows.map(({ changeFromQuantity }) => changeFromQuantity)).toEqual([undefined, null, 3]);
});

it('names what a row leaves out by its defaults, and turns policies into those of the command', async () => {
  const gateway = gatewayOf();
  await send(gateway, `{ ${ROW}, asOf: "1970-01-01T00:00:01Z" }`, ', onStale: REJECT');
  const dimensions = { owner: '', condition: 'GOOD', packaging: 'SINGLE', bucket: 'AVAILABLE' };
  const item = { by: 'SKU', sku: 'TEA', specification: '' };
  expect(gateway.callsOf('setStock')).toMatchObject([
    [
      { origin: { kind: 'API_CLIENT' } },
      {
        ...{ idempotencyKey: 'k', externalId: 'k', onRowError: 'REJECT_ALL', policy: { staleIsError: true } },
        ...{ reference: null, note: null, dryRun: false },
        rows: [{ key: { item, dimensions }, quantity: 5, asOfMs: 1000, sourceSequence: null }],
      },
    ],
  ]);
});

it('answers refused rows with data, and reads the movement of the others once', async () => {
  const gateway = gatewayOf(applied(0), applied(1), REJECTED);
  const good = { status: 'APPLIED', quantity: 5, movement: { sequence: 4 }, error: null };
  expect(await send(gateway, `{ ${ROW} }`)).toEqual({
    stockSet: {
      results: [good, good, { status: 'REJECTED', quantity: null, movement: null, error: { code: 'STALE' } }],
      userErrors: [{ code: 'STALE', field: ['rows', '1', 'asOf'] }],
    },
  });
  expect(gateway.callsOf('movementsBySequence')).toEqual([[[4]]]);
});
