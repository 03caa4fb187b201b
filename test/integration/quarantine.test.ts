import type { QueryRunner } from 'typeorm';
import { Workplace1766020000000 } from '../../migrations/1766020000000-workplace';
import type { RowDecoder } from '../../src/application/commands/replay-message';
import { factReads, planDelivery, type DecodedRow, type DeliveryResult } from '../../src/domain/plans/delivery';
import { byIdentifier, CONNECTION, deliveryOf, factOf, atOrNew, MINUTE, NOON } from '../support/domain/test-ledger';
import { onDatabase } from '../support/database';
import { GraphqlHarness } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';

jest.setTimeout(60_000);

/** A row as the warehouse of these tests writes it. A quantity that is a text cannot be read. */
interface Row {
  readonly id: string;
  readonly code: string;
  readonly qty: number | string;
  readonly event?: string;
  readonly at?: number;
  readonly place?: string;
}

const decode: RowDecoder = (text, index) => {
  const { id, code, qty, event = id, at = 1, place } = JSON.parse(text) as Row;
  if (typeof qty === 'string') {
    return {
      index,
      text,
      fault: { code: 'ROW_INVALID', detail: `qty is no number; received ${qty}.`, externalId: id },
    };
  }
  const item = byIdentifier(/^\d+$/.test(code) ? 'UPC' : 'CODE', code, { whenUnknown: 'REFUSE' });
  const location =
    place === undefined ? atOrNew('MAIN') : ({ by: 'CODE', code: place, whenUnknown: 'REFUSE' } as const);
  const more = { eventId: event, occurredAtMs: NOON - at * MINUTE, item, location };
  return { index, text, fact: factOf(id, { ...more, delta: qty }) };
};

let gateway: GraphqlHarness;
let messages = 5_000;

beforeEach(async () => {
  gateway = await GraphqlHarness.open(decode);
  await gateway.data(
    'mutation { itemSave(sku: "TEA") { item { id } } locationSave(code: "MAIN") { location { id } } }',
  );
});

afterEach(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

function deliver(...given: readonly Row[]): Promise<DeliveryResult> {
  const rows: DecodedRow[] = given.map((row, index) => decode(JSON.stringify(row), index, undefined as never));
  const delivery = { ...deliveryOf((messages += 1), rows), format: 'standard' };
  return gateway.post({ origin: CONNECTION, reads: factReads(rows), plan: (work) => planDelivery(work, delivery) });
}

interface Shown {
  readonly externalId: string | null;
  readonly state: string;
  readonly note: string | null;
  readonly movement: { readonly sequence: number } | null;
}

async function rows(filter: object = {}): Promise<Shown[]> {
  const query = `query ($filter: QuarantineFilter) { quarantinedRows(filter: $filter) {
    nodes { externalId state note movement { sequence } } } }`;
  return (await gateway.data<{ quarantinedRows: { nodes: Shown[] } }>(query, { filter })).quarantinedRows.nodes;
}

const states = async (filter: object = {}): Promise<string[]> =>
  (await rows(filter)).map(({ externalId, state }) => `${externalId ?? ''} ${state}`);

const OUTCOME = `{ considered wouldApply applied superseded dismissed stillOpen next
  changes { delta quantityAfter } groupsLeft { code subject count } userErrors { code field } }`;

interface Outcome {
  readonly considered: number;
  readonly wouldApply: number;
  readonly applied: number;
  readonly superseded: number;
  readonly dismissed: number;
  readonly stillOpen: number;
  readonly changes: readonly { readonly delta: number; readonly quantityAfter: number }[];
  readonly groupsLeft: readonly object[];
  readonly userErrors: readonly object[];
}

const KNOW = 'mutation { itemSave(sku: "TEA", identifiers: [{ scheme: "CODE", value: "T-1" }]) { item { id } } }';
const FIX = { identifiers: [{ scheme: 'CODE', value: 'T-1', sku: 'TEA' }] };

async function call(name: string, kind: string, declared: string, given: string, variables: object): Promise<Outcome> {
  const answer = await gateway.data<Record<string, Outcome>>(
    `${kind} ${declared === '' ? '' : `(${declared})`} { ${name}${given} ${OUTCOME} }`,
    variables,
  );
  return answer[name] as Outcome;
}

const FILTERED = '$filter: QuarantineFilter';
const preview = (fix: object, filter: object = {}): Promise<Outcome> =>
  call('quarantinePreview', 'query', `${FILTERED}, $fix: QuarantineFixInput!`, '(filter: $filter, fix: $fix)', {
    fix,
    filter,
  });
const applyFix = (fix: object, idempotencyKey: string): Promise<Outcome> =>
  call('quarantineFix', 'mutation', '$fix: QuarantineFixInput!, $key: String!', '(fix: $fix, idempotencyKey: $key)', {
    fix,
    key: idempotencyKey,
  });
const replay = (filter: object = {}): Promise<Outcome> =>
  call('quarantineReplay', 'mutation', FILTERED, '(filter: $filter)', { filter });
const dismiss = (filter: object, reason: string): Promise<Outcome> =>
  call(
    'quarantineDismiss',
    'mutation',
    '$filter: QuarantineFilter!, $reason: String!',
    '(filter: $filter, reason: $reason)',
    { filter, reason },
  );

describe('rows that wait', () => {
  it('are found over all messages, by what they say', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 }, { id: 'b', code: 'X-2', qty: 1 });
    await deliver({ id: 'c', code: 'T-1', qty: 'many' });
    await deliver({ id: 'd', code: 'T-1', qty: 2, place: 'NOWHERE' });
    expect(await states()).toEqual(['a OPEN', 'b OPEN', 'c OPEN', 'd OPEN']);
    expect(await states({ items: ['T-1'] })).toEqual(['a OPEN', 'd OPEN']);
    expect(await states({ locations: ['NOWHERE'], open: true })).toEqual(['d OPEN']);
    expect(await states({ codes: ['ROW_INVALID'] })).toEqual(['c OPEN']);
    expect(await states({ externalId: 'b' })).toEqual(['b OPEN']);
    expect(await states({ search: 'x-2' })).toEqual(['b OPEN']);
    expect(await states({ search: '%' })).toEqual([]);
    expect(await states({ connections: ['nobody'] })).toEqual([]);
    expect(await states({ connections: ['warehouse'], open: true })).toHaveLength(4);
    expect(await states({ receivedBefore: new Date(NOON).toISOString() })).toEqual([]);
    expect(await states({ open: false })).toEqual([]);
  });

  it('are counted by their cause', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 }, { id: 'b', code: 'X-2', qty: 1 }, { id: 'c', code: 'T-1', qty: 1 });
    await deliver({ id: 'd', code: 'T-1', qty: 2, place: 'NOWHERE' }, { id: 'e', code: 'T-1', qty: 'many' });
    const { quarantineSummary } = await gateway.data<{ quarantineSummary: object[] }>(
      '{ quarantineSummary { code connection subject count oldest newest } }',
    );
    const common = {
      connection: 'warehouse',
      oldest: new Date(NOON).toISOString(),
      newest: new Date(NOON).toISOString(),
    };
    expect(quarantineSummary).toEqual([
      { ...common, code: 'ITEM_NOT_FOUND', subject: 'CODE T-1', count: 2 },
      { ...common, code: 'ITEM_NOT_FOUND', subject: 'CODE X-2', count: 1 },
      { ...common, code: 'LOCATION_NOT_FOUND', subject: 'NOWHERE', count: 1 },
      { ...common, code: 'ROW_INVALID', subject: 'qty is no number; received many.', count: 1 },
    ]);
  });

  it('are closed when their sender sends them again, corrected', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 'many' }, { id: 'b', code: 'X-2', qty: 1 });
    await gateway.data(
      'mutation { itemSave(sku: "T", identifiers: [{ scheme: "CODE", value: "T-1" }]) { item { id } } }',
    );
    await deliver({ id: 'a', code: 'T-1', qty: 5 });
    expect(await rows()).toEqual([
      {
        ...{ externalId: 'a', state: 'SUPERSEDED', movement: { sequence: 1 } },
        note: 'It was sent again under the same id, and applied.',
      },
      { externalId: 'b', state: 'OPEN', note: null, movement: null },
    ]);
    expect(await replay()).toMatchObject({ considered: 1, applied: 0, stillOpen: 1 });
  });

  it('do not wait twice when their message is delivered again', async () => {
    const row = { id: 'a', code: 'T-1', qty: 5 };
    await deliver(row, row);
    await deliver(row, row);
    await deliver({ ...row, qty: 'many' });
    expect(await states()).toEqual(['a OPEN', 'a OPEN', 'a SUPERSEDED', 'a SUPERSEDED', 'a OPEN']);
    const list = '{ inboundMessages { nodes { status } } }';
    expect(await gateway.data(list)).toEqual({
      inboundMessages: { nodes: [{ status: 'QUARANTINED' }, { status: 'DUPLICATE' }, { status: 'QUARANTINED' }] },
    });
  });

  it('wait on where their id was applied before they came, in the same message or in another', async () => {
    const [first, second] = [{ id: 'a', code: 'T-1' } as const, { id: 'b', code: 'T-1' } as const];
    await gateway.data(KNOW);
    await deliver({ ...first, qty: 5 }, { ...first, qty: 7 }, { ...first, qty: 'many' });
    await deliver({ ...second, qty: 5 });
    await deliver({ ...second, qty: 7 });
    expect(await states()).toEqual(['a OPEN', 'a OPEN', 'b OPEN']);
    expect(await replay()).toMatchObject({ applied: 0, superseded: 0, stillOpen: 3 });
  });

  it('are closed as one: what was applied once closes all under its id, and their messages', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 'many' });
    await deliver({ id: 'a', code: 'T-1', qty: 5 });
    expect(await applyFix(FIX, 'k')).toMatchObject({ applied: 1, stillOpen: 0, userErrors: [] });
    expect(await states()).toEqual(['a SUPERSEDED', 'a APPLIED']);
    expect(await gateway.data('{ inboundMessages { nodes { status } } }')).toEqual({
      inboundMessages: { nodes: [{ status: 'CLOSED' }, { status: 'APPLIED' }] },
    });
  });
});

describe('a fix', () => {
  it('is previewed without a trace, and then does what was said', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 }, { id: 'b', code: 'X-2', qty: 1 });
    await deliver({ id: 'c', code: 'T-1', qty: -2, place: 'NOWHERE' });
    await deliver({ id: 'd', code: 'T-1', qty: -1 });
    const both = { ...FIX, locations: [{ code: 'NOWHERE', asLocation: 'MAIN' }] };
    const expected = { considered: 3, wouldApply: 3, stillOpen: 0, changes: [{ delta: 2, quantityAfter: 2 }] };
    const seen = await preview(both);
    expect(seen).toMatchObject({ ...expected, applied: 0, userErrors: [] });
    expect(await states({ open: true })).toHaveLength(4);
    expect(await gateway.data('{ ledgerHead { sequence } }')).toEqual({ ledgerHead: { sequence: 0 } });
    expect(await preview(FIX)).toMatchObject({
      ...{ wouldApply: 2, stillOpen: 1 },
      groupsLeft: [{ code: 'LOCATION_NOT_FOUND', subject: 'NOWHERE', count: 1 }],
    });
    expect(await applyFix(both, 'k')).toMatchObject({ ...expected, applied: 3, userErrors: [] });
    expect(await states()).toEqual(['a APPLIED', 'b OPEN', 'c APPLIED', 'd APPLIED']);
    expect(
      await gateway.data(
        '{ item: itemByIdentifier(scheme: "CODE", value: "T-1") { sku } location(code: "NOWHERE") { code } }',
      ),
    ).toEqual({
      ...{ item: { sku: 'TEA' }, location: { code: 'MAIN' } },
    });
    const { auditEntries } = await gateway.data<{ auditEntries: { nodes: object[] } }>(
      '{ auditEntries { nodes { action actor } } }',
    );
    expect(auditEntries.nodes).toEqual([{ action: 'QUARANTINE_FIXED', actor: 'integrator' }]);
  });

  it('of a barcode touches rows that write it in another length', async () => {
    await deliver({ id: 'a', code: '036000291452', qty: 5 }, { id: 'b', code: '00036000291452', qty: 5 });
    const fix = { identifiers: [{ scheme: 'UPC', value: '0036000291452', sku: 'TEA' }] };
    expect(await preview(fix)).toMatchObject({ wouldApply: 2 });
    expect(await applyFix(fix, 'k')).toMatchObject({ applied: 2 });
  });

  it('is reported as closed where another row under the id is applied with it', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 });
    await deliver({ id: 'a', code: 'T-1', qty: 7 });
    const outcome = { considered: 2, superseded: 1, stillOpen: 0, groupsLeft: [] };
    expect(await preview(FIX)).toMatchObject({ ...outcome, wouldApply: 1 });
    expect(await applyFix(FIX, 'k')).toMatchObject({ ...outcome, applied: 1 });
    expect(await states()).toEqual(['a APPLIED', 'a SUPERSEDED']);
  });

  describe('with a setting', () => {
    const settings = async (): Promise<unknown> => {
      const sql = `SELECT settings FROM connection WHERE name = 'shop'`;
      return (await gateway.ledger.pool.query<{ settings: object }>(sql)).rows[0]?.settings;
    };
    const setting = (value: object) => ({ setting: { connection: 'shop', settings: JSON.stringify(value) } });
    const change = (value: object): Promise<Outcome> => applyFix(setting(value), `change ${JSON.stringify(value)}`);

    beforeEach(() =>
      gateway.data(
        'mutation ($input: ConnectionSaveInput!) { connectionSave(input: $input) { userErrors { code } } }',
        { input: { kind: 'standard', name: 'shop', settings: '{"unknownItems":"quarantine"}' } },
      ),
    );

    it('changes that setting, and leaves the others', async () => {
      const fix = setting({ unknownLocations: 'create' });
      expect(await preview(fix)).toMatchObject({ userErrors: [] });
      expect(await applyFix(fix, 'k')).toMatchObject({ userErrors: [] });
      expect(await settings()).toEqual({ unknownItems: 'quarantine', unknownLocations: 'create' });
    });

    it('loses none of two that are changed at a time', async () => {
      await Promise.all([change({ unknownLocations: 'create' }), change({ tracks: ['lot'] })]);
      expect(await settings()).toEqual({
        ...{ unknownItems: 'quarantine', unknownLocations: 'create', tracks: ['lot'] },
      });
    });

    it('is saved once per idempotency key, though somebody has changed the setting since', async () => {
      const fix = { ...FIX, ...setting({ unknownItems: 'create' }) };
      await applyFix(fix, 'k');
      await change({ unknownItems: 'createOnReceipt' });
      expect(await applyFix(fix, 'k')).toMatchObject({ userErrors: [] });
      expect(await settings()).toEqual({ unknownItems: 'createOnReceipt' });
    });

    it('that cannot be is refused, and saves nothing of the fix', async () => {
      const fix = { ...FIX, ...setting({ unknownItems: 'perhaps' }) };
      const refused = { userErrors: [{ code: 'INVALID_INPUT', field: ['fix', 'setting', 'settings'] }] };
      await deliver({ id: 'a', code: 'T-1', qty: 5 });
      expect(await preview(fix)).toMatchObject(refused);
      expect(await applyFix(fix, 'k')).toMatchObject(refused);
      expect(await gateway.data('{ item(sku: "TEA") { identifiers { value } } }')).toEqual({
        item: { identifiers: [] },
      });
      expect(await applyFix(FIX, 'k')).toMatchObject({ userErrors: [], applied: 1 });
    });
  });

  it('is saved once per idempotency key', async () => {
    await applyFix(FIX, 'k');
    expect(await applyFix(FIX, 'k')).toMatchObject({ userErrors: [] });
    expect(await applyFix({ locations: [{ code: 'X', asLocation: 'MAIN' }] }, 'k')).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(await gateway.data('{ location(code: "X") { code } auditEntries { totalCount } }')).toEqual({
      ...{ location: null, auditEntries: { totalCount: 1 } },
    });
  });

  it.each([
    ['no item has', { identifiers: [{ scheme: 'CODE', value: 'T-1', sku: 'NONE' }] }, 'ITEM_NOT_FOUND'],
    ['no location has', { locations: [{ code: 'X', asLocation: 'NONE' }] }, 'LOCATION_NOT_FOUND'],
    ['is empty', { identifiers: [] }, 'INVALID_INPUT'],
    ['names no connection', { setting: { connection: 'nobody', settings: '{}' } }, 'NOT_FOUND'],
  ])('that %s is refused, and saves nothing', async (_, fix, code) => {
    const refused = { userErrors: [{ code }], applied: 0 };
    expect(await preview(fix)).toMatchObject(refused);
    expect(await applyFix(fix, 'k')).toMatchObject(refused);
    expect(await gateway.data('{ auditEntries { totalCount } }')).toEqual({ auditEntries: { totalCount: 0 } });
  });
});

describe('a replay', () => {
  const know = (): Promise<unknown> => gateway.data(KNOW);

  it('is reported as closing what its sender has corrected, also what could not be read', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 'many' }, { id: 'b', code: 'T-1', qty: 'few' });
    await deliver({ id: 'a', code: 'T-1', qty: 5 });
    await know();
    expect(await replay()).toMatchObject({
      ...{ considered: 3, applied: 1, superseded: 1, stillOpen: 1 },
      groupsLeft: [{ code: 'ROW_INVALID', count: 1 }],
    });
    expect(await states()).toEqual(['a SUPERSEDED', 'b OPEN', 'a APPLIED']);
  });

  it('applies in the order of arrival, with the original clocks, and once', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5, at: 30 });
    await deliver({ id: 'b', code: 'T-1', qty: -2, at: 20 });
    await know();
    const [first, second] = await Promise.all([replay(), replay()]);
    expect(first.applied + second.applied).toBe(2);
    expect(await replay()).toMatchObject({ considered: 0, applied: 0 });
    const { movements } = await gateway.data<{ movements: { nodes: object[] } }>(
      '{ movements { nodes { externalId occurredAt } } }',
    );
    expect(movements.nodes).toEqual([
      { externalId: 'a', occurredAt: new Date(NOON - 30 * MINUTE).toISOString() },
      { externalId: 'b', occurredAt: new Date(NOON - 20 * MINUTE).toISOString() },
    ]);
  });

  it('applies the rows of one event together, whatever the filter says', async () => {
    await deliver({ id: 'a', event: 'e', code: 'T-1', qty: 5 }, { id: 'b', event: 'e', code: 'T-1', qty: 1 });
    await know();
    expect(await replay({ externalId: 'a' })).toMatchObject({ considered: 2, applied: 2 });
    expect((await rows()).map(({ movement }) => movement)).toEqual([{ sequence: 1 }, { sequence: 1 }]);
  });

  it('takes what the filter means, and leaves the rest', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 }, { id: 'b', code: 'T-1', qty: 1 });
    await know();
    expect(await replay({ externalId: 'a' })).toMatchObject({ considered: 1, applied: 1 });
    expect(await states()).toEqual(['a APPLIED', 'b OPEN']);
    expect(await gateway.data('{ inboundMessages { nodes { status } } }')).toEqual({
      inboundMessages: { nodes: [{ status: 'PARTLY_QUARANTINED' }] },
    });
    await replay();
    expect(await gateway.data('{ inboundMessages { nodes { status } } }')).toEqual({
      inboundMessages: { nodes: [{ status: 'APPLIED' }] },
    });
  });
});

describe('a row', () => {
  const SUBSTITUTE = `mutation ($id: ID!, $sku: String!) { quarantineSubstitute(id: $id, sku: $sku) ${OUTCOME} }`;
  const substitute = async (id: string, sku: string): Promise<Outcome> =>
    (await gateway.data<{ quarantineSubstitute: Outcome }>(SUBSTITUTE, { id, sku })).quarantineSubstitute;

  it('is taken for another item once', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 }, { id: 'b', code: 'T-1', qty: 1 });
    const { quarantinedRows } = await gateway.data<{ quarantinedRows: { nodes: { id: string }[] } }>(
      '{ quarantinedRows { nodes { id } } }',
    );
    const id = quarantinedRows.nodes[0]?.id ?? '';
    expect(await substitute(id, 'NONE')).toMatchObject({ userErrors: [{ code: 'ITEM_NOT_FOUND', field: ['sku'] }] });
    expect(await substitute(id, 'TEA')).toMatchObject({ applied: 1, changes: [{ delta: 5, quantityAfter: 5 }] });
    expect(await substitute(id, 'TEA')).toMatchObject({ applied: 0, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await rows()).toMatchObject([
      { externalId: 'a', state: 'APPLIED', note: 'Taken for TEA by integrator.' },
      { externalId: 'b', state: 'OPEN' },
    ]);
    expect(await gateway.data('{ itemByIdentifier(scheme: "CODE", value: "T-1") { sku } }')).toEqual({
      itemByIdentifier: null,
    });
  });

  it('that waits on is found by its own code, whatever it was taken for', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5, place: 'NOWHERE' });
    const { quarantinedRows } = await gateway.data<{ quarantinedRows: { nodes: { id: string }[] } }>(
      '{ quarantinedRows { nodes { id } } }',
    );
    const id = quarantinedRows.nodes[0]?.id ?? '';
    for (const sku of ['NONE', 'TEA']) await substitute(id, sku);
    expect(await substitute(id, 'TEA')).toMatchObject({ applied: 0, stillOpen: 1, userErrors: [] });
    expect(await states({ items: ['T-1'] })).toEqual(['a OPEN']);
    const { auditEntries } = await gateway.data<{ auditEntries: { totalCount: number } }>(
      '{ auditEntries { totalCount } }',
    );
    expect(auditEntries.totalCount).toBe(0);
  });

  it('is dismissed with a reason, and is not applied any more', async () => {
    await deliver({ id: 'a', code: 'T-1', qty: 5 }, { id: 'b', code: 'X-2', qty: 1 });
    expect(await dismiss({ items: ['T-1'] }, '  ')).toMatchObject({ userErrors: [{ field: ['reason'] }] });
    expect(await dismiss({ items: ['T-1'] }, 'a test of theirs')).toMatchObject({ dismissed: 1, stillOpen: 0 });
    const { errors } = await gateway.answer('mutation { quarantineDismiss(filter: {}, reason: "all") { dismissed } }');
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await rows()).toMatchObject([{ state: 'DISMISSED', note: 'a test of theirs' }, { state: 'OPEN' }]);
    expect(await applyFix(FIX, 'k')).toMatchObject({ considered: 0, applied: 0 });
    const { auditEntries } = await gateway.data<{ auditEntries: { nodes: { after: string }[] } }>(
      '{ auditEntries(first: 1) { nodes { action after } } }',
    );
    expect(auditEntries.nodes).toMatchObject([{ action: 'QUARANTINE_DISMISSED' }]);
    expect(auditEntries.nodes[0]?.after).toContain('a test of theirs');
  });

  it('stays dismissed when its sender delivers it again, and another row of the same item does not', async () => {
    const row = { id: 'a', code: 'T-1', qty: 5 };
    await deliver(row);
    await dismiss({ items: ['T-1'] }, 'a test of theirs');
    await deliver(row);
    await deliver({ ...row, id: 'b' });
    await deliver({ ...row, id: 'b' });
    expect(await states({ items: ['T-1'] })).toEqual(['a DISMISSED', 'a DISMISSED', 'b OPEN', 'b SUPERSEDED']);
    expect((await rows())[1]).toMatchObject({ note: 'The same row was dismissed before.' });
    expect(await applyFix(FIX, 'k')).toMatchObject({ considered: 1, applied: 1 });
  });
});

it('is there after the migration, for rows that waited before', async () => {
  const row = { id: 'a', code: 'T-1', qty: 5 };
  await deliver(row);
  await onDatabase(gateway.ledger.url, async (client) => {
    const query = async (text: string, values?: unknown[]): Promise<unknown> => (await client.query(text, values)).rows;
    const migration = new Workplace1766020000000();
    for (const step of ['BEGIN', `SET stockbridge.operator = 'on'`]) await client.query(step);
    await migration.down({ query } as unknown as QueryRunner);
    await migration.up({ query } as unknown as QueryRunner);
    await client.query('COMMIT');
  });
  await deliver(row);
  expect((await rows({ connections: ['warehouse'], open: true })).map(({ state }) => state)).toEqual(['OPEN']);
  expect((await rows()).map(({ state }) => state)).toEqual(['OPEN', 'SUPERSEDED']);
  await gateway.data(
    'mutation { itemSave(sku: "TEA", identifiers: [{ scheme: "CODE", value: "T-1" }]) { item { id } } }',
  );
  expect(await replay()).toMatchObject({ applied: 1, stillOpen: 0 });
});
