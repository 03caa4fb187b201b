import type { Session } from '../database/statement';
import { judgeConflictingCounts } from './counts';
import { judgeDrift } from './drift';
import { judgeNegativeLevels } from './negative-level';
import type { Stretch } from './stretch';
import { judgeUnmatchedEchoes } from './echoes';

/**
 * Opens and closes the discrepancies that can be told from a stretch and from what its levels held before. Stretches come
 * in order, each once, from the first movement on.
 */
export async function judgeLevels(session: Session, stretch: Stretch): Promise<void> {
  await judgeNegativeLevels(session, stretch);
  await judgeDrift(session, stretch);
  await judgeConflictingCounts(session, stretch);
  await judgeUnmatchedEchoes(session, stretch);
}
