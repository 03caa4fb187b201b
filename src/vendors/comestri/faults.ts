import type { UserError, UserErrorCode } from '../../domain/errors';
import type { JsonObject } from '../../json/strict-json';
import { received } from '../shared/received';
import type { Inventory } from './wire';

/** One thing that is wrong with a request: what to fix, and where (RFC 6901). */
export interface Fault {
  readonly detail: string;
  readonly pointer: string;
  /** Of the refusal that it comes from; what cannot be read has none. The form's own reply has no place for it. */
  readonly code?: UserErrorCode;
}

/** A fault as a sentence, for whoever looks into what was refused. */
export const sentenceOf = ({ pointer, detail }: Fault): string => `${pointer}: ${detail}`;

/**
 * A fault of a parameter under `inventory`; the detail is a sentence that begins with its name.
 *
 * @param inventory what was sent, of which the detail shows the value
 */
export function faultAt(name: keyof Inventory, rest: string, inventory: JsonObject): Fault {
  return { detail: `${name} ${rest}${received(inventory[name])}.`, pointer: `/inventory/${name}` };
}

/** The parameter that a field of the use case comes from. */
const PARAMETERS: Readonly<Record<string, keyof Inventory>> = {
  location: 'inventory_source',
  quantity: 'qty',
  asOf: 'source_system_stock_timestamp',
  sourceSku: 'sku',
  reportedAvailable: 'available_qty',
  outOfStockThreshold: 'out_of_stock_threshold',
  dispatchTime: 'dispatch_time',
  leadTime: 'lead_time',
  backOrderAllocation: 'back_order_allocation',
  unitCost: 'unit_cost',
  stockArrivalDate: 'stock_arrival_date',
  sourceTimestamp: 'source_system_stock_timestamp',
};

/** Refusals that this format words itself; the others keep the message of the use case. */
const DETAILS: Readonly<Partial<Record<UserErrorCode, string>>> = {
  ITEM_NOT_FOUND: 'is of no product; correct it, or register the product first',
  SPECIFICATION_REQUIRED: 'is of a product with several specifications; name the one by its product_id',
  LOCATION_NOT_FOUND: 'is neither the code of an inventory source nor the name of exactly one',
  AS_OF_IN_FUTURE: "lies more than 5 minutes ahead of this server's clock; correct it",
  AS_OF_CONFLICT: 'is that of an earlier statement with another qty; count again',
};

/**
 * A refusal of the use case as a fault of the request.
 *
 * @param product the parameter by which the request names its product
 */
export function faultOf(
  { code, field, message }: UserError,
  product: 'product_id' | 'product_code',
  inventory: JsonObject,
): Fault {
  const [name = 'quantity'] = field;
  const isProduct = name === 'sku' || name === 'specification';
  const parameter = isProduct ? product : (PARAMETERS[name] ?? 'qty');
  const words = DETAILS[code];
  return words === undefined
    ? { detail: message, pointer: `/inventory/${parameter}`, code }
    : { ...faultAt(parameter, words, inventory), code };
}
