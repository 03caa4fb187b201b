import type DataLoader from 'dataloader';
import type { Reads } from '../../application/ports/reads';
import type { AdjustmentOrder } from '../../domain/adjustment-order';
import { loadOne } from '../paging/loading';

export interface AdjustmentOrderLoaders {
  /** By number. */
  readonly order: DataLoader<string, AdjustmentOrder | null>;
  /** By the movement's sequence. */
  readonly orderOfMovement: DataLoader<number, AdjustmentOrder | null>;
}

export function adjustmentOrderLoaders(reads: Reads, tenantId: string): AdjustmentOrderLoaders {
  return {
    order: loadOne(
      (orderNumbers) => reads.ordersByNumber(tenantId, orderNumbers),
      ({ orderNo }) => orderNo,
    ),
    orderOfMovement: loadOne(
      (sequences) => reads.ordersBySequence(tenantId, sequences),
      ({ sequence }) => sequence,
    ),
  };
}
