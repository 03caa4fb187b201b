import { OutdatedReadsError, type LedgerState } from '../ledger/ledger-state';
import type { Posting } from '../ledger/posting';
import { UnitOfWork, type PlanningTools } from '../ledger/unit-of-work';
import { expireDue, fillBackOrders } from './holds';

/** The outcome of planning one posting: its result, or the exception that its plan threw. */
export type Settled = { readonly result: unknown } | { readonly error: unknown };

/**
 * Runs the plans of a batch in order, each seeing what the ones before it did. Before them, reservations whose time is over
 * expire; after them, those who wait for units get what has come. What a refused, dry or failed posting
 * did is dropped. Pure: everything to write afterwards is in `state.writes`. Ends before a posting whose reads the ones
 * before it have made outdated, so that there may be fewer results than postings: the rest belongs to the next batch.
 * Yields after each posting, since a batch takes milliseconds in which nothing else is served.
 */
export function* planBatch(
  state: LedgerState,
  postings: readonly Posting<unknown>[],
  tools: PlanningTools,
): Generator<undefined, Settled[]> {
  const settled: Settled[] = [];
  expireDue(state, tools);
  for (const posting of postings) {
    const one = planOne(state, posting, tools);
    if ('error' in one && one.error instanceof OutdatedReadsError && settled.length > 0) break;
    settled.push(one);
    if (state.catalogue.isOutdated) break;
    yield;
  }
  fillBackOrders(state, tools);
  return settled;
}

function planOne(state: LedgerState, posting: Posting<unknown>, tools: PlanningTools): Settled {
  const mark = state.mark();
  try {
    const planned = posting.plan(new UnitOfWork(state, posting.origin, tools, posting.reads));
    if (!planned.keep) state.rollBackTo(mark);
    for (const outcome of planned.remember) state.recordOutcome(posting.origin.id, outcome);
    return { result: planned.result };
  } catch (error) {
    state.rollBackTo(mark);
    return { error };
  }
}
