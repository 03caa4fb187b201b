import type { TrackableDimension } from '../../domain/ledger/stock-key';

/** Winit's events and orders are two wire formats on one connection, so they share its settings. */

/** The dimensions that Winit's messages can fill: an event fills the channel, an adjustment order the others. */
export const WINIT_DIMENSIONS = [
  'owner',
  'channel',
  'packaging',
  'barcode',
] as const satisfies readonly TrackableDimension[];

/** Settings that only the events read. */
export const WINIT_EVENT_SETTINGS = [
  'customerCode',
  'envelope',
  'failureStatus',
  'unknownItems',
  'unknownLocations',
] as const;

/** Settings that only the orders read. */
export const WINIT_ORDER_SETTINGS = [
  'inventoryOrganisations',
  'requireClientSign',
  'timeZone',
  'timestampToleranceSeconds',
] as const;
