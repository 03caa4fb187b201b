import type { OutcomeDraft } from './outcome';
import type { UnitOfWork } from './unit-of-work';
import type { Origin } from './movement';
import type { PostingReads } from './posting-reads';

/**
 * What a use case hands the poster: which tenant and origin, what it needs to read, and a pure function that decides
 * under the lock. A plan that throws is a bug and fails its own posting only.
 */
export interface Posting<Result> {
  readonly tenantId: string;
  readonly origin: Origin;
  readonly reads: PostingReads;
  readonly plan: (work: UnitOfWork) => Planned<Result>;
  /** The message that is stored with it: rows that cannot be used have no legs, and are written all the same. */
  readonly carries?: Carried;
}

interface Carried {
  readonly rows: number;
  /** Length of its texts. */
  readonly characters: number;
}

/** What a plan decided. */
export interface Planned<Result> {
  /** False: everything the plan did is dropped again (a refusal, or a dry run). */
  readonly keep: boolean;
  readonly result: Result;
  /** Outcomes to remember even where nothing else is kept, such as a refusal under its idempotency key. */
  readonly remember: readonly OutcomeDraft[];
}
