import type { Poster } from '../../application/poster';
import type { Posting } from '../../domain/posting';
import { BatchRunner, type BatchDeps } from './batch';
import { Lane } from './lane';

/** The poster as the composition root holds it: what it hands to use cases, and how it is stopped. */
export interface ClosablePoster extends Poster {
  /** Takes nothing more in and resolves when everything taken has been answered. */
  close(): Promise<void>;
}

/** Makes THE poster: one lane a tenant, and nothing else that writes stock levels, movements and entries. */
export function createPoster(deps: BatchDeps): ClosablePoster {
  const lanes = new Map<string, Lane>();
  let closed = false;
  const laneOf = (tenantId: string): Lane => {
    const known = lanes.get(tenantId);
    if (known) return known;
    const runner = new BatchRunner(tenantId, deps);
    const lane = new Lane((postings) => runner.settle(postings));
    lanes.set(tenantId, lane);
    if (closed) void lane.close();
    return lane;
  };
  return {
    post: <Result>(posting: Posting<Result>) => laneOf(posting.tenantId).post(posting) as Promise<Result>,
    async close() {
      closed = true;
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}
