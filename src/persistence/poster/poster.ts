import type { Pool } from 'pg';
import type { Poster } from '../../application/ports/poster';
import type { Posting } from '../../domain/ledger/posting';
import { createPool, type PoolOptions } from '../database/pool';
import { BY_INDEX, PLAN_ONCE } from '../database/session';
import { BatchRunner, type BatchDeps } from './batch';
import { Lane, QueuedBytes } from './lane';

/** The poster as the composition root has it: the port for use cases, and a way to stop it. */
export interface ClosablePoster extends Poster {
  /**
   * Accepts nothing more, and resolves when every accepted posting is answered: posted, or told to try again later when
   * the database is in trouble.
   */
  close(): Promise<void>;
  /** Tells all who wait to try again later. What has been sent to the database may still be committed. */
  giveUp(cause: unknown): void;
}

/** No statement of the poster searches texts, for which readers need them. */
const NO_BITMAPS = '-c enable_bitmapscan=off';

/** A pool for a poster. It connects on first use. */
export const createPostPool = (url: string, options: Omit<PoolOptions, 'settings' | 'pipeline'>): Pool =>
  createPool(url, { ...options, pipeline: true, settings: `${PLAN_ONCE} ${BY_INDEX} ${NO_BITMAPS}` });

/** Creates THE poster: one lane a tenant. Nothing else writes stock levels, movements and entries. */
export function createPoster(deps: BatchDeps): ClosablePoster {
  const lanes = new Map<string, Lane>();
  const queued = new QueuedBytes();
  const closing = new AbortController();
  const laneOf = (tenantId: string): Lane => {
    const known = lanes.get(tenantId);
    if (known) return known;
    const runner = new BatchRunner(tenantId, deps, closing.signal);
    const lane = new Lane(runner, queued);
    lanes.set(tenantId, lane);
    if (closing.signal.aborted) void lane.close();
    return lane;
  };
  return {
    post: <Result>(posting: Posting<Result>) => laneOf(posting.tenantId).post(posting) as Promise<Result>,
    giveUp(cause) {
      for (const lane of lanes.values()) lane.giveUp(cause);
    },
    async close() {
      closing.abort();
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}
