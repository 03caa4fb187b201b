import type { StockSetInput } from '../../application/commands/set-stock';
import { dimensionsOf, keepTracked, statedDimensions } from '../../domain/ledger/stock-key';
import { locationByCode } from '../shared/locations';
import type { receivedCall } from '../shared/received-call';
import { untrackedText } from '../shared/untracked';
import type { IncreffCaller } from './credentials';
import type { CallForm, CountedCode } from './decode';

/** The identifier scheme that the codes of a form are of. */
const SCHEMES = { PRODUCTS: 'CHANNEL_SKU', INVENTORIES: 'CHANNEL_SKU', CLIENT_SKUS: 'CLIENT_SKU' } satisfies Record<
  CallForm,
  string
>;

/** What a call asks of the use case that sets stock. */
export function stockSetOf(
  { connection, settings }: IncreffCaller,
  form: CallForm,
  all: readonly CountedCode[],
  stored: ReturnType<typeof receivedCall>,
  id: string,
): StockSetInput {
  const { tracked, countWithoutAsOf } = settings;
  const rows = all.filter(({ contradicted }) => !contradicted);
  return {
    // The form has no identity of a call: sent again, it states the same once more.
    idempotencyKey: null,
    externalId: id,
    onRowError: 'REJECT_ROWS',
    policy: { staleIsError: false, ...countWithoutAsOf },
    reference: null,
    note: untrackedText(
      rows.map(({ stated }) => dimensionsOf(stated)),
      tracked,
    ),
    dryRun: false,
    rows: rows.map((row) => rowOf(row, SCHEMES[form], settings)),
    message: {
      ...stored,
      id,
      connectionId: connection.id,
      rows: rows.map(({ index, text }) => ({ index, text })),
      rejected: all
        .filter(({ contradicted }) => contradicted)
        .map(({ index, text }) => ({ index, code: 'DUPLICATE_ROW', detail: CONTRADICTED, row: text })),
    },
  };
}

const CONTRADICTED = 'Another row states a negative quantity of the same code, pool and location; state each once.';

function rowOf(
  { code, quantity, locationCode, stated }: CountedCode,
  scheme: string,
  { tracked, whenItemUnknown, whenLocationUnknown }: IncreffCaller['settings'],
): StockSetInput['rows'][number] {
  return {
    key: {
      item: {
        by: 'IDENTIFIER',
        scheme,
        value: code,
        specification: '',
        alsoKnownAs: [],
        whenUnknown: whenItemUnknown,
      },
      location: locationByCode(locationCode, whenLocationUnknown),
      dimensions: keepTracked(dimensionsOf(stated), tracked),
    },
    stated,
    tellsApart: statedDimensions(stated, tracked),
    quantity,
    // The form has no clock either: `countWithoutAsOf` says what that means.
    changeFromQuantity: null,
    asOfMs: null,
    sourceSequence: null,
  };
}
