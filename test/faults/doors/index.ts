import { COMESTRI } from './comestri';
import type { Door } from './door';
import { ADJUSTMENTS, COUNTS, ORDERS } from './graphql';
import { INCREFF } from './increff';
import { JERRY } from './jerry';
import { STANDARD } from './standard';
import { WINIT_EVENTS } from './winit-events';
import { WINIT_ORDERS } from './winit-orders';

/** Every door by which stock is written. */
export const DOORS: readonly Door[] = [
  ...[JERRY, WINIT_EVENTS, STANDARD, INCREFF, COMESTRI, WINIT_ORDERS, ADJUSTMENTS, COUNTS, ORDERS],
];
