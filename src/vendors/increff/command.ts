import type { StockSetInput } from '../../application/commands/set-stock';
import { dimensionsOf, keepTracked, statedDimensions } from '../../domain/ledger/stock-key';
import { sha256Hex } from '../shared/hashes';
import { untrackedText } from '../shared/untracked';
import type { IncreffCaller } from './credentials';
import type { CallForm, CountedCode } from './decode';

/** The identifier scheme that the codes of a form are of. */
const SCHEMES = { PRODUCTS: 'CHANNEL_SKU', CLIENT_SKUS: 'CLIENT_SKU' } satisfies Record<CallForm, string>;

/** A call as received, which is stored behind its movements. */
export interface ReceivedCall {
  readonly id: string;
  readonly body: Buffer;
  readonly receivedAtMs: number;
}

/** What a call asks of the use case that sets stock. */
export function stockSetOf(
  { connection, settings }: IncreffCaller,
  form: CallForm,
  rows: readonly CountedCode[],
  { id, body, receivedAtMs }: ReceivedCall,
): StockSetInput {
  const { tracked, authDomainName, countWithoutAsOf } = settings;
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
      id,
      connectionId: connection.id,
      format: 'increff',
      receivedAtMs,
      bodySha256: sha256Hex(body),
      body: body.toString(),
      verdict: authDomainName === null ? 'authPassword' : 'authPassword, authDomainName',
    },
  };
}

function rowOf(
  { code, quantity, locationCode, stated }: CountedCode,
  scheme: string,
  { tracked, whenItemUnknown }: IncreffCaller['settings'],
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
      location: { by: 'CODE', code: locationCode, whenUnknown: 'REFUSE' },
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
